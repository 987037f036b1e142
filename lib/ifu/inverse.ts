import type { NdArray } from "../array/mod.ts";

/** What there is to find of a population of stars, in the order of derivatives. */
export const QUANTITIES = ["mass", "metallicity", "age", "velocity"] as const;

/** `mass` [M_sun] formed, `metallicity` as share of the mass, `age` [Gyr], `velocity` [km/s] away from the observer. */
export type Quantity = typeof QUANTITIES[number];

/** Stars of one mass, metallicity, age and velocity. */
export type Population = Record<Quantity, number>;

/** Quantities of many populations, arrays of the same length. */
export type Populations = Record<Quantity, Float64Array>;

/** Least and greatest value of quantities, in their units. */
export type Ranges = Partial<Record<Quantity, readonly [number, number]>>;

/** Spectra of populations as an instrument takes them, with derivatives. */
export interface SpectraModel {
  /** [1] Wavelength pixels of a spectrum. */
  readonly pixels: number;
  /** Where the model is defined: metallicities [1] and ages [Gyr] of the templates. */
  readonly ranges: Ranges;
  /**
   * Fills `spectra` `[population, pixel]` and, if given, `derivatives` `[population, quantity, pixel]` by the quantities in the
   * order of `QUANTITIES`.
   */
  evaluate(populations: Populations, spectra: NdArray<"float64">, derivatives?: NdArray<"float64">): void;
}
