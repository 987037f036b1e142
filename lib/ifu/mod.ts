/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
export type { Curve, CurveTable } from "./_curve.ts";
export { type Aperture, APERTURES, museUdfLsf, type Telescope, telescope, type TelescopeOptions } from "./telescope.ts";
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
