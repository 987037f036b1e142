import { checkOneOf, DtypeError, ShapeError } from "../base/mod.ts";
import type { RealArray } from "./_kernel.ts";

/** Schemes of mesh assignment, from one node for each axis (NGP) to four (PCS). */
export type Scheme = "ngp" | "cic" | "tsc" | "pcs";

const SCHEMES = ["ngp", "cic", "tsc", "pcs"] as const;

/** Nodes along each axis that a particle touches: 1 to 4. */
export function schemeOrder(scheme: Scheme): number {
  return SCHEMES.indexOf(checkOneOf(scheme, "scheme", SCHEMES)) + 1;
}

/** Checks that positions have shape [particle, 3] and a real type. */
export function checkPositions(operation: string, positions: RealArray): void {
  const { shape, dtype } = positions;
  if (shape.length !== 2 || shape[1] !== 3) {
    const actual = `[${shape.join(", ")}]`;
    const hint = shape.length === 2 && shape[0] === 3 ? "; transpose them first" : "";
    throw new ShapeError(
      `Cannot ${operation}: positions must have shape [particle, 3], got ${actual}${hint}`,
      "[particle, 3]",
      actual,
    );
  }
  checkReal(operation, "positions", dtype);
}

/** Checks that an array is of float32 or float64. */
export function checkReal(operation: string, name: string, dtype: string): void {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new DtypeError(
      `Cannot ${operation}: ${name} must be of float32 or float64, got ${dtype}`,
      "float32 or float64",
      dtype,
    );
  }
}
