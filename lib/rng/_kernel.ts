import { type Arguments, call, type Exports, type TypedArray } from "../kernel/mod.ts";
import type { FloatArray, WholeArray } from "./_target.ts";
import type { RandomKey } from "./key.ts";

/** Key words and generator, as all kernels take them. */
function source({ words, generator }: RandomKey): [k0: number, k1: number, generator: number] {
  return [words[0], words[1], generator === "philox" ? 0 : 1];
}

/** The same bytes as 32-bit words, for kernels that take no such type. */
function words(array: BigUint64Array): Uint32Array {
  return new Uint32Array(array.buffer, array.byteOffset, 2 * array.length);
}

const KINDS = [Float32Array, Float64Array, Int32Array, Uint32Array];
function kind(out: WholeArray): number {
  return KINDS.findIndex((type) => out instanceof type);
}

/** Fills with words. */
export function bits(key: RandomKey, offset: number, out: Uint32Array | BigUint64Array): void {
  call("random bits", (k, a) => {
    if (out instanceof Uint32Array) k.rng_bits32(...source(key), offset, a.out(out), out.length);
    else k.rng_bits64(...source(key), offset, a.out(words(out)), out.length);
  });
}

/** Distributions of two parameters. */
export type Continuous = "uniform" | "normal" | "lognormal";

/** Fills with numbers of a distribution of two parameters. */
export function continuous(
  which: Continuous,
  key: RandomKey,
  offset: number,
  [p, q]: readonly [number, number],
  out: FloatArray,
): void {
  const width = out instanceof Float64Array ? "f64" : "f32";
  call(`${which} random numbers`, (k, a) => {
    k[`rng_${which}_${width}`](...source(key), offset, p, q, a.out(out), out.length);
  });
}

/** Fills with exponential numbers of mean `scale`. */
export function exponential(key: RandomKey, offset: number, scale: number, out: FloatArray): void {
  call("exponential random numbers", (k, a) => {
    const fill = out instanceof Float64Array ? k.rng_exponential_f64 : k.rng_exponential_f32;
    fill(...source(key), offset, scale, a.out(out), out.length);
  });
}

/** Fills `[count, 3]` with unit vectors. */
export function directions(key: RandomKey, offset: number, out: FloatArray): void {
  call("random directions", (k, a) => {
    const fill = out instanceof Float64Array ? k.rng_directions_f64 : k.rng_directions_f32;
    fill(...source(key), offset, a.out(out), out.length / 3);
  });
}

function whole(
  operation: string,
  out: WholeArray,
  body: (k: Exports, a: Arguments, ...target: [kind: number, out: number, length: number]) => number | void,
): void {
  call(operation, (k, a) => body(k, a, kind(out), a.out(out), out.length));
}

/** Fills with low + 0..bound. */
export function integers(key: RandomKey, offset: number, low: number, bound: number, out: WholeArray): void {
  whole("random integers", out, (k, _, ...to) => k.rng_integers(...source(key), offset, low, bound, ...to));
}

/** Fills with Poisson numbers of one mean, or of one for each. */
export function poisson(key: RandomKey, offset: number, lam: number | Float64Array, out: WholeArray): void {
  whole("Poisson random numbers", out, (k, a, ...to) => {
    if (typeof lam === "number") k.rng_poisson(...source(key), offset, lam, ...to);
    else k.rng_poisson_each(...source(key), offset, a.in(lam), ...to);
  });
}

/** Fills with the first elements of a permutation of 0..n. */
export function permutation(key: RandomKey, n: number, out: WholeArray): void {
  whole("random permutation", out, (k, _, ...to) => k.rng_permutation(...source(key), n, ...to));
}

/** Shuffles rows of so many bytes. */
export function shuffle(key: RandomKey, rowBytes: number, rows: TypedArray): void {
  call("random shuffle", (k, a) => k.rng_shuffle(...source(key), rowBytes, a.inout(rows), rows.byteLength));
}

/** Fills with places of weights, each with its probability. */
export function weighted(key: RandomKey, offset: number, weights: Float64Array, out: WholeArray): void {
  whole("random choice", out, (k, a, ...to) => {
    return k.rng_weighted(...source(key), offset, a.in(weights), weights.length, ...to);
  });
}

/** As `weighted`, no place twice. */
export function weightedDifferent(key: RandomKey, weights: Float64Array, out: WholeArray): void {
  whole("random choice", out, (k, a, ...to) => {
    return k.rng_weighted_different(...source(key), a.in(weights), weights.length, ...to);
  });
}
