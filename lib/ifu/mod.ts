/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
export {
  type Download,
  type DustSettings,
  type GalaxySource,
  IFU_PARAMETERS,
  type IfuConfig,
  ifuNotices,
  type IfuSettings,
  ifuSettings,
  ifuValues,
  readIfuConfig,
  settingsOf,
} from "./config.ts";
export { translateRubix } from "./rubix_config.ts";
export {
  paintCube,
  type PaintCubeOptions,
  type PaintCubeParts,
  type PaintedCube,
  type StarExtinction,
} from "./paint_cube.ts";
export { paintCubeAdjoint, type StarGradient } from "./paint_cube_adjoint.ts";
export { type DustColumns, spaxelEdges, type SpaxelGrid } from "./spaxels.ts";
export type { SpectrumOptions, SpectrumParts } from "./_spectrum_model.ts";
export {
  populationSpectrum,
  SpectrumModel,
  type StarParameters,
  type StarSpectra,
  starSpectra,
} from "./star_spectra.ts";
export { type Aperture, APERTURES, museUdfLsf, type Telescope, telescope, type TelescopeOptions } from "./telescope.ts";
export { columnAt, dustColumns, type DustColumnsOptions, type DustToGas } from "./dust_columns.ts";
export {
  ObservedSpectra,
  type ObservedSpectraParts,
  type Population,
  QUANTITIES,
  type Quantity,
  type Ranges,
  type SpectraModel,
} from "./inverse.ts";
export type { FreeParameter } from "./_free_parameters.ts";
export {
  type FitMethod,
  fitSpectrum,
  type FitStart,
  type PopulationStart,
  type SpectrumFit,
  type SpectrumFitOptions,
} from "./fit_spectrum.ts";
export { CUBE_FIT_STATUS, type CubeFit, type CubeFitOptions, type CubeFitProgress, fitCube } from "./fit_cube.ts";
export { CubeLoss, type CubeLossParts } from "./cube_loss.ts";
export type { ScanOptions } from "./_template_scan.ts";
export { cubeHeader, type CubeHeaderParts } from "./cube_header.ts";
export { writeCube, type WriteCubeOptions } from "./write_cube.ts";
export { readCube } from "./read_cube.ts";
export type { Curve, CurveTable } from "./_curve.ts";
export { TELESCOPE_NAMES } from "./telescopes.ts";
export { apertureMask } from "./aperture.ts";
export {
  convolvePsf,
  convolvePsfAdjoint,
  type ConvolvePsfOptions,
  type PixelSeeingOptions,
  type PixelWeights,
  type PointSpread,
  pointSpread,
  pointSpreadImage,
  type SeeingOptions,
} from "./psf.ts";
export {
  convolveLsf,
  convolveLsfAdjoint,
  type ConvolveLsfOptions,
  type LineSpread,
  lineSpread,
  type LineSpreadOptions,
  type SampledLineSpreadOptions,
} from "./lsf.ts";
export { FLUX_UNIT, fluxFactor, LSUN_ERG_S, type SourceDistance, toFlux } from "./flux.ts";
export { addNoise, type DetectorOptions, type NoiseModel, type NoiseOptions } from "./noise.ts";
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
export { distancesOf, type Instrument, instrumentOf, observeBytes, telescopeOf } from "./instrument.ts";
export { Observation, observe, type ObserveOptions, type StarCounts } from "./observe.ts";
export { downloadGalaxy, openGalaxy, openTemplates } from "./sources.ts";
export { type CubeGradient, cubeGradient } from "./cube_gradient.ts";
export { IfuPipeline } from "./pipeline.ts";
export { type ParticleMaps, particleMaps, type ParticleMapsOptions, type WeightedMaps } from "./particle_maps.ts";
export { SignalAndNoise, signalAndNoise, type VoronoiBins, voronoiBins, type VoronoiOptions } from "./voronoi.ts";
