import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkRange } from "../base/mod.ts";
import { checkCube, checkDtype } from "./_check.ts";
import { distance, distanceWithin } from "./_kernel.ts";

/** What `distanceTransformSquared` gives for all cells when no cell is marked. */
export const NOWHERE = 0xffffffff;

/** What `distanceTransformSquaredWithin` gives beyond the bound. */
export const BEYOND = 0xffff;

/**
 * Squared Euclidean distance of each cell to the nearest marked cell of a periodic cubic mesh: exact whole numbers, in
 * units of a cell. Three passes of lower envelopes (Felzenszwalb & Huttenlocher 2012) on a circle; the time grows like
 * the number of cells, whatever the mask.
 *
 * @param mask `[n, n, n]`; cells above 0 are marked.
 * @returns [cell^2] `[n, n, n]`, 0 for marked cells; `NOWHERE` if there are none. In the kernels' memory: dispose of it.
 * @throws {ShapeError} if the mask is not a cube; {DtypeError} if it is not uint8.
 * @example The far corner of a mesh of 4^3 cells is 2 cells away along each axis
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { distanceTransformSquared } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using mask = zeros([4, 4, 4], "uint8");
 * mask.data[0] = 1;
 * using squares = distanceTransformSquared(mask);
 * console.log(squares.data[squares.offset(2, 2, 2)], squares.data[squares.offset(3, 0, 0)]); // 12 1
 * ```
 */
export function distanceTransformSquared(mask: NdArray<"uint8">): NdArray<"uint32"> {
  const n = checkCube("find distances", "mask", mask);
  checkDtype("find distances", "mask", mask, "uint8");
  return distance(mask, n);
}

/**
 * As `distanceTransformSquared`, up to a bound: several times faster when the bound is a few cells.
 *
 * @param mask `[n, n, n]`; cells above 0 are marked.
 * @param maxDistance [cell] Whole number, 0 to 255.
 * @returns [cell^2] `[n, n, n]`, `BEYOND` where the distance is above the bound. In the kernels' memory: dispose of it.
 * @throws {ShapeError} if the mask is not a cube; {DtypeError} if it is not uint8.
 * @throws {DomainError} if `maxDistance` is not a whole number up to 255.
 * @example Cells up to 2 cells away
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { distanceTransformSquaredWithin } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using mask = zeros([8, 8, 8], "uint8");
 * mask.data[0] = 1;
 * using squares = distanceTransformSquaredWithin(mask, 2);
 * console.log(squares.data.filter((d) => d <= 4).length); // 33
 * ```
 */
export function distanceTransformSquaredWithin(mask: NdArray<"uint8">, maxDistance: number): NdArray<"uint16"> {
  const n = checkCube("find distances", "mask", mask);
  checkDtype("find distances", "mask", mask, "uint8");
  checkRange(checkInteger(maxDistance, "maxDistance"), "maxDistance", 0, 255);
  return distanceWithin(mask, n, maxDistance);
}
