import type { NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { FitStatus } from "../inference/mod.ts";
import type { FreeParameter } from "./_free_parameters.ts";
import { Fitter } from "./_fitter.ts";
import type { ScanOptions } from "./_template_scan.ts";
import type { Population, Quantity, Ranges, SpectraModel } from "./inverse.ts";

/** A population where a fit begins. */
export interface PopulationStart extends Population {
  /** Quantities that are kept as they are. Default: none. */
  fixed?: readonly Quantity[];
}

/** How a fit is done. */
export interface FitMethod {
  /**
   * Ranges of the quantities, the same for all populations. Default: metallicities and ages of the templates, velocities within
   * 1000 km/s, masses above 0.
   */
  bounds?: Ranges;
  /**
   * "lm": Levenberg and Marquardt, the quickest, which knows that the loss is a sum of squares and may end on a bound. "lbfgs"
   * and "adam": for comparison, and for models with kinks; through a smooth map that keeps within bounds. Default "lm".
   */
  method?: "lm" | "lbfgs" | "adam";
  /** [1] Most steps. Default 200; for Adam 2000. */
  steps?: number;
  /** [1] Rate of Adam in logarithms (velocities: in 100 km/s), at the first step. Default 0.1. */
  learningRate?: number;
  /**
   * [1] Where to stop. For "lm" the cosine of the angle between the residuals and what the parameters can change, default 1e-8;
   * for the others the gradient of the loss, which is 1 for a spectrum of zeros, default 1e-9.
   */
  tolerance?: number;
  /** Called after each step; `false` ends the fit. */
  onStep?: (step: { index: number; value: number }) => boolean | void;
}

/** Where a fit begins. */
export interface FitStart {
  /** Populations whose sum is the spectrum, where the fit begins. Default: one, found by a scan. */
  populations?: readonly PopulationStart[];
  /** Quantities that are known, if no populations are given. Default: none. */
  fixed?: Partial<Population>;
  /**
   * How populations to begin with are scanned, if none are given: by metallicity and age, then by velocity, with the mass by
   * linear least squares. Of the fits that begin from the best ones, the best is taken.
   */
  scan?: ScanOptions;
}

/** What is fitted, and how. */
export interface SpectrumFitOptions extends FitMethod, FitStart {
  /** Spectra of populations. */
  model: SpectraModel;
  /** Variances of the pixels, squares of the spectrum's unit. Default: equal ones, unknown, estimated from the residuals. */
  variance?: ArrayLike<number>;
  /** 1 for pixels that count, 0 for those that do not, whatever they hold. Default: all count. */
  mask?: ArrayLike<number>;
}

/** What a fit of a spectrum found. */
export interface SpectrumFit {
  /** Populations in their units: `mass` [M_sun], `metallicity` [1], `age` [Gyr], `velocity` [km/s]. */
  populations: Population[];
  /** Their standard errors; NaN for what was fixed or is held by a bound, infinite for what the spectrum does not determine. */
  errors: Population[];
  /** Free parameters in the order of `covariance`. */
  parameters: readonly FreeParameter[];
  /** Covariance `[n, n]` of the free parameters in their units. */
  covariance: NdArray<"float64">;
  /** [1] Sum of the squares of residuals over variances; without variances, of residuals, in the square of the spectrum's unit. */
  chi2: number;
  /** [1] Pixels that count less the free parameters. */
  degreesOfFreedom: number;
  /** Spectrum of the populations found. */
  spectrum: Float64Array;
  /** [1] Evaluations of the model. */
  evaluations: number;
  /** [1] Steps tried. */
  steps: number;
  /** Whether a minimum was found. */
  converged: boolean;
  /** How the fit ended. */
  status: FitStatus;
  /** The status as a sentence. */
  message: string;
}

/**
 * Finds populations of stars whose spectra add up to the one given: the masses, metallicities, ages and velocities of least
 * `sum (model - spectrum)^2/variance`.
 *
 * Parameters are logarithms of mass, metallicity and age, and velocities in 100 km/s; errors are carried over to their
 * units to first order. "lbfgs" and "adam" minimise that sum over `sum spectrum^2/variance`.
 *
 * @param spectrum Light of each pixel, in the unit of the model (L_sun/Angstrom for masses in M_sun).
 * @param options Model, populations where the fit begins, variances, mask, bounds, method.
 * @throws {ShapeError} for a spectrum, variances or a mask of another length than the model's; {DomainError} if nothing is free,
 * all is masked, a variance is not above 0, bounds are in wrong order, or a population begins outside of them.
 * @example The metallicity of a star of known mass, age and velocity
 * ```ts
 * import { fitSpectrum, ObservedSpectra, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * const spectrograph = telescope("TESTGRADIENT");
 * using templates = syntheticTemplates({ wavelength: { from: 4200, to: 8600, step: 10 } });
 * using model = new ObservedSpectra({ templates, telescope: spectrograph, redshift: 0.1, method: "cubic" });
 * const [mass, metallicity, age, velocity] = [1, 4.49e-4, 10, 0].map((v) => Float64Array.of(v));
 * const spectrum = model.evaluate({ mass, metallicity, age, velocity }).spectra.data.slice();
 * const fixed = ["mass", "age", "velocity"] as const;
 * const start = { mass: 1, metallicity: 1.42e-2, age: 10, velocity: 0, fixed };
 * const fit = fitSpectrum(spectrum, { model, populations: [start] });
 * console.log(fit.populations[0].metallicity, fit.message); // 4.49e-4
 * ```
 */
export function fitSpectrum(spectrum: ArrayLike<number>, options: SpectrumFitOptions): SpectrumFit {
  const operation = "fit a spectrum";
  using fitter = new Fitter(operation, options.model, options);
  const found = fitter.fit(spectrum, options);
  if (found) return found;
  const rule = "light in a pixel that counts, where no populations are given";
  throw new DomainError(`Cannot ${operation}: there must be ${rule}, got none`, rule, "none");
}
