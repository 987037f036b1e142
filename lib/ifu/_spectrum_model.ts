import type { NdArray } from "../array/mod.ts";
import { checkFinite, checkInteger, checkOneOf, DomainError } from "../base/mod.ts";
import { allocate, isShared, release, type TypedArray } from "../kernel/mod.ts";
import type { LookupOptions, TemplateGrid } from "../stellar/mod.ts";
import { fillTables } from "./_kernel_cube.ts";
import type { Telescope } from "./telescope.ts";

/** How spectra of stars are found, shifted and put on the pixels of a telescope. */
export interface SpectrumOptions extends LookupOptions {
  /**
   * Observed wavelength over that at rest, without `1 + redshift`, for a velocity v along the line of sight: "exponential" is
   * `exp(v/c)`, which makes velocities shifts of the logarithm of wavelength, as programs that fit spectra take it;
   * "relativistic" is `sqrt((1 + v/c)/(1 - v/c))`, "classical" `1 + v/c`. Default "exponential".
   */
  doppler?: "exponential" | "relativistic" | "classical";
  /**
   * "conserve": the exact mean over each pixel of the spectrum, which is linear between samples of the templates and constant
   * beyond their ends. "linear": the values at centers of pixels, scaled by one factor so that the sum over the window is that
   * of the samples in it, as RUBIX does; single pixels do not conserve flux. Default "conserve".
   */
  resampling?: "conserve" | "linear";
  /** [1] Pixels to add at each end of the telescope's wavelengths. Default 0. */
  wavelengthMargin?: number;
}

/** What a model of spectra is made of. */
export interface SpectrumParts extends SpectrumOptions {
  /** Spectra of populations. They must stay in memory as long as the model is used. */
  templates: TemplateGrid;
  /** Its wavelength pixels are filled. */
  telescope: Telescope;
  /** [1] Redshift of the galaxy. */
  redshift: number;
}

const LAWS = ["exponential", "relativistic", "classical"] as const;
const RESAMPLINGS = ["conserve", "linear"] as const;

function checkCover(operation: string, { templates, telescope, redshift }: SpectrumParts): void {
  const { wavelength, wavelengthStep } = telescope;
  const rest = [wavelength[0] - wavelengthStep / 2, wavelength[wavelength.length - 1] + wavelengthStep / 2]
    .map((edge) => edge / (1 + redshift));
  const there = [templates.wavelength[0], templates.wavelength[templates.wavelength.length - 1]];
  if (rest[0] >= there[0] && rest[1] <= there[1]) return;
  const text = ([a, b]: number[]) => `${a.toFixed(1)} to ${b.toFixed(1)} Angstrom`;
  throw new DomainError(
    `Cannot ${operation}: templates ${templates.name} cover ${
      text(there)
    } at rest, but ${telescope.name} at redshift ` +
      `${redshift} needs ${text(rest)}; use other templates, or a telescope with a smaller range`,
    text(rest),
    text(there),
  );
}

/** Templates, pixels and shifts as kernels take them. */
export class SpectrumTables implements Disposable {
  /** 1 if templates are float64. */
  readonly wide: number;
  /** Numbers that describe all. */
  readonly settings: Float64Array;
  /** Axes of the templates. */
  readonly tables: Float64Array;
  /** Spectra of the templates. */
  readonly flux: Float32Array | Float64Array;
  /** Pixels of a spectrum, margin included. */
  readonly pixels: number;
  #held: TypedArray[] = [];

  constructor(operation: string, parts: SpectrumParts) {
    const { templates, telescope, redshift, wavelengthMargin = 0, method = "linear" } = parts;
    const { metallicityAxis = "log", ageAxis = "log", doppler = "exponential", resampling = "conserve" } = parts;
    checkOneOf(method, "method", ["linear", "cubic"]);
    checkOneOf(metallicityAxis, "metallicityAxis", ["log", "linear"]);
    checkOneOf(ageAxis, "ageAxis", ["log", "linear"]);
    checkOneOf(doppler, "doppler", LAWS);
    checkOneOf(resampling, "resampling", RESAMPLINGS);
    checkInteger(wavelengthMargin, "wavelengthMargin");
    if (!(checkFinite(redshift, "redshift") > -1)) {
      throw new DomainError(`Cannot use "redshift": it must be above -1, got ${redshift}`, "above -1", `${redshift}`);
    }
    checkCover(operation, parts);
    const { metallicity, age, wavelength, flux } = templates;
    const { wavelengthStep: step } = telescope;
    this.wide = Number(flux.dtype === "float64");
    this.pixels = telescope.wavelength.length + 2 * wavelengthMargin;
    this.settings = this.#hold(Float64Array.of(
      ...[metallicity.length, age.length, wavelength.length],
      ...[Number(metallicityAxis === "log"), Number(ageAxis === "log"), Number(method === "cubic")],
      telescope.wavelength[0] - (0.5 + wavelengthMargin) * step,
      ...[step, this.pixels, wavelengthMargin, redshift],
      10 * LAWS.indexOf(doppler) + RESAMPLINGS.indexOf(resampling),
    ));
    const length = metallicity.length + age.length + 2 * wavelength.length + 1;
    this.tables = this.#hold(new Float64Array(length));
    this.flux = this.#share(flux);
    fillTables(this.settings, metallicity, age, wavelength, this.tables);
  }

  #hold<T extends Float32Array | Float64Array>(array: T): T {
    const type = array.constructor as typeof Float64Array;
    const shared = allocate(type, array.length, "templates", { zero: false });
    shared.set(array);
    this.#held.push(shared);
    return shared as TypedArray as T;
  }

  #share(array: NdArray<"float32" | "float64">): Float32Array | Float64Array {
    return isShared(array.data) ? array.data : this.#hold(array.data);
  }

  dispose(): void {
    this.#held.forEach(release);
    this.#held = [];
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
