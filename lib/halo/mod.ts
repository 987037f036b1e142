/**
 * Halo catalogues: checked ones, drawn from a linear density, artificial ones, from tables of other codes; accretion rates from
 * merger trees; mass functions.
 *
 * @module
 */
export { DEFAULT_ALPHA, type HaloCatalog, haloCatalog, type HaloCatalogParts } from "./catalog.ts";
export {
  type AlphaDistribution,
  type ConditionalHalosOptions,
  type ConditionalModel,
  expectedHaloCounts,
  type SampledHalos,
  sampleHalos,
  sampleHalosDistributed,
  type SampleHalosOptions,
} from "./sample.ts";
export { artificialHalos, type ArtificialHalosOptions } from "./artificial.ts";
export { haloMassFunctionPoints, type MassFunctionPoints, type MassFunctionPointsOptions } from "./abundance.ts";
export {
  type AccretionFitOptions,
  type AccretionRates,
  fitAccretionRates,
  matchTreeEntries,
  type MergerTree,
  readMergerTree,
} from "./merger_tree.ts";
export type { HaloColumn, LengthUnit, MassUnit } from "./_columns.ts";
export { readTextColumns } from "./_text.ts";
export { openTextRows, TextRows } from "./text_rows.ts";
export { type HaloTableOptions, type HaloTableUnits, readHaloTable } from "./table.ts";
