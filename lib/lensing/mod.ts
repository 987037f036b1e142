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
export { born, bornAdjoint, type BornCotangents, type BornOptions, type Lightcone } from "./born.ts";
export {
  bornWeights,
  type BornWeightSensitivity,
  bornWeightSensitivity,
  type Planes,
  type Sources,
} from "./born_weights.ts";
export {
  type Convergence,
  convergenceFromShear,
  type Shear,
  shearFromConvergence,
  type ShearOptions,
} from "./shear.ts";
export { raytrace, type Raytraced, type RaytraceOptions } from "./raytrace.ts";
export { type LensingPlanes, type RayOptions, raytracePlanes, type TracedMaps } from "./raytrace_planes.ts";
