/**
 * Light of stellar populations: grids of template spectra and their files, extinction by dust.
 *
 * @module
 */
export { type LookupOptions, TemplateGrid, type TemplateGridParts } from "./template_grid.ts";
export { type Equidistant, syntheticTemplates, type SyntheticTemplatesOptions } from "./synthetic.ts";
