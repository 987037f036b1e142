/**
 * Parts of a command line: parameters, configuration files, options, help, progress, failures.
 *
 * @module
 */
export * from "./parameter.ts";
export * from "./nearest.ts";
export * from "./config_file.ts";
export * from "./check_config.ts";
export * from "./options.ts";
export * from "./help.ts";
export * from "./progress.ts";
export * from "./failure.ts";
