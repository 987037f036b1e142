import assert from "node:assert/strict";
import { Field, fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { type BubbleOptions, bubbleSizes, regionVolumes } from "../../lib/morphology/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";
import tools21cm from "./reference/tools21cm_mfp.json" with { type: "json" };

const key = randomKey(7);

/** 1 in the cells (x, y, z) that are inside and 0 elsewhere, with cells of 2 Mpc/h. */
function mask(n: number, isInside: (x: number, y: number, z: number) => boolean, dtype: "float32" | "float64"): Field {
  const values = Float64Array.from(
    { length: n ** 3 },
    (_, i) => Number(isInside(Math.floor(i / n / n), Math.floor(i / n) % n, i % n)),
  );
  const array = fromData(values, [n, n, n], dtype) as Field["array"];
  return new Field({ array, boxSize: 2 * n, quantity: "ionisedFraction", unit: "1" });
}

Deno.test("bubbleSizes() of a slab across each axis is the analytic distribution, also of the gap beside it", async () => {
  await ready({ threads: 2 });
  // A slab of thickness D: P(length < t) is t / (2 D) up to D, then 1 - D / (2 t); both sides of the mesh are one slab.
  const below = (t: number, thickness: number) => t < thickness ? t / (2 * thickness) : 1 - thickness / (2 * t);
  const rays = 100_000;
  for (const axis of [0, 1, 2]) {
    const f = mask(24, (...r) => r[axis] < 4 || r[axis] >= 20, axis === 1 ? "float64" : "float32");
    for (const [region, thickness] of [["above", 16], ["below", 32]] as const) {
      const bins = [0.01, 4, 10, 16, 30, 40, 90, 300];
      const s = bubbleSizes(f, { key, rays, region, bins, maxLength: 300 });
      assert.deepEqual([s.rays, s.fraction, [...s.edges]], [rays, thickness / 48, bins]);
      s.counts.forEach((count, i) => {
        const expected = rays * (below(bins[i + 1], thickness) - below(bins[i], thickness));
        // Five standard deviations of independent rays; seven bins, six cases.
        assert.ok(
          Math.abs(count - expected) < 5 * Math.sqrt(expected),
          `${axis} ${region} ${i}: ${count}, ${expected}`,
        );
        const width = Math.log(bins[i + 1] / bins[i]);
        assert.ok(Math.abs(s.distribution[i] / (count / rays / width) - 1) < 1e-13);
        assert.ok(Math.abs(s.error[i] / (Math.sqrt(count) / rays / width) - 1) < 1e-13);
        assert.equal(s.radius[i], Math.sqrt(bins[i + 1] * bins[i]));
      });
      const ended = s.counts.reduce((a, b) => a + b);
      assert.ok(ended + s.unending <= rays && rays - ended - s.unending < 100, "all but the shortest are in a bin");
      const unending = rays * (1 - below(300, thickness));
      assert.ok(Math.abs(s.unending - unending) < 5 * Math.sqrt(unending));
      // The mean of the rays that ended: the integral of t dP, D/4 up to D and (D/2) ln(T/D) beyond, over P(< T).
      const mean = (thickness / 4 + thickness / 2 * Math.log(300 / thickness)) / below(300, thickness);
      assert.ok(Math.abs(s.mean - mean) < 5 * s.meanError, `${s.mean} +- ${s.meanError}, not ${mean}`);
    }
    f.array.dispose();
  }
});

Deno.test("bubbleSizes() of a single cell has the mean of a cube, and of a ball nearly three quarters of the radius", async () => {
  await ready({ threads: 2 });
  const cube = mask(8, (x, y, z) => x === 3 && y === 0 && z === 7, "float32");
  const one = bubbleSizes(cube, { key, rays: 200_000 });
  assert.ok(Math.abs(one.mean / 2 - cubeMean()) < 5 * one.meanError / 2, `${one.mean / 2}, not ${cubeMean()}`);
  assert.ok(one.edges[0] === 0.5 && Math.abs(one.edges[40] - 64) < 1e-12 && one.unending === 0);
  // No path is longer than the diagonal.
  assert.equal(one.counts.reduce((sum, c, i) => one.edges[i] > 2 * Math.sqrt(3) ? sum + c : sum, 0), 0);
  cube.array.dispose();
  const [n, radius] = [64, 26];
  const ball = mask(n, (...r) => r.reduce((sum, c) => sum + (c + 0.5 - n / 2) ** 2, 0) < radius ** 2, "float32");
  const { mean } = bubbleSizes(ball, { key, rays: 100_000 });
  // 3 R / 4 for a ball; rays that graze the stairs of its surface end early, 1 % at 26 cells.
  const expected = 2 * 0.75 * radius;
  assert.ok(mean < expected && mean > 0.98 * expected, `${mean}, not ${expected}`);
  ball.array.dispose();
});

/** Mean over places in a unit cube and directions of the way to its surface. */
function cubeMean(): number {
  // A path of length above t needs place and place + t s both inside: mean = <int prod(1 - t |s_i|) dt> over directions.
  const steps = 200;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const c = (i + 0.5) / steps;
    for (let j = 0; j < steps; j++) {
      const phi = Math.PI / 2 * (j + 0.5) / steps;
      const s = Math.sqrt(1 - c * c);
      const [a, b] = [s * Math.cos(phi), s * Math.sin(phi)];
      const t = 1 / Math.max(a, b, c);
      sum += t - (a + b + c) * t * t / 2 + (a * b + a * c + b * c) * t ** 3 / 3 - a * b * c * t ** 4 / 4;
    }
  }
  return sum / steps ** 2;
}

