import { ShapeError } from "../base/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import { pullStars } from "./_kernel_cube.ts";
import { SpectrumTables } from "./_spectrum_model.ts";
import { screenOf, StarBlocks } from "./_star_blocks.ts";
import type { CubeArray } from "./cube.ts";
import type { PaintCubeParts } from "./paint_cube.ts";
import { spaxelEdges } from "./spaxels.ts";

/** Derivatives of a number by stars, `[star]` each; 0 for those outside of the field and its margin. */
export interface StarGradient {
  /** By mass [M_sun]. */
  readonly mass: Float64Array;
  /** By metallicity [1]; 0 where it lies outside of the templates'. */
  readonly metallicity: Float64Array;
  /** By age [Gyr]; 0 where it lies outside of the templates'. */
  readonly age: Float64Array;
  /** By velocity along the line of sight [km/s]. */
  readonly velocity: Float64Array;
}

/**
 * The way back through `paintCube`: from the derivatives of a number by the pixels of a cube to those by mass, metallicity,
 * age and velocity of its stars. Positions, and with them dust, are fixed.
 *
 * @param options As for `paintCube`, and
 * - `cotangent`: derivatives by the cube's pixels, of its shape, margins included. With float32 here and in the templates,
 *   spectra are mixed in single precision.
 * @returns Derivatives for each star of the table.
 * @throws {ShapeError} if the cotangent has another shape than the cube.
 * @throws {DomainError} as `paintCube`.
 * @example The light of stars, by their velocities
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { orientGalaxy, syntheticGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { paintCubeAdjoint, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * using galaxy = syntheticGalaxy({ stars: 100 });
 * using templates = syntheticTemplates({ wavelength: { from: 4000, to: 9000, step: 5 } });
 * using cotangent = fromData(new Float32Array(25 * 25 * 3721).fill(1), [25, 25, 3721], "float32");
 * const { velocity } = paintCubeAdjoint({
 *   ...{ stars: galaxy.stars, frame: orientGalaxy(galaxy), templates, cotangent },
 *   ...{ telescope: telescope("MUSE"), redshift: 0.1, kpcPerArcsec: 1.9 },
 * });
 * console.log(velocity.length); // 100
 * ```
 */
export function paintCubeAdjoint(options: PaintCubeParts & { cotangent: CubeArray }): StarGradient {
  const operation = "carry a cube back to stars";
  const { stars, frame, telescope, kpcPerArcsec, margin, extinction, cotangent } = options;
  const grid = spaxelEdges({ telescope, kpcPerArcsec, margin });
  using tables = new SpectrumTables(operation, options);
  const expected = `[${[grid.side, grid.side, tables.pixels].join(", ")}]`;
  const actual = `[${cotangent.shape.join(", ")}]`;
  if (actual !== expected) {
    throw new ShapeError(
      `Cannot ${operation}: its derivatives must have shape ${expected}, got ${actual}`,
      expected,
      actual,
    );
  }
  const screen = extinction && screenOf(operation, extinction, options.templates.wavelength.length, grid);
  using blocks = new StarBlocks(operation, stars, frame, grid);
  const { capacity } = blocks;
  const gradient = {
    mass: new Float64Array(stars.count),
    metallicity: new Float64Array(stars.count),
    age: new Float64Array(stars.count),
    velocity: new Float64Array(stars.count),
  };
  const out = allocate(Float64Array, 4 * capacity, "derivatives by stars");
  try {
    for (const [first, count] of blocks.ranges()) {
      blocks.load(first, count);
      out.fill(0);
      pullStars(tables, blocks, screen, cotangent.data, out);
      [gradient.mass, gradient.metallicity, gradient.age, gradient.velocity].forEach((column, k) =>
        column.set(out.subarray(k * capacity, k * capacity + count), first)
      );
    }
    blocks.checkInField();
  } finally {
    release(out);
  }
  return gradient;
}
