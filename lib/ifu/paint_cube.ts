import { zeros } from "../array/mod.ts";
import type { Frame, ParticleTable } from "../galaxy/mod.ts";
import type { CubeArray } from "./cube.ts";
import { paintStars } from "./_kernel_cube.ts";
import { type SpectrumParts, SpectrumTables } from "./_spectrum_model.ts";
import { screenOf, StarBlocks } from "./_star_blocks.ts";
import { type DustColumns, spaxelEdges } from "./spaxels.ts";

/** Extinction by dust in front of stars. */
export interface StarExtinction {
  /** [1] A(lambda)/A_V at the wavelengths of the templates, at rest. */
  readonly curve: Float64Array;
  /**
   * Columns in each spaxel, margin included. A star in front of the first gas of its spaxel is not dimmed; A_V is linear in
   * depth between gas, and that of all gas behind it.
   */
  readonly columns: Pick<DustColumns, "start" | "z" | "column">;
}

/** What stars are painted with. */
export interface PaintCubeParts extends SpectrumParts {
  /** Stars, with `STAR_COLUMNS`. They are read in blocks, so that memory does not depend on their number. */
  stars: ParticleTable;
  /** The observer's frame. */
  frame: Frame;
  /** [kpc/arcsec] Proper length of an angle at the galaxy. */
  kpcPerArcsec: number;
  /** [1] Spaxels around the field that are painted too, so that a point spread function finds the light there. Default 0. */
  margin?: number;
  /** Dust in front of stars. Default: none. */
  extinction?: StarExtinction;
}

/** Options of `paintCube`. */
export interface PaintCubeOptions extends PaintCubeParts {
  /** Element type of the cube. With float32 templates, float32 mixes spectra in single precision. Default "float32". */
  dtype?: "float32" | "float64";
  /** Is called after each block of stars with how many are done, of how many. */
  onProgress?: (done: number, total: number) => void;
}

/** Light of stars in spaxels. */
export interface PaintedCube {
  /** [L_sun/Angstrom] `[y, x, wavelength]`, for each Angstrom as observed, margins included. */
  readonly flux: CubeArray;
  /** Stars in the field, without margin. */
  readonly stars: number;
  /** Stars that were painted, those in the margin included. */
  readonly painted: number;
  /** Stars painted whose age lies outside of the templates', so that the nearest one was taken. */
  readonly clampedAge: number;
  /** Stars painted whose metallicity lies outside of the templates', so that the nearest one was taken. */
  readonly clampedMetallicity: number;
}

/**
 * Paints stars into a cube: each spaxel gets the sum of the spectra of its stars, mixed from templates by metallicity and
 * age, times mass, shifted by redshift and velocity along the line of sight, and put on the telescope's pixels.
 *
 * Spectra are for each Angstrom as observed: L_lambda is divided by the stretch of wavelengths, so that the integral over
 * wavelength is the luminosity. With `resampling: "conserve"` a pixel holds the exact mean of the spectrum over it. The
 * templates must cover the telescope's window, edges of pixels included, at the redshift; where velocities or
 * `wavelengthMargin` lead beyond their ends, the last sample is taken. Dust dims samples at rest by
 * `10^(-0.4 curve A_V)`. Metallicities and ages outside of the templates' are set to the nearest edge and counted.
 *
 * Stars are summed in blocks of fixed size and order: the cube's bits do not depend on the number of threads.
 *
 * @throws {DomainError} for values of stars that are not finite, negative masses, metallicities or ages, and velocities of at
 * least that of light (the star and the column are named); if no star lies in the field; if the templates do not cover the
 * window.
 * @throws {ShapeError} if a column of the stars is missing, or extinction does not fit templates and spaxels.
 * @example A galaxy through MUSE
 * ```ts
 * import { orientGalaxy, syntheticGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { paintCube, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * using galaxy = syntheticGalaxy({ stars: 1000 });
 * using templates = syntheticTemplates({ wavelength: { from: 4000, to: 9000, step: 5 } });
 * const painted = paintCube({
 *   ...{ stars: galaxy.stars, frame: orientGalaxy(galaxy), templates },
 *   ...{ telescope: telescope("MUSE"), redshift: 0.1, kpcPerArcsec: 1.9 },
 * });
 * using cube = painted.flux;
 * console.log(cube.shape, painted.stars); // [25, 25, 3721] and how many stars lie in the field
 * ```
 */
export function paintCube(options: PaintCubeOptions): PaintedCube {
  const operation = "paint a cube";
  const { stars, frame, telescope, kpcPerArcsec, margin, extinction, dtype = "float32", onProgress } = options;
  const grid = spaxelEdges({ telescope, kpcPerArcsec, margin });
  using tables = new SpectrumTables(operation, options);
  const screen = extinction && screenOf(operation, extinction, options.templates.wavelength.length, grid);
  using blocks = new StarBlocks(operation, stars, frame, grid);
  const flux = zeros([grid.side, grid.side, tables.pixels], dtype);
  const clamped = new Float64Array(2);
  let painted = 0;
  try {
    for (const [first, count] of blocks.ranges()) {
      blocks.load(first, count);
      paintStars(tables, blocks, screen, flux.data, clamped);
      painted += blocks.start[grid.side ** 2];
      onProgress?.(first + count, stars.count);
    }
    blocks.checkInField();
  } catch (error) {
    flux.dispose();
    throw error;
  }
  return { flux, stars: blocks.inField, painted, clampedMetallicity: clamped[0], clampedAge: clamped[1] };
}
