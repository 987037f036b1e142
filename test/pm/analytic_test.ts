import assert from "node:assert/strict";
import { type Field, zeros } from "../../lib/array/mod.ts";
import {
  type Cosmology,
  cosmology,
  einsteinDeSitter,
  expansionRate,
  growthFactor,
  growthRate,
  linearPower,
} from "../../lib/cosmology/mod.ts";
import { irfftn, rfftn } from "../../lib/fft/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { type InitialField, initialField, lagrangianDisplacements, lptSnapshot } from "../../lib/pm/mod.ts";

await ready({ threads: 2 });

/** The field whose overdensity today is `delta` of coordinates in the box, -1/2 to 1/2. */
function fieldOf(
  universe: Cosmology,
  n: number,
  boxSize: number,
  delta: (x: number, y: number, z: number) => number,
): InitialField {
  using mesh = zeros([n, n, n], "float64");
  const centred = (i: number) => i / n - 0.5;
  for (let i = 0; i < n ** 3; i++) {
    mesh.data[i] = delta(centred(Math.floor(i / n / n)), centred(Math.floor(i / n) % n), centred(i % n));
  }
  using noise = rfftn(mesh);
  return initialField(linearPower(universe), { cells: n, boxSize, noise });
}

const flat = cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.045 });

Deno.test("a sphere collapses as 1 - d/3 - d^2/21 - 23 d^3/1701, and as growth has it in other universes", () => {
  const [n, boxSize, amplitude, width] = [48, 96, 0.3, 8];
  for (const universe of [einsteinDeSitter, flat]) {
    // phi = -A s^2 exp(-r^2/2s^2): delta = A (3 - r^2/s^2) exp(-r^2/2s^2), and the mean of delta within r is
    // 3 phi'/r = 3 A exp(-r^2/2s^2). Nothing is left outside, so the periodic images do not matter.
    const u = (r2: number) => amplitude * Math.exp(-r2 / (2 * width ** 2));
    using field = fieldOf(universe, n, boxSize, (...x) => {
      const r2 = x.reduce((sum, v) => sum + (v * boxSize) ** 2, 0);
      return (3 - r2 / width ** 2) * u(r2);
    });
    for (const z of [0, 1]) {
      const [d1, d2, a, b] = (["1", "2", "3a", "3b"] as const).map((order) => growthFactor(universe, z, { order }));
      const series = (d: number) => [-d / 3, -d * d / 21, -23 * d ** 3 / 1701];
      const parts = (u: number) => [-d1 * u, d2 * u * u, -(a / 3 + b) * u ** 3];
      if (universe === einsteinDeSitter) {
        parts(0.2).forEach((p, i) => assert.ok(Math.abs(p - series(3 * 0.2 / (1 + z))[i]) < 1e-12));
      }
      for (const order of [1, 2, 3] as const) {
        using ours = lagrangianDisplacements(field, { z, order });
        let worst = 0;
        for (let i = 0; i < n ** 3; i++) {
          const q = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n].map((j) => (j / n - 0.5) * boxSize);
          const factor = parts(u(q[0] ** 2 + q[1] ** 2 + q[2] ** 2)).slice(0, order).reduce((x, y) => x + y);
          q.forEach((q, axis) =>
            worst = Math.max(worst, Math.abs(ours.displacement.data[axis * n ** 3 + i] - factor * q))
          );
        }
        // Mpc/h; the largest displacement is 1.5. What the Gaussian leaves at the faces, exp(-18), is 1e-7 of it.
        assert.ok(worst < 1e-6, `z ${z} order ${order}: ${worst}`);
      }
    }
  }
});

