import assert from "node:assert/strict";
import { empty, NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  randomBits,
  randomChoice,
  randomDirections,
  randomExponential,
  randomIntegers,
  RandomKey,
  randomKey,
  randomLognormal,
  randomNormal,
  type RandomOptions,
  randomPermutation,
  randomPoisson,
  randomUniform,
} from "../../lib/rng/mod.ts";

/** FNV-1a over 32-bit words, as in kernels/rng/src/lib.rs. */
function digest(array: Float64Array | Float32Array | Uint32Array): number {
  const words = new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
  return words.reduce((h, w) => Math.imul(h ^ w, 0x01000193), 0x811c9dc5 | 0) >>> 0;
}

const N = 4001;
const f32 = () => new Float32Array(N);

/** The draws of the native test `bits_are_those_of_the_binary`. */
function draws(key: RandomKey): number[] {
  const at = { key, offset: 3 };
  return [
    randomBits(N, at),
    randomUniform(N, { ...at, low: -1, high: 2.5 }),
    randomUniform(f32(), { ...at, low: -1, high: 2.5 }),
    randomNormal(N, { ...at, mean: 0.5, std: 2 }),
    randomNormal(f32(), { ...at, mean: 0.5, std: 2 }),
    randomLognormal(N, { ...at, mean: 0.5, sigma: 2 }),
    randomLognormal(f32(), { ...at, mean: 0.5, sigma: 2 }),
    randomExponential(N, { ...at, scale: 2 }),
    randomExponential(f32(), { ...at, scale: 2 }),
    ...[3, 100, 1e9].map((lam) => randomPoisson(new Float64Array(N), { ...at, lam })),
    ...[3e9, 2 ** 52].map((n) => randomIntegers(new Float64Array(N), { ...at, low: -5, high: n - 5 })),
    randomPermutation(new Uint32Array(N), { key }),
    randomDirections(1333, at),
  ].map(digest);
}

/** Given by the native test, whose lanes are plain arrays: SIMD here and scalars there do the same. */
const NATIVE = {
  // deno-fmt-ignore
  philox: [
    0x12be287b, 0xa1591d40, 0xeb8478e7, 0xb09ed48d, 0xb7239fe1, 0x5670d881, 0xdd906162, 0xd8a5ccf5,
    0x08d7d9ee, 0xf45fd8cd, 0x496ff8cd, 0xf3894f2a, 0xdffe9040, 0xf009bcb6, 0x2e06a16d, 0x774d0bca,
  ],
  // deno-fmt-ignore
  threefry: [
    0x7ed0d05d, 0x10454d04, 0x4d1bda27, 0x6fee5638, 0xbfb36a8f, 0xda31e2b8, 0x960a0c6c, 0x6bb04702,
    0xa4599b81, 0x716dd8cd, 0xf044b8cd, 0xdef85ae5, 0xa537a611, 0xf48464bd, 0x4d73d88f, 0xc9116698,
  ],
};

Deno.test("draws give the bits of the native build", async () => {
  await ready({ threads: 2 });
  for (const generator of ["philox", "threefry"] as const) {
    assert.deepEqual(draws(new RandomKey([1, 2], generator)), NATIVE[generator]);
  }
});

/** Every draw that has an offset, of `count` elements at `options.offset`. */
const STREAMS: { [name: string]: (count: number, options: RandomOptions) => ArrayLike<number | bigint> } = {
  bits: randomBits,
  bits64: (n, o) => randomBits(new BigUint64Array(n), o),
  uniform: randomUniform,
  uniform32: (n, o) => randomUniform(new Float32Array(n), o),
  normal: randomNormal,
  normal32: (n, o) => randomNormal(new Float32Array(n), o),
  lognormal: randomLognormal,
  exponential: randomExponential,
  exponential32: (n, o) => randomExponential(new Float32Array(n), o),
  integers: (n, o) => randomIntegers(n, { ...o, high: 1_000_000_007 }),
  // Nearly half of the words are refused.
  refused: (n, o) => randomIntegers(new Uint32Array(n), { ...o, high: 2 ** 31 + 1 }),
  wide: (n, o) => randomIntegers(new Float64Array(n), { ...o, high: 2 ** 40 }),
  poissonSmall: (n, o) => randomPoisson(n, { ...o, lam: 3 }),
  poissonLarge: (n, o) => randomPoisson(n, { ...o, lam: 57 }),
  choice: (n, o) => randomChoice(3, n, { ...o, p: [0.5, 0, 0.5] }),
};