Deno.test("bubbleSizes() without a region, and in a box that is one region", async () => {
  await ready({ threads: 2 });
  const f = mask(6, () => false, "float32");
  const none = bubbleSizes(f, { key, rays: 1000 });
  assert.deepEqual([none.rays, none.fraction, none.unending, none.mean], [0, 0, 0, NaN]);
  assert.ok([none.counts, none.distribution, none.error].every((a) => a.length === 40 && a.every((v) => v === 0)));
  const all = bubbleSizes(f, { key, rays: 1000, region: "below" });
  assert.deepEqual([all.rays, all.fraction, all.unending, all.mean], [1000, 1, 1000, NaN]);
  assert.ok(all.distribution.every((v) => v === 0));
  // Cells of exactly the threshold are above it.
  assert.equal(bubbleSizes(f, { key, rays: 10, threshold: 0 }).fraction, 1);
  f.array.dispose();
});

Deno.test("bubbleSizes() gives the same bits with 1, 2 and 3 threads, and others with another key", async () => {
  const seen = new Set<string>();
  const run = (f: Field, options: BubbleOptions) => {
    const s = bubbleSizes(f, options);
    return JSON.stringify([s.mean, s.meanError, [...s.counts]]);
  };
  let other = "";
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const f = mask(20, (x, y, z) => (x * x + 3 * y * z + z) % 11 < 5, "float32");
    seen.add(run(f, { key, rays: 20_001 }));
    other = run(f, { key: key.fold(1), rays: 20_001 });
    f.array.dispose();
  }
  assert.equal(seen.size, 1);
  assert.ok(!seen.has(other));
});

Deno.test("bubbleSizes() refuses values that are not finite, and options out of range", async () => {
  await ready({ threads: 1 });
  const f = mask(4, (x) => x > 1, "float32");
  const fails = (options: Partial<BubbleOptions>, message: RegExp) =>
    assert.throws(
      () => bubbleSizes(f, { key, rays: 10, ...options }),
      (e: unknown) => isToolkitError(e, "DomainError") && message.test(e.message),
    );
  fails({ threshold: NaN }, /"threshold"/);
  fails({ rays: 0 }, /"rays"/);
  fails({ maxLength: 0 }, /"maxLength"/);
  fails(
    { maxLength: 0.4 },
    /from a quarter of a cell to "maxLength" \[Mpc\/h\]: they must rise, got 0.5 to 0.4; give edges/,
  );
  fails({ bins: [0, 1] }, /rising sizes above 0, got 0 at place 0/);
  fails({ bins: [1] }, /two or more/);
  fails({ bins: 0 }, /"bins"/);
  fails({ region: "inside" as "above" }, /"above", "below"/);
  f.array.data[4 * 4 + 2] = NaN;
  fails({}, /the field must be finite, but it is NaN at \[1, 0, 2\]/);
  f.array.dispose();
});

