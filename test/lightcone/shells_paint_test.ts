import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { type ErrorCode, isToolkitError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { metadata, ParticleField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  lightconeShells,
  paintFlat,
  paintSpherical,
  type RealArray,
  shellAt,
  type SphericalScheme,
} from "../../lib/lightcone/mod.ts";
import { between, displaced, lattice } from "./_particles.ts";

const reference = JSON.parse(await Deno.readTextFile(new URL("reference/shells.json", import.meta.url)));

/** The reference has 12 digits: 5e-12 at a first digit of 1. */
const TOLERANCE = 6e-12;

function near(actual: ArrayLike<number>, expected: number[], tolerance: number, what: string): void {
  const largest = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  expected.forEach((v, i) => {
    assert.ok(Math.abs(actual[i] - v) <= tolerance * largest, `${what}, pixel ${i}: ${actual[i]}, reference ${v}`);
  });
}

for (const scheme of ["ngp", "bilinear", "rbfNeighbor"] as SphericalScheme[]) {
  Deno.test(`paintSpherical() ${scheme} agrees with healpy`, async () => {
    await ready({ threads: 2 });
    const { particles, weights, meta } = displaced();
    using maps = paintSpherical(particles, between(meta, reference.edges), { nside: 8, scheme, weights });
    for (const i of [0, 1]) near(maps.array.at(i).data, reference[scheme][i], TOLERANCE, `${scheme} shell ${i}`);
  });
}

Deno.test("paintFlat() agrees with numpy", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = displaced();
  using maps = paintFlat(particles, between(meta, reference.edges), { pixels: [12, 20], weights });
  for (const i of [0, 1]) near(maps.array.at(i).data, reference.flat[i], TOLERANCE, `shell ${i}`);
});

Deno.test("each particle within the reach is in one shell, its whole weight on the map", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = displaced([16, 16, 16], { reach: 12 });
  const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 5 });
  const data = particles.array.data;
  // By hand: wrapped positions, measured from the middle, in cells.
  const [ball, slabs] = [new Float64Array(5), new Float64Array(5)];
  for (let i = 0; i < 4096; i++) {
    const site = [i >> 8, i >> 4 & 15, i & 15];
    const at = site.map((s, a) => ((s + data[4096 * a + i]) % 16 + 16) % 16 - 8);
    const shell = Math.floor(Math.hypot(...at) / 8 * 5);
    if (shell < 5) ball[shell] += weights.data[i];
    if (at[2] >= 0) slabs[Math.floor(at[2] / 8 * 5)] += weights.data[i];
  }
  const sum = (map: ArrayLike<number>) => Array.from(map).reduce((s, v) => s + v, 0);
  for (const scheme of ["ngp", "bilinear", "rbfNeighbor"] as const) {
    for (const nside of [1, 16]) {
      using maps = paintSpherical(particles, shells, { nside, scheme, weights });
      ball.forEach((mass, i) => {
        const volume = 4 * Math.PI / (12 * nside * nside) * (shells.far[i] ** 3 - shells.near[i] ** 3) / 3;
        assert.ok(Math.abs(sum(maps.array.at(i).data) * volume / mass - 1) < 1e-10, `${scheme}, shell ${i}`);
      });
    }
  }
  using maps = paintFlat(particles, shells, { pixels: [5, 16], weights });
  slabs.forEach((mass, i) => {
    const volume = 160 / 5 * (160 / 16) * 16;
    assert.ok(Math.abs(sum(maps.array.at(i).data) * volume / mass - 1) < 1e-10, `flat, shell ${i}`);
  });
});

Deno.test("a pass for all shells gives the maps of each alone", async () => {
  await ready({ threads: 2 });
  const { particles, meta } = displaced();
  const shells = lightconeShells(meta, { cosmology: planck18, centers: [20, 40, 70], widths: [10, 20, 15] });
  using all = paintSpherical(particles, shells, { nside: 4 });
  using planes = paintFlat(particles, shells, { pixels: [8, 8] });
  for (const i of [0, 1, 2]) {
    using one = paintSpherical(particles, shellAt(shells, i), { nside: 4 });
    using plane = paintFlat(particles, shellAt(shells, i), { pixels: [8, 8] });
    assert.deepEqual(one.array.data, all.array.at(i).data);
    assert.deepEqual(plane.array.data, planes.array.at(i).data);
  }
});

Deno.test("a uniform lattice has the mean density in each shell, and metadata tell which", async () => {
  await ready({ threads: 2 });
  const meta = metadata({ mesh: [32, 32, 32], boxSize: [320, 320, 320] });
  const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 2 });
  using maps = paintSpherical(lattice(meta), shells, { nside: 1 });
  // 1/1000 a cell, but for the roughness of a lattice's surface: 1 % of the near ball of 2145 cells.
  for (const i of [0, 1]) {
    const mean = Array.from(maps.array.at(i).data).reduce((s, v) => s + v / 12, 0);
    assert.ok(Math.abs(mean / 1e-3 - 1) < 0.03, `shell ${i}: ${mean}`);
  }
  using planes = paintFlat(lattice(meta), shells, { pixels: [32, 16] });
  planes.array.data.forEach((v) => assert.ok(Math.abs(v / 1e-3 - 1) < 1e-12));
  for (const { meta: m, unit } of [maps, planes]) {
    assert.equal(unit, "density");
    assert.deepEqual([m.status, m.mesh, m.observer], ["lightcone", meta.mesh, meta.observer]);
    assert.deepEqual([m.centers, m.widths, m.scaleFactors], [shells.centers, shells.widths, shells.scaleFactors]);
  }
});

