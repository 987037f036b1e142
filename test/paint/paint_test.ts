import assert from "node:assert/strict";
import { fromData, stats, zeros } from "../../lib/array/mod.ts";
import { sha256 } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  overdensity,
  paint,
  paintCic,
  paintInto,
  paintNgp,
  paintPcs,
  paintTsc,
  type Scheme,
} from "../../lib/paint/mod.ts";
import { paintPlain, random } from "./_plain.ts";

const SCHEMES: Scheme[] = ["ngp", "cic", "tsc", "pcs"];
// Sums of a few hundred float32 terms of at most 1, against the same in float64; measured 2e-5.
const FLOAT32_TOLERANCE = 1e-4;
const FLOAT64_TOLERANCE = 1e-11;

/** Clustered particles, some outside of the box. */
function cloud(count: number, boxSize: number): Float64Array {
  const r = random(5);
  return Float64Array.from({ length: 3 * count }, (_, i) => (i % 4 ? r() : r() ** 3 * 1.5 - 0.23) * boxSize);
}

Deno.test("paintCic() gives a particle's eight nodes the weights of hand arithmetic", async () => {
  await ready({ threads: 1 });
  // L = 8 and 8 cells: the position is the coordinate. dx, dy, dz = 1/4, 1/2, 3/4, and z wraps.
  using positions = fromData([2.25, 3.5, 7.75], [1, 3], "float64");
  const { array, boxSize, quantity, unit } = paintCic(positions, { cells: 8, boxSize: 8 });
  assert.deepEqual([boxSize, quantity, unit], [8, "counts", "1"]);
  const at = (x: number, y: number, z: number) => array.data[array.offset(x, y, z)];
  assert.equal(at(2, 3, 7), 0.75 * 0.5 * 0.25);
  assert.equal(at(2, 3, 0), 0.75 * 0.5 * 0.75);
  assert.equal(at(3, 4, 7), 0.25 * 0.5 * 0.25);
  assert.equal(at(3, 4, 0), 0.25 * 0.5 * 0.75);
  assert.equal(array.data.filter((v) => v !== 0).length, 8);
  array.dispose();
});

Deno.test("paintNgp() takes halves to the even node, and wraps the last one", async () => {
  await ready({ threads: 1 });
  using positions = fromData([0.5, 1.5, 7.5, 2.5, 3.49, -0.5], [2, 3], "float32");
  const { array } = paintNgp(positions, { cells: 8, boxSize: 8 });
  // round-half-even: (0.5, 1.5, 7.5) -> (0, 2, 8 = 0); (2.5, 3.49, -0.5 = 7.5) -> (2, 3, 0).
  assert.equal(array.data[array.offset(0, 2, 0)], 1);
  assert.equal(array.data[array.offset(2, 3, 0)], 1);
  array.dispose();
});

Deno.test("paintTsc() and paintPcs() give a particle on a node (1/8, 3/4, 1/8) and (1/6, 2/3, 1/6)", async () => {
  await ready({ threads: 1 });
  using positions = fromData([0, 4, 7], [1, 3], "float64");
  const tsc = paintTsc(positions, { cells: 8, boxSize: 8 }).array;
  const pcs = paintPcs(positions, { cells: 8, boxSize: 8 }).array;
  const line = (a: typeof tsc, x: number) => a.data[a.offset(x, 4, 7)];
  assert.deepEqual([7, 0, 1, 2].map((x) => line(tsc, x) / 0.75 ** 2), [0.125, 0.75, 0.125, 0]);
  [1 / 6, 2 / 3, 1 / 6, 0].forEach((w, i) => {
    assert.ok(Math.abs(line(pcs, [7, 0, 1, 2][i]) - w * (2 / 3) ** 2) < 1e-15);
  });
  tsc.dispose();
  pcs.dispose();
});

