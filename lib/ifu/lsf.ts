import { empty } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { overlaps } from "../kernel/mod.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { type Curve, curveAt } from "./_curve.ts";
import { convolveRows, widthOfFwhm } from "./_kernel_optics.ts";
import type { CubeArray } from "./cube.ts";
import { PIXEL_WEIGHTS, type PixelWeights, reach } from "./psf.ts";
import type { Telescope } from "./telescope.ts";

/** A line spread function by its width. */
export interface LineSpreadOptions {
  /** [Angstrom] Full width at half maximum as observed: one, or a table over wavelength. Default: the telescope's. */
  fwhm?: Curve;
  /** Templates whose own resolution the spectra have already. Default: of none. */
  template?: Pick<TemplateGrid, "fwhm" | "wavelength">;
  /** [1] Redshift of the templates, which widens their resolution by 1 + z. Default 0. */
  redshift?: number;
  /** Default "sampled"; see `PixelWeights`. */
  pixel?: PixelWeights;
  /** [1] Bound of the share of light beyond the radius, where the function is cut. Default 1e-6. */
  outside?: number;
  /** [pixel] Wavelength pixels that the spectra have more at both ends. Default: as many as light comes from. */
  margin?: number;
}

/** A Gaussian as RUBIX has it: samples of one width, and no margin. */
export interface SampledLineSpreadOptions {
  /** [Angstrom] Standard deviation. */
  sigma: number;
  /** [1] Number of samples, odd. Default 25. */
  samples?: number;
}

/** A line spread function on the wavelength pixels of a telescope, made by `lineSpread`. */
export interface LineSpread {
  /** [pixel] Standard deviation of the light of each pixel, margins included, or one for all. */
  readonly sigma: Float64Array;
  /** [pixel] Farthest that light gets. */
  readonly radius: number;
  /** [pixel] Wavelength pixels that the spectra have more at both ends. */
  readonly margin: number;
  /** [1] Pixels of the telescope where the templates are coarser than the telescope: there the light is left as it is. */
  readonly unresolved: number;
  /** How it becomes weights. */
  readonly sampling: "plain" | "matched" | "integrated";
}

/**
 * The line spread function of a telescope, a Gaussian: what has to be added to the resolution that the templates have, in
 * quadrature, FWHM^2(l) = FWHM_telescope^2(l) - ((1 + z) FWHM_template(l/(1 + z)))^2.
 *
 * Each pixel's light is spread with its own weights, which sum to 1, so that light is kept. Where the templates are
 * coarser than the telescope nothing is spread; `unresolved` counts these pixels.
 *
 * @param options Widths.
 * @param telescope Its `wavelength`, `wavelengthStep` and `lsfFwhm` count.
 * @throws {DomainError} for a width that is not positive (templates: negative), or an even number of samples.
 * @example MUSE with its measured resolution and templates of 2.51 Angstrom (MILES) at z = 0.01
 * ```ts
 * import { lineSpread, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const muse = telescope({ base: "MUSE", lsfFwhm: "MUSE_UDF" });
 * const templates = { fwhm: 2.51, wavelength: Float64Array.of(3540, 7410) };
 * const lsf = lineSpread({ template: templates, redshift: 0.01 }, muse);
 * console.log(lsf.unresolved); // 2006 of 3721 pixels, from 6578 to 9084 Angstrom
 * ```
 */
export function lineSpread(
  options: LineSpreadOptions | SampledLineSpreadOptions,
  telescope: Pick<Telescope, "wavelength" | "wavelengthStep" | "lsfFwhm">,
): LineSpread {
  const { wavelength, wavelengthStep: step } = telescope;
  if ("sigma" in options) {
    const sigma = Float64Array.of(checkPositive(options.sigma, "sigma") / step);
    const samples = checkInteger(options.samples ?? 25, "samples", 1);
    if (samples % 2 === 0) {
      const rule = "odd, as an even number moves lines by half a pixel";
      throw new DomainError(`Cannot use "samples": it must be ${rule}, got ${samples}`, rule, String(samples));
    }
    return { sigma, radius: (samples - 1) / 2, margin: 0, unresolved: 0, sampling: "plain" };
  }
  const pixel = checkOneOf(options.pixel ?? "sampled", "pixel", PIXEL_WEIGHTS);
  const stretch = 1 + checkRange(options.redshift ?? 0, "redshift", 0, 1e4);
  const own = options.fwhm ?? telescope.lsfFwhm;
  const fwhm = own instanceof Float64Array ? { wavelength, value: own } : own as Curve;
  const template = options.template?.fwhm ?? 0;
  const coarse = typeof template === "number"
    ? template
    : { wavelength: options.template!.wavelength, value: template };
  const scale = widthOfFwhm(0) / step;
  // Widths of the margins are those at the ends.
  const widths = (at: Float64Array) => {
    const wanted = curveAt(fwhm, at, "fwhm");
    const there = curveAt(coarse, at.map((l) => l / stretch), "template.fwhm", "a finite number of at least 0");
    return wanted.map((w, i) => w * w - there[i] * there[i] * stretch * stretch);
  };
  const inside = widths(wavelength);
  const sigmaOf = (square: number) => square > 0 ? scale * Math.sqrt(square) : 0;
  const radius = reach(0, options.outside ?? 1e-6, inside.map(sigmaOf));
  const margin = checkInteger(options.margin ?? radius, "margin");
  const [n, last] = [inside.length, inside.length - 1];
  const at = (i: number) => inside[Math.min(Math.max(i - margin, 0), last)];
  const same = inside.every((square) => square === inside[0]);
  const sigma = Float64Array.from({ length: same ? 1 : n + 2 * margin }, (_, i) => sigmaOf(at(i)));
  const unresolved = inside.reduce((count, square) => count + Number(square < 0), 0);
  return { sigma, radius, margin, unresolved, sampling: pixel === "integrated" ? pixel : "matched" };
}

