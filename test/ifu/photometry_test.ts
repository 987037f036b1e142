import assert from "node:assert/strict";
import { fromData, type NdArray } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  abMagnitude,
  abMagnitudeImage,
  bandImage,
  binSpectra,
  circleMask,
  Cube,
  type CubeParts,
  type Filter,
  readFilter,
  TOP_HATS,
  topHat,
  totalSpectrum,
  whiteLight,
} from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inputError } from "../radiation/_files.ts";
import { inFolder } from "../support/folder.ts";
import { readNpy } from "../support/npy.ts";

await ready({ threads: 2 });

const REFERENCE = new URL("reference/", import.meta.url);
const reference = (name: string) => readNpy(new URL(`f64/${name}.npy`, REFERENCE));

const grid = (from: number, step: number, count: number) => ({
  wavelength: Float64Array.from({ length: count }, (_, i) => from + i * step),
  wavelengthStep: step,
});

function cubeOf(
  parts: Partial<CubeParts> & Pick<CubeParts, "wavelength" | "wavelengthStep">,
  values: ArrayLike<number>,
) {
  const count = parts.wavelength.length;
  const shape = [1, values.length / count, count];
  return new Cube({ flux: fromData(values, shape, "float64"), spaxelSize: 0.5, unit: "Lsun/Angstrom", ...parts });
}

const maximum = (values: ArrayLike<number>) => Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  maximum(Array.from(a).map((v, i) => v - b[i])) / maximum(b);

const domain = (message: RegExp) => (error: unknown) =>
  isToolkitError(error, "DomainError") && message.test(error.message);

Deno.test("bandImage() of trapezoids is RUBIX's image, for both widths", async () => {
  const { shape, data } = reference("main_07_cube_psf_lsf");
  const axis = {
    wavelength: reference("wavelength").data,
    wavelengthStep: 2.5,
    spaxelSize: 1,
    unit: "Lsun/Angstrom" as const,
  };
  for (const [dtype, tolerance] of [["float64", 3e-8], ["float32", 1e-6]] as const) {
    using cube = new Cube({ flux: fromData(data, shape, dtype), ...axis });
    for (const name of ["gauss_blue", "box_red"]) {
      const filter = await readFilter(new URL(`filter_${name}.csv`, REFERENCE));
      assert.equal(filter.name, `filter_${name}`);
      // RUBIX takes the transmission at the ends of the curve for all wavelengths outside of it.
      const ends = filter.transmission.subarray(-1)[0];
      const clamped = {
        name,
        wavelength: Float64Array.of(4000, ...filter.wavelength, 9000),
        transmission: Float64Array.of(filter.transmission[0], ...filter.transmission, ends),
      };
      using image = bandImage(cube, clamped, { weighting: "integral", coverage: 0 });
      // Transmissions in the files are rounded to 8 digits.
      const error = difference(image.data, reference(`09_image_${name}`).data);
      assert.ok(error < tolerance, `${name} ${dtype}: ${error}`);
      // Which adds 3 % to the one that does not end near 0.
      using cut = bandImage(cube, filter, { weighting: "integral" });
      const more = image.data.reduce((a, b) => a + b) / cut.data.reduce((a, b) => a + b) - 1;
      assert.ok(Math.abs(more - { gauss_blue: 0.03, box_red: 0 }[name]!) < 0.003, `${name} ${more}`);
    }
  }
});

Deno.test("A constant spectrum has its own value in energy and photon images, whatever the filter and the grid", () => {
  const filters: Filter[] = [
    topHat("narrow", 5003.3, 5004.1),
    topHat("wide", 5000.5, 5099),
    {
      name: "curve",
      wavelength: Float64Array.of(5001, 5020, 5021, 5090),
      transmission: Float64Array.of(0, 0.3, 0.9, 0.1),
    },
  ];
  using cube = cubeOf(grid(5000.5, 1, 99), new Float64Array(99).fill(3));
  for (const filter of filters) {
    for (const weighting of ["energy", "photon"] as const) {
      using image = bandImage(cube, filter, { weighting });
      assert.ok(Math.abs(image.data[0] - 3) < 1e-14, `${filter.name} ${weighting} ${image.data[0]}`);
    }
  }
});

