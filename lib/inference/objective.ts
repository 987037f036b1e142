import { multiply, type NdArray, stats, sum } from "../array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";

/** Parameters, of any shape. */
export type Vector = NdArray<"float32" | "float64">;

/** A function with its gradient: fills `gradient`, an array like `x`, and returns the value at `x`. */
export type Objective = (x: Vector, gradient: Vector) => number;

/** What is told of a step of an optimiser. */
export interface OptimizerStep {
  /** [1] Steps done, from 1. */
  index: number;
  /** [1] Value: after the step; for Adam, at the point that it started from. */
  value: number;
  /** [1] Root mean square of the gradient there. */
  gradientNorm: number;
}

/** How an optimisation ended. */
export interface OptimizerResult {
  /** [1] Value of each step, as `onStep` tells it. */
  values: Float64Array;
  /** [1] Steps done. */
  steps: number;
  /** Whether the gradient fell below the tolerance, and not the steps were used up. */
  converged: boolean;
}

/** Checks that parameters are real numbers, and some. */
export function checkVector(operation: string, x: Vector): void {
  if (x.dtype !== "float32" && x.dtype !== "float64") {
    const rule = "float32 or float64";
    throw new DtypeError(`Cannot ${operation}: parameters must be ${rule}, got ${x.dtype}`, rule, String(x.dtype));
  }
  if (x.size === 0) {
    throw new ShapeError(`Cannot ${operation}: there must be parameters, got an empty array`, "at least 1", "0");
  }
}

/** Value with its gradient filled in, both finite. */
export function evaluate(operation: string, objective: Objective, x: Vector, gradient: Vector): number {
  const value = objective(x, gradient);
  if (Number.isFinite(value) && stats(gradient).nonFinite === 0) return value;
  const actual = Number.isFinite(value) ? "a gradient that is not" : String(value);
  const advice = "begin nearer to the solution, or take smaller steps";
  throw new DomainError(
    `Cannot ${operation}: value and gradient must be finite, got ${actual}; ${advice}`,
    "finite",
    actual,
  );
}

/** Root mean square. */
export function rootMeanSquare(x: Vector): number {
  const { mean, std } = stats(x);
  return Math.sqrt(mean * mean + std * std);
}

/** Scalar product of arrays of the same shape, in float64. */
export function inner(a: Vector, b: Vector): number {
  using products = multiply(a, b) as Vector;
  return sum(products);
}
