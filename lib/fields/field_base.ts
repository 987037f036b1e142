import { add, divide, multiply, type NdArray, type Stats, stats as statsOf, subtract } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import { checkLengths, type Metadata, metadata, type MetadataParts, redshiftsOf, sliceMetadata } from "./metadata.ts";

/** A real array. */
export type RealArray = NdArray<"float32" | "float64">;

/** What `with` can replace. */
export interface FieldParts<Unit extends string> {
  /** Numbers, of the same form. */
  array?: RealArray;
  /** Parts of the metadata; the others stay. */
  meta?: Partial<Metadata>;
  /** Unit; the numbers are not converted (see `to`). */
  unit?: Unit;
}

/** Units without dimension. */
const PURE: readonly string[] = ["1", "overdensity"];

/**
 * What all fields of a simulation share: numbers with their unit, and the simulation they belong to. Immutable: every
 * method makes another field, `with`, `at` and `slice` one that shares memory with this one. A single field or a stack
 * of them along the first axis, near to far, with one number for each in `scaleFactors` and so on.
 */
export abstract class FieldBase<Unit extends string> implements Disposable {
  /**
   * Takes over array and metadata.
   *
   * @throws {ShapeError} for an array that is not of the kind's form, or whose number of fields is not that of the metadata.
   */
  constructor(
    /** The numbers. */
    readonly array: RealArray,
    /** What they belong to. */
    readonly meta: Metadata,
    /** Unit of the numbers. */
    readonly unit: Unit,
  ) {
    const { name, rank, axes } = (this as FieldBase<Unit>).form;
    const found = array.shape.length;
    if (found !== rank && found !== rank + 1) {
      const [needed, got] = [`[${axes}] or [shell, ${axes}]`, `[${array.shape.join(", ")}]`];
      throw new ShapeError(`Cannot make ${name}: its shape must be ${needed}, got ${got}`, needed, got);
    }
    checkLengths(meta, this.shells, name);
  }

  /** Name, number of axes and names of the axes of a single field of this kind. */
  abstract get form(): { readonly name: string; readonly rank: number; readonly axes: string };

  /** Whether this is a stack, be it of one. */
  get isStack(): boolean {
    return this.array.shape.length > this.form.rank;
  }

  /** [1] Number of fields of the stack; 1 for a single field. */
  get shells(): number {
    return this.isStack ? this.array.shape[0] : 1;
  }

  /** [1] Redshift of each field, 1/a - 1; undefined where there are no scale factors. */
  get redshifts(): Float64Array | undefined {
    return this.meta.scaleFactors && redshiftsOf(this.meta.scaleFactors);
  }

  /**
   * A field with some parts replaced. Without `array` the numbers are shared: give back one of the two.
   *
   * @throws {ShapeError} as the constructor; {DomainError} as `metadata`.
   */
  with({ array = this.array, meta, unit = this.unit }: FieldParts<Unit>): this {
    const all = meta ? metadata({ ...this.meta, ...meta } as MetadataParts) : this.meta;
    return this.#make(array, all, unit);
  }

  /**
   * Field `index` of the stack with its metadata; shares memory with it.
   *
   * @param index [1] From 0, or from -1 downwards to count from the end.
   * @throws {DomainError} beyond the end, or for a field that is no stack.
   */
  at(index: number): this {
    const n = this.#count("take a field");
    const place = index < 0 ? index + n : index;
    if (!Number.isInteger(index) || place < 0 || place >= n) {
      const rule = `a whole number from ${-n} to ${n - 1}`;
      throw new DomainError(
        `Cannot take a field of a stack: the index must be ${rule}, got ${index}`,
        rule,
        `${index}`,
      );
    }
    return this.#make(this.array.at(place), sliceMetadata(this.meta, place, place + 1), this.unit);
  }

  /**
   * The stack of fields `start` to before `stop` with their metadata; shares memory with this one.
   *
   * @param start [1] First field; below 0 counted from the end. Default: 0.
   * @param stop [1] End; below 0 counted from the end. Default: the end of the stack.
   * @throws {DomainError} if that leaves no field, or for a field that is no stack.
   */
  slice(start = 0, stop?: number): this {
    const n = this.#count("take a part");
    const clamp = (i: number) => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
    const [first, end] = [clamp(start), clamp(stop ?? n)];
    if (!(Number.isInteger(first) && Number.isInteger(end) && end > first)) {
      const rule = "at least one of them";
      const got = `${start} to before ${stop ?? n} of ${n}`;
      throw new DomainError(`Cannot take a part of a stack: it must have ${rule}, got ${got}`, rule, got);
    }
    const each = this.array.data.length / n;
    const shape = [end - first, ...this.array.shape.slice(1)];
    const part = this.array.data.subarray(first * each, end * each);
    const array = new (this.array.constructor as typeof NdArray)(part, shape, this.array.dtype) as RealArray;
    return this.#make(array, sliceMetadata(this.meta, first, end), this.unit);
  }

  /** The fields of the stack, or this field alone. */
  *[Symbol.iterator](): Iterator<this> {
    if (!this.isStack) return void (yield this);
    for (let i = 0; i < this.shells; i++) yield this.at(i);
  }

