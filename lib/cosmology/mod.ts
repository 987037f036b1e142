/**
 * Cosmology of plain values: parameters, expansion, distances and times, growth to third order, linear power, sigma(M),
 * mass functions and bias of halos, collapse, optical depth. All functions take redshifts, one or many (a `Float64Array`),
 * and give numbers for a number, an array for an array.
 *
 * Lengths are comoving [Mpc/h], wavenumbers [h/Mpc], masses [M_sun/h], rates [km/s/Mpc], times [Gyr].
 *
 * @example
 * ```ts
 * import { comovingDistance, cosmology, growthFactor, hubble } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const universe = cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.045, w0: -0.9 });
 * const z = Float64Array.of(0, 1, 8);
 * hubble(universe, z);
 * comovingDistance(universe, z);
 * growthFactor(universe, z);
 * ```
 *
 * @module
 */
export {
  beornCosmology,
  type Cosmology,
  cosmology,
  type CosmologyOptions,
  einsteinDeSitter,
  planck18,
  planck2018,
} from "./cosmology.ts";
export type { Like, Points } from "./_points.ts";
export {
  criticalDensity,
  expansionRate,
  expansionSlope,
  hubble,
  meanBaryonDensity,
  meanMatterDensity,
  omegaCurvature,
  omegaDarkEnergy,
  omegaMatter,
  omegaRadiation,
} from "./background.ts";
export {
  angularDiameterDistance,
  comovingDistance,
  comovingVolume,
  luminosityDistance,
  redshiftAtComovingDistance,
  scaleFactorAtComovingDistance,
  transverseComovingDistance,
} from "./distances.ts";
export { age, lookbackTime, redshiftAtAge, redshiftAtLookbackTime } from "./time.ts";
export { growthFactor, type GrowthNormalization, type GrowthOptions, type GrowthOrder, growthRate } from "./growth.ts";
export { type Arithmetic, type Dual, dual, duals, numbers } from "./dual.ts";
export {
  type BackgroundFunctions,
  backgroundFunctions,
  type CosmologyParameter,
  differentiableBackground,
} from "./sensitivity.ts";
export { type PowerSensitivity, powerSensitivity } from "./power_sensitivity.ts";
export { transferFunction, type TransferModel, type TransferOptions } from "./transfer.ts";
export {
  type LinearPower,
  linearPower,
  matterPower,
  type PowerTable,
  tabulatedPower,
  type TabulatedPowerOptions,
} from "./linear_power.ts";
export {
  halofit,
  type HalofitModel,
  type HalofitOptions,
  matterPowerAt,
  type MatterPowerAtOptions,
  type NonlinearScale,
  nonlinearScale,
} from "./halofit.ts";
export { parsePower, type ParsePowerOptions, type PowerFile, readPowerFile } from "./power_file.ts";
export {
  dlnSigmaDlnM,
  massToRadius,
  radiusToMass,
  sigmaM,
  sigmaR,
  type SmoothingWindow,
  type VarianceOptions,
} from "./variance.ts";
export {
  type CollapseThreshold,
  criticalOverdensity,
  virialMass,
  type VirialOptions,
  virialOverdensity,
  virialRadius,
  virialTemperature,
} from "./collapse.ts";
export {
  type BiasModel,
  expectedHalos,
  type ExpectedHalosOptions,
  haloBias,
  type HaloBiasOptions,
  massFunction,
  type MassFunctionModel,
  type MassFunctionOptions,
} from "./mass_function.ts";
export { conditionalMassFunction, type ConditionalOptions } from "./conditional.ts";
export { meanHydrogenDensity, opticalDepth, type OpticalDepthOptions } from "./optical_depth.ts";
