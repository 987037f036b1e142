/**
 * Light of stellar populations: grids of template spectra and their files, extinction by dust.
 *
 * @module
 */
export { type LookupOptions, TemplateGrid, type TemplateGridParts } from "./template_grid.ts";
export { type Equidistant, syntheticTemplates, type SyntheticTemplatesOptions } from "./synthetic.ts";
export { extinctionCurve, type ExtinctionLaw, type ExtinctionOptions, type ExtinctionTable } from "./extinction.ts";