for (const scheme of SCHEMES) {
  Deno.test(`paintInto() with ${scheme} agrees with a plain loop, with 1, 2 and 3 threads the same bits`, async () => {
    const count = 60_000;
    const particles = cloud(count, 10);
    const masses = Float64Array.from({ length: count }, (_, i) => 0.5 + (i % 5) / 4);
    for (const n of [[32, 32, 32], [9, 30, 21]] as const) {
      for (const dtype of ["float32", "float64"] as const) {
        for (const weights of [undefined, masses]) {
          // Both loops start from float32 numbers, so that rounding of the input plays no part.
          using positions = fromData(Float32Array.from(particles), [count, 3], "float32");
          const expected = paintPlain(scheme, positions.data, n, 10, weights);
          const digests = new Set<string>();
          for (const threads of [1, 2, 3]) {
            await ready({ threads });
            using mesh = zeros(n, dtype);
            paintInto(mesh, positions, { scheme, boxSize: 10, weights });
            digests.add(sha256(new Uint8Array(mesh.data.buffer, mesh.data.byteOffset, mesh.data.byteLength)));
            let [worst, moved] = [0, 0];
            mesh.data.forEach((v, i) => {
              worst = Math.max(worst, Math.abs(v - expected[i]) / (1 + expected[i]));
              moved += Math.abs(v - expected[i]);
            });
            // A particle within rounding of a cell face may go to the other node with NGP; nothing else may differ.
            if (scheme === "ngp") assert.ok(moved <= 20, String(moved));
            else assert.ok(worst < (dtype === "float32" ? FLOAT32_TOLERANCE : FLOAT64_TOLERANCE), String(worst));
          }
          assert.equal(digests.size, 1);
        }
      }
    }
  });
}

Deno.test("paintCic() of particles in lattice order agrees with a plain loop, with 1, 2 and 3 threads the same bits", async () => {
  const [n, r] = [40, random(3)];
  // Displaced by up to 1.2 cells over the edges of the box, where planes wrap.
  const particles = Float32Array.from({ length: 3 * n ** 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    const node = [Math.floor(p / n / n), Math.floor(p / n) % n, p % n][i % 3];
    return (node + 2.4 * r() - 1.2 + n) % n;
  });
  const expected = paintPlain("cic", particles, [n, n, n], n);
  const digests = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using positions = fromData(particles, [n ** 3, 3], "float32");
    const { array } = paintCic(positions, { cells: n, boxSize: n });
    array.data.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-5, `${i}: ${v} ${expected[i]}`));
    digests.add(sha256(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)));
    array.dispose();
  }
  assert.equal(digests.size, 1);
});

for (const scheme of SCHEMES) {
  Deno.test(`paint() with ${scheme} conserves mass for particles on cell faces and at the edge of the box`, async () => {
    await ready({ threads: 2 });
    const n = 16;
    // Each coordinate is a multiple of half a cell, including L itself.
    const values: number[] = [];
    for (let i = 0; i <= 2 * n; i++) {
      for (let j = 0; j <= 2 * n; j++) values.push(i / 2, j / 2, ((i + j) % (2 * n)) / 2);
    }
    using positions = fromData(values, [values.length / 3, 3], "float64");
    const { array } = paint(positions, { scheme, cells: n, boxSize: n });
    // Weights of halves are multiples of 1/48^3 at worst; sums of 1089 are exact to rounding.
    assert.ok(Math.abs(stats(array).sum - values.length / 3) < 1e-10);
    assert.ok(stats(array).min >= 0);
    array.dispose();
  });
}

Deno.test("paintInto() adds to what is there, takes weights of either type, and gives its memory back", async () => {
  await ready({ threads: 1 });
  using positions = fromData([1, 1, 1], [1, 3], "float32");
  using mesh = zeros([4, 4, 4], "float64");
  mesh.data.fill(2);
  const before = memoryUse().allocated;
  paintInto(mesh, positions, { scheme: "cic", boxSize: 4, weights: Float32Array.of(3) });
  paintInto(mesh, positions, { scheme: "cic", boxSize: 4, weights: Float64Array.of(-1) });
  assert.equal(mesh.data[mesh.offset(1, 1, 1)], 4);
  assert.equal(memoryUse().allocated, before);
});

Deno.test("overdensity() of counts has mean 0 and is -1 where there is nothing", async () => {
  await ready({ threads: 2 });
  using positions = fromData(cloud(500, 10).map((x) => Math.abs(x)), [500, 3], "float64");
  const counts = paintCic(positions, { cells: 16, boxSize: 10 });
  const delta = overdensity(counts);
  assert.deepEqual([delta.quantity, delta.unit, delta.boxSize], ["overdensity", "1", 10]);
  assert.ok(Math.abs(stats(delta.array).mean) < 1e-13);
  counts.array.data.forEach((v, i) => assert.ok(Math.abs(delta.array.data[i] - (v * 4096 / 500 - 1)) < 1e-12));
  counts.array.dispose();
  delta.array.dispose();
});
