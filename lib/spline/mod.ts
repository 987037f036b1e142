/**
 * Interpolation: linear, cubic, Akima and PCHIP splines of tables with one or several columns, and surfaces over
 * rectangular grids; values, derivatives and integrals, with a choice of what happens outside.
 *
 * @module
 */
export {
  type AkimaOptions,
  akimaSpline,
  type Boundary,
  type CubicOptions,
  cubicSpline,
  type EndBoundary,
  linearSpline,
  pchipSpline,
  type Values,
} from "./interpolate.ts";
export { type EvaluateOptions, type KnotKind, Spline, type SplineOptions, type SplineParts } from "./spline.ts";
export {
  bicubicSpline,
  bilinearSpline,
  Surface,
  type SurfaceEvaluateOptions,
  type SurfaceExtrapolation,
  type SurfaceOptions,
  type SurfaceValues,
} from "./surface.ts";
export type { Extrapolation } from "./extrapolation.ts";
export type { Points } from "./_kernel.ts";
