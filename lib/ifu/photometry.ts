import { empty, fromData, log10, type NdArray } from "../array/mod.ts";
import { checkOneOf, checkPositive, checkRange } from "../base/mod.ts";
import { bandIntegrals, checkCoverage, type Pixels, transmissionAt } from "./_bandpass.ts";
import { weightedSum } from "./_kernel_measure.ts";
import type { Cube, CubeUnit } from "./cube.ts";
import type { Filter } from "./filter.ts";
import { AB_ZERO, FLUX_UNIT, fluxFactor, LIGHT_ANGSTROM_S } from "./flux.ts";
import type { Spectrum } from "./spectra.ts";

/** Options of measurements through a filter. */
export interface BandOptions {
  /** [1] Least share of the filter that must lie inside of the spectrum; the mean is over the part that does. Default 0.99. */
  coverage?: number;
}

/** Options of `bandImage`. */
export interface BandImageOptions extends BandOptions {
  /**
   * "photon": mean flux density `int F T w dw/int T w dw`, as detectors that count photons see it. "energy": `int F T dw/int T dw`.
   * Both with exact integrals of T over each wavelength pixel. "integral": `int F T dw`, trapezoids over wavelength, in the
   * cube's unit times Angstrom. Default "photon".
   */
  weighting?: "photon" | "energy" | "integral";
  /** What to measure: the light, or the variance of the measured light. Default "flux". */
  of?: "flux" | "variance";
}

/** Weights of pixels whose sum with a spectrum is its measure through a filter. */
function bandWeights(filter: Filter, pixels: Pixels, { weighting = "photon", coverage = 0.99 }: BandImageOptions) {
  checkOneOf(weighting, "weighting", ["photon", "energy", "integral"]);
  checkRange(coverage, "coverage", 0, 1);
  const integrals = bandIntegrals(filter, pixels, weighting === "photon" ? 1 : 0);
  // Nothing can be made of a spectrum that the filter does not touch.
  checkCoverage(filter, pixels, integrals, Math.max(coverage, Number.MIN_VALUE));
  if (weighting !== "integral") return integrals.pixels.map((w) => w / integrals.inside);
  const { wavelength } = pixels;
  const last = wavelength.length - 1;
  return wavelength.map((w, i) => {
    const [before, after] = [wavelength[Math.max(i - 1, 0)], wavelength[Math.min(i + 1, last)]];
    return transmissionAt(filter, w) * (after - before) / 2;
  });
}

/**
 * Image of a cube through a filter. A filter lets nothing through outside of its points.
 *
 * @param cube Spectra.
 * @param filter Curve, such as of `readFilter`, or `TOP_HATS.r`.
 * @param options How light is weighed.
 * @returns `[y, x]`, in the cube's unit (or that times Angstrom, see `weighting`; squared for the variance).
 * @throws {DomainError} if the cube covers too little of the filter, with the share that it covers; or has no variance.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { bandImage, Cube, topHat } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1, 2, 3, 4], [1, 2, 2], "float32");
 * const axis = { wavelength: Float64Array.of(5000, 5010), wavelengthStep: 10, spaxelSize: 1 };
 * using cube = new Cube({ flux, ...axis, unit: "Lsun/Angstrom" });
 * using image = bandImage(cube, topHat("both", 4995, 5015), { weighting: "energy" });
 * console.log(image.data); // 1.5, 3.5
 * ```
 */
export function bandImage(cube: Cube, filter: Filter, options: BandImageOptions = {}): NdArray<"float64"> {
  const weights = bandWeights(filter, cube, options);
  const variance = checkOneOf(options.of ?? "flux", "of", ["flux", "variance"]) === "variance";
  return weigh(cube, variance ? weights.map((w) => w * w) : weights, variance);
}

function weigh(cube: Cube, weights: Float64Array, variance: boolean): NdArray<"float64"> {
  const from = variance ? cube.variance : cube.flux;
  if (!from) throw new TypeError("Cannot measure the variance: the cube has none; add noise to it first");
  const image = empty(from.shape.slice(0, 2), "float64");
  weightedSum(from, weights, image);
  return image;
}

/**
 * Image of all light of a cube, `sum F dw`.
 *
 * @param cube Spectra.
 * @returns `[y, x]`, in the cube's unit times Angstrom.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { Cube, whiteLight } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1, 2, 3, 4], [1, 2, 2], "float32");
 * const axis = { wavelength: Float64Array.of(5000, 5010), wavelengthStep: 10, spaxelSize: 1 };
 * using cube = new Cube({ flux, ...axis, unit: "Lsun/Angstrom" });
 * using image = whiteLight(cube);
 * console.log(image.data); // 30, 70
 * ```
 */
export function whiteLight(cube: Cube): NdArray<"float64"> {
  return weigh(cube, new Float64Array(cube.wavelength.length).fill(cube.wavelengthStep), false);
}

/** Options of AB magnitudes. */
export interface MagnitudeOptions extends BandOptions {
  /** [Mpc] Distance at which luminosities are seen, `F = L/(4 pi D^2)`; needed for spectra in L_sun/Angstrom. 1e-5 gives absolute ones. */
  luminosityDistance?: number;
}