Deno.test("planes are taken from the observer, who looks along the longer way, or from the face", async () => {
  await ready({ threads: 1 });
  // One particle of weight 1 at z = 37.5 of 80, all others weigh 0.
  const find = (z: number, from: "observer" | "face") => {
    const meta = metadata({ mesh: [8, 8, 8], boxSize: [80, 80, 80], observer: [0.5, 0.5, z] });
    const particles = lattice(meta);
    particles.array.data[2 * 512 + 3] = 0.75;
    const weights = zeros([8, 8, 8]) as RealArray;
    weights.data[3] = 1;
    const shells = lightconeShells(meta, {
      cosmology: planck18,
      centers: [5, 15, 25, 35, 45, 55, 65, 75],
      widths: Array(8).fill(10),
    });
    using maps = paintFlat(particles, shells, { pixels: [1, 1], weights, from });
    return maps.array.data.findIndex((v) => v > 0);
  };
  assert.equal(find(0.5, "face"), 3);
  // 37.5 - 40 + 80 = 77.5; from 0.25, 17.5; from 0.75 backwards, 22.5.
  assert.equal(find(0.5, "observer"), 7);
  assert.equal(find(0.25, "observer"), 1);
  assert.equal(find(0.75, "observer"), 2);
});

Deno.test("the same bits for 1, 2 and 3 threads, in float32 and float64", async () => {
  for (const dtype of ["float32", "float64"] as const) {
    const { particles, weights, meta } = displaced([16, 24, 8], { dtype });
    const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 3 });
    const onion = lightconeShells(meta, { cosmology: planck18, nbShells: 2, reach: 130 });
    const drift = { momentum: particles, cosmology: planck18, scaleFactor: 0.9 };
    const paint = () =>
      [
        paintSpherical(particles, shells, { nside: 8, weights }),
        paintSpherical(particles, shells, { nside: 4, weights, scheme: "rbfNeighbor", drift }),
        paintSpherical(particles, onion, { nside: 8, scheme: "ngp", tiling: "onion" }),
        paintFlat(particles, shells, { pixels: [16, 24], drift }),
      ].map(({ array }) => array.data.slice());
    await ready({ threads: 1 });
    const one = paint();
    for (const threads of [2, 3]) {
      await ready({ threads });
      assert.deepEqual(paint(), one, `${dtype}, ${threads} threads`);
    }
  }
});

Deno.test("paintings refuse shells beyond the box, and what does not go together", async () => {
  await ready({ threads: 1 });
  const { particles, weights, meta } = displaced();
  const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 2 });
  const far = lightconeShells(meta, { cosmology: planck18, nbShells: 2, reach: 170 });
  const wrong = (body: () => unknown, code: ErrorCode, message: RegExp) =>
    assert.throws(body, (e) => isToolkitError(e, code) && message.test(e.message), `${message}`);
  wrong(
    () => paintSpherical(particles, far, { nside: 4 }),
    "DomainError",
    /within 80 Mpc\/h.*160\/\(1 \+ 2 \* 0.5\).*got 170/,
  );
  wrong(() => paintFlat(particles, far, { pixels: [4, 4] }), "DomainError", /within 160 Mpc\/h/);
  wrong(() => paintFlat(particles, far, { pixels: [4, 4], tiling: "onion" }), "DomainError", /whole sky/);
  wrong(() => paintSpherical(particles, shells, { nside: 12 }), "DomainError", /power of two up to 8192, got 12/);
  wrong(() => paintSpherical(particles, shells, { nside: 4, scheme: "tsc" as never }), "DomainError", /"scheme"/);
  wrong(() => paintSpherical(particles, shells, { nside: 4, kernelWidth: -1 }), "DomainError", /"kernelWidth"/);
  wrong(() => paintFlat(particles, shells, { pixels: [4, 0] }), "DomainError", /"pixels"/);
  const narrow = zeros([16, 16, 8]) as RealArray;
  wrong(() => paintFlat(particles, shells, { pixels: [4, 4], weights: narrow }), "ShapeError", /"weights"/);
  const single = displaced([16, 16, 16], { dtype: "float32" }).weights;
  wrong(() => paintFlat(particles, shells, { pixels: [4, 4], weights: single }), "DtypeError", /float64/);
  const absolute = new ParticleField(particles.array, meta, "mpch");
  wrong(() => paintFlat(absolute, shells, { pixels: [4, 4] }), "DomainError", /gridRelative/);
  for (const bad of [NaN, Infinity]) {
    particles.array.data[1000] = bad;
    wrong(() => paintSpherical(particles, shells, { nside: 4 }), "DomainError", /element 1000 of the displacement/);
    wrong(() => paintFlat(particles, shells, { pixels: [4, 4] }), "DomainError", /element 1000 of the displacement/);
    particles.array.data[1000] = 0;
    weights.data[7] = bad;
    wrong(() => paintSpherical(particles, shells, { nside: 4, weights }), "DomainError", /element 7 of the weights/);
  }
});
