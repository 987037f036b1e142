import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { randomIntegers, type RandomKey, randomKey, randomPoisson } from "../../lib/rng/mod.ts";
import { chi2Detected, chi2Test, correlationTest, ksTest, meanTest, normalCdf, THRESHOLD } from "./_statistics.ts";

const N = 2 ** 18;

/** Probabilities of 0, 1, ... up to where less than 1e-9 is left, by the recurrence from the mode. */
function poissonProbabilities(lam: number): Float64Array {
  const p = new Float64Array(Math.ceil(lam + 8 * Math.sqrt(lam) + 30));
  const mode = Math.floor(lam);
  p[mode] = 1;
  for (let k = mode; k > 0; k--) p[k - 1] = p[k] * k / lam;
  for (let k = mode; k + 1 < p.length; k++) p[k + 1] = p[k] * lam / (k + 1);
  const sum = p.reduce((a, b) => a + b);
  return p.map((v) => v / sum);
}

/** Chi-squared over its threshold, of the values' counts; those of fewer than 25 expected share a bin with their neighbours. */
function poissonChi2(values: ArrayLike<number>, lam: number): number {
  const p = poissonProbabilities(lam);
  const counts = new Float64Array(p.length);
  for (let i = 0; i < values.length; i++) counts[Math.min(values[i], p.length - 1)]++;
  const bins: [number, number][] = [[0, 0]];
  p.forEach((probability, k) => {
    if (bins.at(-1)![1] >= 25) bins.push([0, 0]);
    bins.at(-1)![0] += counts[k];
    bins.at(-1)![1] += probability * values.length;
  });
  const [count, expected] = bins.pop()!;
  bins.at(-1)![0] += count;
  bins.at(-1)![1] += expected;
  return chi2Test(bins.map(([c]) => c), bins.map(([, e]) => e));
}

/** Means around the change of method, and those where rejection is most work. */
const MEANS = [0.1, 1, 3, 9.99, 10, 10.5, 30, 100, 1000];

Deno.test("randomPoisson() has the distribution of its mean: chi-squared from 0.1 to 1000", async () => {
  await ready({ threads: 2 });
  for (const generator of ["philox", "threefry"] as const) {
    for (const lam of generator === "philox" ? MEANS : [3, 30]) {
      const values = randomPoisson(N, { key: randomKey(1, generator).fold("counts"), lam });
      const over = poissonChi2(values, lam);
      assert.ok(over < 1, `${generator} ${lam}: ${over}`);
    }
  }
  // The test finds a mean that is off by 3 % (for lam of 1, 15 standard errors; chi-squared looks at all bins alike).
  for (const lam of [1, 10, 100]) assert.ok(poissonChi2(randomPoisson(N, { key: 2, lam: 1.03 * lam }), lam) > 1);
});

Deno.test("randomPoisson() of large means has mean, variance, skewness and shape of a Poisson distribution", async () => {
  await ready({ threads: 2 });
  // To 2^50, the largest allowed. Found with 99 % power: variances off by 2 %, skewness by 0.055.
  for (const lam of [1e4, 1e6, 1e9, 1e12, 2 ** 50]) {
    const values = randomPoisson(new Float64Array(N), { key: randomKey(3), lam });
    assert.ok(values.every(Number.isInteger));
    const z = values.map((k) => (k - lam) / Math.sqrt(lam));
    const central = 3 + 1 / lam;
    assert.ok(Math.abs(meanTest(z, 0, 1)) < THRESHOLD, `mean of ${lam}`);
    assert.ok(Math.abs(meanTest(z.map((x) => x * x), 1, central - 1)) < THRESHOLD, `variance of ${lam}`);
    const skewness = 1 / Math.sqrt(lam);
    assert.ok(Math.abs(meanTest(z.map((x) => x ** 3), skewness, 15)) < THRESHOLD, `skewness of ${lam}`);
    // With half a step and the first term of Edgeworth's series the normal distribution is right to 1 / lam; steps of 1 / sqrt(lam)
    // are too narrow to be seen from 1e6 on.
    const cdf = z.map((x) => {
      const y = x + 0.5 / Math.sqrt(lam);
      const density = Math.exp(-y * y / 2) / Math.sqrt(2 * Math.PI);
      return normalCdf(y) - skewness / 6 * (y * y - 1) * density;
    });
    if (lam >= 1e6) assert.ok(ksTest(cdf) < 1, `shape of ${lam}: ${ksTest(cdf)}`);
  }
});

