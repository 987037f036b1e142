/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
export {
  type Download,
  type GalaxySource,
  IFU_PARAMETERS,
  type IfuConfig,
  type IfuSettings,
  ifuSettings,
  ifuValues,
  readIfuConfig,
} from "./config.ts";
export { translateRubix } from "./rubix_config.ts";
export type { Telescope } from "./telescope.ts";
export { columnAt, type DustColumns, dustColumns, type DustColumnsOptions, type DustToGas } from "./dust_columns.ts";
export {
  type Population,
  type Populations,
  QUANTITIES,
  type Quantity,
  type Ranges,
  type SpectraModel,
} from "./inverse.ts";
export type { FreeParameter } from "./_free_parameters.ts";
export {
  type FitMethod,
  fitSpectrum,
  type PopulationStart,
  type SpectrumFit,
  type SpectrumFitOptions,
} from "./fit_spectrum.ts";
export { CUBE_FIT_STATUS, type CubeFit, type CubeFitOptions, type CubeFitProgress, fitCube } from "./fit_cube.ts";
export type { ScanOptions } from "./_template_scan.ts";
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
export { SignalAndNoise, signalAndNoise, type VoronoiBins, voronoiBins, type VoronoiOptions } from "./voronoi.ts";
