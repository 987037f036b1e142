/**
 * Power spectra of fields: auto, cross, dimensionless, in bins of wavenumber.
 *
 * @module
 */
export { crossPower, powerSpectrum, sampleError } from "./spectrum.ts";
export { powerOfHalfSpectra, type PowerOptions, type PowerSpectrum } from "./half_spectra.ts";
export { binEdges, type BinOptions } from "./bins.ts";
export type { HalfSpectrum } from "./_kernel.ts";
