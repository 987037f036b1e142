/**
 * Steps of work kept by the content of all that decides their results.
 *
 * @module
 */
export type { Json } from "../base/mod.ts";
export * from "./task.ts";
export * from "./journal.ts";
export { type Resources, type RunOptions, type RunReport, runTasks } from "./execute.ts";
export { Ranks } from "./ranks.ts";
export type { ResultFile } from "./publish.ts";
export { bytesText, totalBytes } from "./resources.ts";
export { type ExplainOptions, explainTasks, type Explanation } from "./explain.ts";
export { type CleanReport, cleanStore } from "./clean.ts";
export { listStore, type StoredStep } from "./list.ts";
