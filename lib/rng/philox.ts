import { checkFinite, checkInteger } from "../base/mod.ts";
import { lognormal, normal, uniform } from "./_kernel.ts";

/** Which random numbers: the same seed and stream give the same numbers, whatever else was drawn. */
export interface RandomOptions {
  /** [1] Seed, 0 to 2^53 - 1. */
  seed: number;
  /** [1] Stream of that seed, 0 to 2^53 - 1. Default: 0. */
  stream?: number;
}

/**
 * Uniform random numbers in (0, 1), both ends excluded, by Philox 4x32-10 (Salmon et al. 2011). Number i is a function of
 * seed, stream and i alone: it depends neither on threads nor on the order of calls.
 *
 * @param count [1] How many.
 * @param options Seed and stream.
 * @throws {DomainError} if `count`, `seed` or `stream` is not a whole number of at least 0.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomUniform } from "@cosmesh/cosmesh/rng";
 * await ready();
 * const three = randomUniform(3, { seed: 42 });
 * console.log(three[2] === randomUniform(1000, { seed: 42 })[2]); // true
 * ```
 */
export function randomUniform(count: number, options: RandomOptions): Float64Array {
  return draw(uniform, count, options);
}

/**
 * Normal random numbers of mean 0 and variance 1 (Box and Muller 1958), as `randomUniform` in all else.
 *
 * @param count [1] How many.
 * @param options Seed and stream.
 * @throws {DomainError} if `count`, `seed` or `stream` is not a whole number of at least 0.
 */
export function randomNormal(count: number, options: RandomOptions): Float64Array {
  return draw(normal, count, options);
}

/**
 * Lognormal random numbers of mean 1: exp(sigma g - sigma^2/2) with normal g, as `randomUniform` in all else.
 *
 * @param count [1] How many.
 * @param sigma [1] Standard deviation of the logarithm.
 * @param options Seed and stream.
 * @throws {DomainError} if `count`, `seed` or `stream` is not a whole number of at least 0, or `sigma` is not finite.
 */
export function randomLognormal(count: number, sigma: number, options: RandomOptions): Float64Array {
  checkFinite(sigma, "sigma");
  return draw((seed, stream, out) => lognormal(seed, stream, sigma, out), count, options);
}

function draw(fill: typeof uniform, count: number, { seed, stream = 0 }: RandomOptions): Float64Array {
  const out = new Float64Array(checkInteger(count, "count"));
  fill(checkInteger(seed, "seed"), checkInteger(stream, "stream"), out);
  return out;
}
