import assert from "node:assert/strict";
import { empty, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import {
  convolvePsf,
  convolvePsfAdjoint,
  type PointSpread,
  pointSpread,
  pointSpreadImage,
  type SeeingOptions,
  telescope,
} from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomUniform } from "../../lib/rng/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });
const muse = telescope("MUSE");
/** Spaxels of 1", so that widths are in pixels. */
const sky = { spaxelSize: 1, wavelength: muse.wavelength.slice(0, 37) };

function random(shape: number[], dtype: "float32" | "float64" = "float64", seed = 1) {
  return randomUniform(empty(shape, dtype) as NdArray<"float64">, { key: seed });
}
const dot = (a: NdArray<"float64">, b: NdArray<"float64">) => a.data.reduce((sum, x, i) => sum + x * b.data[i], 0);

/** Second moment along x of an image of light 1, around its middle. */
function variance(image: NdArray<"float64">): number {
  const side = image.shape[1];
  return image.data.reduce((sum, w, i) => sum + w * (i % side - (side - 1) / 2) ** 2, 0);
}

Deno.test("convolvePsf() gives the cube of the original after its point spread function", () => {
  const [before, after] = [reference("main_05_cube"), reference("main_06_cube_psf")];
  const psf = pointSpread({ size: 5, sigma: 0.6 }, muse);
  for (const [dtype, tolerance] of [["float64", 1e-9], ["float32", 1e-6]] as const) {
    for (const method of ["auto", "direct", "transforms"] as const) {
      using flux = fromData(before.data, before.shape, dtype);
      using seen = convolvePsf(flux, psf, { method });
      assert.ok(difference(seen.data, after.data) < tolerance);
    }
  }
});

Deno.test("pointSpread() has the full width at half maximum that was asked for, on the sky", () => {
  // 1.6" are 8 spaxels of 0.2": half of the maximum lies 4 spaxels from the middle.
  for (const options of [{ fwhm: 1.6 }, { kind: "moffat", fwhm: 1.6 }, { kind: "moffat", fwhm: 1.6, beta: 4.765 }]) {
    const psf = pointSpread({ ...options, radius: 12 } as SeeingOptions, muse);
    using image = pointSpreadImage(psf);
    const middle = 12 * 25 + 12;
    assert.ok(Math.abs(image.data[middle + 4] / image.data[middle] - 0.5) < 1e-12);
    assert.ok(Math.abs(image.data[middle + 100] / image.data[middle] - 0.5) < 1e-12);
    assert.ok(Math.abs(image.data.reduce((a, b) => a + b) - 1) < 1e-13);
  }
});

Deno.test("pointSpread() cuts Moffat's function where the share outside is what was asked for", () => {
  // Light within R of (1 + r^2)^-2.8 is 1 - (1 + R^2)^-1.8.
  const psf = pointSpread({ kind: "moffat", fwhm: 4, outside: 0.01 }, sky);
  const share = (radius: number) => (1 + (radius / psf.width[0]) ** 2) ** -1.8;
  assert.ok(share(psf.radius) <= 0.01 && share(psf.radius - 1) > 0.01);
  using image = pointSpreadImage(pointSpread({ kind: "moffat", fwhm: 4, radius: 200 }, sky));
  const far = image.data.reduce((sum, w, i) => {
    const square = (i % 401 - 200) ** 2 + (Math.floor(i / 401) - 200) ** 2;
    return square > psf.radius ** 2 ? sum + w : sum;
  }, 0);
  // The circle cuts pixels: a part in 2 pi R of those at its edge.
  assert.ok(Math.abs(far / share(psf.radius) - 1) < 0.03);
});

Deno.test("pointSpread() of Gaussians has the variance of the Gaussian, and integrals that of a pixel in addition", () => {
  for (const fwhm of [0.05, 0.5, 1, 2, 4]) {
    const sigma = fwhm / 2.3548200450309493;
    using sampled = pointSpreadImage(pointSpread({ fwhm, outside: 1e-14 }, sky));
    assert.ok(Math.abs(variance(sampled) / sigma ** 2 - 1) < 1e-10, String(fwhm));
  }
  using integrated = pointSpreadImage(pointSpread({ fwhm: 4, outside: 1e-14, pixel: "integrated" }, sky));
  assert.ok(Math.abs(variance(integrated) - (4 / 2.3548200450309493) ** 2 - 1 / 12) < 1e-9);
  // A function much narrower than a pixel stays in it.
  using narrow = pointSpreadImage(pointSpread({ fwhm: 0.05, radius: 2, pixel: "integrated" }, sky));
  assert.ok(narrow.data[12] > 1 - 1e-12);
});

