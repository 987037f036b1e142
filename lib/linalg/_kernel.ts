import { type Arguments, call, type Exports } from "../kernel/mod.ts";

/** What could not be used: number of the matrix in the stack, row, column and value. */
export interface Fault {
  matrix: number;
  row: number;
  column: number;
  value: number;
}

/** Calls a kernel that reports a fault in an array of four numbers. */
function reporting(
  operation: string,
  body: (k: Exports, a: Arguments, fault: () => number) => void,
): Fault | undefined {
  const found = new Float64Array(4);
  call(operation, (k, a) => body(k, a, () => a.out(found)));
  const [matrix, row, column, value] = found;
  return matrix < 0 ? undefined : { matrix, row, column, value };
}

/** Finds an element that is not finite or, for a tolerance of at least 0, not symmetric. */
export function inspect(
  operation: string,
  count: number,
  [m, n]: readonly [number, number],
  a: Float32Array | Float64Array,
  tolerance: number,
): Fault | undefined {
  return reporting(operation, (k, args, fault) => {
    const run = a instanceof Float32Array ? k.linalg_inspect_f32 : k.linalg_inspect_f64;
    run(count, m, n, args.in(a), tolerance, fault());
  });
}

/** Eigenvalues and eigenvectors of symmetric matrices. */
export function eigh(
  count: number,
  n: number,
  a: Float64Array,
  values: Float64Array,
  vectors?: Float64Array,
): Fault | undefined {
  return reporting("eigh", (k, args, fault) => {
    const at = args.in(a);
    const [to, columns] = [args.out(values), vectors ? args.out(vectors) : 0];
    k.linalg_eigh(count, n, at, to, columns, fault());
  });
}

/** Eigenvalues and eigenvectors of symmetric 3 x 3 matrices of either type. */
export function eigh3<T extends Float32Array | Float64Array>(count: number, a: T, values: T, vectors?: T): void {
  call("eigh", (k, args) => {
    const run = a instanceof Float32Array ? k.linalg_eigh3_f32 : k.linalg_eigh3_f64;
    const at = args.in(a);
    run(count, at, args.out(values), vectors ? args.out(vectors) : 0);
  });
}

/** Lower Cholesky factors, in place. */
export function cholesky(count: number, n: number, a: Float64Array): Fault | undefined {
  return reporting("cholesky", (k, args, fault) => k.linalg_cholesky(count, n, args.inout(a), fault()));
}

/** Solves from Cholesky factors, in place. */
export function choleskySolve(count: number, n: number, columns: number, l: Float64Array, b: Float64Array): void {
  call("choSolve", (k, args) => k.linalg_cholesky_solve(count, n, columns, args.in(l), args.inout(b)));
}

/** LU factors, in place; with `whole` a pivot of 0 is a fault. */
export function lu(
  operation: string,
  count: number,
  n: number,
  a: Float64Array,
  pivots: Int32Array,
  whole: boolean,
): Fault | undefined {
  return reporting(operation, (k, args, fault) => {
    const [at, exchanged] = [args.inout(a), args.out(pivots)];
    k.linalg_lu(count, n, at, exchanged, Number(whole), fault());
  });
}

/** Solves from LU factors, in place. */
export function luSolve(
  count: number,
  n: number,
  columns: number,
  factors: Float64Array,
  pivots: Int32Array,
  b: Float64Array,
): void {
  call("luSolve", (k, args) => {
    const [at, exchanged] = [args.in(factors), args.in(pivots)];
    k.linalg_lu_solve(count, n, columns, at, exchanged, args.inout(b));
  });
}

/** Reduced QR factors. */
export function qr(
  count: number,
  [m, n]: readonly [number, number],
  a: Float64Array,
  q: Float64Array,
  r: Float64Array,
): void {
  call("qr", (k, args) => {
    const at = args.in(a);
    k.linalg_qr(count, m, n, at, args.out(q), args.out(r));
  });
}

/** Reduced singular value decompositions. */
export function svd(
  operation: string,
  count: number,
  [m, n]: readonly [number, number],
  a: Float64Array,
  { u, s, vh }: { u: Float64Array; s: Float64Array; vh: Float64Array },
): Fault | undefined {
  return reporting(operation, (k, args, fault) => {
    const at = args.in(a);
    k.linalg_svd(count, m, n, at, args.out(u), args.out(s), args.out(vh), fault());
  });
}

/** Solves a banded system in place. */
export function banded(
  [lower, upper]: readonly [number, number],
  n: number,
  ab: Float64Array,
  columns: number,
  b: Float64Array,
): Fault | undefined {
  return reporting("solveBanded", (k, args, fault) => {
    const at = args.in(ab);
    k.linalg_banded(lower, upper, n, at, columns, args.inout(b), fault());
  });
}

/** Solves a positive definite banded system in place; the band is overwritten. */
export function bandedPositive(
  band: number,
  n: number,
  ab: Float64Array,
  columns: number,
  b: Float64Array,
): Fault | undefined {
  return reporting("solvehBanded", (k, args, fault) => {
    const at = args.inout(ab);
    k.linalg_banded_positive(band, n, at, columns, args.inout(b), fault());
  });
}
