import { astype, empty, isComplex, NdArray, stats } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { type Cosmology, type LinearPower, matterPower } from "../cosmology/mod.ts";
import { rfftn } from "../fft/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { type RandomKey, randomNormal } from "../rng/mod.ts";
import { fillSources, filterInPlace, type Spectrum, tableLength } from "./_kernel.ts";

/** Options of `whiteNoise`. */
export interface WhiteNoiseOptions {
  /** [1] Cells along one axis. */
  cells: number;
  /** Key of the numbers, or a seed. */
  key: RandomKey | number;
  /** Default "float32". */
  dtype?: "float32" | "float64";
}

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

/** Orders of Lagrangian perturbation theory. */
export type LptOrder = 1 | 2 | 3;

/**
 * White noise: independent normal numbers of mean 0 and variance 1, number i of the key's stream at cell i (C order), so
 * that neither threads nor ranks matter.
 *
 * @param options Cells, key, precision.
 * @returns [1] Noise, `[cells, cells, cells]`.
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
  checkInteger(cells, "cells", 1);
  const noise = empty([cells, cells, cells], dtype) as RealArray;
  try {
    return randomNormal(noise as NdArray<"float32">, { key });
  } catch (error) {
    noise.dispose();
    throw error;
  }
}

/**
 * A linear overdensity on a mesh, scaled to today (growth 1), as its half spectrum, with what Lagrangian perturbation
 * theory derives from it. Made by `initialField`; give it back with `using` or `dispose()`.
 *
 * It holds 4 bytes for each cell, 8 once the sources of second order have been asked for, and 16 with those of third order;
 * to make those takes 24 more (third order: 36) for a while. In float64, twice that.
 */
export class InitialField implements Disposable {
  #sources: Spectrum[];

  /** Takes over the spectrum. `initialField` checks; this does not. */
  constructor(
    /** Power spectrum and cosmology. */
    readonly linear: LinearPower,
    /** [Mpc/h] Side of the periodic box. */
    readonly boxSize: number,
    /** delta_k of today, `[cells, cells, cells/2 + 1]`, of an unnormalised forward transform. */
    readonly spectrum: Spectrum,
  ) {
    this.#sources = [spectrum];
  }

  /** [1] Cells along one axis. */
  get cells(): number {
    return this.spectrum.shape[0];
  }

  /** Parameters of the universe. */
  get cosmology(): Cosmology {
    return this.linear.cosmology;
  }

  /** Precision of the meshes that are made from the field. */
  get dtype(): "float32" | "float64" {
    return this.spectrum.dtype === "complex64" ? "float32" : "float64";
  }

  /**
   * Half spectra of the sources of displacement, which do not depend on time: S1 (the field itself), S2, S3a, S3b (see
   * `lagrangianDisplacements`), computed when first asked for and kept until the field is disposed of.
   *
   * @param order [1] 1, 2 or 3: one, two or four spectra.
   * @throws {DomainError} for another order; {MemoryError} without room.
   */
  sources(order: LptOrder): readonly Spectrum[] {
    if (![1, 2, 3].includes(order)) {
      throw new DomainError(`Cannot use "order": it must be 1, 2 or 3, got ${order}`, "1, 2 or 3", String(order));
    }
    const count = [1, 2, 4][order - 1];
    if (this.#sources.length < count) {
      const { shape, dtype } = this.spectrum;
      using made = new DisposableStack();
      const make = () => made.use(empty(shape, dtype) as Spectrum);
      const second = make();
      const third: [Spectrum, Spectrum] | undefined = order === 3 ? [make(), make()] : undefined;
      fillSources(this.spectrum, second, third);
      this.#sources.slice(1).forEach((s) => s.dispose());
      this.#sources = [this.spectrum, second, ...third ?? []];
      made.move();
    }
    return this.#sources.slice(0, count);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#sources.forEach((s) => s.dispose());
    this.#sources = [this.spectrum];
  }

  /** As `dispose`; called at the end of the block that declared the field with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Checks shape and numbers of noise that a user gave. */
function checkNoise(noise: RealArray | Spectrum, n: number): void {
  const { dtype, shape, data } = noise;
  if (!isComplex(dtype) && dtype !== "float32" && dtype !== "float64") {
    const rule = "float32, float64, complex64 or complex128";
    throw new DtypeError(`Cannot make an initial field: noise must be of ${rule}, got ${dtype}`, rule, dtype);
  }
  const expected = isComplex(dtype) ? [n, n, Math.floor(n / 2) + 1] : [n, n, n];
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
  const index = [Math.floor(element / last / n), Math.floor(element / last) % n, element % last].join(", ");
  const rule = "finite numbers";
  throw new DomainError(
    `Cannot make an initial field: noise must be ${rule}, got ${data[place]} at [${index}]`,
    rule,
    String(data[place]),
  );
}

/** sqrt(P N^3/V) over m^2, with a sign; 0 for the mean. */
function amplitudes(linear: LinearPower, cells: number, boxSize: number, sign: number): Float64Array {
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
  if (given) checkNoise(given, cells);
  const dtype = options.dtype ?? (given?.data instanceof Float64Array ? "float64" : "float32");
  if (given && isComplex(given.dtype)) {
    if (fixed) {
      const rule = `real noise with "fixed"`;
      throw new DomainError(`Cannot make an initial field: complex modes are used as they are; give ${rule}`, rule, "");
    }
    const spectrum = astype(given, dtype === "float32" ? "complex64" : "complex128") as Spectrum;
    const table = new Float64Array(tableLength(cells)).fill(paired ? -1 : 1);
    table[0] = 0;
    filterInPlace(spectrum, table, 0);
    return new InitialField(linear, boxSize, spectrum);
  }
  const table = amplitudes(linear, cells, boxSize, paired ? -1 : 1);
  using noise = given === undefined
    ? whiteNoise({ cells, key: key!, dtype })
    : given.dtype === dtype
    ? undefined
    : astype(given, dtype) as RealArray;
  const spectrum = rfftn((noise ?? given) as NdArray<"float32">) as Spectrum;
  filterInPlace(spectrum, table, fixed ? cells ** 1.5 : 0);
  return new InitialField(linear, boxSize, spectrum);
}
