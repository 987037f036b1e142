import { DomainError, ShapeError } from "../base/mod.ts";
import { euler } from "./_kernel.ts";

/** Euler angles of a rotation. */
export interface EulerAngles {
  /** [degree] About x. Default 0. */
  readonly alpha?: number;
  /** [degree] About y. Default 0. */
  readonly beta?: number;
  /** [degree] About z. Default 0. */
  readonly gamma?: number;
}

/**
 * How a galaxy is turned: "face-on" (not at all, after it was aligned), "edge-on" (`alpha` = 90 degrees), Euler angles, or a
 * matrix of rotation `[3, 3]`, in order of rows, that multiplies row vectors from the right.
 */
export type Rotation = "face-on" | "edge-on" | EulerAngles | { readonly matrix: ArrayLike<number> };

/** [1] How far products of columns may be from those of a rotation: matrices are typed with few digits. */
const TOLERANCE = 1e-6;

function checked(matrix: Float64Array): Float64Array {
  if (matrix.length !== 9) {
    const got = `${matrix.length} numbers`;
    throw new ShapeError(`Cannot turn a galaxy: a matrix of rotation must be [3, 3], got ${got}`, "[3, 3]", got);
  }
  const at = (i: number, j: number) => matrix[3 * (i % 3) + j % 3];
  let worst = 0;
  for (let j = 0; j < 3; j++) {
    for (let k = 0; k < 3; k++) {
      const dot = at(0, j) * at(0, k) + at(1, j) * at(1, k) + at(2, j) * at(2, k);
      const off = Math.abs(dot - Number(j === k));
      if (!(off <= worst)) worst = off;
    }
  }
  const rule = "a rotation: columns of length 1 at right angles to each other, and determinant +1";
  if (!(worst <= TOLERANCE)) {
    const got = `products of columns that are ${worst.toExponential(2)} off`;
    throw new DomainError(`Cannot turn a galaxy: the matrix must be ${rule}; got ${got}`, rule, got);
  }
  const minor = (j: number) => at(1, j + 1) * at(2, j + 2) - at(1, j + 2) * at(2, j + 1);
  if (at(0, 0) * minor(0) + at(0, 1) * minor(1) + at(0, 2) * minor(2) > 0) return matrix;
  const got = "determinant -1, a mirror image";
  throw new DomainError(
    `Cannot turn a galaxy: the matrix must be ${rule}; got ${got}; change the sign of one row`,
    rule,
    got,
  );
}

/**
 * Matrix `[3, 3]` of a rotation, applied to row vectors from the right, `x' = x R`: of Euler angles
 * `R = Rz(gamma) Ry(beta) Rx(alpha)`, right-handed rotations of column vectors, so rows are turned the other way: `alpha` = 90
 * takes (x, y, z) to (x, z, -y).
 *
 * @param rotation Which one; see `Rotation`.
 * @throws {DomainError} if an angle is not finite, or a matrix is no rotation to 1e-6. {ShapeError} if it is not `[3, 3]`.
 * @example
 * ```ts
 * import { rotationMatrix } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * console.log(rotationMatrix("edge-on")); // 1, 0, 0, 0, 0, -1, 0, 1, 0
 * ```
 */
export function rotationMatrix(rotation: Rotation): Float64Array {
  if (rotation === "face-on") return euler(0, 0, 0);
  if (rotation === "edge-on") return euler(90, 0, 0);
  if (typeof rotation !== "object" || rotation === null) {
    const rule = `"face-on", "edge-on", angles alpha, beta and gamma, or a matrix`;
    throw new DomainError(`Cannot turn a galaxy: rotation must be ${rule}, got "${rotation}"`, rule, String(rotation));
  }
  if ("matrix" in rotation) return checked(Float64Array.from(rotation.matrix));
  const { alpha = 0, beta = 0, gamma = 0 } = rotation;
  for (const [name, angle] of Object.entries({ alpha, beta, gamma })) {
    if (!Number.isFinite(angle)) {
      const rule = "a finite number of degrees";
      throw new DomainError(`Cannot turn a galaxy: ${name} must be ${rule}, got ${angle}`, rule, String(angle));
    }
  }
  return euler(alpha, beta, gamma);
}
