import { checkFinite, DomainError, ShapeError } from "../base/mod.ts";
import { continuous, directions, exponential } from "./_kernel.ts";
import {
  checkNotNegative,
  checkOffset,
  drawFloats,
  type Drawn,
  type FloatArray,
  type FloatTarget,
  keyOf,
  type RandomOptions,
} from "./_target.ts";

/** Options of `randomUniform`. */
export interface UniformOptions extends RandomOptions {
  /** [1] Lower bound, included. Default: 0. */
  low?: number;
  /** [1] Upper bound, excluded. Default: 1. */
  high?: number;
}

/** Options of `randomNormal`. */
export interface NormalOptions extends RandomOptions {
  /** [1] Mean. Default: 0. */
  mean?: number;
  /** [1] Standard deviation, at least 0. Default: 1. */
  std?: number;
}

/** Options of `randomLognormal`. */
export interface LognormalOptions extends RandomOptions {
  /** [1] Mean of the logarithm. Default: 0. */
  mean?: number;
  /** [1] Standard deviation of the logarithm, at least 0. Default: 1. */
  sigma?: number;
}

/** Options of `randomExponential`. */
export interface ExponentialOptions extends RandomOptions {
  /** [1] Mean, at least 0. Default: 1. */
  scale?: number;
}

/** Parameters are rounded to the type of the numbers, so that bounds are those of the numbers. */
function rounded(value: number, out: FloatArray): number {
  return out instanceof Float32Array ? Math.fround(value) : value;
}

/**
 * Uniform random numbers in [low, high): `low + (high - low) u` with u a multiple of 2^-53 (float32: 2^-24; "threefry": 2^-52
 * and 2^-23, the bits of `jax.random.uniform`). As in NumPy, rounding may give `high` itself when low is not 0.
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset and bounds.
 * @returns A new Float64Array, or the given array.
 * @throws {DomainError} if the bounds are not finite, or `low` is not below `high` in the type of the numbers.
 * @throws {DtypeError} if the target is not an array of real numbers.
 * @example Two halves of a stream
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomKey, randomUniform } from "@cosmesh/cosmesh/rng";
 * await ready();
 * const key = randomKey(42).fold("positions");
 * const all = randomUniform(1000, { key });
 * const second = randomUniform(500, { key, offset: 500 });
 * console.log(second[0] === all[500]); // true
 * ```
 */
export function randomUniform<T extends FloatTarget>(
  target: T,
  { key, offset = 0, low = 0, high = 1 }: UniformOptions,
): Drawn<T, Float64Array> {
  return drawFloats(target, (out) => {
    const [a, b] = [checkFinite(rounded(low, out), "low"), checkFinite(rounded(high, out), "high")];
    if (!(a < b && Number.isFinite(rounded(b - a, out)))) {
      const rule = '"low" must be below "high", and their distance finite';
      throw new DomainError(`Cannot draw uniform numbers: ${rule}, got ${low} and ${high}`, rule, `${low}, ${high}`);
    }
    continuous("uniform", keyOf(key), checkOffset(offset, out.length), [a, b], out);
  });
}

/**
 * Normal random numbers by a ziggurat of 256 layers (Marsaglia and Tsang 2000). A key of "threefry" gives those of
 * `jax.random.normal` instead, sqrt(2) erfinv(u): in float32 within 3 units in the last place, 98 % within 1 (of 2e7 numbers,
 * which are 91 % of all that there are), in float64 to 4e-15.
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset, mean and standard deviation.
 * @returns A new Float64Array, or the given array.
 * @throws {DomainError} if `mean` is not finite, or `std` not finite or negative.
 * @throws {DtypeError} if the target is not an array of real numbers.
 * @example White noise on a mesh
 * ```ts
 * import { empty } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomKey, randomNormal } from "@cosmesh/cosmesh/rng";
 * await ready();
 * using mesh = empty([32, 32, 32], "float32");
 * randomNormal(mesh, { key: randomKey(42).fold("white noise") });
 * ```
 */
export function randomNormal<T extends FloatTarget>(
  target: T,
  { key, offset = 0, mean = 0, std = 1 }: NormalOptions,
): Drawn<T, Float64Array> {
  return drawFloats(target, (out) => {
    checkFinite(rounded(mean, out), "mean");
    checkNotNegative(rounded(std, out), "std");
    continuous("normal", keyOf(key), checkOffset(offset, out.length), [mean, std], out);
  });
}

/**
 * Lognormal random numbers exp(mean + sigma g) with normal g, the g of `randomNormal` of the same key. Their mean is
 * exp(mean + sigma^2/2).
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset, mean and standard deviation of the logarithm.
 * @returns A new Float64Array, or the given array.
 * @throws {DomainError} if `mean` is not finite, or `sigma` not finite or negative.
 * @throws {DtypeError} if the target is not an array of real numbers.
 */
export function randomLognormal<T extends FloatTarget>(
  target: T,
  { key, offset = 0, mean = 0, sigma = 1 }: LognormalOptions,
): Drawn<T, Float64Array> {
  checkFinite(mean, "mean");
  checkNotNegative(sigma, "sigma");
  return drawFloats(target, (out) => {
    continuous("lognormal", keyOf(key), checkOffset(offset, out.length), [mean, sigma], out);
  });
}

/**
 * Exponential random numbers of a mean, by a ziggurat of 256 layers (Marsaglia and Tsang 2000).
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset and mean.
 * @returns A new Float64Array, or the given array.
 * @throws {DomainError} if `scale` is not finite or negative.
 * @throws {DtypeError} if the target is not an array of real numbers.
 */
export function randomExponential<T extends FloatTarget>(
  target: T,
  { key, offset = 0, scale = 1 }: ExponentialOptions,
): Drawn<T, Float64Array> {
  return drawFloats(target, (out) => {
    checkNotNegative(rounded(scale, out), "scale");
    exponential(keyOf(key), checkOffset(offset, out.length), scale, out);
  });
}

/**
 * Directions: unit vectors, uniform on the sphere, `[direction, 3]`.
 *
 * @param target How many directions, or the array to fill, with three numbers for each.
 * @param options Key and offset, which counts directions.
 * @returns A new Float64Array, or the given array.
 * @throws {ShapeError} if the length of the array is not a multiple of 3.
 * @throws {DtypeError} if the target is not an array of real numbers.
 */
export function randomDirections<T extends FloatTarget>(
  target: T,
  { key, offset = 0 }: RandomOptions,
): Drawn<T, Float64Array> {
  const numbers = (typeof target === "number" ? 3 * target : target) as T;
  return drawFloats(numbers, (out) => {
    if (out.length % 3 !== 0) {
      throw new ShapeError(
        `Cannot draw directions: the array must hold three numbers for each, got ${out.length}`,
        "a multiple of 3",
        String(out.length),
      );
    }
    directions(keyOf(key), checkOffset(offset, out.length / 3), out);
  });
}
