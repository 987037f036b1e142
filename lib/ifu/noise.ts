import { empty, NdArray, power } from "../array/mod.ts";
import { checkFinite, checkInteger, checkOneOf, checkPositive, DomainError } from "../base/mod.ts";
import { type RandomKey, randomKey } from "../rng/mod.ts";
import { type Curve, curveAt } from "./_curve.ts";
import { addNoiseTo, type NoiseTables, spaxelSums } from "./_kernel_optics.ts";
import type { Cube, CubeArray } from "./cube.ts";
import { AB_ZERO, FLUX_UNIT, LIGHT_ANGSTROM_S } from "./flux.ts";

/** [erg Angstrom] Planck's constant times the speed of light (SI 2019: 6.62607015e-34 J s, 299792458 m/s). */
const HC = 6.62607015e-27 * LIGHT_ANGSTROM_S;

/** A spectrograph and its sky, whose photons are counted. */
export interface DetectorOptions {
  /** [s] Length of an exposure. */
  exposureTime: number;
  /** [1] Number of exposures. Default 1. */
  exposures?: number;
  /** [m^2] Area of the primary mirror; the VLT's is 49.3. */
  collectingArea: number;
  /** [1] Share of the photons that are counted, atmosphere to detector: one, or a table over wavelength. */
  throughput: Curve;
  /** [AB mag/arcsec^2] Brightness of the sky: one, or a table over wavelength. Default: no sky. */
  skyBrightness?: Curve;
  /** [1] Electrons of noise of reading a detector pixel once. Default 0. */
  readNoise?: number;
  /** [1/s] Electrons of dark current of a detector pixel. Default 0. */
  darkCurrent?: number;
  /** [1] Detector pixels that a voxel collects. Default 1. */
  pixels?: number;
}

/** What makes the noise; one of three. */
export type NoiseModel =
  | {
    /**
     * [1] Signal over noise in each wavelength pixel, of the spaxel whose light is the median of the spaxels with light
     * within the aperture; that of others goes with the square root of their light S: sigma = flux sqrt(median/S)/signalToNoise.
     */
    signalToNoise: number;
  }
  | {
    /** [AB mag/arcsec^2] Brightness that is seen with `limitSignalToNoise` in each voxel: noise is flat in f_nu. */
    magnitudeLimit: number;
    /** [1] Default 5. */
    limitSignalToNoise?: number;
  }
  | {
    /** Photons of object and sky, dark current and read noise. */
    detector: DetectorOptions;
  };

/** Options of `addNoise`. */
export type NoiseOptions = NoiseModel & {
  /** Which random numbers; a number is a seed. That of a voxel depends on key and place only. */
  key: RandomKey | number;
  /** "normal", or "uniform" with the same variance. Default "normal". */
  distribution?: "normal" | "uniform";
};

/**
 * Adds noise to a cube, in place, and gives its variance.
 *
 * Random numbers of mean 0 and variance 1 are multiplied by sigma, where sigma^2 is found from the flux without noise, which
 * must be that: noise is added once, though another source of it may follow, and its variance is added to that of the cube.
 * With `signalToNoise`, sigma = flux sqrt(median/S)/signalToNoise, where S is the sum over wavelength of a spaxel. With
 * `magnitudeLimit` m, sigma = f_l(m) A/limitSignalToNoise, with the area A of a spaxel [arcsec^2] and f_l = 10^(-0.4 (m + 48.6)) c/l^2.
 * With a detector, counts N are electrons of g = area throughput time step l/(h c) for each unit of flux, and sigma^2 =
 * (g max(flux, 0) + g A f_l(sky) + pixels (dark time + exposures readNoise^2))/g^2; the sky is taken as subtracted.
 * Outside of the aperture there is neither noise nor variance.
 *
 * @param cube Its flux changes. If it has a variance, that grows; else one is made, which the caller puts into a cube.
 * @param options What makes the noise, and the key.
 * @returns `[y, x, wavelength]` The variance, in the square of the cube's unit.
 * @throws {DomainError} for options that are not positive, a cube without light, or magnitudes and detectors where the cube
 * is not in units of flux.
 * @example A cube with noise
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { addNoise, Cube } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([4, 4, 1, 1], [1, 2, 2], "float32");
 * const parts = { flux, wavelength: Float64Array.of(5000, 5001), wavelengthStep: 1, spaxelSize: 0.2, unit: "Lsun/Angstrom" } as const;
 * const variance = addNoise(new Cube(parts), { signalToNoise: 10, key: 1 });
 * using noisy = new Cube({ ...parts, variance });
 * console.log(noisy.variance!.data); // 0.1, 0.1, 0.025, 0.025
 * ```
 */
