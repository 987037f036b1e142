import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import { randomChoice, randomKey, randomPermutation, randomShuffle } from "../../lib/rng/mod.ts";
import { chi2Detected, chi2Test, THRESHOLD } from "./_statistics.ts";

const base = randomKey(2026);
const R = 24_000;

Deno.test("randomPermutation() gives each order of four elements equally often", async () => {
  await ready({ threads: 1 });
  const counts = new Map<string, number>();
  for (let r = 0; r < R; r++) {
    const order = randomPermutation(4, { key: base.fold(r) }).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  // 1000 expected of each; an rms deviation of 6.5 % is found with 99 % power.
  assert.ok(chi2Detected(24, R) < 0.065);
  assert.ok(chi2Test([...counts.values()], new Float64Array(24).fill(R / 24)) < 1);
});

Deno.test("randomPermutation() holds each element once, for any type, the same with any number of threads", async () => {
  for (const threads of [1, 3]) {
    await ready({ threads });
    const order = randomPermutation(100_000, { key: 5 });
    assert.deepEqual(order.slice().sort(), Int32Array.from({ length: 100_000 }, (_, i) => i));
    assert.deepEqual([...randomPermutation(new Float64Array(100_000), { key: 5 }).subarray(0, 9)], [
      ...order.subarray(0, 9),
    ]);
    assert.deepEqual(randomPermutation(1, { key: 5 }), Int32Array.of(0));
    assert.deepEqual(randomPermutation(0, { key: 5 }), new Int32Array(0));
  }
});

Deno.test("randomShuffle() orders rows as randomPermutation(), for all widths", async () => {
  await ready({ threads: 1 });
  const order = randomPermutation(50, { key: 6 });
  assert.deepEqual([...randomShuffle(Uint8Array.from({ length: 50 }, (_, i) => i), { key: 6 })], [...order]);
  const rows = new NdArray(Float64Array.from({ length: 150 }, (_, i) => i), [50, 3], "float64");
  assert.equal(randomShuffle(rows, { key: 6 }), rows);
  assert.deepEqual([...rows.data], [...order].flatMap((i) => [3 * i, 3 * i + 1, 3 * i + 2]));
  const complex = new NdArray(Float32Array.from({ length: 100 }, (_, i) => i), [50], "complex64");
  randomShuffle(complex, { key: 6 });
  assert.deepEqual([...complex.data], [...order].flatMap((i) => [2 * i, 2 * i + 1]));
  assert.deepEqual(randomShuffle(new Float64Array(0), { key: 6 }), new Float64Array(0));
});

Deno.test("randomChoice() without replacement: each pair equally often, of few or of many elements", async () => {
  await ready({ threads: 1 });
  // 3 of 10: 90 ordered pairs of first and second. 3 of 100 takes the way of few of many, in tenths.
  for (const [population, scale] of [[10, 1], [100, 10]]) {
    const counts = new Float64Array(100);
    for (let r = 0; r < R; r++) {
      const [a, b, c] = randomChoice(population, 3, { key: base.fold("choice", r), replace: false });
      assert.ok(a !== b && b !== c && a !== c);
      counts[10 * Math.floor(a / scale) + Math.floor(b / scale)]++;
    }
    const pairs = population * (population - 1);
    const expected = counts.map((_, i) => {
      const same = Math.floor(i / 10) === i % 10;
      return R * (same ? scale * (scale - 1) : scale * scale) / pairs;
    });
    const possible = [...counts.keys()].filter((i) => expected[i] > 0);
    assert.ok(chi2Test(possible.map((i) => counts[i]), possible.map((i) => expected[i])) < 1, `${population}`);
    assert.ok([...counts.keys()].every((i) => expected[i] > 0 || counts[i] === 0));
  }
});

Deno.test("randomChoice() of few of many takes little memory, and is the beginning of the permutation", async () => {
  await ready({ threads: 1 });
  assert.deepEqual(
    randomChoice(5000, 100, { key: 4, replace: false }),
    randomPermutation(5000, { key: 4 }).slice(0, 100),
  );
  resetPeak();
  const before = memoryUse().reserved;
  const few = randomChoice(2 ** 53 - 1, new Float64Array(1000), { key: 4, replace: false });
  assert.equal(new Set(few).size, 1000);
  assert.ok(few.every((v) => Number.isSafeInteger(v) && v >= 0) && few.some((v) => v > 2 ** 52));
  assert.ok(memoryUse().reserved - before < 2 ** 20);
});

const P = [0.1, 0.2, 0, 0.3, 0.4];

Deno.test("randomChoice() with probabilities, with replacement", async () => {
  await ready({ threads: 2 });
  const n = 2 ** 20;
  const counts = new Float64Array(5);
  for (const i of randomChoice(5, n, { key: 7, p: P })) counts[i]++;
  assert.equal(counts[2], 0);
  const kept = [0, 1, 3, 4];
  assert.ok(chi2Test(kept.map((i) => counts[i]), kept.map((i) => n * P[i])) < 1);
  // Many elements of very unequal probability: the sums of each hundred.
  const p = Float64Array.from({ length: 10_000 }, (_, i) => (i + 1) * 2 / (10_000 * 10_001));
  const hundreds = new Float64Array(100);
  for (const i of randomChoice(10_000, n, { key: 7, p })) hundreds[Math.floor(i / 100)]++;
  const expected = hundreds.map((_, b) => n * p.subarray(100 * b, 100 * b + 100).reduce((a, v) => a + v));
  assert.ok(chi2Test(hundreds, expected) < 1);
  // The test finds the wrong probabilities: those of the elements before.
  assert.ok(chi2Test(hundreds, expected.map((e, b) => b === 0 ? e : expected[b - 1])) > 1);
});

Deno.test("randomChoice() with probabilities, without replacement: as drawn one after the other", async () => {
  await ready({ threads: 1 });
  const counts = new Float64Array(25);
  for (let r = 0; r < R; r++) {
    const [a, b] = randomChoice(5, 2, { key: base.fold("race", r), p: P, replace: false });
    counts[5 * a + b]++;
  }
  const expected = counts.map((_, i) => {
    const [a, b] = [Math.floor(i / 5), i % 5];
    return a === b ? 0 : R * P[a] * P[b] / (1 - P[a]);
  });
  const possible = [...counts.keys()].filter((i) => expected[i] > 0);
  assert.equal(possible.length, 12);
  assert.equal(possible.reduce((sum, i) => sum + counts[i], 0), R);
  assert.ok(chi2Test(possible.map((i) => counts[i]), possible.map((i) => expected[i])) < 1);
  assert.deepEqual(randomChoice(5, 4, { key: 1, p: P, replace: false }).sort(), Int32Array.of(0, 1, 3, 4));
});

Deno.test("randomChoice() with replacement is even", async () => {
  await ready({ threads: 2 });
  const counts = new Float64Array(7);
  const n = 7e5;
  for (const i of randomChoice(7, n, { key: 9 })) counts[i]++;
  assert.ok(counts.every((c) => Math.abs(c - n / 7) < THRESHOLD * Math.sqrt(n * 6 / 49)));
});
