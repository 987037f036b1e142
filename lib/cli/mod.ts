/**
 * Parts of a command line: parameters, configuration files, options, reports.
 *
 * @module
 */
export * from "./parameter.ts";
