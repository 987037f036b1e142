/**
 * Power spectra of fields in bins of wavenumber: auto, cross, dimensionless; across and along a line of sight; multipoles.
 *
 * @module
 */
export { crossPower, powerSpectrum, sampleError } from "./spectrum.ts";
export type { AnyField } from "./_fields.ts";
export { powerOfHalfSpectra, type PowerOptions, type PowerSpectrum } from "./half_spectra.ts";
export {
  crossCylindricalPower,
  type CylinderOptions,
  cylindricalOfHalfSpectra,
  type CylindricalPower,
  cylindricalPower,
} from "./cylinder.ts";
export {
  crossMultipoles,
  type MultipoleOptions,
  multipolesOfHalfSpectra,
  type PowerMultipoles,
  powerMultipoles,
} from "./multipoles.ts";
export { binEdges, type BinOptions } from "./bins.ts";
export type { SpectrumMesh } from "./_prepare.ts";
export type { Axis, HalfSpectrum } from "./_kernel.ts";
export { type FlatAngularPower, flatAngularPower, type FlatMap, type FlatPowerOptions } from "./flat.ts";
export { compareFields, comparePowers, type FieldComparison, type PowerTriple } from "./transfer.ts";
