import { angles, refuseAngles } from "./_input.ts";
import { fillValues, fillWeights, type MapData } from "./_kernel.ts";
import type { Numbers } from "./healpix.ts";
import { layoutOf, nsideOf, type PixelOptions } from "./nside.ts";

/**
 * Pixels and weights of bilinear interpolation: the two pixels next to the longitude in the ring above and in the one below,
 * linear in longitude and in colatitude, as the HEALPix library does it. Between a pole and the ring next to it the pole
 * counts as the mean of that ring's four pixels.
 *
 * @param nside [1] Resolution, a power of two.
 * @param theta [rad] Colatitudes, 0 to pi.
 * @param phi [rad] Longitudes, any.
 * @param options Numbering.
 * @returns [1] Pixels and weights, `[point, 4]` each; the four weights of a point add up to 1.
 * @throws {DomainError} naming the first point with an angle out of range; {ShapeError} for other lengths.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { interpolationWeights } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const { pixels, weights } = interpolationWeights(1, [Math.PI / 2], [0.25 * Math.PI]);
 * console.log(pixels, weights); // [4, 5, 8, 11], [0.5, 0.5, 0, 0]
 * ```
 */
export function interpolationWeights(
  nside: number,
  theta: ArrayLike<number>,
  phi: ArrayLike<number>,
  options: PixelOptions = {},
): { pixels: Numbers; weights: Numbers } {
  const layout = layoutOf(nside, options);
  const [down, along] = angles("find weights", theta, phi);
  const [pixels, weights] = [new Float64Array(4 * down.length), new Float64Array(4 * down.length)];
  refuseAngles("find weights", fillWeights(layout, down, along, pixels, weights), down, along);
  return { pixels, weights };
}

/**
 * Bilinear values of a map, with the weights of `interpolationWeights`.
 *
 * @param map [any] Values of all pixels; those without a value are not left out.
 * @param theta [rad] Colatitudes, 0 to pi.
 * @param phi [rad] Longitudes, any.
 * @param options Numbering.
 * @returns [any] Value for each point.
 * @throws {DomainError} naming the first point with an angle out of range, or for a number of pixels that is not that of a
 * map; {ShapeError} for other lengths.
 */
export function interpolateMap(
  map: MapData,
  theta: ArrayLike<number>,
  phi: ArrayLike<number>,
  options: PixelOptions = {},
): Numbers {
  const layout = layoutOf(nsideOf(map.length), options);
  const [down, along] = angles("interpolate a map", theta, phi);
  const out = new Float64Array(down.length);
  refuseAngles("interpolate a map", fillValues(layout, map, down, along, out), down, along);
  return out;
}
