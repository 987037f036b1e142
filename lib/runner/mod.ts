/**
 * Steps of work kept by the content of all that decides their results.
 *
 * @module
 */
export * from "./task.ts";
