import assert from "node:assert/strict";
import { fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { fillShells, spreadExcess } from "../../lib/morphology/mod.ts";
import { random, shifted } from "./twins.ts";

/** Balls of random height over a background below 1. */
function blobs(n: number, count: number, seed: number): Float64Array {
  const next = random(seed);
  const x = Float64Array.from({ length: n ** 3 }, () => 0.4 * next());
  for (let b = 0; b < count; b++) {
    const centre = [next() * n, next() * n, next() * n];
    const radius = 1 + next() * n / 10;
    for (let i = 0; i < x.length; i++) {
      const cell = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
      const r2 = cell.reduce((sum, c, axis) => {
        const d = Math.abs(c - centre[axis]);
        return sum + Math.min(d, n - d) ** 2;
      }, 0);
      if (r2 < radius * radius) x[i] += 1 + next();
    }
  }
  return x;
}

const sum = (x: ArrayLike<number>) =>
  Array.prototype.reduce.call(x, (a, v) => (a as number) + (v as number), 0) as number;

/** Number of lattice cells at each squared periodic distance from one cell. */
function shellSizes(n: number): Float64Array {
  const count = new Float64Array(3 * Math.floor(n / 2) ** 2 + 1);
  const squares = Array.from({ length: n }, (_, i) => Math.min(i, n - i) ** 2);
  for (const x of squares) for (const y of squares) for (const z of squares) count[x + y + z]++;
  return count;
}

// The excess travels 3, 20, 30 and 66 cells: each of the ways to find distances, and into the corners of the mesh.
for (const [n, squareOfLast, share] of [[40, 10, 0.25], [54, 401, 0.5], [38, 902, 0.75], [80, 4417, 0.5]]) {
  Deno.test(`spreadExcess() of one cell of ${n}^3 fills all cells nearer than sqrt(${squareOfLast}), and a share there`, async () => {
    await ready({ threads: 2 });
    const shells = shellSizes(n);
    assert.ok(shells[squareOfLast] > 0);
    using x = zeros([n, n, n], "float32");
    const excess = sum(shells.subarray(1, squareOfLast)) + share * shells[squareOfLast];
    const [a, b, c] = [n - 1, 0, n / 2];
    x.data[x.offset(a, b, c)] = 1 + excess;
    const report = spreadExcess(x, { spreadingPixelThreshold: 0 });
    assert.equal(report.moved, excess);
    assert.equal(report.components, 1);
    const square = (i: number, j: number) => Math.min(Math.abs(i - j), n - Math.abs(i - j)) ** 2;
    for (let i = 0; i < x.size; i++) {
      const d = square(Math.floor(i / n / n), a) + square(Math.floor(i / n) % n, b) + square(i % n, c);
      const expected = d < squareOfLast ? 1 : d === squareOfLast ? share : 0;
      if (x.data[i] !== expected) assert.fail(`at squared distance ${d}: ${x.data[i]}, not ${expected}`);
    }
  });
}

Deno.test("spreadExcess() makes everything 1 when there is more than the mesh can hold", async () => {
  await ready({ threads: 2 });
  using x = zeros([20, 20, 20], "float32");
  x.data[5] = 8001;
  const report = spreadExcess(x);
  assert.equal(report.full, true);
  assert.ok(x.data.every((v) => v === 1));
  // One less and there is room for it, in the last corner.
  x.data.fill(0);
  x.data[5] = 7999.5;
  assert.equal(spreadExcess(x).full, false);
  assert.ok(Math.abs(sum(x.data) - 7999.5) < 1e-3);
});

Deno.test("spreadExcess() leaves a field without excess as it is", async () => {
  await ready({ threads: 1 });
  const before = Float32Array.from({ length: 9 ** 3 }, (_, i) => i % 5 === 0 ? 1 : 0.5);
  using x = fromData(before, [9, 9, 9], "float32");
  const report = spreadExcess(x);
  assert.equal(report.moved, 0);
  assert.deepEqual(x.data.slice(), before);
});

Deno.test("spreadExcess() commutes with shifts when there is one region, and conserves the sum", async () => {
  await ready({ threads: 3 });
  const n = 24;
  const field = blobs(n, 1, 5);
  using still = fromData(field, [n, n, n], "float64");
  spreadExcess(still, { spreadingPixelThreshold: 0 });
  for (const shift of [[1, 0, 0], [7, 20, 13], [12, 12, 12], [23, 5, 0]]) {
    using moved = fromData(shifted(field, n, shift), [n, n, n], "float64");
    spreadExcess(moved, { spreadingPixelThreshold: 0 });
    const expected = shifted(still.data, n, shift);
    // The sums run in another order: rounding only.
    moved.data.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-12));
    assert.ok(Math.abs(sum(moved.data) - sum(field)) < 1e-9);
  }
});

