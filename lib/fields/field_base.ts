import type { NdArray } from "../array/mod.ts";
import type { Metadata } from "./metadata.ts";

/** A real array. */
export type RealArray = NdArray<"float32" | "float64">;

/** What all fields of a simulation share: numbers and metadata. Immutable; `with` makes a changed one. */
export abstract class FieldBase<Unit extends string> implements Disposable {
  /** Takes over array and metadata. */
  constructor(
    /** The numbers. */
    readonly array: RealArray,
    /** What they belong to. */
    readonly meta: Metadata,
    /** Unit of the numbers. */
    readonly unit: Unit,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.array.dispose();
  }

  /** As `dispose`; called at the end of the block that declared the field with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
