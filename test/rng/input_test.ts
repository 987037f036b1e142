import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { type ErrorCode, isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  randomBits,
  randomChoice,
  randomDirections,
  randomExponential,
  randomIntegers,
  randomLognormal,
  randomNormal,
  randomPermutation,
  randomPoisson,
  randomShuffle,
  randomUniform,
} from "../../lib/rng/mod.ts";

const key = 1;
const f32 = () => new Float32Array(4);

/** Calls that are refused: the error's class and a part of its message. */
const REFUSED: [call: () => unknown, code: ErrorCode, message: RegExp][] = [
  [() => randomUniform(-1, { key }), "DomainError", /"count": it must be a whole number of at least 0, got -1/],
  [() => randomUniform(1.5, { key }), "DomainError", /"count"/],
  [() => randomUniform(2, { key, offset: -1 }), "DomainError", /"offset": it must be a whole number/],
  [() => randomUniform(2, { key, offset: 2 ** 53 - 1 }), "DomainError", /places of a stream must stay below 2\^53/],
  [() => randomUniform(2, { key, low: 1, high: 1 }), "DomainError", /"low" must be below "high".*got 1 and 1/],
  [() => randomUniform(2, { key, low: 2, high: 1 }), "DomainError", /got 2 and 1/],
  [() => randomUniform(2, { key, low: NaN }), "DomainError", /"low": it must be a finite number, got NaN/],
  [() => randomUniform(2, { key, low: -1e308, high: 1e308 }), "DomainError", /their distance finite/],
  [() => randomUniform(f32(), { key, low: 1, high: 1 + 1e-9 }), "DomainError", /"low" must be below "high"/],
  [() => randomUniform(f32(), { key, high: 1e39 }), "DomainError", /"high": it must be a finite number/],
  [() => randomNormal(2, { key, std: -1 }), "DomainError", /"std": it must be a finite number of at least 0, got -1/],
  [() => randomNormal(2, { key, std: NaN }), "DomainError", /"std"/],
  [() => randomNormal(2, { key, mean: Infinity }), "DomainError", /"mean"/],
  [() => randomNormal(f32(), { key, std: 1e39 }), "DomainError", /"std"/],
  [() => randomLognormal(2, { key, sigma: -0.1 }), "DomainError", /"sigma".*got -0.1/],
  [() => randomExponential(2, { key, scale: -2 }), "DomainError", /"scale".*got -2/],
  [() => randomPoisson(2, { key, lam: -1 }), "DomainError", /"lam": it must be between 0 and 2000000000, got -1/],
  [() => randomPoisson(2, { key, lam: NaN }), "DomainError", /"lam".*got NaN/],
  [() => randomPoisson(2, { key, lam: 3e9 }), "DomainError", /"lam".*got 3000000000/],
  [() => randomPoisson(new Float64Array(2), { key, lam: 2 ** 51 }), "DomainError", /between 0 and 1125899906842624/],
  [() => randomPoisson(3, { key, lam: [1, 2, -3] }), "DomainError", /"lam\[2\]".*got -3/],
  [() => randomPoisson(3, { key, lam: [1, NaN, 3] }), "DomainError", /"lam\[1\]".*got NaN/],
  [() => randomPoisson(3, { key, lam: [1, 2] }), "ShapeError", /one mean for each of 3 numbers, got 2/],
  [() => randomIntegers(2, { key, high: 0 }), "DomainError", /bounds must be whole numbers .*got 0 and 0/],
  [() => randomIntegers(2, { key, low: 0.5, high: 3 }), "DomainError", /got 0.5 and 3/],
  [() => randomIntegers(2, { key, high: NaN }), "DomainError", /got 0 and NaN/],
  [() => randomIntegers(2, { key, high: 2 ** 31 + 1 }), "DomainError", /-2147483648 <= low < high <= 2147483648/],
  [() => randomIntegers(new Uint32Array(2), { key, low: -1, high: 1 }), "DomainError", /Uint32Array.*0 <= low/],
  [() => randomIntegers(new Float64Array(2), { key, low: -5, high: 2 ** 53 }), "DomainError", /at most 2\^53 apart/],
  [() => randomIntegers(f32(), { key, high: 2 ** 25 }), "DomainError", /Float32Array/],
  [() => randomChoice(3, 4, { key, replace: false }), "DomainError", /Cannot choose 4 elements.*got 3/],
  [() => randomChoice(0, 1, { key }), "DomainError", /Cannot choose 1 elements.*got 0/],
  [() => randomChoice(-1, 1, { key }), "DomainError", /"population"/],
  [() => randomChoice(2 ** 40, 1, { key }), "DomainError", /at most 2147483648 for a Int32Array; use a Float64Array/],
  [
    () => randomChoice(3, 1, { key, p: [0.5, 0.6, 0.1] }),
    "DomainError",
    /must sum to 1, got 1\.2.*divide them by their sum/,
  ],
  [() => randomChoice(3, 1, { key, p: [1.5, -0.5, 0] }), "DomainError", /"p\[1\]".*got -0.5/],
  [() => randomChoice(3, 1, { key, p: [NaN, 0.5, 0.5] }), "DomainError", /"p\[0\]".*got NaN/],
  [() => randomChoice(3, 1, { key, p: [0.5, 0.5] }), "ShapeError", /one probability for each of 3 elements, got 2/],
  [() => randomChoice(3, 3, { key, p: [0.5, 0.5, 0], replace: false }), "DomainError", /Cannot choose 3.*got 2/],
  [
    () => randomChoice(9, 3, { key, offset: 3, replace: false }),
    "DomainError",
    /"offset" must be 0 without replacement/,
  ],
  [() => randomPermutation(new Float32Array(2 ** 24 + 2), { key }), "DomainError", /at most 16777217/],
  [() => randomDirections(new Float64Array(4), { key }), "ShapeError", /three numbers for each, got 4/],
  [
    () => randomNormal(new Int32Array(4) as unknown as number, { key }),
    "DtypeError",
    /Float64Array, Float32Array, got Int32Array/,
  ],
  [() => randomNormal("5" as unknown as number, { key }), "DtypeError", /got String/],
  [() => randomNormal(null as unknown as number, { key }), "DtypeError", /the target must be a count/],
  [
    () => randomNormal(new NdArray(f32(), [2], "complex64") as unknown as number, { key }),
    "DtypeError",
    /got complex64/,
  ],
  [() => randomIntegers(new Uint8Array(4) as unknown as number, { key, high: 3 }), "DtypeError", /got Uint8Array/],
  [() => randomBits(f32() as unknown as number, { key }), "DtypeError", /got Float32Array/],
  [() => randomShuffle([1, 2] as unknown as Float64Array, { key }), "DtypeError", /Cannot shuffle/],
];

Deno.test("bad input is refused with the class, the argument and the value", async () => {
  await ready({ threads: 1 });
  for (const [call, code, message] of REFUSED) {
    assert.throws(call, (error: unknown) => {
      assert.ok(isToolkitError(error, code), `${code} expected: ${error}`);
      assert.match((error as Error).message, message);
      return true;
    });
  }
});

Deno.test("randomPoisson() says that the mean is missing, where types are not checked", () => {
  assert.throws(() => randomPoisson(2, { key } as Parameters<typeof randomPoisson>[1]), /"lam", the mean, is missing/);
});
