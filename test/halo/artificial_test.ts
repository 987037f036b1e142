import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { artificialHalos, haloCatalog, haloMassFunctionPoints } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready({ threads: 1 });

Deno.test("artificialHalos() has one mass, and the same places at all redshifts", () => {
  const options = { count: 4000, boxSize: 30 };
  const [a, b] = [artificialHalos({ ...options, z: 6 }), artificialHalos({ ...options, z: 9 })];
  assert.deepEqual(a.positions, b.positions);
  assert.equal(a.masses[3999], 1e12);
  assert.ok(Math.abs(b.masses[0] / (1e12 * Math.exp(-0.79 * 3)) - 1) < 1e-14);
  assert.equal(a.alphas[0], 0.79);
  // Mean of 12000 uniform numbers: 15 with a standard deviation of 30/sqrt(12 * 12000) = 0.079.
  const mean = Float64Array.from(a.positions).reduce((sum, x) => sum + x, 0) / 12000;
  assert.ok(Math.abs(mean - 15) < 0.32, `${mean}`);
  const other = artificialHalos({ ...options, z: 6, key: 1, massAtSix: 1e11, alpha: 0.5 });
  assert.equal(other.masses[0], 1e11);
  assert.equal(other.alphas[0], 0.5);
  assert.notEqual(other.positions[0], a.positions[0]);
});

Deno.test("haloMassFunctionPoints() counts halos per volume and ln M", () => {
  const masses = Float64Array.of(1e9, 1.2e9, 9e9, 1.1e10, 9.99e11, 1e12);
  const halos = haloCatalog({ positions: new Float32Array(18), masses, z: 8, boxSize: 10 });
  const points = haloMassFunctionPoints(halos, { binsPerDecade: 1, range: [1e9, 1e12] });
  assert.deepEqual([...points.counts], [3, 1, 2]);
  assert.ok(points.edges.every((m, i) => Math.abs(m / 10 ** (9 + i) - 1) < 1e-14));
  assert.ok(Math.abs(points.masses[1] / 10 ** 10.5 - 1) < 1e-14);
  // 3 halos in 1000 (Mpc/h)^3 and ln 10; error sqrt(3) of 3.
  assert.ok(Math.abs(points.density[0] / (3 / 1000 / Math.LN10) - 1) < 1e-14);
  assert.ok(Math.abs(points.error[0] / points.density[0] - 1 / Math.sqrt(3)) < 1e-14);
  // By default from 0.9 of the least to 1.1 of the largest mass: 3.087 decades, 31 bins.
  const all = haloMassFunctionPoints(halos);
  assert.equal(all.counts.length, 31);
  assert.deepEqual([all.edges[0], all.edges[31]], [0.9e9, 1.1e12]);
  assert.equal(all.counts.reduce((a, b) => a + b, 0), 6);
  // Halos outside of a range do not count.
  const few = haloMassFunctionPoints(halos, { range: [2e9, 2e10] });
  assert.equal(few.counts.reduce((a, b) => a + b, 0), 2);
});

Deno.test("haloMassFunctionPoints() of nothing is empty, and refuses a range that does not rise", () => {
  const none = haloCatalog({ positions: new Float32Array(0), masses: new Float64Array(0), z: 8, boxSize: 10 });
  assert.equal(haloMassFunctionPoints(none).counts.length, 0);
  assert.deepEqual([...haloMassFunctionPoints(none, { binsPerDecade: 1, range: [1e9, 1e10] }).density], [0]);
  assert.throws(
    () => haloMassFunctionPoints(none, { range: [2, 1] }),
    (e) => isToolkitError(e, "DomainError") && /"range" must be two rising masses/.test(e.message),
  );
});