export function addNoise(cube: Cube, options: NoiseOptions): CubeArray {
  const { key, distribution = "normal" } = options;
  checkOneOf(distribution, "distribution", ["normal", "uniform"]);
  const tables = tablesOf(cube, options);
  const words = typeof key === "number" ? randomKey(key) : key;
  const variance = cube.variance ?? empty(cube.flux.shape, cube.flux.dtype);
  const more = cube.variance !== undefined;
  addNoiseTo(words, distribution === "uniform", more, cube.aperture, tables, cube.flux, variance);
  return variance;
}

function tablesOf(cube: Cube, options: NoiseOptions): NoiseTables {
  const given = ["signalToNoise", "magnitudeLimit", "detector"].filter((name) => name in options);
  if (given.length !== 1) {
    const rule = 'one of "signalToNoise", "magnitudeLimit" and "detector"';
    throw new TypeError(`Cannot add noise: there must be ${rule}, got ${given.join(" and ") || "none"}`);
  }
  if ("signalToNoise" in options) return { fraction: fractions(cube, options.signalToNoise) };
  if (cube.unit === "Lsun/Angstrom") {
    const rule = "in units of flux";
    const message = `Cannot add noise of "${given[0]}": the cube must be ${rule}, got ${cube.unit}; use toFlux first`;
    throw new DomainError(message, rule, cube.unit);
  }
  if ("detector" in options) return counted(cube, options.detector);
  const limit = checkPositive(options.limitSignalToNoise ?? 5, "limitSignalToNoise");
  const sky = surfaceFlux(cube, options.magnitudeLimit, "magnitudeLimit");
  return { floor: sky.map((flux) => (flux / limit) * (flux / limit)) };
}

/** Sigma over flux of each spaxel. */
function fractions({ flux, aperture }: Cube, signalToNoise: number): Float64Array {
  checkPositive(signalToNoise, "signalToNoise");
  const sums = spaxelSums(flux);
  const filled = sums.filter((sum, i) => sum > 0 && aperture[i] !== 0).sort();
  if (filled.length === 0) {
    const rule = "light in one spaxel of the aperture at least";
    throw new DomainError(`Cannot add noise of "signalToNoise": there must be ${rule}, got none`, rule, "none");
  }
  const n = filled.length;
  const median = (filled[(n - 1) >> 1] + filled[n >> 1]) / 2;
  return sums.map((sum) => sum > 0 ? Math.sqrt(median / sum) / signalToNoise : 0);
}

/** [1e-20 erg/s/cm2/Angstrom] Flux in a spaxel of a brightness on the sky [AB mag/arcsec^2]. */
function surfaceFlux({ wavelength, spaxelSize }: Cube, brightness: Curve, name: string): Float64Array {
  if (typeof brightness === "number") checkFinite(brightness, name);
  const exponents = curveAt(brightness, wavelength, name, "a finite number").map((m) => -0.4 * (m + AB_ZERO));
  using flux = power(10, new NdArray(exponents, [exponents.length], "float64"));
  const scale = spaxelSize * spaxelSize * LIGHT_ANGSTROM_S / FLUX_UNIT;
  return wavelength.map((l, i) => flux.data[i] * scale / (l * l));
}

function counted(cube: Cube, options: DetectorOptions): NoiseTables {
  const { wavelength, wavelengthStep } = cube;
  const exposures = checkInteger(options.exposures ?? 1, "exposures", 1);
  const time = checkPositive(options.exposureTime, "exposureTime") * exposures;
  const area = checkPositive(options.collectingArea, "collectingArea") * 1e4;
  const throughput = curveAt(options.throughput, wavelength, "throughput");
  const atLeastZero = (value: number, name: string) =>
    curveAt(value, wavelength, name, "a finite number of at least 0")[0];
  const read = atLeastZero(options.readNoise ?? 0, "readNoise");
  const dark = atLeastZero(options.darkCurrent ?? 0, "darkCurrent") * time;
  const pixels = checkPositive(options.pixels ?? 1, "pixels");
  const sky = options.skyBrightness === undefined
    ? undefined
    : surfaceFlux(cube, options.skyBrightness, "skyBrightness");
  // Electrons for each unit of flux.
  const gain = wavelength.map((l, i) => FLUX_UNIT * area * throughput[i] * time * wavelengthStep * l / HC);
  const slope = gain.map((g) => 1 / g);
  const floor = gain.map((g, i) => ((sky?.[i] ?? 0) * g + pixels * (dark + exposures * read * read)) / (g * g));
  return { floor, slope };
}
