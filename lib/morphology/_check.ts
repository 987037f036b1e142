import type { NdArray } from "../array/mod.ts";
import { DtypeError, ShapeError } from "../base/mod.ts";

/** Cells along an axis of a cubic mesh; `operation` starts the message. */
export function checkCube(operation: string, name: string, mesh: NdArray): number {
  const [n, ny, nz] = mesh.shape;
  if (mesh.shape.length === 3 && n === ny && n === nz && n > 0) return n;
  const actual = `[${mesh.shape.join(", ")}]`;
  throw new ShapeError(
    `Cannot ${operation}: "${name}" must have shape [n, n, n] with n above 0, got ${actual}`,
    "[n, n, n]",
    actual,
  );
}

/** Checks an element type; `operation` starts the message. */
export function checkDtype(operation: string, name: string, mesh: NdArray, ...allowed: readonly string[]): void {
  if (allowed.includes(mesh.dtype)) return;
  const rule = allowed.join(" or ");
  throw new DtypeError(`Cannot ${operation}: "${name}" must be ${rule}, got ${mesh.dtype}`, rule, mesh.dtype);
}
