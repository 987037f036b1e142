import { call } from "../kernel/mod.ts";

/** Fills with uniform numbers in (0, 1). */
export function uniform(seed: number, stream: number, out: Float64Array): void {
  call("uniform random numbers", (k, a) => k.rng_uniform(seed, stream, a.out(out), out.length));
}

/** Fills with normal numbers of mean 0 and variance 1. */
export function normal(seed: number, stream: number, out: Float64Array): void {
  call("normal random numbers", (k, a) => k.rng_normal(seed, stream, a.out(out), out.length));
}

/** Fills with lognormal numbers of mean 1, whose logarithm has the standard deviation `sigma`. */
export function lognormal(seed: number, stream: number, sigma: number, out: Float64Array): void {
  call("lognormal random numbers", (k, a) => k.rng_lognormal(seed, stream, sigma, a.out(out), out.length));
}
