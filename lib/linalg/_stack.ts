import { astype, type Common, empty, type Fraction, type NdArray, type Real, type Strided } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import { type Fault, inspect } from "./_kernel.ts";

/** Element type of a result: float32 if all inputs are, else float64. The work is done in float64 either way. */
export type Result<D extends Real, E extends Real = D> = Fraction<Common<D, E>>;

/** A stack of matrices as contiguous float64 of its own, `[count, m, n]`. */
export interface Stack<D extends "float32" | "float64" = "float64"> {
  array: NdArray<D>;
  /** Axes before the last two. */
  lead: readonly number[];
  count: number;
  m: number;
  n: number;
}

/** How a stack is checked. */
export interface StackRules {
  /** Whether the matrices must be square. */
  square?: boolean;
  /** Whether they must be symmetric. */
  symmetric?: boolean;
}

function text(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Names a matrix of a stack, if there are several. */
export function which(lead: readonly number[], matrix: number): string {
  return lead.length === 0 ? "the matrix" : `matrix ${matrix} of the stack`;
}

/** The error for elements that cannot be used. */
export function failDomain(operation: string, rule: string, got: string): never {
  throw new DomainError(`Cannot ${operation}: ${rule}, got ${got}`, rule, got);
}

/** The error for shapes that do not suit. */
export function failShape(operation: string, rule: string, ...shapes: (readonly number[])[]): never {
  const got = shapes.map(text).join(" and ");
  throw new ShapeError(`Cannot ${operation}: ${rule}, got ${got}`, rule, got);
}

/** A checked float64 copy of a stack of matrices; to be disposed of. */
export function stackOf(operation: string, a: Strided<Real>, rules: StackRules = {}): Stack {
  return stackAs(operation, a, "float64", rules);
}

/** A checked copy, of another type, of a stack of matrices; to be disposed of. */
export function stackAs<D extends "float32" | "float64">(
  operation: string,
  a: Strided<Real>,
  dtype: D,
  { square, symmetric }: StackRules = {},
): Stack<D> {
  const rank = a.shape.length;
  if (rank < 2) failShape(operation, "a matrix has two axes", a.shape);
  const [m, n] = a.shape.slice(-2);
  if ((square || symmetric) && m !== n) failShape(operation, "the matrix must be square", a.shape);
  const array = astype(a, dtype);
  const lead = a.shape.slice(0, -2);
  const count = lead.reduce((x, y) => x * y, 1);
  // Pairs of float32 numbers may differ by their rounding.
  const tolerance = symmetric ? (a.dtype === "float32" ? 1e-5 : 1e-10) : -1;
  const fault = inspect(operation, count, [m, n], array.data, tolerance);
  if (fault) {
    array.dispose();
    failElement(operation, lead, fault, a.dtype);
  }
  return { array, lead, count, m, n };
}

function failElement(operation: string, lead: readonly number[], { matrix, row, column, value }: Fault, dtype: Real) {
  const where = `element [${row}, ${column}] of ${which(lead, matrix)}`;
  if (!Number.isFinite(value)) failDomain(operation, "all elements must be finite", `${value} as ${where}`);
  failDomain(
    operation,
    "the matrix must be symmetric",
    `${value} as ${where}, which differs from element [${column}, ${row}] (${dtype})`,
  );
}

/** A checked float64 copy of right-hand sides for matrices of `n` rows, and how many columns it has. */
export function rightSide(
  operation: string,
  b: Strided<Real>,
  a: Strided<Real>,
  { lead, n }: { lead: readonly number[]; n: number },
): { array: NdArray<"float64">; columns: number } {
  const vector = b.shape.length === 1;
  const ok = vector
    ? lead.length === 0 && b.shape[0] === n
    : b.shape.length === lead.length + 2 && lead.every((x, i) => x === b.shape[i]) && b.shape.at(-2) === n;
  if (!ok) {
    const rule = `the right-hand side must have shape ${text([...lead, n])} (one vector) or ${text([...lead, n, -1])}`
      .replace("-1", "columns");
    failShape(
      operation,
      lead.length === 0 ? rule : rule.replace(/\[[^\]]*\] \(one vector\) or /, ""),
      b.shape,
      a.shape,
    );
  }
  const array = astype(b, "float64");
  const columns = vector ? 1 : b.shape.at(-1)!;
  const fault = inspect(operation, 1, [array.size, 1], array.data, -1);
  if (fault) {
    array.dispose();
    failDomain(operation, "the right-hand side must be finite", `${fault.value} as element ${fault.row}`);
  }
  return { array, columns };
}

/** Whether the results of these inputs are float32. */
export function isSingle(...inputs: readonly Strided<Real>[]): boolean {
  return inputs.every(({ dtype }) => dtype === "float32");
}

/** The array as float32 if `single`, else as it is; the float64 one is disposed of when it is replaced. */
export function round<D extends Real>(array: NdArray<"float64">, single: boolean): NdArray<D> {
  if (!single) return array as unknown as NdArray<D>;
  using wide = array;
  return astype(wide, "float32") as unknown as NdArray<D>;
}

/** An array of float64 whose elements are not set. */
export function room(...shape: number[]): NdArray<"float64"> {
  return empty(shape, "float64");
}
