import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import type { RealArray } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { addDensityCotangent, evolve, evolveAdjoint, particleDensity } from "../../lib/pm/mod.ts";
import { n, referenceFactors, rms, start, thinned, worst } from "./_reference_steps.ts";

await ready({ threads: 2 });
const file = await openHdf5(new URL("reference/adjoint_small_steps.h5", import.meta.url));

for (
  const [dtype, tolerance, deviation] of [
    // Measured 2e-15 of the largest one, and 4e-15 cells.
    ["float64", 1e-12, 1e-12],
    // Measured 6e-7 rms, and 3e-6 cells.
    ["float32", 1e-5, 3e-5],
  ] as const
) {
  Deno.test(`evolveAdjoint() has the derivatives of JAX, through 18 steps in ${dtype}`, () => {
    using particles = start(dtype);
    using initial = particles.copy();
    const factors = referenceFactors("rkdk");
    const options = { cosmology: planck18, schedule: { times: factors.times, targets: [] }, factors };
    evolve(particles, options);
    using painted = particleDensity(particles.displacement);
    // Half the mean of the squares.
    const value = (painted.array.data as Float64Array).reduce((sum, v) => sum + v * v, 0) / (2 * n ** 3);
    assert.ok(Math.abs(value / file.numberAttribute("/", "value") - 1) < tolerance, `value ${value}`);
    painted.array.data.forEach((v, i) => painted.array.data[i] = v / n ** 3);
    using displacement = zeros([3, n, n, n], dtype) as RealArray;
    using momentum = zeros([3, n, n, n], dtype) as RealArray;
    addDensityCotangent(particles, painted.array, displacement);
    const slopes = evolveAdjoint(particles, { displacement, momentum }, { ...options, initial, tolerance: deviation });
    const parts = {
      x: thinned(displacement.data, 3),
      p: thinned(momentum.data, 3),
      kick: slopes.kick.subarray(0, 18),
      drift: slopes.drift,
    };
    for (const [name, found] of Object.entries(parts)) {
      const wanted = file.readNumbers(name);
      const difference = dtype === "float64"
        ? worst(found, wanted)
        : rms(found, wanted) / rms(wanted, wanted.map(() => 0));
      assert.ok(difference < tolerance, `${name}: ${difference}`);
    }
  });
}
