/**
 * Weak lensing: convergence and shear from light-cones, and their theory.
 *
 * @module
 */
export {
  densityEstimate,
  type DensityEstimateOptions,
  type RedshiftDistribution,
  type RedshiftNodes,
  redshiftNodes,
  type RedshiftNodesOptions,
  smail,
  type SmailOptions,
  type SourcePlane,
  sourcePlane,
  type SourceSpread,
  tabulatedRedshifts,
  type TabulatedRedshiftsOptions,
  topHat,
} from "./redshifts.ts";
export {
  type AngularPower,
  angularPower,
  type AngularPowerOptions,
  type CountsProbe,
  type LensingProbe,
  type Probe,
} from "./limber.ts";
export { raytrace, type Raytraced, type RaytraceOptions } from "./raytrace.ts";
export { type LensingPlanes, type RayOptions, raytracePlanes, type TracedMaps } from "./raytrace_planes.ts";
