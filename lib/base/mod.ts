/**
 * Errors, argument checks, canonical JSON and digests, values kept, units, constants and the version.
 *
 * @module
 */
export * from "./errors.ts";
export * from "./plain_error.ts";
export * from "./attempt.ts";
export * from "./check.ts";
export * from "./json.ts";
export * from "./digest.ts";
export * from "./recent.ts";
export * from "./constants.ts";
export * from "./units.ts";
export * from "./version.ts";
