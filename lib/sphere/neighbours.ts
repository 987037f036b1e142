import { checkInteger, checkRange, DomainError } from "../base/mod.ts";
import { discPixels, OF_PIXELS } from "./_kernel.ts";
import { describe, type Numbers, ring2nest } from "./healpix.ts";
import { checkNside, layoutOf, type PixelOptions } from "./nside.ts";

/**
 * The pixels next to pixels: SW, W, NW, N, NE, E, SE, S.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels.
 * @param options Numbering.
 * @returns [1] Eight pixels for each, `[pixel, 8]`; -1 where there is none, as at the eight corners where three base cells
 * meet.
 * @throws {DomainError} naming the first number that is not a pixel.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { neighbours } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * console.log(neighbours(1, [4])); // [11, 7, 3, -1, 0, 5, 8, -1]
 * ```
 */
export function neighbours(nside: number, pixels: ArrayLike<number>, options: PixelOptions = {}): Numbers {
  return describe(["find neighbours", OF_PIXELS.neighbours], nside, layoutOf(nside, options), pixels, 8);
}

/**
 * Points on the edges of pixels, from the northern corner on through those in the west, the south and the east.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels.
 * @param options Numbering, and `step`, points for each of the four edges (default 1: the corners).
 * @returns [1] Unit vectors, `[pixel, 4 step, 3]`.
 * @throws {DomainError} naming the first number that is not a pixel.
 */
export function boundaries(
  nside: number,
  pixels: ArrayLike<number>,
  options: PixelOptions & { step?: number } = {},
): Numbers {
  const step = checkInteger(options.step ?? 1, "step", 1);
  return describe(["find edges", OF_PIXELS.edges + step], nside, layoutOf(nside, options), pixels, 12 * step);
}

/**
 * The pixels of a disc.
 *
 * @param nside [1] Resolution, a power of two.
 * @param centre [any] Vector to the middle; its length does not matter.
 * @param radius [rad] Radius, 0 to pi.
 * @param options Numbering, and `inclusive`: take all pixels that reach into the disc, and perhaps some that end within a
 * sixteenth of a pixel from it, instead of those whose centres lie in it (default false).
 * @returns [1] Pixels, rising.
 * @throws {DomainError} for a radius out of range or a vector of length 0.
 * @example The four pixels round the north pole
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { queryDisc } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * console.log(queryDisc(8, [0, 0, 1], 0.15)); // [0, 1, 2, 3]
 * ```
 */
export function queryDisc(
  nside: number,
  centre: readonly [number, number, number],
  radius: number,
  options: PixelOptions & { inclusive?: boolean } = {},
): Numbers {
  const { nested } = layoutOf(nside, options);
  checkRange(radius, "radius", 0, Math.PI);
  const length = Math.hypot(...centre);
  if (!(length > 0 && length < Infinity)) {
    const [rule, value] = ["a finite vector that is not 0", `(${centre.join(", ")})`];
    throw new DomainError(`Cannot use "centre": it must be ${rule}, got ${value}`, rule, value);
  }
  const unit = centre.map((c) => c / length);
  const found = discPixels(checkNside(nside), unit, radius, options.inclusive ?? false);
  return nested ? ring2nest(nside, found).sort() : found;
}
