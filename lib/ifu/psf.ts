import { empty, NdArray, power } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { type Curve, curveAt } from "./_curve.ts";
import { convolveImages, type PixelPsf, psfImage, radiusOfShare, WAYS, widthOfFwhm } from "./_kernel_optics.ts";
import type { CubeArray } from "./cube.ts";
import type { Telescope } from "./telescope.ts";

/**
 * How a profile becomes weights of pixels: by its values at their centers, or its integrals over them. A cube holds light by pixel already, so "sampled" is what leaves an object with
 * the width of profile and object together; a Gaussian narrower than 1.6 pixels is sampled from one whose samples have its
 * variance, so that this holds down to no width at all. "integrated" is the response to a point in the middle of a pixel,
 * whose variance is larger by that of a pixel, 1/12.
 */
export type PixelWeights = "sampled" | "integrated";
/** All of `PixelWeights`. */
export const PIXEL_WEIGHTS: readonly PixelWeights[] = ["sampled", "integrated"];

/** A point spread function by its width on the sky. */
export interface SeeingOptions {
  /** "gaussian", or "moffat": (1 + r^2/alpha^2)^-beta (Moffat 1969). Default "gaussian". */
  kind?: "gaussian" | "moffat";
  /** [arcsec] Full width at half maximum: one, or a table over wavelength. */
  fwhm: Curve;
  /** [1] Exponent of Moffat's function, above 1. Default 2.8, that of MUSE's deep field (Bacon et al. 2017). */
  beta?: number;
  /** [1] FWHM grows with (wavelength/referenceWavelength)^slope; -0.2 for the turbulence of Kolmogorov. Default 0. */
  slope?: number;
  /** [Angstrom] Where `fwhm` holds. Default: the middle of the telescope's wavelengths. */
  referenceWavelength?: number;
  /** Default "sampled". */
  pixel?: PixelWeights;
  /** [1] Share of the light beyond the radius, where the function is cut. Default 1e-6, for Moffat's function 1e-3. */
  outside?: number;
  /** [pixel] Radius, instead of `outside`. */
  radius?: number;
}

/** A Gaussian in pixels, as RUBIX has it: sampled at their centers. */
export interface PixelSeeingOptions {
  /** "gaussian", if given. */
  kind?: "gaussian";
  /** [pixel] Side of the square that holds the function; odd. */
  size: number;
  /** [pixel] Standard deviation. */
  sigma: number;
}

/** A point spread function on the spaxels of a telescope, made by `pointSpread`. It is symmetric and sums to 1. */
export interface PointSpread {
  /** Its form. */
  readonly kind: "gaussian" | "moffat";
  /** [1] Exponent of Moffat's function; 0 for a Gaussian. */
  readonly beta: number;
  /** [pixel] Standard deviation, or Moffat's alpha: one, or one for each wavelength. */
  readonly width: Float64Array;
  /** [pixel] Pixels from the middle to the side of the square that holds it: the margin that a field needs. */
  readonly radius: number;
  /** How it becomes weights. */
  readonly sampling: "plain" | "matched" | "integrated";
}

/** Light beyond the radius, by default: Moffat's wings fall so slowly that less would take very wide functions. */
const OUTSIDE = { gaussian: 1e-6, moffat: 1e-3 };

/**
 * The point spread function of seeing or optics, on a telescope's spaxels.
 *
 * It is cut at a radius that leaves `outside` of the light beyond, and normalised, so that light is kept.
 *
 * @param options Form and width.
 * @param telescope Its `spaxelSize`, and `wavelength` where the width changes.
 * @throws {DomainError} for a width that is not positive, an even `size`, or a `beta` of 1 or less.
 * @example Seeing of 0.7" with Moffat's profile, sharper in the red
 * ```ts
 * import { pointSpread, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const psf = pointSpread({ kind: "moffat", fwhm: 0.7, slope: -0.2 }, telescope("MUSE"));
 * console.log(psf.radius); // 25
 * ```
 */
export function pointSpread(
  options: SeeingOptions | PixelSeeingOptions,
  telescope: Pick<Telescope, "spaxelSize" | "wavelength">,
): PointSpread {
  if ("sigma" in options) {
    const size = checkInteger(options.size, "size", 1);
    if (size % 2 === 0) {
      const rule = "odd, as an even one moves the image by half a pixel";
      throw new DomainError(`Cannot use "size": it must be ${rule}, got ${size}`, rule, String(size));
    }
    const width = Float64Array.of(checkPositive(options.sigma, "sigma"));
    return { kind: "gaussian", beta: 0, width, radius: (size - 1) / 2, sampling: "plain" };
  }
  const kind = checkOneOf(options.kind ?? "gaussian", "kind", ["gaussian", "moffat"]);
  const pixel = checkOneOf(options.pixel ?? "sampled", "pixel", PIXEL_WEIGHTS);
  const beta = kind === "gaussian" ? 0 : options.beta ?? 2.8;
  if (kind === "moffat" && !(beta > 1 && Number.isFinite(beta))) {
    const rule = "a finite number above 1, as the light is infinite otherwise";
    throw new DomainError(`Cannot use "beta": it must be ${rule}, got ${beta}`, rule, String(beta));
  }
  const scale = widthOfFwhm(beta) / telescope.spaxelSize;
  const width = fwhmAt(options, telescope.wavelength).map((fwhm) => fwhm * scale);
  const sampling = pixel === "integrated" ? pixel : kind === "gaussian" ? "matched" : "plain";
  const radius = options.radius ?? reach(beta, options.outside ?? OUTSIDE[kind], width);
  return { kind, beta, width, radius: checkInteger(radius, "radius"), sampling };
}

