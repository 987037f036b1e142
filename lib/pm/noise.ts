import { empty, isComplex, NdArray, stats } from "../array/mod.ts";
import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import type { Triple } from "../fields/mod.ts";
import { type RandomKey, randomNormal } from "../rng/mod.ts";
import type { Spectrum } from "./_kernel.ts";

/** Options of `whiteNoise`. */
export interface WhiteNoiseOptions {
  /** [1] Cells along each axis, or along all of them. */
  cells: number | Triple;
  /** Key of the numbers, or a seed. */
  key: RandomKey | number;
  /** Default "float32". */
  dtype?: "float32" | "float64";
}

/**
 * White noise: independent normal numbers of mean 0 and variance 1, number i of the key's stream at cell i (C order), so
 * that neither threads nor ranks matter. The generator "threefry" gives the words of JAX's default generator, and its normal
 * numbers to rounding.
 *
 * @param options Cells, key, precision.
 * @returns [1] Noise, `[cells, cells, cells]` or `[nx, ny, nz]`.
 * @throws {DomainError} if `cells` is not a whole number of at least 1.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { whiteNoise } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using noise = whiteNoise({ cells: 16, key: 42 });
 * ```
 */
export function whiteNoise({ cells, key, dtype = "float32" }: WhiteNoiseOptions): RealArray {
  const shape = typeof cells === "number" ? [cells, cells, cells] : [...cells];
  shape.forEach((n) => checkInteger(n, "cells", 1));
  const noise = empty(shape, dtype) as RealArray;
  try {
    return randomNormal(noise as NdArray<"float32">, { key });
  } catch (error) {
    noise.dispose();
    throw error;
  }
}

/** Checks shape and numbers of noise that a user gave. */
export function checkNoise(noise: RealArray | Spectrum, [nx, ny, nz]: Triple): void {
  const { dtype, shape, data } = noise;
  if (!isComplex(dtype) && dtype !== "float32" && dtype !== "float64") {
    const rule = "float32, float64, complex64 or complex128";
    throw new DtypeError(`Cannot make an initial field: noise must be of ${rule}, got ${dtype}`, rule, dtype);
  }
  const expected = isComplex(dtype) ? [nx, ny, Math.floor(nz / 2) + 1] : [nx, ny, nz];
  if (shape.length !== 3 || shape.some((length, i) => length !== expected[i])) {
    const [rule, actual] = [expected, shape].map((s) => `[${s.join(", ")}]`);
    const kind = isComplex(dtype) ? "complex modes" : "real noise";
    throw new ShapeError(`Cannot make an initial field: ${kind} must have shape ${rule}, got ${actual}`, rule, actual);
  }
  const type = data instanceof Float32Array ? "float32" : "float64";
  if (stats(new NdArray(data, [data.length], type) as RealArray).nonFinite === 0) return;
  const place = data.findIndex((v) => !Number.isFinite(v));
  const element = isComplex(dtype) ? place >> 1 : place;
  const last = expected[2];
  const index = [Math.floor(element / last / ny), Math.floor(element / last) % ny, element % last].join(", ");
  const rule = "finite numbers";
  throw new DomainError(
    `Cannot make an initial field: noise must be ${rule}, got ${data[place]} at [${index}]`,
    rule,
    String(data[place]),
  );
}
