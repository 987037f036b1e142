import { DomainError, ShapeError } from "../base/mod.ts";
import { angles, numbers, refuseAngles, refusePixel } from "./_input.ts";
import { anglesToPixels, type Layout, OF_PIXELS, ofPixels, vectorsToPixels } from "./_kernel.ts";
import { checkNside, layoutOf, type PixelOptions } from "./nside.ts";

/** Numbers for each point or pixel. */
export type Numbers = Float64Array<ArrayBuffer>;

/**
 * The pixels that hold directions given by angles.
 *
 * @param nside [1] Resolution, a power of two.
 * @param theta [rad] Colatitudes, 0 to pi.
 * @param phi [rad] Longitudes, any.
 * @param options Numbering.
 * @returns [1] Pixels.
 * @throws {DomainError} naming the first point with an angle out of range; {ShapeError} for other lengths.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { ang2pix } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * console.log(ang2pix(1, [0.5], [0])); // Float64Array [0]
 * ```
 */
export function ang2pix(
  nside: number,
  theta: ArrayLike<number>,
  phi: ArrayLike<number>,
  options: PixelOptions = {},
): Numbers {
  const layout = layoutOf(nside, options);
  const [down, along] = angles("find pixels", theta, phi);
  const out = new Float64Array(down.length);
  refuseAngles("find pixels", anglesToPixels(layout, down, along, out), down, along);
  return out;
}

/**
 * The pixels that hold directions given by vectors.
 *
 * @param nside [1] Resolution, a power of two.
 * @param vectors [any] x, y, z of each direction in turn, `[point, 3]`; lengths do not matter.
 * @param options Numbering.
 * @returns [1] Pixels.
 * @throws {DomainError} naming the first vector that is 0 or not finite; {ShapeError} if there are not three numbers for
 * each point.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { vec2pix } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * console.log(vec2pix(1, [0, 3, 0, 0, 0, -1])); // Float64Array [5, 8]
 * ```
 */
export function vec2pix(nside: number, vectors: ArrayLike<number>, options: PixelOptions = {}): Numbers {
  const layout = layoutOf(nside, options);
  if (vectors.length % 3 !== 0) {
    const actual = `${vectors.length} numbers`;
    throw new ShapeError(`Cannot find pixels: vectors must be [point, 3], got ${actual}`, "[point, 3]", actual);
  }
  const from = numbers(vectors);
  const out = new Float64Array(from.length / 3);
  const wrong = vectorsToPixels(layout, from, out);
  if (wrong >= 0) {
    const value = `(${from.slice(3 * wrong, 3 * wrong + 3).join(", ")})`;
    const rule = "finite and not 0";
    throw new DomainError(`Cannot find pixels: vectors must be ${rule}, vector ${wrong} is ${value}`, rule, value);
  }
  return out;
}

/** What the kernel tells about pixels, `width` numbers for each. */
export function describe(
  [operation, what]: readonly [string, number],
  nside: number,
  layout: Layout,
  pixels: ArrayLike<number>,
  width: number,
): Numbers {
  const from = numbers(pixels);
  const out = new Float64Array(width * from.length);
  refusePixel(operation, ofPixels(what, layout, from, out), from, nside);
  return out;
}

/**
 * Colatitudes and longitudes of the centres of pixels.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels.
 * @param options Numbering.
 * @returns [rad] Colatitude and longitude, 0 to 2 pi, of each pixel.
 * @throws {DomainError} naming the first number that is not a pixel.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { pix2ang } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const { theta, phi } = pix2ang(1, [4]);
 * console.log(theta[0] / Math.PI, phi[0]); // 0.5 0
 * ```
 */
export function pix2ang(
  nside: number,
  pixels: ArrayLike<number>,
  options: PixelOptions = {},
): { theta: Numbers; phi: Numbers } {
  const both = describe(["find angles", OF_PIXELS.angles], nside, layoutOf(nside, options), pixels, 2);
  return { theta: both.subarray(0, pixels.length), phi: both.subarray(pixels.length) };
}

/**
 * Unit vectors of the centres of pixels.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels.
 * @param options Numbering.
 * @returns [1] x, y, z of each pixel in turn, `[pixel, 3]`.
 * @throws {DomainError} naming the first number that is not a pixel.
 */
export function pix2vec(nside: number, pixels: ArrayLike<number>, options: PixelOptions = {}): Numbers {
  return describe(["find vectors", OF_PIXELS.vector], nside, layoutOf(nside, options), pixels, 3);
}

/**
 * NESTED numbers of pixels in RING order.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels in RING order.
 * @returns [1] The same pixels in NESTED order.
 * @throws {DomainError} naming the first number that is not a pixel.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { nest2ring, ring2nest } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * console.log(ring2nest(2, [0, 1]), nest2ring(2, [3, 7])); // [3, 7] [0, 1]
 * ```
 */
export function ring2nest(nside: number, pixels: ArrayLike<number>): Numbers {
  const layout = { order: checkNside(nside), nested: false };
  return describe(["renumber pixels", OF_PIXELS.otherNumber], nside, layout, pixels, 1);
}

/**
 * RING numbers of pixels in NESTED order.
 *
 * @param nside [1] Resolution, a power of two.
 * @param pixels [1] Pixels in NESTED order.
 * @returns [1] The same pixels in RING order.
 * @throws {DomainError} naming the first number that is not a pixel.
 */
export function nest2ring(nside: number, pixels: ArrayLike<number>): Numbers {
  const layout = { order: checkNside(nside), nested: true };
  return describe(["renumber pixels", OF_PIXELS.otherNumber], nside, layout, pixels, 1);
}
