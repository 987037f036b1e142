import { checkOneOf, DomainError } from "../base/mod.ts";
import { empty, type NdArray } from "../array/mod.ts";
import { freePlan, newPlan, runPlan } from "./_kernel.ts";
import { checkApart, checkArray, checkAxes, checkShape, scaleOf, viewAs } from "./_check.ts";

/** Element types of real arrays that can be transformed; they name the precision of complex ones too. */
export type RealDType = "float32" | "float64";
/** Element types of complex arrays. */
export type ComplexDType = "complex64" | "complex128";
/** Complex type of a precision. */
export type ComplexOf<D extends RealDType> = D extends "float32" ? "complex64" : "complex128";
/** Precision of a complex type. */
export type RealOf<C extends ComplexDType> = C extends "complex64" ? "float32" : "float64";
/** "complex": complex to complex. "real": real to the half spectrum of the last axis. */
export type PlanKind = "complex" | "real";
/** Element type on the side of the points (not the frequencies). */
export type PointsOf<K extends PlanKind, D extends RealDType> = K extends "real" ? D : ComplexOf<D>;
/**
 * Where the factor 1/n goes, as in NumPy: "backward" divides the inverse by the number of points n, "forward" the forward
 * transform, "ortho" both by the square root of n.
 */
export type Norm = "backward" | "ortho" | "forward";

/** Options of `Plan`. */
export interface PlanOptions<K extends PlanKind, D extends RealDType> {
  /** Default "complex". */
  kind?: K;
  /** Precision; default "float64". */
  dtype?: D;
  /** Axes to transform, negative ones from the end; default all. With kind "real" the last axis must be among them. */
  axes?: readonly number[];
}

/** Options of one transform. */
export interface RunOptions<C extends RealDType | ComplexDType> {
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<C>;
}

/**
 * Tables for transforms of one shape, to be used many times. Give it back with `using` or `dispose()`.
 *
 * Every length has a transform, at a cost of n log n. Factors up to 53 have passes of their own, 2, 3, 5 and 7 the fastest;
 * a length with a larger prime factor is a convolution over m numbers, 2 n - 1 <= m < 2.7 n (Bluestein 1970), which takes four
 * to eight times the time of a good length (`nextFastLength`).
 *
 * Scratch of a transform, in complex numbers of its precision: 8 (float64: 4) lines of n, or of m numbers, for each thread,
 * and a plane of the last two axes where the array is above 32 MiB, or its rows lie a multiple of 2 KiB apart.
 * Lines of 32768 numbers or more, and few of them (up to half as many) of 64 or more (columns: of 4096), are done one by one
 * as matrices instead (Bailey 1990) and take one line, of n or m numbers, for each that is under way: one for all threads
 * from 131072 numbers on; columns 8 (4) lines besides. Tables take about as much as a line; for a convolution,
 * 1.5 lines of m numbers, and 3 of float64 while the plan is made.
 *
 * @example A density and its spectrum, in the same memory
 * ```ts
 * import { Plan } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * using plan = new Plan([8, 8, 8], { kind: "real", dtype: "float32" });
 * using mesh = zeros(plan.paddedShape, "float32"); // [8, 8, 10]: two numbers of padding in each row
 * const spectrum = plan.forwardInPlace(mesh); // complex64 [8, 8, 5]
 * plan.inverseInPlace(spectrum);
 * ```
 */
export class Plan<K extends PlanKind = "complex", D extends RealDType = "float64"> implements Disposable {
  /** Shape on the side of the points. */
  readonly shape: readonly number[];
  /** Shape on the side of the frequencies: the last axis of kind "real" has n/2 + 1. */
  readonly spectrumShape: readonly number[];
  /** Shape of real numbers in place: the last axis is padded to 2 (n/2 + 1). */
  readonly paddedShape: readonly number[];
  /** Axes that are transformed, rising. */
  readonly axes: readonly number[];
  /** Complex or real points. */
  readonly kind: K;
  /** Precision. */
  readonly dtype: D;
  #address: number;
  #count: number;

  /**
   * Makes the tables.
   *
   * @param shape Shape on the side of the points.
   * @param options Kind, precision, axes.
   * @throws {ShapeError} if an axis is empty; {DomainError} for wrong axes; {MemoryError} without room
   * for the tables.
   */
  constructor(shape: readonly number[], { kind, dtype, axes }: PlanOptions<K, D> = {}) {
    this.kind = checkOneOf(kind ?? "complex", "kind", ["complex", "real"]) as K;
    this.dtype = checkOneOf(dtype ?? "float64", "dtype", ["float32", "float64"]) as D;
    checkShape(shape);
    this.shape = [...shape];
    this.axes = checkAxes(axes, shape.length);
    const [last, outer] = [shape.length - 1, shape.slice(0, -1)];
    const real = this.kind === "real";
    if (real && !this.axes.includes(last)) {
      throw new DomainError(
        `Cannot plan a real transform over axes [${this.axes.join(", ")}]: the last axis, ${last}, must be among them`,
        String(last),
        this.axes.join(", "),
      );
    }
    const width = real ? Math.floor(shape[last] / 2) + 1 : shape[last];
    this.spectrumShape = [...outer, width];
    this.paddedShape = real ? [...outer, 2 * width] : this.shape;
    this.#count = this.axes.reduce((product, axis) => product * shape[axis], 1);
    this.#address = newPlan(this.shape, this.axes, this.kind, this.dtype);
  }

