import { checkFinite } from "../base/mod.ts";
import { fillGraded, fillReordered, type MapData } from "./_kernel.ts";
import { layoutOf, nsideOf, pixelCount, type PixelOptions, type PixelOrder } from "./nside.ts";

/** What HEALPix files hold where a map has no value. */
export const UNSEEN: number = -1.6375e30;

/** Numbers of a map: float32 or float64. */
export type { MapData };

function like<T extends MapData>(map: T, length: number): T {
  return new (map.constructor as Float64ArrayConstructor)(length) as T;
}

/**
 * A map in the other order of pixels.
 *
 * @param map [any] Values of all pixels.
 * @param from Order that it has.
 * @returns [any] The same values in the other order.
 * @throws {DomainError} for a number of pixels that is not that of a map.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { reorder } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const nested = reorder(Float64Array.from({ length: 48 }, (_, i) => i), "ring");
 * console.log(nested[0]); // 13: pixel 13 in RING order
 * ```
 */
export function reorder<T extends MapData>(map: T, from: PixelOrder): T {
  const out = like(map, map.length);
  fillReordered(layoutOf(nsideOf(map.length), { order: from }), map, out);
  return out;
}

/** Options of `udGrade`. */
export interface GradeOptions extends PixelOptions {
  /** Numbering of the result. Default: that of the map. */
  orderOut?: PixelOrder;
  /** [1] The result is multiplied by (nside_out/nside_in)^power: 0 for densities (default), -2 keeps the sum of counts. */
  power?: number;
  /** Whether a pixel has no value if any in it has none; else if none in it has. Default false. */
  pessimistic?: boolean;
}

/**
 * A map in another resolution: the mean over the pixels within each pixel, or the value of the pixel that holds it. Pixels
 * that are `UNSEEN` (to 1e-5) or not finite are left out; where no value is left, the result is `UNSEEN`.
 *
 * @param map [any] Values of all pixels.
 * @param nside [1] Resolution of the result, a power of two.
 * @param options Numberings, power, and what becomes of missing values.
 * @returns [any] Values in the element type of the map; means are taken in float64, of the same bits for both orders.
 * @throws {DomainError} if `nside` is not a power of two, or for a number of pixels that is not that of a map.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { udGrade } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const counts = new Float64Array(48).fill(1);
 * console.log(udGrade(counts, 1, { power: -2 })[0]); // 4
 * ```
 */
export function udGrade<T extends MapData>(map: T, nside: number, options: GradeOptions = {}): T {
  const { order = "ring", orderOut = order, power = 0, pessimistic = false } = options;
  const before = nsideOf(map.length);
  const [from, to] = [layoutOf(before, { order }), layoutOf(nside, { order: orderOut })];
  const out = like(map, pixelCount(nside));
  fillGraded(from, to, (nside / before) ** checkFinite(power, "power"), pessimistic, map, out);
  return out;
}