Deno.test("Means weigh pixels by the part of the filter in them, and by wavelength for photons", () => {
  // Pixels of 10 A around 5000, 5010, 5020 A; the filter takes 2 A of the first, all of the second and 5 A of the third.
  using cube = cubeOf({ ...grid(5000, 10, 3), variance: fromData([1, 2, 3], [1, 1, 3], "float64") }, [1, 10, 100]);
  const filter = topHat("band", 5003, 5020);
  using energy = bandImage(cube, filter, { weighting: "energy" });
  assert.ok(Math.abs(energy.data[0] - (2 + 100 + 500) / 17) < 1e-12);
  using photon = bandImage(cube, filter);
  const moments = [[5003, 5005], [5005, 5015], [5015, 5020]].map(([a, b]) => (b * b - a * a) / 2);
  const mean = (moments[0] + 10 * moments[1] + 100 * moments[2]) / (moments[0] + moments[1] + moments[2]);
  assert.ok(Math.abs(photon.data[0] - mean) < 1e-11);
  using variance = bandImage(cube, filter, { weighting: "energy", of: "variance" });
  assert.ok(Math.abs(variance.data[0] - (4 + 2 * 100 + 3 * 25) / 289) < 1e-13);
  // Samples of T at 5000, 5010 and 5020 A: 0, 1, 1; trapezoids of 10 A.
  using integral = bandImage(cube, filter, { weighting: "integral" });
  assert.equal(integral.data[0], 10 * 10 + 5 * 100);
  using white = whiteLight(cube);
  assert.equal(white.data[0], 1110);
});

Deno.test("abMagnitude() of a flat source of 10^(-0.4 48.6) erg/s/cm2/Hz is 0 in every band", () => {
  const axis = grid(3000, 1.25, 5600);
  const density = Math.pow(10, -0.4 * 48.6);
  const flux = axis.wavelength.map((w) => density * 2.99792458e18 / (w * w) * 1e20);
  const spectrum = { ...axis, flux, unit: "1e-20 erg/s/cm2/Angstrom" as const };
  const triangle = {
    name: "triangle",
    wavelength: Float64Array.of(4000, 5000, 9000),
    transmission: Float64Array.of(0, 1, 0),
  };
  for (const filter of [...Object.values(TOP_HATS), triangle]) {
    // Spectra are taken to be constant in a pixel, of which ends of top-hats cut a part: (step/w)(step/width) at most.
    assert.ok(Math.abs(abMagnitude(spectrum, filter)) < 2e-7, `${filter.name} ${abMagnitude(spectrum, filter)}`);
  }
  // 3631 Jy is that rounded: -2.5 log10(3631e-23) - 48.6 = -6.6e-5.
  const rounded = { ...spectrum, flux: flux.map((f) => f * 3631e-23 / density) };
  assert.ok(Math.abs(abMagnitude(rounded, TOP_HATS.r) + 6.5639e-5) < 1e-7);
});

Deno.test("abMagnitude() agrees with NumPy's integrals of a spectrum with lines", () => {
  // numpy 2.4.6: w = 4000.0005 + 0.001 i to 8000; F = 1e-17 (1 + (w/6000)^2 + sin(w/300)/2), constant in pixels of 2.5 A, T a parabola
  // of 41 points; m = -2.5 log10(sum(F T w)/sum(c T/w)) - 48.6.
  const axis = grid(4001.25, 2.5, 1600);
  const flux = axis.wavelength.map((w) => 1e3 * (1 + (w / 6000) ** 2 + 0.5 * Math.sin(w / 300)));
  const wavelength = Float64Array.from({ length: 41 }, (_, i) => 5000 + 37.7 * i);
  const transmission = wavelength.map((_, i) => i * (40 - i) / 400);
  const magnitude = abMagnitude({ ...axis, flux, unit: "1e-20 erg/s/cm2/Angstrom" }, {
    name: "parabola",
    wavelength,
    transmission,
  });
  assert.ok(Math.abs(magnitude - NUMPY_MAGNITUDE) < 1e-11, String(magnitude));
});
const NUMPY_MAGNITUDE = 20.527816549210165;

