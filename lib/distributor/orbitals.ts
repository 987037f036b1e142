import { type NdArray, sizeOf } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { TaskSlice } from "./distributor.ts";

/** How equivalent points of a Brillouin zone are made from an irreducible one, for each point of the full zone. */
export interface OrbitalSymmetry {
  /** [1] Unitary matrices U, `[point, orbital, orbital]`. */
  matrices: NdArray<"complex64"> | NdArray<"complex128">;
  /** [1] Signs, 1 or -1. */
  signs: ArrayLike<number>;
  /** Whether (not 0) numbers are conjugated first. */
  conjugate: ArrayLike<number>;
  /** Number of orbital axes behind the first: 2, or 4 as two pairs. */
  orbitalAxes: 2 | 4;
}

/**
 * The transform of orbitals of `mapIrreducibleToFull` and its kin: conjugation where flagged, then sign * U M U^dagger
 * for two orbital axes, and sign^2 times that on both pairs of four. Sums in float64, in the order of orbitals. It takes
 * 4 * axes * orbitals multiplications for each element, in plain loops.
 *
 * @returns A transform of rows `[point, orbital, ..., frequency, ...]`.
 * @throws {ShapeError} if matrices, signs and flags are not of equally many points, or rows have other orbitals.
 * @example The second point has its orbitals swapped
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { orbitalTransform } from "@cosmesh/cosmesh/distributor";
 * await ready();
 * const matrices = fromData([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0], [2, 2, 2], "complex128");
 * const transform = orbitalTransform({ matrices, signs: [1, 1], conjugate: [0, 0], orbitalAxes: 2 });
 * const rows = fromData([1, 0, 2, 0, 3, 0, 4, 0], [1, 2, 2], "complex128");
 * transform(rows, { start: 1, stop: 2 });
 * rows.data; // 4, 0, 3, 0, 2, 0, 1, 0
 * ```
 */
export function orbitalTransform(
  { matrices, signs, conjugate, orbitalAxes }: OrbitalSymmetry,
): (rows: NdArray<"complex64"> | NdArray<"complex128">, slice: TaskSlice) => void {
  const [points, n, m] = matrices.shape;
  if (matrices.shape.length !== 3 || n !== m || signs.length !== points || conjugate.length !== points) {
    fail("[point, orbital, orbital], and one sign and flag for each point", [...matrices.shape]);
  }
  return (rows, { start, stop }) => {
    const [count, ...shape] = rows.shape;
    const orbitals = shape.slice(0, orbitalAxes);
    const rule = `[${stop - start}, ${new Array(orbitalAxes).fill(n)}, ...]`;
    if (count !== stop - start || orbitals.length < orbitalAxes || orbitals.some((k) => k !== n)) {
      fail(`${rule} for rows`, rows.shape);
    }
    if (stop > points) fail(`matrices for ${stop} points`, matrices.shape);
    const size = 2 * sizeOf(shape);
    const buffers = [new Float64Array(size), new Float64Array(size)];
    for (let i = 0; i < count; i++) {
      const row = rows.data.subarray(i * size, (i + 1) * size);
      const matrix = matrices.data.subarray((start + i) * 2 * n * n, (start + i + 1) * 2 * n * n);
      let [from, into] = buffers;
      from.set(row);
      if (conjugate[start + i]) { for (let j = 1; j < size; j += 2) from[j] = -from[j]; }
      for (let axis = 0; axis < orbitalAxes; axis++) {
        // U on the first of a pair, its conjugate on the second.
        contract(from, into, matrix, n, sizeOf(shape.slice(axis + 1)), axis % 2 === 0 ? 1 : -1);
        [from, into] = [into, from];
      }
      const factor = signs[start + i] ** (orbitalAxes / 2);
      for (let j = 0; j < size; j++) row[j] = factor * from[j];
    }
  };
}

/** `into[.., a, ..] = sum over b of matrix[a, b] from[.., b, ..]`, with `inner` elements behind the axis. */
function contract(
  from: Float64Array,
  into: Float64Array,
  matrix: ArrayLike<number>,
  n: number,
  inner: number,
  sign: number,
): void {
  const width = 2 * inner;
  for (let outer = 0; outer < from.length; outer += n * width) {
    for (let a = 0; a < n; a++) {
      const to = outer + a * width;
      for (let b = 0; b < n; b++) {
        const [re, im] = [matrix[2 * (a * n + b)], sign * matrix[2 * (a * n + b) + 1]];
        const shift = outer + b * width - to;
        if (b === 0) {
          for (let j = to; j < to + width; j += 2) {
            const x = from[j + shift];
            const y = from[j + shift + 1];
            into[j] = re * x - im * y;
            into[j + 1] = re * y + im * x;
          }
        } else {
          for (let j = to; j < to + width; j += 2) {
            const x = from[j + shift];
            const y = from[j + shift + 1];
            into[j] += re * x - im * y;
            into[j + 1] += re * y + im * x;
          }
        }
      }
    }
  }
}

function fail(rule: string, shape: readonly number[]): never {
  const got = `[${shape.join(", ")}]`;
  throw new ShapeError(`Cannot transform orbitals: it needs ${rule}, got ${got}`, rule, got);
}
