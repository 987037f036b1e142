import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import * as L from "../../lib/lensing/mod.ts";

await ready({ threads: 1 });
const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ${expected}`);
/** int n(z) f(z) dz. */
function integral(sources: L.RedshiftDistribution, f: (z: number) => number, from?: number): number {
  const { z, weights } = L.redshiftNodes(sources, { from });
  return z.reduce((sum, z, i) => sum + weights[i] * f(z), 0);
}

const table = L.tabulatedRedshifts([0, 1, 3], [0, 2, 0]);
const catalogue = [0.05, 0.8, 0.9, 1.4];
const estimate = L.densityEstimate(catalogue, { bandwidth: 0.1, weights: [1, 2, 1, 4] });

Deno.test("distributions have an integral of 1 and their mean", () => {
  const cases: [L.RedshiftDistribution, number][] = [
    [L.sourcePlane(1.2), 1.2],
    [L.topHat(0.4, 1), 0.7],
    // Gamma(4)/Gamma(3) z0, and Gamma(2.5)/Gamma(2) z0 for squares.
    [L.smail({ alpha: 2, beta: 1, z0: 0.3 }), 0.9],
    [L.smail({ alpha: 3, beta: 2, z0: 0.8 }), 0.8 * 0.75 * Math.sqrt(Math.PI)],
    // A triangle: the mean of its corners.
    [table, 4 / 3],
  ];
  for (const [sources, mean] of cases) {
    close(integral(sources, () => 1), 1, 1e-12);
    close(integral(sources, (z) => z), mean, 1e-9);
    close(sources.mean, mean, 1e-9);
  }
});

Deno.test("densities are those of their formulas", () => {
  const z = Float64Array.of(0.5, 0.75, 1);
  L.topHat(0.4, 1.4).density(z).forEach((n) => close(n, 1, 1e-14));
  const smail = L.smail({ alpha: 2, beta: 1.5, z0: 0.6 }).density(z);
  const expected = z.map((z) => z * z * Math.exp(-((z / 0.6) ** 1.5)));
  close(smail[0] / smail[2], expected[0] / expected[2], 1e-13);
  table.density(z).forEach((n, i) => close(n, 2 * z[i] / 3, 1e-14));
});

Deno.test("densityEstimate() is the weighted sum of Gaussians, cut below 0", () => {
  const raw = (z: number) =>
    catalogue.reduce((sum, c, i) => sum + [1, 2, 1, 4][i] * Math.exp(-0.5 * ((z - c) / 0.1) ** 2), 0);
  // A fine midpoint rule.
  const step = 1e-4;
  let norm = 0;
  for (let z = step / 2; z < 2.5; z += step) norm += raw(z) * step;
  for (const z of [0, 0.03, 0.5, 0.85, 1.37]) close(estimate.density(Float64Array.of(z))[0], raw(z) / norm, 2e-5);
  close(integral(estimate, () => 1), 1, 1e-9);
  close(L.densityEstimate([0.8, 0.9, 1.1], { bandwidth: 0.01 }).mean, 2.8 / 3, 1e-9);
  assert.equal(estimate.breaks[0], 0);
});

Deno.test("redshiftNodes() of what lies behind a redshift has its share", () => {
  close(integral(L.topHat(0.5, 1), () => 1, 0.9), 0.2, 1e-13);
  close(integral(table, () => 1, 2), 1 / 6, 1e-13);
  assert.equal(L.redshiftNodes(L.topHat(0.5, 1), { from: 1 }).z.length, 0);
  assert.equal(L.redshiftNodes(L.sourcePlane(1), { from: 1 }).z.length, 0);
});

Deno.test("distributions that are none are refused", () => {
  assert.throws(() => L.sourcePlane(0), DomainError);
  assert.throws(() => L.topHat(1, 0.5), /"high": it must be above 1 and at most 10000, got 0.5/);
  assert.throws(() => L.smail({ alpha: 2, beta: 0, z0: 1 }), /"beta"/);
  assert.throws(() => L.tabulatedRedshifts([0, 1], [1]), ShapeError);
  assert.throws(() => L.tabulatedRedshifts([0, 1, 1], [1, 1, 1]), /in row 2/);
  assert.throws(() => L.tabulatedRedshifts([0, 1], [0, 0]), /an integral above 0, got 0/);
  assert.throws(() => L.densityEstimate([], { bandwidth: 0.1 }), ShapeError);
  assert.throws(() => L.densityEstimate([1], { bandwidth: 0.1, weights: [1, 2] }), /1 redshifts and 2 weights/);
  assert.throws(() => L.densityEstimate([0, 5], { bandwidth: 1e-6 }), /take a wider bandwidth/);
  assert.throws(() => L.densityEstimate([-1], { bandwidth: 0.1 }), /"redshifts\[0\]"/);
});