/** [arcsec] One width, or one for each wavelength. */
function fwhmAt({ fwhm, slope = 0, referenceWavelength }: SeeingOptions, wavelength: Float64Array): Float64Array {
  if (slope === 0 && typeof fwhm === "number") return Float64Array.of(checkPositive(fwhm, "fwhm"));
  const n = wavelength.length;
  const reference = checkPositive(
    referenceWavelength ?? (wavelength[0] + wavelength[n - 1]) / 2,
    "referenceWavelength",
  );
  const factor = power(new NdArray(wavelength.map((l) => l / reference), [n], "float64"), slope);
  const values = curveAt(fwhm, wavelength, "fwhm").map((width, i) => width * factor.data[i]);
  factor.dispose();
  return values;
}

/** [pixel] Radius that leaves a share of the light of the widest outside. */
export function reach(beta: number, outside: number, width: Float64Array): number {
  if (!(outside > 0 && outside < 1)) {
    const rule = "between 0 and 1, both excluded";
    throw new DomainError(`Cannot use "outside": it must be ${rule}, got ${outside}`, rule, String(outside));
  }
  return Math.ceil(radiusOfShare(beta, outside) * width.reduce((a, b) => Math.max(a, b), 0));
}

/**
 * The weights of a point spread function, `[y, x]` with 2 `radius` + 1 pixels each, at a wavelength pixel.
 *
 * @param psf The function.
 * @param plane [1] Wavelength pixel; of no matter where it is the same at all.
 */
export function pointSpreadImage(psf: PointSpread, plane: number = 0): NdArray<"float64"> {
  const side = 2 * psf.radius + 1;
  const image = empty([side, side], "float64");
  psfImage(psf, psf.width.length === 1 ? 0 : plane, image.data);
  return image;
}

/** Options of `convolvePsf`. */
export interface ConvolvePsfOptions {
  /** [pixel] Margin that is left out of the result at each side. Default 0. */
  crop?: number;
  /** How it is done; the results differ by rounding. Default "auto": the fastest. */
  method?: "auto" | "direct" | "transforms";
}

/**
 * A cube seen through a point spread function: each wavelength's image convolved with it.
 *
 * Outside of the array there is no light, and light that leaves it is lost. So that light of objects outside of a field
 * comes in, paint a margin of `psf.radius` around the field, and `crop` it here. Gaussians are done along y and x one after
 * the other, other functions directly up to a radius of 5 pixels, else by Fourier transforms of 16 wavelengths (float64: 8)
 * at a time. Beside input and result, memory for a few rows, or for the transforms, is taken.
 *
 * @param flux `[y, x, wavelength]`, of any unit.
 * @param psf The function; of its widths there must be one, or one for each wavelength.
 * @param options Margin and method.
 * @returns `[y - 2 crop, x - 2 crop, wavelength]`, of the type of `flux`.
 * @throws {ShapeError} if the cube does not have three axes, does not fit the function, or `crop` leaves nothing.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { convolvePsf, pointSpread, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const psf = pointSpread({ fwhm: 0.6 }, telescope("MUSE"));
 * const margin = psf.radius;
 * using painted = zeros([25 + 2 * margin, 25 + 2 * margin, 100], "float32");
 * using seen = convolvePsf(painted, psf, { crop: margin });
 * console.log(seen.shape); // [25, 25, 100]
 * ```
 */
export function convolvePsf<A extends CubeArray>(
  flux: A,
  psf: PointSpread,
  { crop = 0, method = "auto" }: ConvolvePsfOptions = {},
): A {
  return convolve(flux, psf, checkInteger(crop, "crop"), method);
}

/**
 * The transpose of `convolvePsf`: what derivatives by its result are by its input.
 *
 * @param bar Derivatives `[y, x, wavelength]` by the result.
 * @param psf As there.
 * @param options As there; the result is larger by 2 `crop` in y and x.
 */
export function convolvePsfAdjoint<A extends CubeArray>(
  bar: A,
  psf: PointSpread,
  { crop = 0, method = "auto" }: ConvolvePsfOptions = {},
): A {
  return convolve(bar, psf, -checkInteger(crop, "crop"), method);
}

function convolve<A extends CubeArray>(flux: A, psf: PixelPsf, crop: number, method: typeof WAYS[number]): A {
  checkOneOf(method, "method", WAYS);
  const operation = "Cannot convolve with a point spread function";
  const planes = psf.width.length;
  const [ny, nx, nw] = flux.shape;
  const actual = `[${flux.shape.join(", ")}]`;
  if (flux.shape.length !== 3 || flux.size === 0 || (planes !== 1 && planes !== nw)) {
    const rule = `[y, x, ${planes === 1 ? "wavelength" : planes}]`;
    throw new ShapeError(`${operation}: the cube must have shape ${rule}, got ${actual}`, rule, actual);
  }
  if (Math.min(ny, nx) <= 2 * crop) {
    const rule = `more than ${2 * crop} spaxels in y and x for "crop" ${crop}`;
    throw new ShapeError(`${operation}: the cube must have ${rule}, got ${actual}`, rule, actual);
  }
  const out = empty([ny - 2 * crop, nx - 2 * crop, nw], flux.dtype);
  try {
    convolveImages(psf, crop, method, flux, out);
  } catch (cause) {
    out.dispose();
    throw cause;
  }
  return out as A;
}
