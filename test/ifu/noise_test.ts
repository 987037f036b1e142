import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { addNoise, Cube } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });

Deno.test("addNoise() by signal to noise has the sigma of the original where all spaxels are filled", () => {
  const { shape, data } = reference("main_07_cube_psf_lsf");
  const mean = data.reduce((a, b) => a + b) / data.length;
  const filled = data.map((x) => x + 0.01 * mean);
  const wavelength = Float64Array.from({ length: shape[2] }, (_, i) => 4750 + 2.5 * i);
  const flux = fromData(filled, shape, "float64");
  using cube = new Cube({ flux, wavelength, wavelengthStep: 2.5, spaxelSize: 1, unit: "Lsun/Angstrom" });
  using variance = addNoise(cube, { signalToNoise: 20, key: 1 });
  const fraction = reference("main_08_noise_fraction_filled").data;
  const wanted = filled.map((x, i) => (x * fraction[Math.floor(i / shape[2])]) ** 2);
  assert.ok(difference(variance.data, wanted) < 1e-9);
});