Deno.test("abMagnitudeImage() is that of each spaxel, of its area or not, and NaN without light", () => {
  const axis = grid(5000, 10, 3);
  using cube = cubeOf({ ...axis, unit: "1e-20 erg/s/cm2/Angstrom" }, [1, 2, 3, 0, 0, 0]);
  const filter = topHat("band", 4995, 5025);
  const one = abMagnitude({ ...axis, flux: Float64Array.of(1, 2, 3), unit: cube.unit }, filter);
  using whole = abMagnitudeImage(cube, filter, { surfaceBrightness: false });
  using square = abMagnitudeImage(cube, filter);
  assert.deepEqual([whole.data[0], whole.data[1]], [one, NaN]);
  // Spaxels of 0.25 arcsec2: log10(1/4) of a magnitude more light in a square arcsecond.
  assert.ok(Math.abs(square.data[0] - (one + 2.5 * Math.log10(0.25))) < 1e-12);
});

Deno.test("Luminosities have magnitudes at a distance", () => {
  const axis = grid(5000, 10, 3);
  const filter = topHat("band", 4995, 5025);
  const spectrum = { ...axis, flux: Float64Array.of(1e10, 1e10, 1e10), unit: "Lsun/Angstrom" as const };
  assert.throws(() => abMagnitude(spectrum, filter), { name: "TypeError", message: /give a "luminosityDistance"/ });
  const near = abMagnitude(spectrum, filter, { luminosityDistance: 10 });
  const far = abMagnitude(spectrum, filter, { luminosityDistance: 1000 });
  assert.ok(Math.abs(far - near - 10) < 1e-12);
  const flux = new Float64Array(3).fill(1e10 * 3.828e33 / (4 * Math.PI * (10 * 3.08568e24) ** 2) * 1e20);
  const direct = abMagnitude({ ...axis, flux, unit: "1e-20 erg/s/cm2/Angstrom" }, filter);
  assert.ok(Math.abs(near - direct) < 1e-12);
});

Deno.test("Measures name how much of a filter is covered, and take what is there if asked to", () => {
  using cube = cubeOf({ ...grid(5005, 10, 10), unit: "1e-20 erg/s/cm2/Angstrom" }, new Float64Array(10).fill(2));
  const half = topHat("half", 5050, 5150);
  for (const measure of [() => bandImage(cube, half), () => abMagnitudeImage(cube, half)]) {
    assert.throws(
      measure,
      domain(/at least 0.99 of filter half must lie inside of 5000 to 5100 Angstrom, got 0.49\d\d.*"coverage"/),
    );
  }
  using image = bandImage(cube, half, { coverage: 0.4 });
  assert.ok(Math.abs(image.data[0] - 2) < 1e-14);
  assert.throws(
    () => bandImage(cube, topHat("far", 6000, 7000), { coverage: 0 }),
    domain(/got 0.0000, as the filter spans 6000/),
  );
  assert.throws(() => bandImage(cube, half, { coverage: 2 }), domain(/"coverage"/));
  assert.throws(() => bandImage(cube, half, { weighting: "none" as "energy" }), domain(/"weighting"/));
  assert.throws(() => bandImage(cube, half, { coverage: 0, of: "variance" }), {
    name: "TypeError",
    message: /it has none|the cube has none/,
  });
});

