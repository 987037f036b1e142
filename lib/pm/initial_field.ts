import { astype, isComplex, type NdArray } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError } from "../base/mod.ts";
import { type LinearPower, matterPower } from "../cosmology/mod.ts";
import { rfftn } from "../fft/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import { filterInPlace, type Spectrum, tableLength } from "./_kernel.ts";
import { InitialField } from "./field.ts";
import { checkNoise, whiteNoise } from "./noise.ts";

/** Options of `initialField`: one of `key` and `noise`. */
export interface InitialFieldOptions {
  /** [1] Cells along one axis, at least 2. */
  cells: number;
  /** [Mpc/h] Side of the periodic box. */
  boxSize: number;
  /** Key (or seed) of white noise; take one for each realisation. */
  key?: RandomKey | number;
  /**
   * Instead of `key`: white noise of one's own, real `[cells, cells, cells]`; or the linear overdensity itself, the
   * complex half spectrum `[cells, cells, cells/2 + 1]` of an unnormalised forward transform, used as it is.
   */
  noise?: RealArray | Spectrum;
  /** Whether to change the sign of the field, as for the second of a pair. Default false. */
  paired?: boolean;
  /** Whether to give each mode the modulus that it has in the mean, and keep its phase alone. Default false. */
  fixed?: boolean;
  /** Precision. Default: that of `noise`, or "float32". */
  dtype?: "float32" | "float64";
}

/** sqrt(P N^3/V) over m^2, with a sign; 0 for the mean. */
export function amplitudes(linear: LinearPower, cells: number, boxSize: number, sign: number): Float64Array {
  const table = new Float64Array(tableLength(cells));
  const unit = 2 * Math.PI / boxSize;
  const power = matterPower(linear, table.subarray(1).map((_, i) => unit * Math.sqrt(i + 1)));
  power.forEach((p, i) => table[i + 1] = sign * Math.sqrt(p * (cells / boxSize) ** 3));
  return table;
}

/**
 * A Gaussian field of linear overdensity with a given power spectrum, scaled to today:
 * `delta_k = w_k sqrt(P(k) cells^3/boxSize^3)` with w_k the unnormalised forward transform of white noise, and no mean.
 * P is evaluated at each |k| of the mesh, without a table in between.
 *
 * A pair of fields, the second one with `paired`, cancels odd terms of statistics; `fixed` sets |w_k| = cells^1.5, so that
 * the power of each mode is P (Angulo & Pontzen 2016). The same key with other `cells` is another field.
 *
 * @param linear Power spectrum.
 * @param options Mesh, box, and key or noise.
 * @throws {DomainError} for a mesh or a box that is not, for noise that is not finite (with its place), without or with both of
 * `key` and `noise`, and for `fixed` with complex modes; {ShapeError} and {DtypeError} for noise of another kind.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { initialField, lptSnapshot } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialField(linearPower(planck18), { cells: 32, boxSize: 100, key: 1 });
 * using snapshot = lptSnapshot(field, { z: 9, order: 2 });
 * console.log(snapshot.density.array.shape); // [32, 32, 32]
 * ```
 */
export function initialField(linear: LinearPower, options: InitialFieldOptions): InitialField {
  const { key, noise: given, paired = false, fixed = false } = options;
  const cells = checkInteger(options.cells, "cells", 2);
  const boxSize = checkPositive(options.boxSize, "boxSize");
  if ((key === undefined) === (given === undefined)) {
    const actual = key === undefined ? "neither" : "both";
    throw new DomainError(`Cannot make an initial field: give "key" or "noise", got ${actual}`, "one of them", actual);
  }
  if (given) checkNoise(given, [cells, cells, cells]);
  const dtype = options.dtype ?? (given?.data instanceof Float64Array ? "float64" : "float32");
  if (given && isComplex(given.dtype)) {
    if (fixed) {
      const rule = `real noise with "fixed"`;
      throw new DomainError(`Cannot make an initial field: complex modes are used as they are; give ${rule}`, rule, "");
    }
    const spectrum = astype(given, dtype === "float32" ? "complex64" : "complex128") as Spectrum;
    const table = new Float64Array(tableLength(cells)).fill(paired ? -1 : 1);
    table[0] = 0;
    filterInPlace({ spectrum }, table, 0);
    return new InitialField(linear, boxSize, spectrum);
  }
  const table = amplitudes(linear, cells, boxSize, paired ? -1 : 1);
  using noise = given === undefined
    ? whiteNoise({ cells, key: key!, dtype })
    : given.dtype === dtype
    ? undefined
    : astype(given, dtype) as RealArray;
  const spectrum = rfftn((noise ?? given) as NdArray<"float32">) as Spectrum;
  filterInPlace({ spectrum }, table, fixed ? cells ** 1.5 : 0);
  return new InitialField(linear, boxSize, spectrum);
}
