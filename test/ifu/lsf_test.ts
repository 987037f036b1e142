import assert from "node:assert/strict";
import { empty, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import {
  convolveLsf,
  convolveLsfAdjoint,
  type LineSpread,
  lineSpread,
  type LineSpreadOptions,
  telescope,
} from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomUniform } from "../../lib/rng/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });
/** FWHM over standard deviation, 2 sqrt(2 ln 2). */
const FWHM = 2.3548200450309493;
/** Pixels of 2 Angstrom, 80 of them. */
const instrument = {
  wavelength: Float64Array.from({ length: 80 }, (_, i) => 5000 + 2 * i),
  wavelengthStep: 2,
  lsfFwhm: 6,
};
/** Resolution from 5 to 9 Angstrom. */
const changing = { wavelength: [5000, 5158], value: [5, 9] };

function random(shape: number[], dtype: "float32" | "float64" = "float64", seed = 1) {
  return randomUniform(empty(shape, dtype) as NdArray<"float64">, { key: seed });
}
const dot = (a: NdArray<"float64">, b: NdArray<"float64">) => a.data.reduce((sum, x, i) => sum + x * b.data[i], 0);

/** [Angstrom^2] Second moment of a spectrum of pixels of 2 Angstrom around pixel `at`. */
function variance(spectrum: Float64Array, at: number): number {
  return spectrum.reduce((sum, x, i) => sum + x * (2 * (i - at)) ** 2, 0);
}

Deno.test("convolveLsf() gives the cube of the original after its line spread function", () => {
  const [before, after] = [reference("main_06_cube_psf"), reference("main_07_cube_psf_lsf")];
  const lsf = lineSpread({ sigma: 2 }, { ...telescope("MUSE"), wavelengthStep: 2.5 });
  for (const [dtype, tolerance] of [["float64", 1e-9], ["float32", 1e-6]] as const) {
    using flux = fromData(before.data, before.shape, dtype);
    using seen = convolveLsf(flux, lsf);
    assert.ok(difference(seen.data, after.data) < tolerance);
  }
});

Deno.test("convolveLsf() spreads each pixel's light by its own Gaussian", () => {
  for (const pixel of ["sampled", "integrated"] as const) {
    const lsf = lineSpread({ fwhm: changing, margin: 0, pixel }, instrument);
    const r = lsf.radius;
    using flux = random([3, 80]);
    using seen = convolveLsf(flux, lsf);
    const expected = new Float64Array(240);
    for (let j = 0; j < 80; j++) {
      const sigma = (5 + 4 * j / 79) / FWHM / 2;
      // Samples of so wide Gaussians have their variance; integrals by Simpson's rule of 400 steps.
      const weight = (k: number) => {
        const value = (x: number) => Math.exp(-((k + x) ** 2) / (2 * sigma * sigma));
        if (pixel === "sampled") return value(0);
        let sum = 0;
        for (let i = 0; i <= 400; i++) sum += value(i / 400 - 0.5) * (i % 400 === 0 ? 1 : i % 2 === 1 ? 4 : 2);
        return sum / 1200;
      };
      let total = 0;
      for (let k = -r; k <= r; k++) total += weight(k);
      for (let k = -r; k <= r; k++) {
        if (j + k < 0 || j + k >= 80) continue;
        for (const row of [0, 1, 2]) expected[80 * row + j + k] += flux.data[80 * row + j] * weight(k) / total;
      }
    }
    // Below 1.6 pixels the Gaussian that is sampled is a little wider: measured 4e-9 for the 1.06 pixels of the first.
    assert.ok(difference(seen.data, expected) < (pixel === "sampled" ? 1e-8 : 1e-12), pixel);
  }
});

Deno.test("convolveLsf() keeps light, with margins that are cropped", () => {
  for (const [dtype, tolerance] of [["float64", 1e-12], ["float32", 1e-6]] as const) {
    const lsf = lineSpread({ fwhm: changing }, instrument);
    const m = lsf.margin;
    assert.equal(m, lsf.radius);
    using flux = random([5, 80 + 2 * m], dtype);
    using whole = convolveLsf(flux, lsf, { crop: 0 });
    using cropped = convolveLsf(flux, lsf);
    assert.deepEqual(cropped.shape, [5, 80]);
    for (let i = 0; i < 400; i++) {
      assert.equal(cropped.data[i], whole.data[Math.floor(i / 80) * (80 + 2 * m) + i % 80 + m]);
    }
    for (let i = 0; i < flux.size; i++) {
      const at = i % (80 + 2 * m);
      if (at < m || at >= 80 + m) flux.data[i] = 0;
    }
    using seen = convolveLsf(flux, lsf, { crop: 0 });
    const sum = (a: NdArray<"float64">) => a.data.reduce((s, x) => s + x, 0);
    assert.ok(Math.abs(sum(seen) / sum(flux) - 1) < tolerance);
  }
});

