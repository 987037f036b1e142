import { checkInteger, DomainError } from "../base/mod.ts";
import { largestRadius, type Layout, ringTheta } from "./_kernel.ts";

/** Numbering of pixels: along rings from north to south, or so that pixels in one of a coarser map follow each other. */
export type PixelOrder = "ring" | "nested";

/** Option of most functions of pixels. */
export interface PixelOptions {
  /** Numbering of pixels. Default "ring". */
  order?: PixelOrder;
}

/** Largest nside: numbers of pixels are whole numbers that a float64 holds. */
const MAX_NSIDE = 2 ** 24;

/**
 * Checks the resolution of a HEALPix map: 12 nside^2 pixels of equal area (Gorski et al. 2005, ApJ 622, 759).
 *
 * @param nside [1] A power of two from 1 to 2^24, also for RING order, where some libraries take any number.
 * @returns [1] log2(nside).
 * @throws {DomainError} for other numbers; the message names the powers of two next to it.
 * @example
 * ```ts
 * import { checkNside } from "@cosmesh/cosmesh/sphere";
 *
 * console.log(checkNside(64)); // 6
 * ```
 */
export function checkNside(nside: number): number {
  const order = Math.round(Math.log2(nside));
  if (nside >= 1 && nside <= MAX_NSIDE && 2 ** order === nside) return order;
  const below = 2 ** Math.floor(Math.log2(Math.max(1, nside)));
  const hint = nside > 1 && nside < MAX_NSIDE ? `; take ${below} or ${2 * below}` : "";
  const rule = "a power of two from 1 to 2^24";
  throw new DomainError(`Cannot use "nside": it must be ${rule}, got ${nside}${hint}`, rule, String(nside));
}

/** Kernel's description of a resolution and a numbering. */
export function layoutOf(nside: number, { order = "ring" }: PixelOptions = {}): Layout {
  if (order !== "ring" && order !== "nested") {
    throw new DomainError(
      `Cannot use "order": it must be one of "ring", "nested", got "${order}"`,
      `"ring" or "nested"`,
      String(order),
    );
  }
  return { order: checkNside(nside), nested: order === "nested" };
}

/**
 * Number of pixels, 12 nside^2.
 *
 * @param nside [1] Resolution, a power of two.
 * @returns [1] Pixels of the whole sphere.
 * @throws {DomainError} if `nside` is not a power of two.
 * @example
 * ```ts
 * import { pixelCount } from "@cosmesh/cosmesh/sphere";
 *
 * console.log(pixelCount(64)); // 49152
 * ```
 */
export function pixelCount(nside: number): number {
  return 12 * 4 ** checkNside(nside);
}

/**
 * Resolution of a map by its number of pixels.
 *
 * @param pixels [1] Pixels of the whole sphere.
 * @returns [1] nside.
 * @throws {DomainError} if that is not 12 times a power of four.
 */
export function nsideOf(pixels: number): number {
  const nside = 2 ** Math.round(Math.log2(pixels / 12) / 2);
  if (nside >= 1 && nside <= MAX_NSIDE && 12 * nside * nside === pixels) return nside;
  const rule = "12 nside^2 with nside a power of two";
  throw new DomainError(`Cannot take it as a HEALPix map: pixels must be ${rule}, got ${pixels}`, rule, String(pixels));
}

/**
 * Area of a pixel, 4 pi/(12 nside^2).
 *
 * @param nside [1] Resolution, a power of two.
 * @returns [rad^2] Solid angle.
 */
export function pixelArea(nside: number): number {
  return 4 * Math.PI / pixelCount(nside);
}

/**
 * Side of a square with a pixel's area.
 *
 * @param nside [1] Resolution, a power of two.
 * @returns [rad] About 1.02/nside.
 */
export function pixelResolution(nside: number): number {
  return Math.sqrt(pixelArea(nside));
}

/**
 * Largest angle from the centre of any pixel to its edge.
 *
 * @param nside [1] Resolution, a power of two.
 * @returns [rad] Angle.
 */
export function largestPixelRadius(nside: number): number {
  return largestRadius(checkNside(nside));
}

/** A ring of pixels whose centres have one colatitude. */
export interface Ring {
  /** RING number of its first pixel. */
  first: number;
  /** [1] Number of pixels. */
  length: number;
  /** [rad] Colatitude of the centres. */
  theta: number;
  /** Whether the first centre lies half a pixel east of longitude 0, not at it. */
  shifted: boolean;
}

/**
 * A ring of pixels.
 *
 * @param nside [1] Resolution, a power of two.
 * @param ring [1] Number of the ring from the north pole, 1 to 4 nside - 1.
 * @throws {DomainError} if there is no such ring.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { ringInfo } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const { first, length } = ringInfo(2, 2);
 * console.log(first, length); // 4 8
 * ```
 */
export function ringInfo(nside: number, ring: number): Ring {
  const order = checkNside(nside);
  checkInteger(ring, "ring", 1);
  if (ring >= 4 * nside) {
    const rule = `a whole number from 1 to ${4 * nside - 1}`;
    throw new DomainError(`Cannot use "ring": it must be ${rule}, got ${ring}`, rule, String(ring));
  }
  const theta = ringTheta(order, ring);
  const fromPole = Math.min(ring, 4 * nside - ring);
  if (fromPole < nside) {
    const first = ring < nside ? 2 * ring * (ring - 1) : pixelCount(nside) - 2 * fromPole * (fromPole + 1);
    return { first, length: 4 * fromPole, theta, shifted: true };
  }
  const down = ring - nside;
  return { first: 2 * nside * (nside - 1) + down * 4 * nside, length: 4 * nside, theta, shifted: down % 2 === 0 };
}