Deno.test("readFilter() reads separators, comments and units, and names what is wrong", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.curve.csv`;
    const read = async (text: string, options = {}) => {
      await Deno.writeTextFile(path, text);
      return await readFilter(path, options);
    };
    for (
      const text of [
        "Wavelength,Transmission\r\n500,0\r\n600,1\r\n",
        "# note\n500 0\n\n 600\t1",
        "500;0\n600 ; 1;extra",
      ]
    ) {
      const { name, wavelength, transmission } = await read(text, { unit: "nm" });
      assert.deepEqual([name, [...wavelength], [...transmission]], ["a.curve", [5000, 6000], [0, 1]]);
    }
    assert.deepEqual([...(await read("0.5,1\n0.6,1", { unit: "um", name: "b" })).wavelength], [5000, 6000]);
    await assert.rejects(
      readFilter(`${folder}/none.csv`),
      inputError(`${folder}/none.csv`, "", /there is no such file/),
    );
    const line = async (text: string, place: string) => {
      const error = await read(text).catch((e) => e);
      assert.ok(isToolkitError(error, "FormatError") && error.location === place, String(error));
    };
    await line("Wavelength,T\nanother,line\n", "line 2");
    await line("5000,0\n5001\n", "line 2");
    await line("5000,0\n5001,x\n", "line 2");
    await assert.rejects(read("5000,1\n"), domain(/at least two wavelengths, got 1/));
    await assert.rejects(read("5000,1\n4000,1\n"), domain(/ascending, got 4000 at place 1/));
    await assert.rejects(read("5000,1\n6000,-1\n"), domain(/not negative, got -1 at place 1/));
    await assert.rejects(read("5000,0\n6000,0\n"), domain(/some light must pass/));
    assert.throws(() => topHat("x", 5000, 4000), domain(/make filter x: .* ascending/));
  });
});

Deno.test("totalSpectrum(), binSpectra() and circleMask() sum the spaxels they say, with the variance", () => {
  const values = Float64Array.from({ length: 12 }, (_, i) => i);
  using cube = cubeOf(
    { ...grid(5000, 1, 2), variance: fromData(values.map((v) => 2 * v), [1, 6, 2], "float64") },
    values,
  );
  cube.aperture[5] = 0;
  const { flux, variance, unit } = totalSpectrum(cube);
  assert.deepEqual([[...flux], [...variance!], unit], [[20, 25], [40, 50], "Lsun/Angstrom"]);
  assert.deepEqual([...totalSpectrum(cube, Uint8Array.of(0, 0, 0, 0, 1, 1)).flux], [18, 20]);
  assert.deepEqual([...totalSpectrum(cube, new Uint8Array(6)).flux], [0, 0]);
  using sums = binSpectra(cube, Int32Array.of(1, 0, -1, 1, 0, -1));
  assert.deepEqual([sums.flux.shape, [...sums.flux.data]], [[2, 2], [10, 12, 6, 8]]);
  assert.deepEqual([...(sums.variance as NdArray).data], [20, 24, 12, 16]);
  assert.throws(() => binSpectra(cube, new Int32Array(5)), { name: "ShapeError", message: /1 x 6 spaxels, got 5/ });
  // Spaxels of 0.5 arcsec: centers at -1.25, -0.75, ... 1.25.
  assert.deepEqual([...circleMask(cube, 0.8)], [0, 1, 1, 1, 1, 0]);
  assert.deepEqual([...circleMask(cube, 0.6, [1, 0])], [0, 0, 0, 0, 1, 1]);
});

Deno.test("Images and summed spectra have the same bits for any number of threads", async () => {
  const count = 700;
  const values = Float64Array.from({ length: 100 * count }, (_, i) => Math.sin(i) + 1);
  const results: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using cube = cubeOf(grid(4000, 2, count), values);
    using image = bandImage(cube, topHat("band", 4100, 5000));
    using sums = binSpectra(cube, Int32Array.from({ length: 100 }, (_, i) => i % 7));
    results.push([...image.data, ...sums.flux.data]);
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  await ready({ threads: 2 });
});
