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
  expectedHaloCounts,
  type SampledHalos,
  sampleHalos,
  type SampleHalosOptions,
} from "./sample.ts";