  /**
   * Sum with a number, or with a field of the same mesh, box and unit; a single field is added to each of a stack. The
   * metadata are this field's.
   *
   * @throws {DomainError} for another mesh, box or unit; {ShapeError} for another shape.
   */
  plus(other: this | number): this {
    return this.#combine("add", other, add, (a, b) => a === b ? a : undefined);
  }

  /** Difference; see `plus`. */
  minus(other: this | number): this {
    return this.#combine("subtract", other, subtract, (a, b) => a === b ? a : undefined);
  }

  /** Product; see `plus`. One of two fields must be without dimension ("1", "overdensity"), the unit is the other's. */
  times(other: this | number): this {
    return this.#combine(
      "multiply",
      other,
      multiply,
      (a, b) => PURE.includes(a) && PURE.includes(b) ? "1" : PURE.includes(b) ? a : PURE.includes(a) ? b : undefined,
    );
  }

  /** Quotient; see `plus`. Of two fields of one unit it is "1"; the divisor may be without dimension. */
  over(other: this | number): this {
    return this.#combine("divide", other, divide, (a, b) => a === b ? "1" : PURE.includes(b) ? a : undefined);
  }

  /**
   * The field of `f(array)`, for functions of `lib/array` or the caller's own.
   *
   * @param f Makes an array of the same shape.
   * @param unit Unit of the result. Default: as it was.
   */
  map(f: (array: RealArray) => RealArray, unit: Unit = this.unit): this {
    return this.#make(f(this.array), this.meta, unit);
  }

  /** Sum, mean, spread and extremes of all numbers. */
  stats(): Stats {
    return statsOf(this.array);
  }

  /** `stats` of each field of the stack. */
  shellStats(): Stats[] {
    return [...this].map((field) => statsOf(field.array));
  }

  /** [as the field] Smallest number; `perShell` gives one for each field of the stack. */
  min(): number;
  /** As above. */
  min(options: { perShell: true }): Float64Array;
  min(options?: { perShell: true }): number | Float64Array {
    return this.#stat("min", options);
  }

  /** [as the field] Largest number; see `min`. */
  max(): number;
  /** As above. */
  max(options: { perShell: true }): Float64Array;
  max(options?: { perShell: true }): number | Float64Array {
    return this.#stat("max", options);
  }

  /** [as the field] Mean; see `min`. */
  mean(): number;
  /** As above. */
  mean(options: { perShell: true }): Float64Array;
  mean(options?: { perShell: true }): number | Float64Array {
    return this.#stat("mean", options);
  }

  /** [as the field] Standard deviation, divided by the number of elements; see `min`. */
  std(): number;
  /** As above. */
  std(options: { perShell: true }): Float64Array;
  std(options?: { perShell: true }): number | Float64Array {
    return this.#stat("std", options);
  }

  /** Gives the memory back; nothing happens for a part of a stack. */
  dispose(): void {
    this.array.dispose();
  }

  /** As `dispose`; called at the end of the block that declared the field with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #make(array: RealArray, meta: Metadata, unit: Unit): this {
    const kind = this.constructor as new (array: RealArray, meta: Metadata, unit: Unit) => this;
    return new kind(array, meta, unit);
  }

  #count(what: string): number {
    if (this.isStack) return this.shells;
    const got = `[${this.array.shape.join(", ")}]`;
    throw new DomainError(`Cannot ${what} of a stack: this field is a single one of shape ${got}`, "a stack", got);
  }

  #stat(name: "min" | "max" | "mean" | "std", options?: { perShell: true }): number | Float64Array {
    return options?.perShell ? Float64Array.from(this.shellStats(), (s) => s[name]) : this.stats()[name];
  }

  #combine(
    verb: string,
    other: this | number,
    operation: (a: RealArray, b: RealArray | number) => NdArray,
    unitOf: (a: string, b: string) => string | undefined,
  ): this {
    if (typeof other === "number") return this.#make(operation(this.array, other) as RealArray, this.meta, this.unit);
    const unit = unitOf(this.unit, other.unit);
    if (unit === undefined) refuse(verb, "units that suit", `"${this.unit}"`, `"${other.unit}"; convert one with "to"`);
    if (this.constructor !== other.constructor) refuse(verb, "one kind", this.form.name, other.form.name);
    checkSameSimulation(verb, this.meta, other.meta);
    const [a, b] = [this.array.shape, other.array.shape];
    if (b.some((n, i) => n !== a[i + a.length - b.length])) {
      const [needed, got] = [`[${a.join(", ")}]`, `[${b.join(", ")}]`];
      throw new ShapeError(`Cannot ${verb} fields: the shapes must agree, got ${needed} and ${got}`, needed, got);
    }
    return this.#make(operation(this.array, other.array) as RealArray, this.meta, unit as Unit);
  }
}

/** Checks that two fields share mesh and box. */
export function checkSameSimulation(verb: string, a: Metadata, b: Metadata): void {
  const describe = ({ mesh, boxSize }: Metadata) => `${mesh.join(" x ")} cells in ${boxSize.join(" x ")} Mpc/h`;
  if (describe(a) !== describe(b)) refuse(verb, "the same mesh and box", describe(a), describe(b));
}

/** Says what two fields must share. */
export function refuse(verb: string, rule: string, a: string, b: string): never {
  throw new DomainError(`Cannot ${verb} fields: they must have ${rule}, got ${a} and ${b}`, a, b);
}
