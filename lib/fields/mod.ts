/**
 * Fields of simulations: numbers with box, observer, shells and unit; stacks of them, arithmetic and conversions;
 * catalogues of them; files in HDF5 and Parquet, whose packages are loaded when first used.
 *
 * @module
 */
export {
  cellSize,
  type Metadata,
  metadata,
  type MetadataParts,
  redshiftsOf,
  type Status,
  type Triple,
} from "./metadata.ts";
export { FieldBase, type FieldParts, type RealArray } from "./field_base.ts";
export { DensityField, FlatField, ParticleField, SphericalField } from "./kinds.ts";
export type { DensityOptions, DensityUnit, PositionUnit } from "./units.ts";
export { concatenate, stack } from "./stack.ts";
export { type AnyField, fieldNames, putField, readField, takeField, writeField } from "./hdf5.ts";
export { type CatalogEntry, readCatalog, writeCatalog } from "./catalog.ts";
export { type ParquetOptions, readParquet, writeParquet } from "./parquet.ts";
