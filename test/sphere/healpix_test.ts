import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  ang2pix,
  checkNside,
  interpolateMap,
  interpolationWeights,
  neighbours,
  nest2ring,
  nsideOf,
  pix2ang,
  pix2vec,
  pixelCount,
  queryDisc,
  reorder,
  ring2nest,
  ringInfo,
  udGrade,
  UNSEEN,
  vec2pix,
} from "../../lib/sphere/mod.ts";

const all = (nside: number) => Float64Array.from({ length: pixelCount(nside) }, (_, i) => i);

/** Numbers in [0, 1) that are the same in each run. */
function uniform(count: number): Float64Array {
  let state = 12345;
  return Float64Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647);
}

Deno.test("all pixels come back from angles, vectors and the other order", async () => {
  await ready({ threads: 2 });
  for (const nside of [1, 2, 8, 64]) {
    const pixels = all(nside);
    for (const order of ["ring", "nested"] as const) {
      const { theta, phi } = pix2ang(nside, pixels, { order });
      assert.deepEqual(ang2pix(nside, theta, phi, { order }), pixels);
      assert.deepEqual(vec2pix(nside, pix2vec(nside, pixels, { order }), { order }), pixels);
    }
    assert.deepEqual(nest2ring(nside, ring2nest(nside, pixels)), pixels);
  }
});

Deno.test("rings hold all pixels, in colatitudes that pixels have", async () => {
  await ready({ threads: 1 });
  let next = 0;
  for (let ring = 1; ring < 64; ring++) {
    const { first, length, theta, shifted } = ringInfo(16, ring);
    assert.equal(first, next);
    const at = pix2ang(16, [first, first + length - 1]);
    assert.deepEqual([...at.theta], [theta, theta]);
    assert.equal(at.phi[0] > 0, shifted);
    next += length;
  }
  assert.equal(next, pixelCount(16));
});

Deno.test("neighbours() finds the pixels whose edges touch", async () => {
  await ready({ threads: 2 });
  // Points just outside of the four corners of a pixel and of the middles of its edges lie in its neighbours.
  const nside = 8;
  const found = neighbours(nside, all(nside));
  const { theta, phi } = pix2ang(nside, all(nside));
  let missing = 0;
  for (let p = 0; p < pixelCount(nside); p++) {
    const near = new Set([...found.subarray(8 * p, 8 * p + 8)].filter((q) => q >= 0));
    missing += 8 - near.size;
    // A ring of points at 0.9 of a pixel's side meets only the pixel and its neighbours.
    const reach = 0.5 * Math.sqrt(4 * Math.PI / pixelCount(nside));
    for (let k = 0; k < 24; k++) {
      const angle = 2 * Math.PI * k / 24;
      const down = theta[p] + reach * Math.cos(angle);
      if (down <= 0 || down >= Math.PI) continue;
      const along = phi[p] + reach * Math.sin(angle) / Math.sin(down);
      if (Math.sin(down) < 2 * reach) continue;
      const [q] = ang2pix(nside, [down], [along]);
      assert(q === p || near.has(q), `${p} ${q}`);
    }
  }
  // Three base cells meet in eight points: each of the three pixels there lacks one neighbour.
  assert.equal(missing, 24);
});

Deno.test("interpolation is exact for functions that are linear in colatitude between rings", async () => {
  await ready({ threads: 2 });
  const nside = 16;
  const count = 20_000;
  const [u, v] = [uniform(count), uniform(2 * count).subarray(count)];
  const theta = Float64Array.from(u, (u) => Math.acos(1 - 2 * u));
  const phi = Float64Array.from(v, (v) => 2 * Math.PI * (2 * v - 1));
  const { theta: map } = pix2ang(nside, all(nside));
  const values = interpolateMap(map, theta, phi);
  const { weights } = interpolationWeights(nside, theta, phi);
  const first = ringInfo(nside, 1).theta;
  for (let i = 0; i < count; i++) {
    const sum = weights.subarray(4 * i, 4 * i + 4).reduce((s, w) => s + w, 0);
    assert(Math.abs(sum - 1) < 1e-15 * 4);
    // Inside of the first ring the map is constant, as the pole counts as the mean of the ring.
    const exact = Math.min(Math.max(theta[i], first), Math.PI - first);
    assert(Math.abs(values[i] - exact) < 1e-13);
  }
});

Deno.test("interpolation is exact at centres, in both orders and element types", async () => {
  await ready({ threads: 2 });
  const nside = 8;
  const map = uniform(pixelCount(nside));
  const { theta, phi } = pix2ang(nside, all(nside));
  const values = interpolateMap(map, theta, phi);
  const nested = interpolateMap(reorder(map, "ring"), theta, phi, { order: "nested" });
  const single = interpolateMap(Float32Array.from(map), theta, phi);
  for (let p = 0; p < map.length; p++) {
    assert(Math.abs(values[p] - map[p]) < 1e-12 && Math.abs(single[p] - map[p]) < 1e-7);
    assert.equal(nested[p], values[p]);
  }
});

