/**
 * Simulated galaxies: star and gas particles from files or made here, and how they are turned to an observer.
 *
 * @module
 */
export {
  type Column,
  COLUMN_WIDTH,
  type Frame,
  type Galaxy,
  GAS_COLUMNS,
  type ParticleTable,
  STAR_COLUMNS,
} from "./galaxy.ts";
export {
  type ColumnData,
  type GalaxyArrays,
  galaxyFromArrays,
  type GasArrays,
  type StarArrays,
} from "./from_arrays.ts";
export { subset } from "./subset.ts";
export { readRubixGalaxy } from "./rubix_file.ts";
export { type EulerAngles, type Rotation, rotationMatrix } from "./rotation.ts";
export { type Centering, halfMassRadius, orientGalaxy, type OrientOptions } from "./orient.ts";
export { applyFrame, type FramedParticles } from "./apply_frame.ts";
export { syntheticGalaxy, type SyntheticGalaxyOptions } from "./synthetic.ts";
export { densestPoint } from "./center.ts";
export { readTngCutout, type TngCutoutOptions } from "./tng_cutout.ts";
export type { ColumnPlace, ColumnPlaces } from "./_places.ts";
export { type ParticleFileOptions, readParticles } from "./particle_file.ts";
export { type GalaxyFormat, readGalaxy, type ReadGalaxyOptions } from "./read.ts";
export { downloadTngCutout, type TngDownloadOptions } from "./tng_download.ts";