Deno.test("bubbleSizes() of a ball has tools21cm's distribution, and where that is not isotropic, of slabs, its own", async () => {
  await ready({ threads: 2 });
  const below = (f: Field, sizes: number[]) => {
    const { counts, rays } = bubbleSizes(f, { key, rays: 100_000, bins: [1e-4, ...sizes.map((size) => 2 * size)] });
    let sum = 0;
    return [...counts].map((count) => (sum += count) / rays);
  };
  const sizes = [1, 2, 4, 8, 12, 16, 20, 24, 28, 32];
  const theirs = (name: "ball" | "slab_x" | "slab_z") => sizes.map((size) => tools21cm.below[name][size - 1]);
  const differences = (a: number[], b: number[]) => a.map((v, i) => Math.abs(v - b[i]));
  const distance = (c: number) => Math.abs(c + 0.5 - 32);
  const ball = mask(64, (...r) => r.reduce((sum, c) => sum + distance(c) ** 2, 0) < 16 ** 2, "float32");
  // Their steps are whole cells and their starts nodes: measured 0.014 at most.
  assert.ok(Math.max(...differences(below(ball, sizes), theirs("ball"))) < 0.02);
  ball.array.dispose();
  const [x, z] = [0, 2].map((axis) => {
    const slab = mask(64, (...r) => distance(r[axis]) < 8, "float32");
    const found = below(slab, sizes);
    slab.array.dispose();
    return found;
  });
  // The same slab along two axes: ours agree, theirs differ by 0.16.
  assert.ok(Math.max(...differences(x, z)) < 0.01);
  assert.ok(Math.max(...differences(theirs("slab_x"), theirs("slab_z"))) > 0.15);
});

Deno.test("regionVolumes() weighs regions by volume, finds the largest, and counts none in an empty box", async () => {
  await ready({ threads: 2 });
  // Cells of 8 (Mpc/h)^3: a pair across a face of the mesh, one alone, and a block of 27.
  const f = mask(
    12,
    (x, y, z) =>
      (y === 0 && z === 0 && (x === 0 || x === 11)) || (x === 5 && y === 1 && z === 1) ||
      [x, y, z].every((c) => c > 6 && c < 10),
    "float64",
  );
  const s = regionVolumes(f, { bins: [8, 16, 100, 216] });
  assert.deepEqual([[...s.counts], s.regions, s.largest, s.fraction], [[1, 1, 1], 3, 216, 30 / 12 ** 3]);
  const widths = [Math.log(2), Math.log(100 / 16), Math.log(2.16)];
  [1, 2, 27].forEach((cells, i) => assert.ok(Math.abs(s.distribution[i] / (cells / 30 / widths[i]) - 1) < 1e-13));
  assert.deepEqual(s.volume[0], Math.sqrt(128));
  const even = regionVolumes(f);
  assert.deepEqual([even.edges[0], even.edges[40], even.counts.length], [8, 24 ** 3, 40]);
  assert.equal(even.counts.reduce((a, b) => a + b), 3);
  // Everything is one region, in the last bin with its upper edge.
  assert.equal(regionVolumes(f, { threshold: 0 }).counts[39], 1);
  const none = regionVolumes(f, { threshold: 2 });
  assert.deepEqual([none.regions, none.largest, none.fraction], [0, 0, 0]);
  assert.ok([none.counts, none.distribution].every((a) => a.every((v) => v === 0)));
  assert.throws(() => regionVolumes(f, { threshold: NaN }), (e) => isToolkitError(e, "DomainError"));
  f.array.dispose();
});
