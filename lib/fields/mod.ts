/**
 * Fields of simulations: numbers with box, observer, shells and unit; stacks of them, arithmetic and conversions.
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
