/**
 * Light of stellar populations: grids of template spectra and their files, extinction by dust.
 *
 * @module
 */
export { type LookupOptions, TemplateGrid, type TemplateGridParts } from "./template_grid.ts";
export { type Equidistant, syntheticTemplates, type SyntheticTemplatesOptions } from "./synthetic.ts";
export { extinctionCurve, type ExtinctionLaw, type ExtinctionOptions, type ExtinctionTable } from "./extinction.ts";
export type { ReadTemplatesOptions } from "./_import.ts";
export {
  type AgeUnit,
  type MetallicityUnit,
  readFspsTemplates,
  type ReadFspsTemplatesOptions,
  readRubixTemplates,
  type ReadRubixTemplatesOptions,
  type WavelengthUnit,
  writeTemplates,
} from "./hdf5_templates.ts";
export { restrictTemplates } from "./restrict.ts";
export { readBpassTemplates } from "./bpass_templates.ts";
export { readPyPipe3dTemplates } from "./pypipe3d_templates.ts";
export { readPpxfTemplates, type ReadPpxfTemplatesOptions } from "./ppxf_templates.ts";
export { readTemplates, TEMPLATE_FORMATS, type TemplateFormat } from "./read_templates.ts";
