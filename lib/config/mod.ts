/**
 * Configurations: files in TOML, YAML and JSON, tables of parameters, and checks that say where a value is wrong.
 *
 * @module
 */
export * from "./parameter.ts";
export * from "./nearest.ts";
export * from "./config_file.ts";
export * from "./check_config.ts";
export * from "./setting.ts";
