import { empty, Field, type NdArray } from "../array/mod.ts";
import { checkFinite, checkOneOf, DomainError } from "../base/mod.ts";
import { type PowerOptions, type PowerSpectrum, powerSpectrum } from "../power/mod.ts";
import { cutChunk } from "./_kernel.ts";
import type { LightconeParts } from "./lightcone.ts";

/** What `lightconeChunk` is to do. */
export interface ChunkOptions {
  /** Subtract the mean of each slice, of the chunk, or none. Default "slice": an interferometer sees no mean of a channel. */
  mean?: "slice" | "chunk" | "none";
  /** Weights along the line of sight, of mean square 1. Default "none"; "blackmanHarris" (4 terms) keeps ends that do not fit together from leaking. */
  taper?: "none" | "blackmanHarris";
}

/** A chunk of a light-cone, as cubic field. */
export interface LightconeChunk {
  /** The chunk, `[x, y, slice]`, float32 in the kernels' memory. */
  readonly field: Field;
  /** [1] Redshifts of its slices. */
  readonly redshifts: Float64Array;
}

/**
 * The cube of a light-cone around a redshift: as many slices as there are cells across, so that it is as deep as wide.
 * It begins at the slice that puts z into its middle, or at the nearest end of the light-cone where that is closer.
 *
 * @param cone Light-cone.
 * @param z [1] Redshift in the middle, within the light-cone.
 * @param options Mean and taper.
 * @throws {DomainError} if z lies outside, the light-cone is shorter than wide, or options are unknown.
 */
export function lightconeChunk(cone: LightconeParts, z: number, options: ChunkOptions = {}): LightconeChunk {
  const { mean = "slice", taper = "none" } = options;
  checkOneOf(mean, "mean", ["slice", "chunk", "none"]);
  checkOneOf(taper, "taper", ["none", "blackmanHarris"]);
  const { array: { shape: [cells, , slices] }, redshifts } = cone;
  const [low, high] = [redshifts[0], redshifts[slices - 1]];
  if (!(checkFinite(z, "z") >= low && z <= high)) {
    const rule = `z must be within ${low} to ${high}`;
    throw new DomainError(`Cannot cut a chunk of the light-cone: ${rule}, got ${z}`, rule, String(z));
  }
  if (slices < cells) {
    const rule = `it must have at least as many slices as cells across, ${cells}`;
    throw new DomainError(`Cannot cut a cube of the light-cone: ${rule}, got ${slices}`, rule, String(slices));
  }
  const middle = redshifts.findIndex((at) => at >= z);
  const start = Math.min(Math.max(middle - (cells >> 1), 0), slices - cells);
  const array = empty([cells, cells, cells], "float32");
  try {
    cutChunk(cone.array, start, array, mean, taper);
    const { boxSize, quantity, unit } = cone;
    return { field: new Field({ array, boxSize, quantity, unit }), redshifts: redshifts.slice(start, start + cells) };
  } catch (error) {
    array.dispose();
    throw error;
  }
}

/**
 * Power spectrum of the cube of a light-cone around a redshift (see `lightconeChunk`), which is as `powerSpectrum` of a
 * coeval cube but for the evolution along the line of sight.
 *
 * @param cone Light-cone.
 * @param z [1] Redshift in the middle, within the light-cone.
 * @param options Mean and taper, and what `powerSpectrum` takes.
 * @throws {DomainError} as `lightconeChunk` and `powerSpectrum`.
 * @example Power of noise, which does not evolve
 * ```ts
 * import { empty } from "@cosmesh/cosmesh/array";
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { Lightcone, lightconeGeometry, lightconePower } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const geometry = lightconeGeometry(einsteinDeSitter, { zLow: 7, zHigh: 8, cellSize: 10 });
 * const array = empty([8, 8, geometry.redshifts.length], "float32");
 * array.data.forEach((_, i) => array.data[i] = (i * 7919) % 101 / 101);
 * const cone = new Lightcone({ array, boxSize: 80, quantity: "brightnessTemperature", unit: "mK", ...geometry });
 * const { k, dimensionless } = lightconePower(cone, 7.5, { bins: 3, taper: "blackmanHarris" });
 * console.log(k, dimensionless); // [h/Mpc], [mK^2]
 * ```
 */
export function lightconePower(
  cone: LightconeParts,
  z: number,
  options: ChunkOptions & PowerOptions = {},
): PowerSpectrum {
  const { mean, taper, ...power } = options;
  const { field } = lightconeChunk(cone, z, { ...mean && { mean }, ...taper && { taper } });
  const array: NdArray = field.array;
  try {
    return powerSpectrum(field, power);
  } finally {
    array.dispose();
  }
}