Deno.test("randomPoisson() of an array of means: each with its own, the same as one mean for all", async () => {
  await ready({ threads: 3 });
  const [n, means] = [40_000, [0, 0.5, 9.999, 10, 300, 1e8]];
  const lam = Float64Array.from({ length: n }, (_, i) => means[i % 6]);
  const mixed = randomPoisson(n, { key: 8, lam });
  means.forEach((mean, k) => {
    const one = randomPoisson(n, { key: 8, lam: mean });
    for (let i = k; i < n; i += 6) assert.equal(mixed[i], one[i]);
  });
  await ready({ threads: 1 });
  assert.deepEqual(randomPoisson(n, { key: 8, lam }), mixed);
  assert.ok(randomPoisson(n, { key: 8, lam: 0 }).every((k) => k === 0));
  assert.deepEqual(randomPoisson(2, { key: 8, lam: lam.subarray(4, 6), offset: 4 }), mixed.slice(4, 6));
});

/** Chi-squared over its threshold of whole numbers below `high`, in so many bins. */
function evenness(key: RandomKey, high: number, bins: number): number {
  const values = randomIntegers(new Float64Array(N), { key, high });
  const counts = new Float64Array(bins);
  for (const v of values) counts[Math.floor(v / high * bins)]++;
  // Whole numbers k with floor(k bins / high) = b.
  const first = (b: number) => Math.ceil(b * high / bins);
  return chi2Test(counts, counts.map((_, b) => N * (first(b + 1) - first(b)) / high));
}

Deno.test("randomIntegers() are even in ranges of all sizes, also where many words are refused", async () => {
  await ready({ threads: 2 });
  // Bins of 2.4 % rms deviation are found with 99 % power; without refusal, those of 2^31 + 1 would deviate by half.
  assert.ok(chi2Detected(128, N) < 0.025);
  for (const generator of ["philox", "threefry"] as const) {
    const key = randomKey(6, generator);
    for (const [high, bins] of [[2, 2], [6, 6], [1000, 1000], [2 ** 31 + 1, 128], [3 * 2 ** 30, 128], [2 ** 32, 128]]) {
      assert.ok(evenness(key, high, bins) < 1, `${generator} ${high}`);
    }
    for (const high of [2 ** 32 + 1, 3e15, 2 ** 53]) assert.ok(evenness(key, high, 128) < 1, `${generator} ${high}`);
    const dice = randomIntegers(new Float64Array(N), { key, low: 0, high: 100 }).map((k) => (k + 0.5) / 100);
    assert.ok(Math.abs(correlationTest(dice, dice.subarray(1))) < THRESHOLD);
  }
});

Deno.test("randomIntegers() reach both ends of a range, and of a type", async () => {
  await ready({ threads: 1 });
  assert.deepEqual(new Set(randomIntegers(200, { key: 1, low: -1, high: 2 })), new Set([-1, 0, 1]));
  assert.deepEqual(randomIntegers(3, { key: 1, low: 5, high: 6 }), Int32Array.of(5, 5, 5));
  const all = randomIntegers(100_000, { key: 1, low: -(2 ** 31), high: 2 ** 31 });
  assert.ok(Math.min(...all.subarray(0, 1e5)) < -(2 ** 31) + 1e6 && Math.max(...all) > 2 ** 31 - 1e6);
  const wide = randomIntegers(new Float64Array(1000), { key: 1, low: -(2 ** 52), high: 2 ** 52 });
  assert.ok(wide.some((v) => v < -4e15) && wide.some((v) => v > 4e15) && wide.some((v) => v % 2 !== 0));
});
