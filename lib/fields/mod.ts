/**
 * Fields of simulations: numbers with box, observer, shells and unit.
 *
 * @module
 */
export { cellSize, type Metadata, metadata, type MetadataParts, type Status, type Triple } from "./metadata.ts";
export { FieldBase, type RealArray } from "./field_base.ts";
export {
  DensityField,
  type DensityUnit,
  FlatField,
  ParticleField,
  type PositionUnit,
  SphericalField,
} from "./kinds.ts";
