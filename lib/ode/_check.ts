import { checkFinite, checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { METHODS } from "./_kernel.ts";
import type { JacobianFunction, Matrix, OdeMethod, RightHandSide, SolveIvpOptions } from "./types.ts";

function fail(name: string, rule: string, value: unknown): never {
  throw new DomainError(`Cannot solve: ${name} must be ${rule}, got ${value}`, rule, String(value));
}

/** The span of time. */
export function checkSpan(span: ArrayLike<number>): [number, number] {
  if (span.length !== 2) {
    throw new ShapeError(
      `Cannot solve: the span must be [t0, t1], got ${span.length} values`,
      "[2]",
      `[${span.length}]`,
    );
  }
  const [t0, t1] = [checkFinite(span[0], "t0"), checkFinite(span[1], "t1")];
  return t0 === t1 ? fail("the span", "longer than 0", `[${t0}, ${t1}]`) : [t0, t1];
}

/** Numbers that are finite, copied. */
export function checkNumbers(values: ArrayLike<number>, name: string): Float64Array {
  for (let i = 0; i < values.length; i++) {
    const v: unknown = values[i];
    if (typeof v !== "number") {
      const way = "write complex numbers as two components, and a matrix as one row after the other";
      throw new TypeError(`Cannot solve: ${name}[${i}] must be a number, got ${typeof v}; ${way}`);
    }
    if (!Number.isFinite(v)) fail(`${name}[${i}]`, "a finite number", v);
  }
  return Float64Array.from(values);
}

/** The initial state. */
export function checkState(y0: ArrayLike<number>): Float64Array {
  if (typeof y0 !== "object" || y0 === null || !(y0.length > 0)) {
    const got = typeof y0 === "number" ? "a number" : "no components";
    const text = `Cannot solve: y0 must be an array of one number or more, got ${got}; write [y] for one component`;
    throw new ShapeError(text, "[n], n >= 1", got);
  }
  return checkNumbers(y0, "y0");
}

/** Tolerances and steps, with their defaults. */
export function checkControl(
  options: Pick<SolveIvpOptions, "rtol" | "atol" | "maxStep" | "firstStep">,
  span: [number, number],
  n: number,
): { rtol: number; atol: Float64Array; maxStep: number; firstStep: number } {
  const { rtol = 1e-3, atol = 1e-6, maxStep = Infinity, firstStep = 0 } = options;
  if (!(Number.isFinite(rtol) && rtol >= 0)) fail("rtol", "a finite number of at least 0", rtol);
  const each = typeof atol === "number" ? new Float64Array(n).fill(atol) : checkNumbers(atol, "atol");
  if (each.length !== n) {
    const text = `Cannot solve: atol must be one number, or one for each of the ${n} components, got ${each.length}`;
    throw new ShapeError(text, `[${n}]`, `[${each.length}]`);
  }
  each.forEach((a) => Number.isFinite(a) && a >= 0 || fail("atol", "finite and at least 0", a));
  if (!(maxStep > 0)) fail("maxStep", "above 0", maxStep);
  const length = Math.abs(span[1] - span[0]);
  if (options.firstStep !== undefined && !(firstStep > 0 && firstStep <= length)) {
    fail("firstStep", `above 0 and at most the length of the span, ${length}`, firstStep);
  }
  return { rtol, atol: each, maxStep, firstStep };
}

/** The method. */
export function checkMethod(method: string): OdeMethod {
  return checkOneOf(method, "method", METHODS);
}

/** Times of output, sorted from the start to the end of the span. */
export function checkTimes(times: ArrayLike<number>, [t0, t1]: [number, number]): Float64Array {
  const t = checkNumbers(times, "tEval");
  const outside = t.findIndex((v) => v < Math.min(t0, t1) || v > Math.max(t0, t1));
  if (outside >= 0) fail(`tEval[${outside}]`, `within the span [${t0}, ${t1}]`, t[outside]);
  const turn = t.findIndex((v, i) => i > 0 && (t1 > t0 ? v <= t[i - 1] : v >= t[i - 1]));
  if (turn >= 0) fail("tEval", `strictly ${t1 > t0 ? "rising" : "falling"}`, `${t[turn - 1]}, then ${t[turn]}`);
  return t;
}

function wrong(what: string, t: number, expected: string, actual: string): never {
  throw new ShapeError(`Cannot solve: ${what} at t = ${t} must give ${expected}, got ${actual}`, expected, actual);
}

/** The right-hand side in the form that kernels call: it fills its third argument. */
export function fillRhs(f: RightHandSide, n: number): (t: number, y: Float64Array, dy: Float64Array) => void {
  if (typeof f !== "function") throw new TypeError("Cannot solve: f must be a function (t, y) => derivatives");
  return (t, y, dy) => {
    const result = f(t, y, dy);
    if (result === undefined || result === dy) return;
    if (typeof result === "number") {
      if (n !== 1) wrong("f", t, `${n} numbers`, "one");
      dy[0] = result;
      return;
    }
    if (result === null || result.length !== n) wrong("f", t, `${n} numbers`, String(result?.length ?? result));
    for (let i = 0; i < n; i++) dy[i] = result[i];
  };
}

/** Copies a matrix of n rows into `into`. */
export function fillMatrix(matrix: Matrix, n: number, t: number, into: Float64Array): void {
  const flat = typeof matrix[0] === "number";
  if (matrix.length !== (flat ? n * n : n)) {
    wrong("the Jacobian", t, `${n} rows of ${n} numbers`, flat ? `${matrix.length} numbers` : `${matrix.length} rows`);
  }
  if (flat) return into.set(matrix as ArrayLike<number>);
  for (let i = 0; i < n; i++) {
    const row = (matrix as ArrayLike<ArrayLike<number>>)[i];
    if (row.length !== n) wrong("the Jacobian", t, `${n} rows of ${n} numbers`, `a row of ${row.length}`);
    into.set(row, i * n);
  }
}

/** The Jacobian in the form that kernels call. */
export function fillJacobian(
  jacobian: JacobianFunction | Matrix,
  n: number,
): (t: number, y: Float64Array, jac: Float64Array) => void {
  if (typeof jacobian !== "function") {
    const constant = new Float64Array(n * n);
    fillMatrix(jacobian, n, 0, constant);
    checkNumbers(constant, "jacobian");
    return (_t, _y, jac) => jac.set(constant);
  }
  return (t, y, jac) => {
    const result = jacobian(t, y, jac);
    if (result !== undefined && result !== jac) fillMatrix(result, n, t, jac);
  };
}
