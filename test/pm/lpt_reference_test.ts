import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import type { Triple } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { gaussianInitialConditions, lpt, lptFactors } from "../../lib/pm/mod.ts";

await ready({ threads: 2 });

const file = await openHdf5(new URL("reference/lightcone_lpt.h5", import.meta.url));
const n = 24;
const mesh: Triple = [n, n, n];
const boxSize: Triple = [180, 180, 180];
const power = { k: file.readNumbers("k"), power: file.readNumbers("power") };
const factors = {
  displacement: file.readNumbers("displacement_factors"),
  momentum: file.readNumbers("momentum_factors"),
};
const noise = (dtype: "float32" | "float64") => fromData(file.readNumbers("white"), [n, n, n], dtype);

/** Every second node along each axis, of component `c` (or of a mesh): `[i, j, k]`. */
function stride2(data: ArrayLike<number>, c = 0): Float64Array {
  const h = n / 2;
  return Float64Array.from({ length: h ** 3 }, (_, i) => {
    const [x, y, z] = [Math.floor(i / h / h), Math.floor(i / h) % h, i % h];
    return data[((c * n + 2 * x) * n + 2 * y) * n + 2 * z];
  });
}

/** Largest difference over the largest number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, most] = [0, 0];
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    most = Math.max(most, Math.abs(expected[i]));
  }
  return worst / most;
}

// float32: rounding of potentials, of which differences are taken. LPT1 was stored in float32.
for (const [dtype, fieldBound, bound] of [["float64", 1e-12, 1e-12], ["float32", 1e-6, 1e-5]] as const) {
  Deno.test(`initial conditions and LPT are those of JaxPM, ${dtype}`, () => {
    using white = noise(dtype);
    using field = gaussianInitialConditions(power, { mesh, boxSize, noise: white });
    // The original gives the mean the power of the smallest k.
    const mean = file.readNumbers("white").reduce((sum, w) => sum + w, 0) / n ** 3 *
      Math.sqrt(power.power[0] * n ** 3 / 180 ** 3);
    const expected = file.readNumbers("delta_stride2").map((d) => d - mean);
    const worst = difference(stride2(field.array.data), expected);
    assert.ok(worst < fieldBound, `field ${worst}`);
    for (const order of [1, 2] as const) {
      const growth = {
        displacement: factors.displacement.subarray(0, order),
        momentum: factors.momentum.subarray(0, order),
      };
      using particles = lpt(field, { cosmology: planck18, a: 0.1, order, growth });
      for (const [name, { array }] of [["dx", particles.displacement], ["p", particles.momentum]] as const) {
        const reference = file.readNumbers(`lpt${order}_${name}_stride2`);
        for (const axis of [0, 1, 2]) {
          const worst = difference(stride2(array.data, axis), reference.filter((_, i) => i % 3 === axis));
          assert.ok(worst < (order === 1 ? Math.max(bound, 1e-7) : bound), `order ${order} ${name} ${axis}: ${worst}`);
        }
      }
    }
  });
}

// The original normalises the second order to 3/7 at a = 1, where it is 3/7 Omega_m^(-1/143).
Deno.test("growth factors are those of the original, but for the second order", () => {
  const exact = lptFactors(planck18, { a: 0.1, order: 2 });
  for (const name of ["displacement", "momentum"] as const) {
    const [first, second] = exact[name].map((v, i) => v / factors[name][i] - 1);
    assert.ok(Math.abs(first) < 1e-6, `${first}`);
    assert.ok(Math.abs(second - 0.00836) < 1e-4, `${second}`);
  }
});