Deno.test("queryDisc() finds what comparing all centres finds", async () => {
  await ready({ threads: 1 });
  const nside = 16;
  const vectors = pix2vec(nside, all(nside));
  for (const radius of [0, 0.01, 0.3, 1.5, 3, Math.PI]) {
    for (const centre of [[0, 0, 1], [0, 0, -2], [1, 1e-8, 0.02], [0.3, -0.4, 0.5], [-1, 0, -1.9]] as const) {
      const length = Math.hypot(...centre);
      const inside = [...all(nside)].filter((p) => {
        const [x, y, z] = vectors.subarray(3 * p, 3 * p + 3);
        const chord = Math.hypot(x - centre[0] / length, y - centre[1] / length, z - centre[2] / length);
        return 2 * Math.asin(Math.min(1, chord / 2)) <= radius;
      });
      assert.deepEqual([...queryDisc(nside, [...centre], radius)], inside, `${centre} ${radius}`);
      assert(queryDisc(nside, [...centre], radius, { inclusive: true }).length >= Math.max(1, inside.length));
    }
  }
});

Deno.test("udGrade() keeps sums, undoes itself and is the same in both orders", async () => {
  await ready({ threads: 2 });
  const map = uniform(pixelCount(32));
  const sum = (m: Float64Array) => m.reduce((s, v) => s + v, 0);
  assert(Math.abs(sum(udGrade(map, 4, { power: -2 })) / sum(map) - 1) < 1e-13);
  // Sums of 16 equal numbers round.
  assert(udGrade(udGrade(map, 128), 32).every((v, i) => Math.abs(v - map[i]) < 1e-15));
  assert.deepEqual(udGrade(reorder(map, "ring"), 8, { order: "nested", orderOut: "ring" }), udGrade(map, 8));
  const single = Float32Array.from(map);
  assert.deepEqual(udGrade(single, 32), single);
  const masked = Float64Array.from(map, (v, i) => i % 3 ? v : i % 2 ? NaN : UNSEEN);
  assert(udGrade(masked, 2, { pessimistic: true }).every((v) => v === UNSEEN));
  assert(udGrade(masked, 2).every((v) => v >= 0));
});

Deno.test("pixels and maps have the same bits for 1, 2 and 3 threads", async () => {
  const run = () => {
    const count = 50_000;
    const [u, v] = [uniform(count), uniform(2 * count).subarray(count)];
    const [theta, phi] = [u.map((u) => Math.PI * u), v.map((v) => 7 * v)];
    const map = uniform(pixelCount(64));
    return [
      ang2pix(256, theta, phi),
      interpolationWeights(256, theta, phi).weights,
      interpolateMap(map, theta, phi),
      udGrade(map, 8),
      reorder(map, "ring"),
      neighbours(64, all(64)),
    ];
  };
  await ready({ threads: 1 });
  const one = run();
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(run(), one);
  }
});

Deno.test("wrong resolutions, angles, vectors and pixels are refused by name", async () => {
  await ready({ threads: 1 });
  assert.deepEqual([checkNside(1), checkNside(2 ** 24), nsideOf(12 * 4 ** 24)], [0, 24, 2 ** 24]);
  const refused: [() => unknown, RegExp][] = [
    [() => checkNside(100), /power of two from 1 to 2\^24, got 100; take 64 or 128/],
    [() => checkNside(2 ** 25), /got 33554432$/],
    [() => checkNside(0), /got 0$/],
    [() => checkNside(NaN), /got NaN$/],
    [() => nsideOf(100), /12 nside\^2 with nside a power of two, got 100/],
    [() => ang2pix(4, [0.1, -0.1], [0, 0]), /colatitudes from 0 to pi .* point 1 is \(-0\.1, 0\)/],
    [() => interpolationWeights(4, [0.1], [Infinity]), /point 0 is \(0\.1, Infinity\)/],
    [() => vec2pix(4, [1, 2, 3, 0, 0, 0]), /vector 1 is \(0, 0, 0\)/],
    [() => vec2pix(4, [1, 2]), /must be \[point, 3\], got 2 numbers/],
    [() => ang2pix(4, [1, 2], [1]), /same length, got 2 and 1/],
    [() => pix2ang(4, [191, 192]), /whole numbers from 0 to 191, number 1 is 192/],
    [() => ring2nest(4, [0.5]), /number 0 is 0\.5/],
    [() => neighbours(4, [-1]), /number 0 is -1/],
    [() => queryDisc(4, [0, 0, 0], 1), /"centre"/],
    [() => queryDisc(4, [0, 0, 1], 4), /"radius"/],
    [() => udGrade(new Float64Array(12), 3), /"nside".*got 3; take 2 or 4/],
    [() => ringInfo(4, 16), /from 1 to 15, got 16/],
    // deno-lint-ignore no-explicit-any
    [() => ang2pix(4, [1], [1], { order: "RING" as any }), /"ring", "nested", got "RING"/],
  ];
  for (const [run, message] of refused) {
    assert.throws(
      run,
      (e) => (isToolkitError(e, "DomainError") || isToolkitError(e, "ShapeError")) && message.test(e.message),
    );
  }
});
