import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { metadata, type Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { lightconeShells, paintFlat, paintSpherical, type RealArray } from "../../lib/lightcone/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";
import { vec2pix } from "../../lib/sphere/mod.ts";
import { between, displaced, lattice } from "./_particles.ts";

const sum = (map: ArrayLike<number>) => Array.from(map).reduce((s, v) => s + v, 0);

/** One particle of weight 1 at a site of a 10^3 lattice of 10 Mpc/h, others weigh 0. */
function single(site: Triple, observer: Triple) {
  const meta = metadata({ mesh: [10, 10, 10], boxSize: [100, 100, 100], observer });
  const weights = zeros([10, 10, 10]) as RealArray;
  weights.data[(site[0] * 10 + site[1]) * 10 + site[2]] = 1;
  return { meta, particles: lattice(meta), weights };
}

Deno.test("onion: each copy of the box holds each particle once, as far as shells reach", async () => {
  await ready({ threads: 2 });
  for (const observer of [[0.5, 0.5, 0.5], [0, 0, 0], [0.2, 1, 0.7]] as Triple[]) {
    const { particles, weights, meta } = single([7, 5, 3], observer);
    const shells = between(meta, [0, 60, 140, 200]);
    using maps = paintSpherical(particles, shells, { nside: 8, scheme: "ngp", weights, tiling: "onion" });
    const pixels = 768;
    const mass = [0, 1, 2].map((i) =>
      sum(maps.array.at(i).data) * 4 * Math.PI / pixels * (shells.far[i] ** 3 - shells.near[i] ** 3) / 3
    );
    mass.forEach((m) => assert.ok(Math.abs(m - Math.round(m)) < 1e-9, `whole copies: ${m}`));
    // A ball of 200 Mpc/h holds 33.5 boxes, each with one particle somewhere in it.
    assert.ok(Math.abs(sum(mass) - 33.5) < 12, `${mass}`);
    // The whole sky: nothing is missing towards any octant.
    using all = paintSpherical(lattice(meta), between(meta, [0, 200]), { nside: 1, tiling: "onion" });
    all.array.data.forEach((v) => assert.ok(Math.abs(v / 1e-3 - 1) < 0.1, `${v}`));
  }
});

Deno.test("onion: the box itself is not turned, others are, by their key", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = single([7, 5, 3], [0.5, 0.5, 0.5]);
  const inner = between(meta, [0, 50]);
  using box = paintSpherical(particles, inner, { nside: 8, scheme: "ngp", weights });
  using tiled = paintSpherical(particles, inner, { nside: 8, scheme: "ngp", weights, tiling: "onion" });
  assert.deepEqual(tiled.array.data, box.array.data);
  // (7, 5, 3) - (5, 5, 5).
  assert.ok(box.array.data[vec2pix(8, [2, 0, -2])[0]] > 0);
  const outer = between(meta, [50, 150]);
  const paint = (tilingKey: number | ReturnType<typeof randomKey>) =>
    paintSpherical(particles, outer, { nside: 8, scheme: "ngp", weights, tiling: "onion", tilingKey }).array.data;
  assert.deepEqual(
    paint(42),
    paintSpherical(particles, outer, { nside: 8, scheme: "ngp", weights, tiling: "onion" }).array.data,
  );
  assert.deepEqual(paint(randomKey(7)), paint(7));
  assert.notDeepEqual(paint(7), paint(42));
});

Deno.test("a box of unequal sides is tiled without exchanging them", async () => {
  await ready({ threads: 1 });
  const meta = metadata({ mesh: [10, 20, 10], boxSize: [100, 200, 100] });
  using maps = paintSpherical(lattice(meta), between(meta, [0, 250]), { nside: 1, tiling: "onion" });
  maps.array.data.forEach((v) => assert.ok(Math.abs(v / 1e-3 - 1) < 0.1, `${v}`));
});

Deno.test("telephoto: one copy behind the other along z, slabs of any distance with the whole mass", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = displaced();
  // The reach is 80; shells in the first, second and fourth stretch.
  const shells = between(meta, [0, 70, 80, 150, 250, 300]);
  using maps = paintFlat(particles, shells, { pixels: [8, 8], weights, tiling: "telephoto" });
  using box = paintFlat(particles, between(meta, [0, 70, 80]), { pixels: [8, 8], weights });
  assert.deepEqual([...maps.array.at(0).data], [...box.array.at(0).data]);
  using two = paintFlat(particles, between(meta, [80, 240]), { pixels: [8, 8], weights, tiling: "telephoto" });
  // A slab of the box's side holds each particle once, however it is turned.
  assert.ok(Math.abs(sum(two.array.data) * 20 * 20 * 160 / sum(weights.data) - 1) < 1e-12);
  const sky = lightconeShells(meta, { cosmology: planck18, centers: [120], widths: [80] });
  using far = paintSpherical(particles, sky, { nside: 8, scheme: "ngp", tiling: "telephoto" });
  // The copy begins at the observer's plane, where the rings below the equator end.
  assert.ok(far.array.data[0] > 0);
  assert.equal(sum(far.array.data.subarray(400)), 0);
});
