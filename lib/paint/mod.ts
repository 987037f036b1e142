/**
 * Mesh assignment: particles to a periodic mesh by NGP, CIC, TSC or PCS, and the mesh back to particles; on one rank,
 * or on meshes that are divided among ranks.
 *
 * @module
 */
export {
  paint,
  paintCic,
  paintInto,
  type PaintIntoOptions,
  paintNgp,
  type PaintOptions,
  paintPcs,
  paintTsc,
} from "./paint.ts";
export { type DistributedPaintOptions, paintDistributed } from "./paint_distributed.ts";
export { type DistributedReadOptions, interpolateDistributed } from "./interpolate_distributed.ts";
export { interpolate } from "./read.ts";
export { overdensity } from "./overdensity.ts";
export { assignmentWindow, deconvolutionFactor } from "./window.ts";
export type { Scheme } from "./scheme.ts";
export type { RealArray } from "./_kernel.ts";