Deno.test("lineSpread() adds to the templates' resolution what the telescope's has more", () => {
  // A line of the templates, 3.2 Angstrom wide at rest and 4 at z = 0.25, becomes one as wide as the telescope's.
  const template = { fwhm: 3.2, wavelength: Float64Array.of(3000, 5000) };
  const [own, rest] = [
    lineSpread({ fwhm: 4, margin: 0, outside: 1e-14 }, instrument),
    lineSpread({ template, redshift: 0.25, fwhm: changing, margin: 0, outside: 1e-14 }, instrument),
  ];
  using line = zeros([1, 80]);
  line.data[40] = 1;
  using narrow = convolveLsf(line, own);
  using seen = convolveLsf(narrow, rest);
  assert.ok(Math.abs(variance(narrow.data, 40) / (4 / FWHM) ** 2 - 1) < 1e-10);
  // Its light is spread by the widths of the pixels that it is in, on both sides of the middle's, 5 + 4 40/79 Angstrom.
  const wanted = ((5 + 160 / 79) ** 2) / FWHM ** 2;
  assert.ok(Math.abs(variance(seen.data, 40) / wanted - 1) < 2e-3);
  assert.equal(rest.unresolved, 0);
});

Deno.test("lineSpread() leaves light as it is where the templates are coarser, and counts these pixels", () => {
  // 7 Angstrom at rest from 5079 / 1.1 on, else 2: times 1.1, 7.7 is coarser than 6.
  const template = {
    fwhm: Float64Array.of(2, 2, 7, 7),
    wavelength: Float64Array.of(4000, 5079 / 1.1, 5079 / 1.1 + 1e-6, 6000),
  };
  const lsf = lineSpread({ template, redshift: 0.1, margin: 0 }, instrument);
  // Pixel 39 is at 5078 Angstrom: the 40 from there on are coarser.
  assert.equal(lsf.unresolved, 40);
  assert.deepEqual([lsf.sigma[39] > 0, lsf.sigma[40], lsf.sigma[79]], [true, 0, 0]);
  using line = zeros([80]);
  line.data[60] = 1;
  using seen = convolveLsf(line, lsf);
  assert.deepEqual(seen.data, line.data);
  // The table of a telescope, one for each pixel, is taken as it is.
  const table = instrument.wavelength.map((l) => l / 1000);
  const own = lineSpread({ margin: 2 }, { ...instrument, lsfFwhm: table });
  assert.equal(own.sigma.length, 84);
  assert.ok(Math.abs(own.sigma[2] * 2 * FWHM - 5) < 1e-12 && own.sigma[0] === own.sigma[2]);
});

Deno.test("convolveLsf() may write over its input", () => {
  const lsf = lineSpread({ fwhm: changing, margin: 0 }, instrument);
  for (const dtype of ["float64", "float32"] as const) {
    using flux = random([2, 5, 80], dtype);
    using seen = convolveLsf(flux, lsf);
    assert.equal(convolveLsf(flux, lsf, { out: flux }), flux);
    assert.deepEqual(flux.data, seen.data);
  }
});

Deno.test("convolveLsfAdjoint() is the transpose", () => {
  const constant = lineSpread({ sigma: 3, samples: 11 }, instrument);
  const cases: [LineSpread, number, number][] = [[constant, 80, 0], [constant, 50, 7]];
  for (const margin of [0, 3, 30]) {
    cases.push([lineSpread({ fwhm: changing, margin }, instrument), 80 + 2 * margin, margin]);
  }
  for (const [lsf, n, crop] of cases) {
    using x = random([3, n]);
    using y = random([3, n - 2 * crop], "float64", 2);
    using there = convolveLsf(x, lsf, { crop });
    using back = convolveLsfAdjoint(y, lsf, { crop });
    assert.deepEqual(back.shape, x.shape);
    assert.ok(Math.abs(dot(there, y) / dot(x, back) - 1) < 1e-13);
  }
});

Deno.test("convolveLsf() gives the same bits with 1, 2 and 3 threads", async () => {
  const seen = new Set<string>();
  const lsf = lineSpread({ fwhm: changing, margin: 0 }, instrument);
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using flux = random([31, 80], "float32");
    using out = convolveLsf(flux, lsf);
    seen.add(out.data.join());
  }
  await ready({ threads: 2 });
  assert.equal(seen.size, 1);
});

Deno.test("lineSpread() and convolveLsf() say what is wrong", () => {
  const rejected = (options: Parameters<typeof lineSpread>[0], message: RegExp) =>
    assert.throws(() => lineSpread(options, instrument), { name: "DomainError", message });
  rejected({ fwhm: 0 }, /"fwhm".*above 0, got 0/);
  rejected({ fwhm: { wavelength: [5000, 5100], value: [1, NaN] } }, /"fwhm".*above 0, got NaN/);
  rejected({ template: { fwhm: -1, wavelength: Float64Array.of(1) } }, /"template.fwhm".*at least 0, got -1/);
  rejected({ redshift: -0.1 }, /"redshift".*got -0.1/);
  rejected({ sigma: 0 }, /"sigma".*above 0, got 0/);
  rejected({ sigma: 1, samples: 24 }, /"samples".*odd.*got 24/);
  rejected({ pixel: "exact" } as unknown as LineSpreadOptions, /"pixel".*"integrated", got "exact"/);
  const lsf = lineSpread({ fwhm: changing, margin: 4 }, instrument);
  using flux = random([2, 80]);
  assert.throws(() => convolveLsf(flux, lsf), {
    name: "ShapeError",
    message: /must have 88 wavelengths.*got \[2, 80\]/,
  });
  using fitting = random([2, 88]);
  using narrow = empty([2, 88], "float32");
  const message = /"out" must be .*float64 \[2, 80\], got float32 \[2, 88\]/;
  assert.throws(() => convolveLsf(fitting, lsf, { out: narrow as unknown as NdArray<"float64"> }), {
    name: "ShapeError",
    message,
  });
});