  /** Element type of the frequencies. */
  get spectrumDtype(): ComplexOf<D> {
    return (this.dtype === "float32" ? "complex64" : "complex128") as ComplexOf<D>;
  }

  /** Element type of the points. */
  get pointsDtype(): PointsOf<K, D> {
    return (this.kind === "real" ? this.dtype : this.spectrumDtype) as PointsOf<K, D>;
  }

  /**
   * Points to frequencies, sign -1.
   *
   * @param x Points, of `shape`.
   * @param options `out` has `spectrumShape`; for kind "complex" it may be `x`: in place.
   * @throws {DtypeError} {ShapeError} {DomainError} if `x` or `out` do not suit the plan.
   */
  forward(x: NdArray<PointsOf<K, D>>, { norm, out }: RunOptions<ComplexOf<D>> = {}): NdArray<ComplexOf<D>> {
    checkArray(x, this.pointsDtype, this.shape, "the input");
    return this.#run(x, out, this.spectrumShape, this.spectrumDtype, norm, false);
  }

  /**
   * Frequencies to points, sign +1. The input is kept. For kind "real" with more axes than the last, that takes a copy of
   * the input as scratch; `inverseInPlace` takes none.
   *
   * @param x Frequencies, of `spectrumShape`. For kind "real" the rest of the spectrum follows by symmetry.
   * @param options `out` has `shape`; for kind "complex" it may be `x`: in place.
   * @throws {DtypeError} {ShapeError} {DomainError} if `x` or `out` do not suit the plan.
   */
  inverse(x: NdArray<ComplexOf<D>>, { norm, out }: RunOptions<PointsOf<K, D>> = {}): NdArray<PointsOf<K, D>> {
    checkArray(x, this.spectrumDtype, this.spectrumShape, "the spectrum");
    return this.#run(x, out, this.shape, this.pointsDtype, norm, true);
  }

  /**
   * Points to frequencies in the same memory. For kind "real" the points lie in rows that are padded to 2 (n/2 + 1)
   * numbers; what the padding holds does not matter.
   *
   * @param x Points, of `paddedShape`.
   * @param options Norm.
   * @returns The frequencies: a view of `x`'s memory.
   * @throws {DtypeError} {ShapeError} if `x` does not suit the plan.
   */
  forwardInPlace(x: NdArray<PointsOf<K, D>>, { norm }: { norm?: Norm } = {}): NdArray<ComplexOf<D>> {
    checkArray(x, this.pointsDtype, this.paddedShape, "the padded input");
    runPlan(this.#live(), this.dtype, x.data, x.data, false, scaleOf(norm, false, this.#count));
    return viewAs(x, this.spectrumShape, this.spectrumDtype);
  }

  /**
   * The inverse of `forwardInPlace`.
   *
   * @param x Frequencies, of `spectrumShape`.
   * @param options Norm.
   * @returns The points, of `paddedShape`: a view of `x`'s memory. The padding holds no data.
   * @throws {DtypeError} {ShapeError} if `x` does not suit the plan.
   */
  inverseInPlace(x: NdArray<ComplexOf<D>>, { norm }: { norm?: Norm } = {}): NdArray<PointsOf<K, D>> {
    checkArray(x, this.spectrumDtype, this.spectrumShape, "the spectrum");
    runPlan(this.#live(), this.dtype, x.data, x.data, true, scaleOf(norm, true, this.#count));
    return viewAs(x, this.paddedShape, this.pointsDtype);
  }

  #run<C extends RealDType | ComplexDType>(
    x: NdArray<RealDType | ComplexDType>,
    given: NdArray<C> | undefined,
    shape: readonly number[],
    dtype: C,
    norm: Norm | undefined,
    inverse: boolean,
  ): NdArray<C> {
    const scale = scaleOf(norm, inverse, this.#count);
    const address = this.#live();
    const same = this.kind === "complex" && given?.data === x.data as unknown;
    if (given) {
      checkArray(given, dtype, shape, '"out"');
      const method = inverse ? "inverseInPlace" : "forwardInPlace";
      if (!same) {
        checkApart(x, given, this.kind === "real" ? `use ${method}` : "pass the input itself to work in place");
      }
    }
    const out = given ?? empty(shape, dtype);
    runPlan(address, this.dtype, x.data, out.data, inverse, scale);
    return out;
  }

  #live(): number {
    if (this.#address === 0) {
      throw new DomainError(
        "Cannot transform: the plan was disposed of; make a new one",
        "a live plan",
        "a disposed one",
      );
    }
    return this.#address;
  }

  /** Gives the tables back. */
  dispose(): void {
    if (this.#address !== 0) freePlan(this.#address, this.dtype);
    this.#address = 0;
  }

  /** As `dispose`; called at the end of the block that declared the plan with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
