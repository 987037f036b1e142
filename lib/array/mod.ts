/**
 * N-dimensional arrays in the kernels' memory, and fields on a periodic mesh.
 *
 * @module
 */
export * from "./dtype.ts";
export { NdArray, sizeOf } from "./nd_array.ts";
export * from "./create.ts";
export * from "./stats.ts";
export * from "./field.ts";
