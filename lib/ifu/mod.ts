/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
export type { Telescope } from "./telescope.ts";
export { cubeHeader, type CubeHeaderParts } from "./cube_header.ts";
export { writeCube, type WriteCubeOptions } from "./write_cube.ts";
export { readCube } from "./read_cube.ts";
export { type Filter, readFilter, type ReadFilterOptions, TOP_HATS, topHat } from "./filter.ts";
export { BinnedSpectra, binSpectra, circleMask, type Spectrum, totalSpectrum } from "./spectra.ts";
export {
  abMagnitude,
  abMagnitudeImage,
  bandImage,
  type BandImageOptions,
  type BandOptions,
  type MagnitudeImageOptions,
  type MagnitudeOptions,
  whiteLight,
} from "./photometry.ts";