/** Options of `convolveLsf`. */
export interface ConvolveLsfOptions<A> {
  /** [pixel] Wavelength pixels left out of the result at both ends. Default: the margin of the function. */
  crop?: number;
  /** Array to fill, which may be the input where nothing is left out. Default: a new one. */
  out?: A;
}

/**
 * Spectra as a spectrograph with a line spread function gives them.
 *
 * Each pixel's light is spread with its own weights. Outside of the array there is no light, and light that leaves it is lost.
 *
 * @param flux `[..., wavelength]`, of any unit.
 * @param lsf The function; of its widths there must be one, or one for each wavelength.
 * @param options What is left out, and where to write.
 * @returns `[..., wavelength - 2 crop]`, of the type of `flux`.
 * @throws {ShapeError} if the spectra or `out` do not fit.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { convolveLsf, lineSpread, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const muse = telescope("MUSE");
 * const lsf = lineSpread({}, muse);
 * using painted = zeros([2, 2, muse.wavelength.length + 2 * lsf.margin], "float32");
 * using seen = convolveLsf(painted, lsf);
 * console.log(lsf.margin, seen.shape); // 5 [2, 2, 3721]
 * ```
 */
export function convolveLsf<A extends CubeArray>(
  flux: A,
  lsf: LineSpread,
  { crop = lsf.margin, out }: ConvolveLsfOptions<A> = {},
): A {
  return convolve(flux, lsf, -checkInteger(crop, "crop"), out);
}

/**
 * The transpose of `convolveLsf`: what derivatives by its result are by its input.
 *
 * @param bar Derivatives `[..., wavelength]` by the result.
 * @param lsf As there.
 * @param options As there; spectra of the result are longer by 2 `crop`.
 */
export function convolveLsfAdjoint<A extends CubeArray>(
  bar: A,
  lsf: LineSpread,
  { crop = lsf.margin, out }: ConvolveLsfOptions<A> = {},
): A {
  return convolve(bar, lsf, checkInteger(crop, "crop"), out, true);
}

function convolve<A extends CubeArray>(flux: A, lsf: LineSpread, more: number, to?: A, adjoint = false): A {
  const operation = "Cannot convolve with a line spread function";
  const from = flux.shape[flux.shape.length - 1];
  const length = from + 2 * more;
  const [widths, spread] = [lsf.sigma.length, adjoint ? length : from];
  if (!(flux.size > 0) || length < 1 || (widths !== 1 && widths !== spread)) {
    const needed = widths === 1 ? `more than ${-2 * more}` : String(adjoint ? widths - 2 * more : widths);
    const [rule, actual] = [`${needed} wavelengths along the last axis`, `[${flux.shape.join(", ")}]`];
    throw new ShapeError(`${operation}: the spectra must have ${rule}, got ${actual}`, rule, actual);
  }
  const shape = [...flux.shape.slice(0, -1), length];
  if (to) {
    const [rule, actual] = [`${flux.dtype} [${shape.join(", ")}]`, `${to.dtype} [${to.shape.join(", ")}]`];
    const partly = to.data !== flux.data && overlaps(to.data, flux.data);
    if (rule !== actual || partly) {
      const got = partly ? "one that shares a part of its memory" : actual;
      throw new ShapeError(`${operation}: "out" must be the input or an array ${rule}, got ${got}`, rule, got);
    }
  }
  const out = to ?? empty(shape, flux.dtype);
  try {
    convolveRows(lsf, Math.abs(more), adjoint, flux, out);
  } catch (cause) {
    if (!to) out.dispose();
    throw cause;
  }
  return out as A;
}