/** Weights of pixels whose sum with a spectrum is its mean flux density through a filter [erg/s/cm2/Hz]. */
function densityWeights(filter: Filter, pixels: Pixels, unit: CubeUnit, options: MagnitudeOptions): Float64Array {
  const { coverage = 0.99, luminosityDistance } = options;
  checkRange(coverage, "coverage", 0, 1);
  let scale = FLUX_UNIT;
  if (unit === "Lsun/Angstrom") {
    if (luminosityDistance === undefined) {
      throw new TypeError(
        'Cannot measure magnitudes of luminosities: give a "luminosityDistance" [Mpc], or use a cube of fluxes',
      );
    }
    scale *= fluxFactor({ distanceMpc: checkPositive(luminosityDistance, "luminosityDistance") });
  }
  const photons = bandIntegrals(filter, pixels, 1);
  checkCoverage(filter, pixels, photons, Math.max(coverage, Number.MIN_VALUE));
  const { inside } = bandIntegrals(filter, pixels, -1);
  return photons.pixels.map((w) => w * scale / (LIGHT_ANGSTROM_S * inside));
}

/**
 * AB magnitude of a spectrum through a filter (Oke & Gunn 1983; photons, as in Bessell & Murphy 2012):
 * `m = -2.5 log10(int F_w T w dw / int (c/w) T dw) - 48.60`, F_w in erg/s/cm2/Angstrom. A source of 3631 Jy at all
 * frequencies has magnitude 0 in every band.
 *
 * @param spectrum Such as of `totalSpectrum`.
 * @param filter Curve.
 * @param options Share of the filter that must be covered; distance for luminosities.
 * @returns [mag] NaN if there is no light.
 * @throws {DomainError} if the spectrum covers too little of the filter.
 * @throws {TypeError} for luminosities without a distance.
 * @example
 * ```ts
 * import { abMagnitude, topHat } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const wavelength = Float64Array.from({ length: 100 }, (_, i) => 5000 + 10 * i);
 * const flux = wavelength.map((w) => 3631e-23 * 2.99792458e18 / (w * w) * 1e20); // 3631 Jy
 * const spectrum = { wavelength, wavelengthStep: 10, flux, unit: "1e-20 erg/s/cm2/Angstrom" as const };
 * console.log(abMagnitude(spectrum, topHat("band", 5100, 5900)).toFixed(3)); // "-0.000"
 * ```
 */
export function abMagnitude(spectrum: Spectrum, filter: Filter, options: MagnitudeOptions = {}): number {
  const weights = densityWeights(filter, spectrum, spectrum.unit, options);
  using density = fromData([spectrum.flux.reduce((sum, f, i) => sum + f * weights[i], 0)], [1], "float64");
  toMagnitudes(density, 1);
  return density.data[0];
}

/** Options of `abMagnitudeImage`. */
export interface MagnitudeImageOptions extends MagnitudeOptions {
  /** Whether to give magnitudes of a square arcsecond [mag/arcsec2], not of a spaxel [mag]. Default true. */
  surfaceBrightness?: boolean;
}

/**
 * AB magnitudes of a cube through a filter, see `abMagnitude`; surface brightness `m + 2.5 log10(area/arcsec2)` if asked for.
 *
 * @param cube Spectra.
 * @param filter Curve.
 * @param options As of `abMagnitude`, and whether magnitudes are of a spaxel or of a square arcsecond.
 * @returns [mag/arcsec2 or mag] `[y, x]`; NaN where there is no light.
 * @throws {DomainError} if the cube covers too little of the filter.
 * @throws {TypeError} for luminosities without a distance.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { abMagnitudeImage, Cube, topHat } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1000, 1000, 0, 0], [1, 2, 2], "float32");
 * const axis = { wavelength: Float64Array.of(5000, 5010), wavelengthStep: 10, spaxelSize: 0.2 };
 * using cube = new Cube({ flux, ...axis, unit: "1e-20 erg/s/cm2/Angstrom" });
 * using image = abMagnitudeImage(cube, topHat("both", 4995, 5015));
 * console.log(image.data[0].toFixed(2), image.data[1]); // 18.10 NaN
 * ```
 */
export function abMagnitudeImage(cube: Cube, filter: Filter, options: MagnitudeImageOptions = {}): NdArray<"float64"> {
  const { surfaceBrightness = true } = options;
  const image = weigh(cube, densityWeights(filter, cube, cube.unit, options), false);
  toMagnitudes(image, surfaceBrightness ? cube.spaxelSize * cube.spaxelSize : 1);
  return image;
}

/** Turns flux densities [erg/s/cm2/Hz] from an area into magnitudes from a unit of it, in place; NaN for none. */
function toMagnitudes(density: NdArray<"float64">, area: number): void {
  const { data } = density;
  for (let i = 0; i < data.length; i++) data[i] = data[i] > 0 ? data[i] / area : NaN;
  log10(density, { out: density });
  for (let i = 0; i < data.length; i++) data[i] = -2.5 * data[i] - AB_ZERO;
}
