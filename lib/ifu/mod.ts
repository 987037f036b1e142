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
export { cubeHeader, type CubeHeaderParts } from "./cube_header.ts";
export { writeCube, type WriteCubeOptions } from "./write_cube.ts";
export { readCube } from "./read_cube.ts";
export { columnAt, type DustColumns, dustColumns, type DustColumnsOptions, type DustToGas } from "./dust_columns.ts";