Deno.test("every draw gives the same bits with 1, 2 and 3 threads, in parts, and in any order of calls", async () => {
  const count = 40_000;
  for (const generator of ["philox", "threefry"] as const) {
    const key = randomKey(5, generator).fold("test");
    await ready({ threads: 1 });
    const whole = Object.values(STREAMS).map((draw) => draw(count, { key }));
    for (const threads of [2, 3]) {
      await ready({ threads });
      for (const [i, [name, draw]] of [...Object.entries(STREAMS).entries()].reverse()) {
        assert.deepEqual(draw(count, { key }), whole[i], `${name}, ${threads} threads`);
        for (const [from, to] of [[0, 1], [1, 8], [17, 31], [777, 1777], [16_380, 16_390], [count - 5, count]]) {
          const part = draw(to - from, { key, offset: from });
          assert.deepEqual([...Array.from(part)], Array.from(whole[i]).slice(from, to), `${name}, ${from} to ${to}`);
        }
      }
    }
  }
});

Deno.test("places beyond 2^32 have numbers of their own", async () => {
  await ready({ threads: 1 });
  for (const generator of ["philox", "threefry"] as const) {
    const key = randomKey(1, generator);
    const seen = [0, 2 ** 32, 2 ** 33, 2 ** 34, 2 ** 40, 2 ** 52].map((offset) => randomBits(1, { key, offset })[0]);
    assert.equal(new Set(seen).size, 6);
    const across = randomNormal(64, { key, offset: 2 ** 34 - 32 });
    assert.deepEqual(randomNormal(32, { key, offset: 2 ** 34 }), across.slice(32));
  }
});

Deno.test("a target is filled where it is: typed arrays, arrays of any shape, in the kernels' memory or not", async () => {
  await ready({ threads: 2 });
  const key = randomKey(3);
  const [expected, expected32] = [randomNormal(24, { key }), randomNormal(new Float32Array(24), { key })];
  using mesh = empty([2, 3, 4], "float32");
  assert.equal(randomNormal(mesh, { key }), mesh);
  assert.deepEqual([...mesh.data], [...expected32]);
  const own = new NdArray(new Float64Array(24), [4, 6], "float64");
  assert.equal(randomNormal(own, { key }), own);
  assert.deepEqual(own.data, expected);
  const part = new Float64Array(30).subarray(3, 27);
  assert.equal(randomNormal(part, { key }), part);
  assert.deepEqual([...part], [...expected]);
  assert.deepEqual([...new Float64Array(part.buffer).subarray(27)], [0, 0, 0]);
  assert.deepEqual(randomNormal(0, { key }), new Float64Array(0));
});

Deno.test("single precision numbers are those of their type, and whole numbers the same in all types", async () => {
  await ready({ threads: 1 });
  const options = { key: 9, low: -20, high: 3000 };
  const [i32, f64] = [randomIntegers(500, options), randomIntegers(new Float64Array(500), options)];
  assert.deepEqual([...i32], [...f64]);
  assert.deepEqual([...randomIntegers(new Float32Array(500), options)], [...f64]);
  const lam = Float32Array.from({ length: 500 }, (_, i) => i / 10);
  const counts = randomPoisson(500, { key: 9, lam });
  assert.deepEqual([...randomPoisson(new Uint32Array(500), { key: 9, lam: [...lam] })], [...counts]);
  assert.deepEqual([...randomPoisson(new Float32Array(500), { key: 9, lam })], [...counts]);
  assert.equal(counts[0], 0);
});

Deno.test("parameters shift and scale", async () => {
  await ready({ threads: 1 });
  const g = randomNormal(100, { key: 4 });
  assert.deepEqual(randomNormal(100, { key: 4, mean: 3, std: 0.5 }), g.map((x) => 3 + 0.5 * x));
  assert.deepEqual(randomNormal(3, { key: 4, mean: 3, std: 0 }), Float64Array.of(3, 3, 3));
  const u = randomUniform(100, { key: 4 });
  assert.deepEqual(randomUniform(100, { key: 4, low: 2, high: 5 }), u.map((x) => 2 + 3 * x));
  assert.ok(u.every((x) => x >= 0 && x < 1));
  const e = randomExponential(100, { key: 4 });
  assert.deepEqual(randomExponential(100, { key: 4, scale: 7 }), e.map((x) => 7 * x));
  // exp of both differs by rounding: 3 units in the last place of numbers below exp(4).
  const l = randomLognormal(100, { key: 4, mean: 1, sigma: 0.5 });
  g.forEach((x, i) => assert.ok(Math.abs(l[i] / Math.exp(1 + 0.5 * x) - 1) < 1e-15 * 3));
  const directions = randomDirections(100, { key: 4 });
  for (let i = 0; i < 300; i += 3) {
    const [x, y, z] = directions.subarray(i, i + 3);
    assert.ok(Math.abs(Math.hypot(x, y, z) - 1) < 1e-15 * 3);
  }
});
