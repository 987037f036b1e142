/**
 * Radiation of the first sources: parameters, profiles around halos, and the fields painted with them.
 *
 * @module
 */
export * from "./parameter_table.ts";
export * from "./parameters.ts";
export { parametersYaml } from "./parameter_file.ts";
export { universeOf } from "./cosmology.ts";
export { type ProfileGrid, type ProfileSlice, type RadiationProfiles, sliceProfiles } from "./profiles.ts";
export { type ComputedProfiles, computeProfiles, profileBytes } from "./solver.ts";
export type { ProfileOptions } from "./solver_options.ts";
export * from "./profile_writer.ts";
export { profileKey } from "./profile_key.ts";
export * from "./sources.ts";
export * from "./spectra.ts";
export * from "./profile_file.ts";
export * from "./bins.ts";
export {
  type CoevalCube,
  CUBE_FIELDS,
  type CubeField,
  type CubeFields,
  cubeFileName,
  readCoevalCube,
  type RedshiftSpaceBrightness,
  type StoredCube,
  type StoredFields,
  writeCoevalCube,
} from "./files.ts";
export { type CubeParts, writeCoevalCubeParts } from "./distributed_files.ts";
export * from "./temporal.ts";
export { type Background, background, type DerivedField, derivedField } from "./couplings.ts";
export {
  paintBytes,
  type PaintedCube,
  type PaintOptions,
  type PaintPhase,
  type PaintReport,
  paintSnapshot,
} from "./paint.ts";
export {
  type PaintDistributedOptions,
  type PaintedParts,
  paintSnapshotDistributed,
  type SnapshotPart,
} from "./paint_distributed.ts";
