import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { luminosityDistance, planck18 } from "../../lib/cosmology/mod.ts";
import { Cube, fluxFactor, toFlux } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready({ threads: 2 });
const close = (a: number, b: number, tolerance = 1e-12) => assert.ok(Math.abs(a / b - 1) < tolerance, `${a} ${b}`);

Deno.test("fluxFactor() is the sun's luminosity over a sphere", () => {
  // The sun at 10 pc: 3.828e33 / (4 pi (3.08568e19 cm)^2) = 3.19935e-7 erg/s/cm2.
  close(fluxFactor({ distanceMpc: 1e-5 }), 3.19935e-7 / 1e-20, 1e-5);
  const distance = luminosityDistance(planck18, 0.1) / planck18.h;
  close(fluxFactor({ cosmology: planck18, redshift: 0.1 }), fluxFactor({ distanceMpc: distance }));
});

Deno.test("toFlux() keeps energy: a sphere of the distance's size gets all light", () => {
  // 1000 L_sun at z = 0.25, 2 L_sun/Angstrom over 500 Angstrom at rest: 1.6 over the 625 Angstrom where it is observed.
  const [z, step] = [0.25, 125];
  const flux = fromData(new Float64Array(5).fill(1.6), [1, 1, 5], "float64");
  const variance = fromData(new Float64Array(5).fill(4), [1, 1, 5], "float64");
  const wavelength = Float64Array.of(5000, 5125, 5250, 5375, 5500);
  const parts = { flux, variance, wavelength, wavelengthStep: step, spaxelSize: 0.2 };
  using cube = toFlux(new Cube({ ...parts, unit: "Lsun/Angstrom" }), { cosmology: planck18, redshift: z });
  const centimeters = luminosityDistance(planck18, z) / planck18.h * 3.08568e24;
  const received = Float64Array.from(cube.flux.data).reduce((sum, f) => sum + f * step * 1e-20, 0) * 4 * Math.PI *
    centimeters ** 2;
  close(received, 1000 * 3.828e33);
  assert.equal(cube.unit, "1e-20 erg/s/cm2/Angstrom");
  close(Math.sqrt(cube.variance!.data[3]) / cube.flux.data[3], 2 / 1.6);
  assert.throws(() => toFlux(cube, { distanceMpc: 1 }), {
    name: "DomainError",
    message: /must be in Lsun\/Angstrom, got 1e-20/,
  });
});

Deno.test("fluxFactor() says what is wrong", () => {
  const rejected = (distance: Parameters<typeof fluxFactor>[0], message: RegExp) =>
    assert.throws(() => fluxFactor(distance), { name: "DomainError", message });
  rejected({ distanceMpc: 0 }, /"distanceMpc".*above 0, got 0/);
  rejected({ cosmology: planck18, redshift: 0 }, /"redshift".*"distanceMpc", got 0/);
  rejected({ cosmology: planck18, redshift: NaN }, /"redshift".*got NaN/);
});
