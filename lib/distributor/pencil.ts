import { checkInteger, checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { shareOf } from "../decomposition/mod.ts";

/**
 * How the points of a mesh `[nx, ny, nz]` are divided among ranks: "flat", as a range of the points in row-major order,
 * or as lines along an axis, which are complete.
 */
export type PencilLayout = "flat" | "x_pencil" | "y_pencil" | "z_pencil";

const LAYOUTS = ["flat", "x_pencil", "y_pencil", "z_pencil"] as const;

/** Lengths of the axes of a mesh. */
export type MeshShape = readonly [nx: number, ny: number, nz: number];

/**
 * A rank's range of `length` elements where the longer parts are those of the last ranks, as dgamore divides tasks and
 * the flat layout. (`shareOf` has them first.)
 *
 * @param length [element] How many there are.
 * @param ranks [1] Number of ranks.
 * @param rank [1] Which rank.
 * @returns First element and number of elements.
 * @example
 * ```ts
 * import { flatShare } from "@cosmesh/cosmesh/distributor";
 * [0, 1, 2].map((rank) => flatShare(7, 3, rank).length); // 2, 2, 3
 * ```
 */
export function flatShare(length: number, ranks: number, rank: number): { start: number; length: number } {
  const [base, excess] = [Math.floor(length / ranks), length % ranks];
  const longer = Math.max(0, rank - (ranks - excess));
  return { start: rank * base + longer, length: base + (rank >= ranks - excess ? 1 : 0) };
}

/** Lines of a layout: their number, the points of each, and the distances of points. */
export interface Lines {
  readonly count: number;
  readonly length: number;
  /** First point of a line. */
  first(line: number): number;
  /** Distance of neighbours on a line. */
  readonly step: number;
}

/** The lines of a layout; those of "flat" have one point. */
export function linesOf([nx, ny, nz]: MeshShape, layout: PencilLayout): Lines {
  switch (layout) {
    case "flat":
      return { count: nx * ny * nz, length: 1, first: (line) => line, step: 1 };
    case "z_pencil":
      return { count: nx * ny, length: nz, first: (line) => line * nz, step: 1 };
    case "y_pencil":
      return { count: nx * nz, length: ny, first: (line) => Math.floor(line / nz) * ny * nz + line % nz, step: nz };
    case "x_pencil":
      return { count: ny * nz, length: nx, first: (line) => line, step: ny * nz };
  }
}

/** The range of a layout's lines that a rank has. */
export function lineShare(lines: Lines, layout: PencilLayout, ranks: number, rank: number) {
  return (layout === "flat" ? flatShare : shareOf)(lines.count, ranks, rank);
}

/** Checks the arguments that the functions of layouts have in common. */
export function checkLayout(shape: readonly number[], ...layouts: string[]): void {
  shape.forEach((length, i) => checkInteger(length, `shape[${i}]`));
  if (shape.length !== 3) {
    const got = `[${shape.join(", ")}]`;
    throw new ShapeError(`Cannot divide a mesh into pencils: "shape" must have three axes, got ${got}`, "[3]", got);
  }
  layouts.forEach((layout) => checkOneOf(layout, "layout", LAYOUTS));
}

/**
 * The points of a rank, as places in the row-major order of the whole mesh, (i ny + j) nz + k, in the order in which the
 * rank has them: line by line. Ranges of "flat" are longer on the last ranks (`flatShare`), lines are shared out with
 * more on the first ranks (`shareOf`); ranks beyond the number of lines have none. (dgamore's `get_pencil_indices`.)
 *
 * @param rank [1] Which rank.
 * @param size [1] Number of ranks.
 * @param shape Lengths of the three axes.
 * @param layout "flat", "x_pencil", "y_pencil" or "z_pencil".
 * @returns [1] Places, whole numbers below 2^53.
 * @throws {DomainError} for another layout, or a rank that is none; {ShapeError} for other than three axes.
 * @example Two lines along y on two ranks
 * ```ts
 * import { pencilIndices } from "@cosmesh/cosmesh/distributor";
 * pencilIndices(1, 2, [1, 3, 2], "y_pencil"); // 1, 3, 5
 * ```
 */
export function pencilIndices(rank: number, size: number, shape: MeshShape, layout: PencilLayout): Float64Array {
  checkLayout(shape, layout);
  if (checkInteger(rank, "rank") >= checkInteger(size, "size", 1)) {
    const rule = `below ${size}`;
    throw new DomainError(`Cannot find the points of a rank: "rank" must be ${rule}, got ${rank}`, rule, `${rank}`);
  }
  const lines = linesOf(shape, layout);
  const { start, length } = lineShare(lines, layout, size, rank);
  const places = new Float64Array(length * lines.length);
  for (let line = 0, at = 0; line < length; line++) {
    const first = lines.first(start + line);
    for (let i = 0; i < lines.length; i++) places[at++] = first + i * lines.step;
  }
  return places;
}