Deno.test("spreadExcess() gives the same bits with 1, 2 and 3 threads, and for arrays of the caller", async () => {
  // Boxes of regions that span more than one block of the kernels.
  const n = 72;
  const field = Float32Array.from(blobs(n, 40, 8));
  const results = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const own = new NdArray(field.slice(), [n, n, n], "float32");
    using shared = fromData(field, [n, n, n], "float32");
    for (const x of [own, shared]) {
      const report = spreadExcess(x);
      assert.ok(report.large > 1 && report.moved > 100 && !report.full);
      results.add(`${JSON.stringify(report)} ${Array.from(new Uint32Array(x.data.slice().buffer))}`);
      assert.ok(x.data.every((v) => v <= 1));
      // Rounding of the last shells to f32: measured 1e-9.
      assert.ok(Math.abs(sum(x.data) / report.sum - 1) < 1e-7);
    }
  }
  assert.equal(results.size, 1);
});

Deno.test("spreadExcess() treats small components as one region", async () => {
  await ready({ threads: 1 });
  // Two cells with excess 6 and 0, four apart: alone, the first fills its own six neighbours; jointly, the twelve
  // neighbours of both are half filled.
  const spread = (spreadingPixelThreshold: number) => {
    const x = zeros([12, 12, 12], "float64");
    x.data[x.offset(3, 3, 3)] = 7;
    x.data[x.offset(3, 3, 7)] = 1;
    spreadExcess(x, { spreadingPixelThreshold });
    return [x.data[x.offset(3, 3, 2)], x.data[x.offset(3, 3, 8)]];
  };
  assert.deepEqual(spread(0), [1, 0]);
  assert.deepEqual(spread(1), [1, 0]);
  assert.deepEqual(spread(2), [0.5, 0.5]);
  // 80 (12/256)^3 is below one cell.
  assert.deepEqual(spread(-1), [1, 0]);
});

Deno.test("fillShells() fills what there is and says how much found room", async () => {
  await ready({ threads: 2 });
  using region = zeros([5, 5, 5], "uint8");
  using x = zeros([5, 5, 5], "float32");
  assert.equal(fillShells(x, region, 1), 0);
  region.data[62] = 1;
  x.data[63] = 3;
  assert.equal(fillShells(x, region, 5), 5);
  // Five of the six neighbours had room, the sixth is above 1 and stays so; the cell of the region stays 0.
  assert.deepEqual([61, 62, 63, 57, 67, 37, 87, 36].map((i) => x.data[i]), [1, 0, 3, 1, 1, 1, 1, 0]);
  assert.equal(fillShells(x, region, 1000), 5 ** 3 - 7);
  assert.ok(x.data.every((v, i) => v === (i === 62 ? 0 : i === 63 ? 3 : 1)));
});

Deno.test("spreadExcess() and fillShells() refuse what they cannot use and leave the field unchanged", async () => {
  await ready({ threads: 2 });
  for (const dtype of ["float32", "float64"] as const) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      using x = zeros([6, 6, 6], dtype);
      x.data[0] = 5;
      x.data[6 * 36 - 2] = bad;
      const before = x.data.slice();
      assert.throws(() => spreadExcess(x), (e) => {
        assert.ok(isToolkitError(e, "DomainError"));
        assert.match(e.message, /^Cannot spread excess: "x" must be finite, but it is \S+ at \[5, 5, 4\]/);
        return true;
      });
      assert.deepEqual(x.data.slice(), before);
    }
  }
  using x = zeros([6, 6, 6], "float32");
  for (const threshold of [-0.5, 0, 1.5, NaN]) {
    assert.throws(() => spreadExcess(x, { threshold }), (e) => isToolkitError(e, "DomainError"));
  }
  for (const spreadingPixelThreshold of [-2, NaN, Infinity]) {
    assert.throws(() => spreadExcess(x, { spreadingPixelThreshold }), (e) => isToolkitError(e, "DomainError"));
  }
  assert.throws(() => spreadExcess(zeros([6, 6, 7], "float32")), (e) => isToolkitError(e, "ShapeError"));
  // @ts-expect-error: the type forbids it.
  assert.throws(() => spreadExcess(zeros([6, 6, 6], "complex64")), (e) => isToolkitError(e, "DtypeError"));
  using region = zeros([5, 5, 5], "uint8");
  assert.throws(() => fillShells(x, region, 1), (e) => isToolkitError(e, "ShapeError"));
  using same = zeros([6, 6, 6], "uint8");
  assert.throws(() => fillShells(x, same, -1), (e) => isToolkitError(e, "DomainError"));
});