Deno.test("a plane wave moves as in the Zel'dovich approximation, which is exact, to all orders", () => {
  const [n, boxSize, z] = [32, 50, 1];
  // Along (1, 2, 0): k = 2 pi sqrt(5)/L; psi = -A k/k^2 sin(k x).
  const k = [1, 2, 0].map((m) => 2 * Math.PI * m / boxSize);
  const k2 = k[0] ** 2 + k[1] ** 2;
  const phase = (x: number[]) => (k[0] * x[0] + k[1] * x[1]) * boxSize;
  using field = fieldOf(flat, n, boxSize, (...x) => 0.5 * Math.cos(phase(x)));
  const d = growthFactor(flat, z);
  const speed = 100 * expansionRate(flat, z) / (1 + z) * growthRate(flat, z);
  using ours = lagrangianDisplacements(field, { z, order: 3, velocities: true });
  for (let i = 0; i < n ** 3; i++) {
    const q = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n].map((j) => j / n - 0.5);
    for (const axis of [0, 1, 2]) {
      const expected = -0.5 * d * k[axis] / k2 * Math.sin(phase(q));
      assert.ok(Math.abs(ours.displacement.data[axis * n ** 3 + i] - expected) < 1e-13);
      assert.ok(Math.abs(ours.velocity!.data[axis * n ** 3 + i] - speed * expected) < 1e-11);
    }
  }
});

Deno.test("the density and the velocity of a plane wave are the exact ones of moved sheets", () => {
  const [n, boxSize, z, amplitude] = [64, 64, 0, 0.2];
  using field = fieldOf(einsteinDeSitter, n, boxSize, (x) => amplitude * Math.cos(2 * Math.PI * x));
  // Sheets s = 1/(1 + delta) cells apart, up to 1.2, leave harmonics 2 sinc^p(j/s) of the density, j = 1, 2, ...: in the void
  // 0.16, 0.02 and 0.004 (with CIC a sheet at a node gives it a density of 1, as its neighbours are farther than a cell).
  const cases = [["cic", 0.17], ["tsc", 0.025], ["pcs", 0.006]] as const;
  for (const [lattice, [scheme, tolerance]] of cases.flatMap((c) => [["nodes", c], ["centres", c]] as const)) {
    using snapshot = lptSnapshot(field, { z, order: 1, lattice, scheme, velocityAxis: 0 });
    // x = q - A/k sin(kq): 1 + delta = 1/(1 - A cos(kq)), v = 100 (x - q) km/s.
    for (let i = 0; i < n; i++) {
      const x = i / n - 0.5;
      let q = x;
      for (let t = 0; t < 60; t++) q = x + amplitude / (2 * Math.PI) * Math.sin(2 * Math.PI * q);
      const at = (field: Field) => field.array.data[field.array.offset(i, 5, 7)];
      const density = 1 / (1 - amplitude * Math.cos(2 * Math.PI * q)) - 1;
      assert.ok(Math.abs(at(snapshot.density) - density) < tolerance, `${scheme} ${at(snapshot.density)} ${density}`);
      const [speed, most] = [100 * (x - q) * boxSize, 100 * amplitude * boxSize / (2 * Math.PI)];
      assert.ok(Math.abs(at(snapshot.velocity!) - speed) < 0.03 * most, `${scheme} ${at(snapshot.velocity!)} ${speed}`);
    }
  }
});

Deno.test("the skewness of the density gains 6/7 from the first to the second order", () => {
  const [n, boxSize, z] = [64, 640, 0.5];
  using field = initialField(linearPower(flat), { cells: n, boxSize, key: 3, dtype: "float64" });
  const skewness = ([1, 2] as const).map((order) => {
    using snapshot = lptSnapshot(field, { z, order });
    using spectrum = rfftn(snapshot.density.array as ReturnType<typeof zeros<"float64">>);
    // A Gaussian of 25 Mpc/h.
    for (let i = 0; i < spectrum.size; i++) {
      const half = n / 2 + 1;
      const m = [Math.floor(i / half / n), Math.floor(i / half) % n, i % half].map((j) => Math.min(j, n - j));
      const factor = Math.exp(-((25 * 2 * Math.PI / boxSize) ** 2) * (m[0] ** 2 + m[1] ** 2 + m[2] ** 2) / 2);
      spectrum.data[2 * i] *= factor;
      spectrum.data[2 * i + 1] *= factor;
    }
    using smooth = irfftn(spectrum);
    const [two, three] = smooth.data.reduce(([a, b], v) => [a + v * v, b + v ** 3], [0, 0]);
    return three / n ** 3 / (two / n ** 3) ** 2;
  });
  // Bernardeau et al. (2002): 4 - (n + 3) and 34/7 - (n + 3) with n the slope. One realisation: a fifth of that.
  const gain = skewness[1] - skewness[0];
  assert.ok(gain > 0.65 && gain < 1.15, skewness.join(", "));
});
