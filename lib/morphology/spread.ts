import type { NdArray } from "../array/mod.ts";
import { checkFinite, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { checkCube, checkDtype } from "./_check.ts";
import { fill, type RealMesh, spread } from "./_kernel.ts";

/** Options of `spreadExcess`. */
export interface SpreadOptions {
  /** [1] Cells with at least this much are part of a region; above 0, at most 1. Default: 0.9999999. */
  threshold?: number;
  /**
   * [cell] Components of fewer cells are spread together, as one region; 0 treats each by itself. Default: -1, which
   * stands for 80 (n/256)^3.
   */
  spreadingPixelThreshold?: number;
}

/** What `spreadExcess` did. */
export interface SpreadReport {
  /** Connected components of the cells at or above the threshold. */
  components: number;
  /** Those that were small, and hence one joint region. */
  small: number;
  /** Those that were treated by themselves. */
  large: number;
  /** [cell] Size of the largest component. */
  largest: number;
  /** [cell] Excess that was moved. */
  moved: number;
  /** [cell] Sum of the field before. */
  sum: number;
  /** Whether the field held more than the mesh can, so that all cells became 1 (and components were not sought). */
  full: boolean;
}

/**
 * Spreads, in place, what exceeds 1 in an ionised fraction to the cells around it, on a periodic cubic mesh.
 *
 * Cells of at least the threshold form connected regions (26 neighbours). Region after region, the small components
 * first and jointly, then the others in the order of their labels: its excess is E = sum(x - 1), its cells become 1, and
 * E fills the cells below 1 around it, shell by shell of equal Euclidean distance to the region, each to 1; the last
 * shell rises by the same share of its room in each cell. An excess of 1e-8 or less is dropped. If the sum over the mesh
 * exceeds n^3, all cells become 1.
 *
 * The sum is conserved up to rounding, and no cell ends above 1. Distances are exact and periodic. Regions see what
 * earlier ones filled, so the result depends on their order, which is fixed; not on threads. Method: BEoRN (Schaeffer et
 * al. 2023), with periodic components and distances.
 *
 * @param x Ionised fraction `[n, n, n]`, changed in place; may exceed 1.
 * @param options Thresholds.
 * @throws {ShapeError} if the mesh is not a cube; {DtypeError} if it is neither float32 nor float64.
 * @throws {DomainError} if a value is not finite (the field is then unchanged), or a threshold is out of its range.
 * @example An excess of 6 in one cell fills its six neighbours
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { spreadExcess } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using x = zeros([8, 8, 8], "float32");
 * x.data[0] = 7;
 * const { moved } = spreadExcess(x);
 * console.log(moved, x.data[x.offset(7, 0, 0)]); // 6 1
 * ```
 */
export function spreadExcess(x: RealMesh, options: SpreadOptions = {}): SpreadReport {
  const n = checkCube("spread excess", "x", x);
  checkDtype("spread excess", "x", x, "float32", "float64");
  const threshold = checkRange(options.threshold ?? 0.9999999, "threshold", Number.MIN_VALUE, 1);
  const [finite, components, small, largest, moved, sum, full] = spread(x, n, threshold, sizeLimit(options, n));
  if (finite === 0) throw notFinite(x.data, n, 0);
  return { components, small, large: components - small, largest, moved, sum, full: full === 1 };
}

/** The error for a field, `[planes, n, n]` from plane `first` on, whose sum is not finite. */
export function notFinite(data: ArrayLike<number>, n: number, first: number): DomainError {
  const at = Array.prototype.findIndex.call(data, (v) => !Number.isFinite(v));
  const where = at < 0
    ? "infinite in sum"
    : `${data[at]} at [${first + Math.floor(at / n / n)}, ${Math.floor(at / n) % n}, ${at % n}]`;
  const message = `Cannot spread excess: "x" must be finite, but it is ${where}; the field was left as it is`;
  return new DomainError(message, "finite", where);
}

/** [cell] Size of components from which on they are treated by themselves. */
export function sizeLimit({ spreadingPixelThreshold: given = -1 }: SpreadOptions, n: number): number {
  if (given === -1) {
    const scale = n / 256;
    return 80 * scale * scale * scale;
  }
  if (Number.isFinite(given) && given >= 0) return given;
  throw new DomainError(
    `Cannot use "spreadingPixelThreshold": it must be -1 (80 (n/256)^3 cells) or at least 0, got ${given}`,
    "-1 or at least 0",
    String(given),
  );
}

/**
 * Fills the cells around a region, in place and nearest first, on a periodic cubic mesh: shells of equal Euclidean
 * distance rise to 1 one after the other until `excess` is used up, the last by the same share of its room in each cell.
 * Cells of the region, and cells that are not below 1, stay as they are.
 *
 * @param x Field `[n, n, n]`, changed in place; its values must be finite.
 * @param region `[n, n, n]`; cells above 0 are the region.
 * @param excess [cell] What is to be added to the sum of the field, at least 0.
 * @returns [cell] What found room: less than `excess` only if all cells outside the region are full, or it is empty.
 * @throws {ShapeError} if a mesh is not a cube or they differ; {DtypeError} for another element type.
 * @throws {DomainError} if `excess` is negative or not finite.
 * @example Half of the six neighbours' room
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { fillShells } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using x = zeros([8, 8, 8], "float64");
 * using region = zeros([8, 8, 8], "uint8");
 * region.data[0] = 1;
 * fillShells(x, region, 3);
 * console.log(x.data[1]); // 0.5
 * ```
 */
export function fillShells(x: RealMesh, region: NdArray<"uint8">, excess: number): number {
  const n = checkCube("fill shells", "x", x);
  checkDtype("fill shells", "x", x, "float32", "float64");
  checkDtype("fill shells", "region", region, "uint8");
  if (checkCube("fill shells", "region", region) !== n) {
    throw new ShapeError(
      `Cannot fill shells: "region" must have the shape of "x", [${x.shape.join(", ")}], got [${
        region.shape.join(", ")
      }]`,
      `[${x.shape.join(", ")}]`,
      `[${region.shape.join(", ")}]`,
    );
  }
  checkRange(checkFinite(excess, "excess"), "excess", 0, Number.MAX_VALUE);
  return excess === 0 ? 0 : fill(x, region, n, excess);
}
