import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import {
  randomBits,
  randomDirections,
  randomExponential,
  type RandomKey,
  randomKey,
  randomLognormal,
  randomNormal,
  randomUniform,
} from "../../lib/rng/mod.ts";
import {
  chi2Detected,
  correlationTest,
  DETECTED,
  failures,
  ksTest,
  meanTest,
  normalCdf,
  THRESHOLD,
} from "./_statistics.ts";

/**
 * Size of the samples. With it the tests find with 99 % power: means off by 7.2/sqrt(12 N) = 0.20 % of the range, bins of
 * 1/128 off by 1.2 % rms, distribution functions off by 3.8e-3, correlations of 0.7 %. Seeds are fixed: nothing is left to chance.
 */
const N = 2 ** 20;

const single = () => new Float32Array(N);
const to64 = (values: ArrayLike<number>) => Float64Array.from(values);

/** Samples of each distribution, as uniform numbers by the distribution function. */
const SAMPLES: { [name: string]: (key: RandomKey) => Float64Array } = {
  uniform: (key) => randomUniform(N, { key }),
  "uniform float32": (key) => to64(randomUniform(single(), { key })),
  "uniform of [-3, 5)": (key) => randomUniform(N, { key, low: -3, high: 5 }).map((x) => (x + 3) / 8),
  normal: (key) => randomNormal(N, { key, mean: 1, std: 2 }).map((x) => normalCdf((x - 1) / 2)),
  "normal float32": (key) => to64(randomNormal(single(), { key })).map(normalCdf),
  lognormal: (key) => randomLognormal(N, { key, mean: 1, sigma: 2 }).map((x) => normalCdf((Math.log(x) - 1) / 2)),
  exponential: (key) => randomExponential(N, { key, scale: 3 }).map((x) => -Math.expm1(-x / 3)),
  "exponential float32": (key) => to64(randomExponential(single(), { key })).map((x) => -Math.expm1(-x)),
  // In turn z and longitude, which are independent.
  directions: (key) => {
    const xyz = randomDirections(N / 2, { key });
    return new Float64Array(N).map((_, i) => {
      const [x, y, z] = xyz.subarray(3 * (i >> 1));
      return i % 2 === 0 ? (z + 1) / 2 : (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
    });
  },
};

for (const generator of ["philox", "threefry"] as const) {
  Deno.test(`the distributions of real numbers pass mean, variance, chi-squared, KS and serial tests (${generator})`, async () => {
    await ready({ threads: 2 });
    for (const [name, sample] of Object.entries(SAMPLES)) {
      assert.deepEqual(failures(sample(randomKey(2026, generator).fold(name))), [], name);
    }
  });
}

Deno.test("tails of the ziggurats have their share", async () => {
  await ready({ threads: 2 });
  // Beyond the base layers: 2 (1 - Phi(3.6541528853610088)) and exp(-7.69711747013105) (mpmath). Found with 99 % power: a
  // share off by 7.2 / sqrt(expected count) = 14 % and 11 % (4.5 sigma: 88 %).
  const n = 1e7;
  const beyond = (values: Float64Array, x: number) => values.reduce((sum, v) => sum + Number(Math.abs(v) > x), 0);
  const cases: [Float64Array, number, number][] = [
    [randomNormal(n, { key: 11 }), 3.6541528853610088, 2.580324876539009e-4],
    [randomExponential(n, { key: 11 }), 7.69711747013105, 4.541343538414966e-4],
    // Deeper: 4.5 sigma.
    [randomNormal(n, { key: 12, std: 2 }), 2 * 4.5, 6.79534624946012e-6],
  ];
  for (const [values, x, p] of cases) {
    const z = (beyond(values, x) - n * p) / Math.sqrt(n * p);
    assert.ok(Math.abs(z) < THRESHOLD, `${x}: ${z}`);
  }
});

Deno.test("neighbouring keys, names, seeds and places give independent numbers", async () => {
  await ready({ threads: 2 });
  const n = 2 ** 17;
  // 2^17 numbers each: correlations of 2 % are found with 99 % power.
  for (const generator of ["philox", "threefry"] as const) {
    const base = randomKey(0, generator);
    const keys = [
      base,
      randomKey(1, generator),
      randomKey(2 ** 32, generator),
      base.fold(0),
      base.fold(1),
      base.fold("a"),
    ];
    const streams = keys.map((key) => randomUniform(n, { key }));
    streams.forEach((a, i) => {
      for (const b of streams.slice(i + 1)) {
        assert.ok(Math.abs(correlationTest(a, b)) < THRESHOLD);
        assert.ok(Math.abs(correlationTest(a.subarray(1), b)) < THRESHOLD);
      }
    });
  }
});

/** [standard error] For each bit of a word, how often it differs between the words of two lists; half of them should. */
function bitFlips(a: Uint32Array, b: Uint32Array): number[] {
  return Array.from({ length: 32 }, (_, bit) => {
    const flips = a.reduce((sum, word, i) => sum + ((word ^ b[i]) >>> bit & 1), 0);
    return (flips - a.length / 2) / Math.sqrt(a.length / 4);
  });
}

Deno.test("a bit of the key flips each bit of a word half of the time", async () => {
  await ready({ threads: 2 });
  const n = 2 ** 14;
  // A probability off by 7.2 / (2 sqrt(n)) = 2.8 % is found with 99 % power.
  for (const generator of ["philox", "threefry"] as const) {
    const base = randomBits(n, { key: randomKey(0, generator) });
    for (const seed of [1, 2, 2 ** 20, 2 ** 31, 2 ** 40, 2 ** 52]) {
      for (const z of bitFlips(base, randomBits(n, { key: randomKey(seed, generator) }))) {
        assert.ok(Math.abs(z) < THRESHOLD, `${generator} ${seed}: ${z}`);
      }
    }
  }
});

/** Birthday spacings (Marsaglia): equal distances of 4096 sorted words; Poisson of mean 4096^3 / 2^34 = 4. */
function equalSpacings(words: Uint32Array): number {
  const spacings = words.slice().sort().map((w, i, all) => i === 0 ? w : w - all[i - 1]).sort();
  return spacings.reduce((sum, s, i) => sum + Number(i > 0 && s === spacings[i - 1]), 0);
}

Deno.test("birthday spacings: along a stream, and of the first words of neighbouring keys", async () => {
  await ready({ threads: 2 });
  // 64 draws: 256 expected, standard deviation 16; a rate off by 45 % is found with 99 % power.
  const test = (draws: Uint32Array[]) => (draws.reduce((sum, d) => sum + equalSpacings(d), 0) - 256) / 16;
  const along = Array.from({ length: 64 }, (_, i) => randomBits(4096, { key: 3, offset: 4096 * i }));
  assert.ok(Math.abs(test(along)) < THRESHOLD);
  const base = randomKey(3);
  const firsts = Array.from(
    { length: 8 },
    (_, i) => Uint32Array.from({ length: 4096 }, (_, k) => base.fold(4096 * i + k).words[1]),
  );
  assert.ok(Math.abs(firsts.reduce((sum, d) => sum + equalSpacings(d), 0) - 32) < THRESHOLD * Math.sqrt(32));
  // A generator that repeats: a linear one with 2^24 states, each shifted by 8 bits.
  let state = 1;
  const linear = () => (state = (Math.imul(state, 1140671485) + 12820163) & 0xffffff) << 8 >>> 0;
  assert.ok(test(Array.from({ length: 64 }, () => new Uint32Array(4096).map(linear))) > 2 * THRESHOLD);
});

Deno.test("each test finds the deviation that it is said to find", async () => {
  await ready({ threads: 2 });
  const [u, v] = [0, 1].map((i) => randomUniform(N, { key: randomKey(77).fold(i) }));
  assert.deepEqual(failures(u), []);
  // A mean off by DETECTED standard errors.
  const shift = DETECTED / Math.sqrt(12 * N);
  assert.ok(meanTest(u.map((x) => x + shift), 1 / 2, 1 / 12) > THRESHOLD);
  // Every other bin of 128 gives this part of itself to its left neighbour, and that much deviates on both sides.
  const part = chi2Detected(128, N);
  assert.ok(part > 0.005 && part < 0.013, String(part));
  const uneven = u.map((x, i) => Math.floor(128 * x) % 2 === 1 && v[i] < part ? x - 1 / 128 : x);
  assert.ok(failures(uneven).some((f) => f.startsWith("chi2")));
  // A distribution function that is off by 3.9 / sqrt(N) at one half: numbers from above go below it.
  const bent = u.map((x, i) => x >= 0.5 && v[i] < 2 * 3.9 / Math.sqrt(N) ? x - 0.5 : x);
  assert.ok(ksTest(bent) > 1);
  // Correlation with the number before: a part of the numbers is repeated.
  const repeat = DETECTED / Math.sqrt(N);
  const sticky = u.slice();
  for (let i = 1; i < N; i++) if (v[i] < repeat) sticky[i] = sticky[i - 1];
  assert.ok(failures(sticky).some((f) => f.startsWith("lag 1 ")));
  // Two streams that share a part of their numbers.
  const w = randomUniform(N, { key: randomKey(77).fold(2) });
  assert.ok(correlationTest(u, w.map((x, i) => v[i] < repeat ? u[i] : x)) > THRESHOLD);
  // Bits that flip too often by 2.8 %.
  const words = randomBits(2 ** 14, { key: 5 });
  const flipped = words.map((word, i) => v[i] < 0.5 + DETECTED / 2 / 2 ** 7 ? ~word : word);
  assert.ok(bitFlips(words, flipped).every((z) => z > THRESHOLD));
});
