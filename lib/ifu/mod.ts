/**
 * Mock integral-field spectroscopy: data cubes of simulated galaxies, and what is measured on them.
 *
 * @module
 */
export { Cube, type CubeArray, type CubeParts, type CubeUnit } from "./cube.ts";
export type { Telescope } from "./telescope.ts";
export { columnAt, type DustColumns, dustColumns, type DustColumnsOptions, type DustToGas } from "./dust_columns.ts";
