/**
 * Steps of work kept by the content of all that decides their results.
 *
 * @module
 */
export * from "./task.ts";
export * from "./journal.ts";
export { type RunOptions, type RunReport, runTasks } from "./execute.ts";
export type { ResultFile } from "./publish.ts";
export { bytesText, totalBytes } from "./resources.ts";
