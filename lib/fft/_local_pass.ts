import { empty, type NdArray, transpose } from "../array/mod.ts";
import { freePlan, newPlan, runPlan } from "./_kernel.ts";
import { viewAs } from "./_check.ts";
import type { ComplexDType, PlanKind, RealDType } from "./plan.ts";

/** A transform of this rank's part over some of its axes, the factor given in numbers. Empty parts are left alone. */
export interface LocalPass extends Disposable {
  /** [byte] Work arrays that it owns. */
  readonly workBytes: number;
  /**
   * From `src` to `dst`, which may be the same if the numbers are complex on both sides. With `consume`, `src` may be used
   * as scratch.
   */
  run(src: NdArray, dst: NdArray, inverse: boolean, scale: number, consume: boolean): void;
}

/** One plan over axes of a part; of kind "real" the last axis must be among them. */
class PlanPass implements LocalPass {
  readonly workBytes: number = 0;
  #address: number;

  constructor(shape: readonly number[], axes: readonly number[], kind: PlanKind, readonly dtype: RealDType) {
    this.#address = shape.includes(0) ? 0 : newPlan(shape, axes, kind, dtype);
  }

  run(src: NdArray, dst: NdArray, inverse: boolean, scale: number, consume: boolean): void {
    if (this.#address !== 0) runPlan(this.#address, this.dtype, src.data, dst.data, inverse, scale, { consume });
  }

  [Symbol.dispose](): void {
    if (this.#address !== 0) freePlan(this.#address, this.dtype);
    this.#address = 0;
  }
}

/** Real numbers along z, where a trailing axis holds some that are transformed together: turned, transformed, turned. */
class BatchedRealPass implements LocalPass {
  readonly #plan: PlanPass;
  readonly #rows: NdArray<RealDType>;
  readonly #spectra: NdArray<ComplexDType>;

  constructor([nx, ny, nz, batch]: readonly number[], dtype: RealDType) {
    const shape = [nx * ny, batch, nz];
    const complex = dtype === "float32" ? "complex64" : "complex128";
    this.#plan = new PlanPass(shape, [2], "real", dtype);
    this.#rows = empty(shape, dtype);
    this.#spectra = empty([nx * ny, batch, Math.floor(nz / 2) + 1], complex);
  }

  get workBytes(): number {
    return this.#rows.data.byteLength + this.#spectra.data.byteLength;
  }

  run(src: NdArray, dst: NdArray, inverse: boolean, scale: number): void {
    const [from, to]: [NdArray, NdArray] = inverse ? [this.#spectra, this.#rows] : [this.#rows, this.#spectra];
    const turned = ([outer, batch, n]: readonly number[]) => [outer, n, batch];
    transpose(viewAs(src, turned(from.shape), src.dtype), [0, 2, 1], { out: from });
    this.#plan.run(from, to, inverse, scale, true);
    transpose(to, [0, 2, 1], { out: viewAs(dst, turned(to.shape), dst.dtype) });
  }

  [Symbol.dispose](): void {
    this.#plan[Symbol.dispose]();
    this.#rows.dispose();
    this.#spectra.dispose();
  }
}

/**
 * Transforms over axes of a part of shape `[x, y, z]` or `[x, y, z, batch]`, in the order in which the forward transform
 * does them: z, y, x. Those with z are one plan, which does the last two axes plane by plane.
 */
export function localPasses(
  shape: readonly number[],
  axes: readonly number[],
  kind: PlanKind,
  dtype: RealDType,
): LocalPass[] {
  // An axis of one point has nothing to transform; one is kept, as numbers may have to be moved or multiplied.
  const long = axes.filter((axis) => shape[axis] > 1 || (kind === "real" && axis === 2));
  const used = long.length > 0 ? long : axes.slice(-1);
  if (used.includes(2) && (kind === "complex" || shape.length === 3)) return [new PlanPass(shape, used, kind, dtype)];
  const half = kind === "real" ? shape.with(2, Math.floor(shape[2] / 2) + 1) : shape;
  // One by one, as a plan's inverse would take them in the same order.
  return used.toReversed().map((axis) =>
    axis === 2 ? new BatchedRealPass(shape, dtype) : new PlanPass(half, [axis], "complex", dtype)
  );
}