Deno.test("convolvePsf() of a Gaussian by a Gaussian adds their variances", () => {
  const [a, b, both] = [3, 4, 5].map((sigma) => pointSpread({ fwhm: sigma * 2.3548200450309493, radius: 40 }, sky));
  using point = zeros([161, 161, 1]);
  point.data[80 * 161 + 80] = 1;
  using one = convolvePsf(point, a);
  using two = convolvePsf(one, b);
  using expected = convolvePsf(point, both);
  // The wider is cut at 8 of its sigmas: e^-32.
  assert.ok(difference(two.data, expected.data) < 1e-11);
});

Deno.test("convolvePsf() with a wavelength-dependent function is that of each wavelength alone", () => {
  const options = { kind: "moffat", fwhm: 2.5, slope: -0.2, referenceWavelength: 4000, radius: 6 } as const;
  const wavelength = Float64Array.from({ length: 37 }, (_, i) => 3000 + 100 * i);
  for (const seeing of [options, { ...options, kind: "gaussian" } as const]) {
    const psf = pointSpread(seeing, { spaxelSize: 1, wavelength });
    // 2^-0.2 between 3000 and 6000 Angstrom.
    assert.ok(Math.abs(psf.width[30] / psf.width[0] - 2 ** -0.2) < 1e-12);
    assert.ok(Math.abs(psf.width[10] / pointSpread({ ...seeing, slope: 0 }, sky).width[0] - 1) < 1e-12);
    using flux = random([12, 9, 37]);
    for (const method of ["auto", "direct", "transforms"] as const) {
      using seen = convolvePsf(flux, psf, { method });
      for (const w of [0, 15, 16, 36]) {
        using plane = fromData(flux.data.filter((_, i) => i % 37 === w), [12, 9, 1], "float64");
        using alone = convolvePsf(plane, { ...psf, width: psf.width.slice(w, w + 1) }, { method: "direct" });
        assert.ok(difference(seen.data.filter((_, i) => i % 37 === w), alone.data) < 1e-13);
      }
    }
  }
  const table = pointSpread({ fwhm: { wavelength: [3000, 4000], value: [2, 3] } }, { spaxelSize: 0.5, wavelength });
  // 2.5" at 3500 Angstrom are 5 spaxels.
  assert.ok(Math.abs(table.width[5] * 2.3548200450309493 - 5) < 1e-12);
});

Deno.test("convolvePsf() keeps light that stays in the field, and lets in light from a margin", () => {
  for (const [dtype, tolerance] of [["float64", 1e-12], ["float32", 1e-5]] as const) {
    for (const options of [{ fwhm: 2.1 }, { kind: "moffat", fwhm: 2, radius: 9 }] as SeeingOptions[]) {
      const psf = pointSpread(options, sky);
      const r = psf.radius;
      using flux = zeros([10 + 2 * r, 14 + 2 * r, 19], dtype);
      const inner = random([10, 14, 19]);
      for (let i = 0; i < inner.size; i++) {
        const [y, x, w] = [Math.floor(i / 266), Math.floor(i / 19) % 14, i % 19];
        flux.data[flux.offset(y + r, x + r, w)] = inner.data[i];
      }
      using seen = convolvePsf(flux, psf);
      const sum = (a: ArrayLike<number>) => Array.prototype.reduce.call(a, (s, x) => (s as number) + (x as number), 0);
      assert.ok(Math.abs(sum(seen.data) as number / (sum(inner.data) as number) - 1) < tolerance);
      using cropped = convolvePsf(flux, psf, { crop: r });
      assert.deepEqual(cropped.shape, [10, 14, 19]);
      const part = cropped.data.map((_, i) =>
        seen.data[
          seen.offset(r + Math.floor(i / 266), r + Math.floor(i / 19) % 14, i % 19)
        ]
      );
      assert.ok(difference(cropped.data, part) < tolerance);
    }
  }
});

