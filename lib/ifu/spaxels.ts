import { checkInteger, checkPositive, DomainError } from "../base/mod.ts";
import type { Telescope } from "./telescope.ts";

/** [1] How far a field may be from the sum of its spaxels. */
const ROUNDING = 1e-9;

/** Spaxels of a field, and those around it that are painted too. */
export interface SpaxelGrid {
  /** [kpc] Edges along x, and along y, ascending: one more than spaxels along a side, margin included. */
  readonly edges: Float64Array;
  /** [1] Spaxels along a side, margin included. */
  readonly side: number;
  /** [1] Spaxels around the field on each side. */
  readonly margin: number;
}

/**
 * Running columns of dust in front of stars: for each spaxel `ix + side iy` of a grid, margin included, gas cells by rising z.
 *
 * The extinction of a star is 0 if it lies in front of the first cell of its spaxel, interpolated linearly in z between
 * cells, and the last value behind all.
 */
export interface DustColumns {
  /** First place of each spaxel in `z` and `column`, and the end: one more than spaxels. */
  readonly start: Uint32Array;
  /** [kpc] Places along the line of sight, ascending in each spaxel; smaller is nearer. */
  readonly z: Float64Array;
  /** [mag] A_V summed up to there. */
  readonly column: Float64Array;
}

/**
 * Edges of the spaxels of a telescope's square field in the plane of a galaxy: `-A/2 + i A/n`, where `A` is the side of the
 * field and `n` the number of spaxels along it.
 *
 * A place belongs to the spaxel between the edge at or below it and the next one; the last edge of the field belongs to its
 * last spaxel.
 *
 * @param options
 * - `telescope`: its field and the number of its spaxels.
 * - `kpcPerArcsec`: [kpc/arcsec] Proper length of an angle at the galaxy.
 * - `margin`: [1] Spaxels to add on each side of the field. Default 0.
 * @throws {DomainError} for a scale that is not positive, a margin that is not whole, or a telescope whose field is not that of
 * its spaxels.
 * @example
 * ```ts
 * import { spaxelEdges, type Telescope } from "@cosmesh/cosmesh/ifu";
 * const telescope: Telescope = {
 *   name: "four spaxels",
 *   fieldOfView: 2,
 *   spaxelSize: 1,
 *   spaxels: 2,
 *   wavelength: Float64Array.of(5000, 5001),
 *   wavelengthStep: 1,
 *   lsfFwhm: 2,
 *   aperture: "square",
 * };
 * spaxelEdges({ telescope, kpcPerArcsec: 3, margin: 1 }).edges; // -6, -3, 0, 3, 6
 * ```
 */
export function spaxelEdges(
  { telescope, kpcPerArcsec, margin = 0 }: { telescope: Telescope; kpcPerArcsec: number; margin?: number },
): SpaxelGrid {
  checkPositive(kpcPerArcsec, "kpcPerArcsec");
  checkInteger(margin, "margin");
  const { fieldOfView, spaxelSize, spaxels: n } = telescope;
  if (!(Math.abs(fieldOfView / (n * spaxelSize) - 1) <= ROUNDING)) {
    const [rule, got] = [`${n} spaxels of ${spaxelSize}"`, `${fieldOfView}"`];
    throw new DomainError(`Cannot place spaxels: fieldOfView must be ${rule}, got ${got}; see telescope()`, rule, got);
  }
  const field = fieldOfView * kpcPerArcsec;
  const side = n + 2 * margin;
  const edges = Float64Array.from({ length: side + 1 }, (_, i) => -field / 2 + field / n * (i - margin));
  return { edges, side, margin };
}
