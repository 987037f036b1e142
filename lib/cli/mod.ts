/**
 * Parts of a command line: options, help, progress, failures.
 *
 * @module
 */
export * from "./options.ts";
export * from "./help.ts";
export * from "./progress.ts";
export * from "./failure.ts";