Deno.test("convolvePsf() by transforms is that by sums, and dark where no light arrives", () => {
  for (const [dtype, tolerance] of [["float64", 1e-14], ["float32", 2e-6]] as const) {
    for (const [crop, slope, nw] of [[0, 0, 37], [3, -0.2, 37], [11, -0.2, 5], [13, 0, 1]]) {
      const options = { kind: "moffat", fwhm: 3, radius: 11, slope } as const;
      const psf = pointSpread(options, { spaxelSize: 1, wavelength: muse.wavelength.slice(0, nw) });
      using flux = random([41, 30, nw], dtype);
      flux.data.fill(0, 0, flux.offset(20, 0, 0));
      using sums = convolvePsf(flux, psf, { crop, method: "direct" });
      using transforms = convolvePsf(flux, psf, { crop, method: "transforms" });
      assert.ok(difference(transforms.data, sums.data) < tolerance);
      assert.deepEqual(transforms.data.map((x) => Number(x === 0)), sums.data.map((x) => Number(x === 0)));
    }
  }
});

Deno.test("convolvePsfAdjoint() is the transpose", () => {
  for (const [kind, slope, crop] of [["gaussian", 0, 2], ["gaussian", -1, 4], ["moffat", 0, 7], ["moffat", -1, 0]]) {
    const options = { kind, slope, fwhm: 2, radius: 5 } as SeeingOptions;
    const psf: PointSpread = pointSpread(options, sky);
    for (const method of ["auto", "direct", "transforms"] as const) {
      const m = crop as number;
      using x = random([21, 17, 37]);
      using y = random([21 - 2 * m, 17 - 2 * m, 37], "float64", 2);
      using there = convolvePsf(x, psf, { crop: m, method });
      using back = convolvePsfAdjoint(y, psf, { crop: m, method });
      assert.deepEqual(back.shape, x.shape);
      assert.ok(Math.abs(dot(there, y) / dot(x, back) - 1) < 1e-13);
    }
  }
});

Deno.test("convolvePsf() gives the same bits with 1, 2 and 3 threads", async () => {
  const psfs = [{ fwhm: 2.5 }, { kind: "moffat", fwhm: 3, slope: -0.2 }] as SeeingOptions[];
  const seen = psfs.map(() => new Set<string>());
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    psfs.forEach((options, i) => {
      using flux = random([23, 31, 37], "float32");
      using out = convolvePsf(flux, pointSpread(options, sky));
      seen[i].add(out.data.join());
    });
  }
  await ready({ threads: 2 });
  assert.deepEqual(seen.map((s) => s.size), [1, 1]);
});

Deno.test("pointSpread() and convolvePsf() say what is wrong", () => {
  const rejected = (options: Parameters<typeof pointSpread>[0], message: RegExp) =>
    assert.throws(() => pointSpread(options, sky), { name: "DomainError", message });
  rejected({ fwhm: 0 }, /"fwhm".*above 0, got 0/);
  rejected({ fwhm: -1, slope: 1 }, /"fwhm".*above 0, got -1/);
  rejected({ fwhm: NaN }, /"fwhm".*above 0, got NaN/);
  rejected({ kind: "moffat", fwhm: 1, beta: 1 }, /"beta".*above 1.*got 1/);
  rejected({ fwhm: 1, outside: 0 }, /"outside".*between 0 and 1.*got 0/);
  rejected({ size: 4, sigma: 1 }, /"size".*odd.*got 4/);
  rejected({ size: 5, sigma: 0 }, /"sigma".*above 0, got 0/);
  rejected({ kind: "airy" as "moffat", fwhm: 1 }, /"kind".*"moffat", got "airy"/);
  const psf = pointSpread({ fwhm: 2, slope: 1 }, sky);
  using flux = random([5, 6, 36], "float64");
  assert.throws(() => convolvePsf(flux, psf), { name: "ShapeError", message: /\[y, x, 37\], got \[5, 6, 36\]/ });
  const one = pointSpread({ fwhm: 2 }, sky);
  assert.throws(() => convolvePsf(flux, one, { crop: 3 }), {
    name: "ShapeError",
    message: /more than 6.*\[5, 6, 36\]/,
  });
});
