import assert from "node:assert/strict";
import { fromData, multiply, subtract, sum, zeros } from "../../lib/array/mod.ts";
import { growthFactor, planck18 } from "../../lib/cosmology/mod.ts";
import type { RealArray } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { nbody, nbodyAdjoint } from "../../lib/lightcone/mod.ts";
import { gaussianAdjoint, gaussianInitialConditions, lpt, lptAdjoint, lptFactors } from "../../lib/pm/mod.ts";

await ready();

const file = await openHdf5(new URL("reference/gradient_24.h5", import.meta.url));
const mesh = [24, 24, 24] as const;
const box = { mesh, boxSize: [180, 180, 180] } as const;
const read = (name: string, shape: readonly number[]) =>
  fromData(file.readNumbers(name), shape, "float64") as RealArray;

Deno.test("the gradient through initial conditions, 2LPT, N-body and painting is JaxPM's, and its own differences'", () => {
  using noise = read("white", mesh);
  using target = read("target", mesh);
  const power = { k: file.readNumbers("k"), power: file.readNumbers("power") };
  // There the second order is 3/7 of a D2 that is 1 today.
  const exact = lptFactors(planck18, { a: 0.1, order: 2 });
  const by = -3 / 7 / growthFactor(planck18, 0, { order: "2" });
  const growth = {
    displacement: exact.displacement.map((d, i) => i === 1 ? by * d : d),
    momentum: exact.momentum.map((d, i) => i === 1 ? by * d : d),
  };
  const run = { cosmology: planck18, dt0: 0.2, target: "density" } as const;
  const lptOptions = { cosmology: planck18, a: 0.1, order: 2, growth } as const;

  using field = gaussianInitialConditions(power, { ...box, noise });
  using particles = lpt(field, lptOptions);
  using density = nbody(particles, { ...run, inPlace: true });
  using off = subtract(density.array, target) as RealArray;
  const loss = sum(multiply(off, off)) / 2 / 24 ** 3;
  assert.ok(Math.abs(loss / file.numberAttribute("/", "loss") - 1) < 1e-6, `${loss}`);

  multiply(off, 1 / 24 ** 3, { out: off });
  using displacement = zeros([3, ...mesh]) as RealArray;
  using momentum = zeros([3, ...mesh]) as RealArray;
  nbodyAdjoint(particles, off, { displacement, momentum }, { ...run, t0: 0.1 });
  using ofLpt = lptAdjoint(field, { displacement, momentum }, lptOptions);
  using gradient = gaussianAdjoint(power, ofLpt.field, { ...box, noise });
  const expected = file.readNumbers("white_gradient");
  const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const error = (gradient.noise.data as Float64Array).reduce(
    (most: number, v: number, i: number) => Math.max(most, Math.abs(v - expected[i])),
    0,
  );
  assert.ok(error < 1e-5 * largest, `${error / largest}`);

  // P is proportional to sigma8^2.
  const slope = gradient.power!.gradient.reduce((s, g, i) => s + g * power.power[i] * 2 / 0.8102, 0);
  assert.ok(Math.abs(slope / file.numberAttribute("/", "fd_sigma8") - 1) < 1e-4, `${slope}`);
});
