/**
 * Halo catalogues.
 *
 * @module
 */
export { DEFAULT_ALPHA, type HaloCatalog, haloCatalog, type HaloCatalogParts } from "./catalog.ts";
