/**
 * Radiation of the first sources: parameters, profiles around halos, and the fields painted with them.
 *
 * @module
 */
export * from "./parameter_table.ts";
export * from "./parameters.ts";
export * from "./profiles.ts";
export * from "./profile_file.ts";
export * from "./bins.ts";
export * from "./snapshot.ts";
export * from "./files.ts";
