/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
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
export type { Telescope } from "./telescope.ts";
