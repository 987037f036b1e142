/** HEALPix functions against healpy 1.20.1; test/sphere/reference/make_healpix.py made the numbers. */
import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import {
  ang2pix,
  boundaries,
  interpolationWeights,
  largestPixelRadius,
  neighbours,
  nest2ring,
  pix2ang,
  queryDisc,
  ring2nest,
  udGrade,
} from "../../lib/sphere/mod.ts";

interface Disc {
  centre: [number, number, number];
  radius: number;
  pixels: number[];
  inclusive: number[];
}

interface Resolution {
  nside: number;
  theta: number[];
  phi: number[];
  ring: number[];
  nested: number[];
  near: number[][];
  weights: number[][];
  pixels: number[];
  centreTheta: number[];
  centrePhi: number[];
  toNested: number[];
  neighbours: number[][];
  corners: number[][][];
  discs: Disc[];
  largestRadius: number;
}

interface Reference {
  resolutions: Resolution[];
  map: number[];
  down: number[];
  strict: number[];
  up: number[];
}

const reference: Reference = JSON.parse(
  await Deno.readTextFile(new URL("reference/healpix.json", import.meta.url)),
);

/** Largest difference of two lists. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
}

for (const r of reference.resolutions) {
  const { nside } = r;

  Deno.test(`pixels of angles are healpy's at nside ${nside}`, async () => {
    await ready({ threads: 2 });
    assert.deepEqual([...ang2pix(nside, r.theta, r.phi)], r.ring);
    assert.deepEqual([...ang2pix(nside, r.theta, r.phi, { order: "nested" })], r.nested);
  });

  Deno.test(`centres, numbers, neighbours and edges of pixels are healpy's at nside ${nside}`, async () => {
    await ready({ threads: 2 });
    const { theta, phi } = pix2ang(nside, r.pixels);
    // Round-off of angles up to 2 pi.
    assert(difference(theta, r.centreTheta) < 1e-15 * 4 && difference(phi, r.centrePhi) < 2e-15);
    assert.deepEqual([...ring2nest(nside, r.pixels)], r.toNested);
    assert.deepEqual([...nest2ring(nside, r.toNested)], r.pixels);
    const next = r.neighbours.flat();
    assert.deepEqual([...neighbours(nside, r.pixels)], next);
    const renumber = (pixels: number[]) => pixels.map((p) => p < 0 ? -1 : ring2nest(nside, [p])[0]);
    assert.deepEqual([...neighbours(nside, r.toNested, { order: "nested" })], renumber(next));
    const edges = boundaries(nside, r.pixels.filter((_, i) => i % 12 === 0), { step: 2 });
    assert(difference(edges, r.corners.flat(2)) < 1e-15);
    // healpy takes the angle from a dot product or a cross product, which costs digits for small pixels.
    assert(Math.abs(largestPixelRadius(nside) / r.largestRadius - 1) < 1e-9);
  });

  Deno.test(`interpolation weights are healpy's at nside ${nside}`, async () => {
    await ready({ threads: 2 });
    const { pixels, weights } = interpolationWeights(nside, r.theta, r.phi);
    assert.deepEqual([...pixels], r.near.flat());
    // Angles have errors of 4e-16, weights change by 1 over a pixel; healpy's rings near the poles have more.
    const tolerance = 1e-14 * nside;
    assert(difference(weights, r.weights.flat()) < tolerance, `${difference(weights, r.weights.flat())}`);
  });

  Deno.test(`discs are healpy's at nside ${nside}`, async () => {
    await ready({ threads: 2 });
    for (const { centre, radius, pixels, inclusive } of r.discs) {
      assert.deepEqual([...queryDisc(nside, centre, radius)], pixels);
      const nested = queryDisc(nside, centre, radius, { order: "nested" });
      assert.deepEqual([...nested], [...ring2nest(nside, pixels)].sort((a, b) => a - b));
      // Both may hold a few pixels that end just outside; healpy's were made with 128 points along a side.
      const ours = [...queryDisc(nside, centre, radius, { inclusive: true })];
      assert(pixels.every((p) => ours.includes(p)));
      const [missing, more] = [inclusive.filter((p) => !ours.includes(p)), ours.filter((p) => !inclusive.includes(p))];
      const centres = [...missing, ...more].map((p) => touches(nside, p, centre, radius));
      assert(centres.every((reach) => Math.abs(reach / largestPixelRadius(nside)) < 1 / 15), `${centres}`);
    }
  });
}

/** How far the nearest of 400 points on a pixel's edge lies outside of a disc. */
function touches(nside: number, pixel: number, [x, y, z]: number[], radius: number): number {
  const edge = boundaries(nside, [pixel], { step: 100 });
  let least = Infinity;
  for (let i = 0; i < edge.length; i += 3) {
    const chord = Math.hypot(edge[i] - x, edge[i + 1] - y, edge[i + 2] - z);
    least = Math.min(least, 2 * Math.asin(chord / 2) - radius);
  }
  return least;
}

Deno.test("udGrade() is healpy's, for coarser, finer and masked maps", async () => {
  await ready({ threads: 2 });
  const map = Float64Array.from(reference.map);
  const same = (ours: Float64Array, theirs: number[]) => {
    // Means of 4 or 16 numbers of order 1; UNSEEN is exact.
    assert(Array.from(ours).every((v, i) => v === theirs[i] || Math.abs(v - theirs[i]) < 1e-14));
    assert.equal(ours.length, theirs.length);
  };
  same(udGrade(map, 4, { orderOut: "nested", power: -2 }), reference.down);
  same(udGrade(map, 8, { pessimistic: true }), reference.strict);
  same(udGrade(map, 32).subarray(0, reference.up.length), reference.up);
});
