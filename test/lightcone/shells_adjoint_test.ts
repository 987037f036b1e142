import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { ParticleField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  paintFlat,
  paintFlatAdjoint,
  paintSpherical,
  paintSphericalAdjoint,
  type RealArray,
  type Shells,
} from "../../lib/lightcone/mod.ts";
import { between, displaced, noise } from "./_particles.ts";

function dot(a: RealArray, b: RealArray): number {
  let sum = 0;
  for (let i = 0; i < a.size; i++) sum += a.data[i] * b.data[i];
  return sum;
}

const cases: [string, boolean, Record<string, unknown>][] = [
  ["flat", true, { pixels: [12, 20] }],
  ["flat, from the face", true, { pixels: [16, 16], from: "face" }],
  ["flat, telephoto", true, { pixels: [16, 16], tiling: "telephoto" }],
  ["bilinear", false, { nside: 8 }],
  ["bilinear, painted finer", false, { nside: 4, paintNside: 8 }],
  ["bilinear, painted coarser", false, { nside: 8, paintNside: 4 }],
  ["bilinear, onion", false, { nside: 4, tiling: "onion" }],
  ["rbfNeighbor", false, { nside: 8, scheme: "rbfNeighbor" }],
  ["rbfNeighbor, wide", false, { nside: 4, scheme: "rbfNeighbor", kernelWidth: 1200, smoothing: "2sigma" }],
  ["rbfNeighbor, telephoto", false, { nside: 4, scheme: "rbfNeighbor", tiling: "telephoto" }],
];

for (const [name, flat, options] of cases) {
  for (const drifts of [false, true]) {
    Deno.test(`adjoint of ${name}${drifts ? " with drift" : ""}: <J v, m> = <v, J' m>`, async () => {
      await ready({ threads: 2 });
      const { particles, weights, meta } = displaced([8, 8, 8], { cell: 10, reach: 1.5 });
      const count = 512;
      const edges = "tiling" in options ? [8, 35, 65] : [8, 25, 39];
      const shells: Shells = between(meta, edges);
      const momentum = noise([3, 8, 8, 8], 3, 0.4);
      // The derivative along v, by central differences; a shell's bounds, a pixel's edges and a table's points are not met.
      const step = 1e-6;
      const paint = (sign: number, w: RealArray): RealArray => {
        const moved = (a: RealArray, v: RealArray) =>
          fromData(a.data.map((x, i) => x + sign * step * v.data[i]) as Float64Array, a.shape, "float64");
        const field = new ParticleField(moved(particles.array, v.x), meta, "gridRelative");
        const drift = drifts
          ? {
            drift: {
              momentum: new ParticleField(moved(momentum, v.p), meta, "gridRelative"),
              cosmology: planck18,
              scaleFactor: 0.7,
            },
          }
          : {};
        const all = { ...options, weights: w, ...drift };
        return flat ? paintFlat(field, shells, all as never).array : paintSpherical(field, shells, all as never).array;
      };
      const v = { x: noise([3, 8, 8, 8], 1, 1), p: noise([3, 8, 8, 8], 2, 1), w: noise([8, 8, 8], 4, 1) };
      const [plus, minus] = [paint(1, weights), paint(-1, weights)];
      const m = noise(plus.shape, 5, 1);
      const byWeights = paint(0, v.w);
      const difference = (dot(plus, m) - dot(minus, m)) / (2 * step) + dot(byWeights, m);

      const to = {
        displacement: zeros([3, 8, 8, 8]) as RealArray,
        weights: zeros([8, 8, 8]) as RealArray,
        ...(drifts ? { momentum: zeros([3, 8, 8, 8]) as RealArray } : {}),
      };
      // It adds.
      to.displacement.data.fill(1);
      const drift = drifts
        ? {
          drift: { momentum: new ParticleField(momentum, meta, "gridRelative"), cosmology: planck18, scaleFactor: 0.7 },
        }
        : {};
      const all = { ...options, weights, ...drift } as never;
      if (flat) paintFlatAdjoint(particles, shells, all, m, to);
      else paintSphericalAdjoint(particles, shells, all, m, to);
      to.displacement.data.forEach((d, i) => to.displacement.data[i] = d - 1);
      const adjoint = dot(to.displacement, v.x) + dot(to.weights, v.w) + (to.momentum ? dot(to.momentum, v.p) : 0);
      const size = Math.sqrt(dot(to.displacement, to.displacement) * 3 * count);
      assert.ok(dot(to.displacement, to.displacement) > 0);
      if (to.momentum) assert.ok(dot(to.momentum, to.momentum) > 0);
      // Differences over 2e-6 of numbers near 1: 1e-9 of the size.
      assert.ok(Math.abs(difference - adjoint) < 1e-8 * size, `${difference}, adjoint ${adjoint}, size ${size}`);
    });
  }
}

Deno.test("adjoints by the weights are exact transposes", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = displaced();
  const shells = between(meta, [10, 45, 80]);
  const to = { displacement: zeros(particles.array.shape) as RealArray, weights: zeros(weights.shape) as RealArray };
  for (const options of [{ nside: 8 }, { nside: 8, scheme: "rbfNeighbor" as const }, { nside: 1 }]) {
    using maps = paintSpherical(particles, shells, { ...options, weights });
    const m = noise(maps.array.shape, 7, 1);
    to.weights.data.fill(0);
    paintSphericalAdjoint(particles, shells, { ...options, weights }, m, to);
    const [left, right] = [dot(maps.array, m), dot(weights, to.weights)];
    assert.ok(Math.abs(left - right) < 1e-10 * Math.abs(left), `${left}, ${right}`);
  }
  using maps = paintFlat(particles, shells, { pixels: [9, 7], weights });
  const m = noise(maps.array.shape, 8, 1);
  to.weights.data.fill(0);
  paintFlatAdjoint(particles, shells, { pixels: [9, 7], weights }, m, to);
  const [left, right] = [dot(maps.array, m), dot(weights, to.weights)];
  assert.ok(Math.abs(left - right) < 1e-10 * Math.abs(left), `${left}, ${right}`);
});

Deno.test(`the adjoint of "ngp" is refused, as are cotangents of another shape`, async () => {
  await ready({ threads: 1 });
  const { particles, meta } = displaced();
  const shells = between(meta, [10, 45, 80]);
  const to = { displacement: zeros(particles.array.shape) as RealArray };
  const maps = zeros([2, 768]) as RealArray;
  assert.throws(
    () => paintSphericalAdjoint(particles, shells, { nside: 8, scheme: "ngp" }, maps, to),
    (e) => isToolkitError(e, "DomainError") && /constant in the particles' places/.test(e.message),
  );
  assert.throws(
    () => paintSphericalAdjoint(particles, shells, { nside: 4 }, maps, to),
    (e) => isToolkitError(e, "ShapeError") && /\[2, 192\].*\[2, 768\]/.test(e.message),
  );
});
