import { empty, type NdArray } from "../array/mod.ts";
import { checkFinite, checkRange, ShapeError } from "../base/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import type { LookupOptions, TemplateGrid } from "../stellar/mod.ts";
import { fillPopulations, fillSpectra } from "./_kernel_cube.ts";
import { type SpectrumParts, SpectrumTables } from "./_spectrum_model.ts";
import type { Telescope } from "./telescope.ts";

/** [km/s] Below the speed of light. */
const FASTEST = 299792;

/** What the spectrum of a star depends on, `[star]` each. */
export interface StarParameters {
  /** [M_sun] Mass that was formed; negative ones are allowed, as a fit may pass through them. */
  mass: Float64Array;
  /** [1] Metallicity, share of the mass. */
  metallicity: Float64Array;
  /** [Gyr] */
  age: Float64Array;
  /** [km/s] Along the line of sight, away from the observer. */
  velocity: Float64Array;
}

/** Columns of `StarParameters`, in the order of derivatives. */
const COLUMNS = ["mass", "metallicity", "age", "velocity"] as const;

/** Spectra of stars, and what they change by. Give them back with `using` or `dispose()` of each. */
export interface StarSpectra {
  /** [L_sun/Angstrom] `[star, wavelength]` */
  readonly spectra: NdArray<"float64">;
  /** `[star, 4, wavelength]`: by mass, metallicity, age and velocity, each in its unit; if asked for. */
  readonly derivatives?: NdArray<"float64">;
}

function checkStars(stars: StarParameters): number {
  const count = stars.mass.length;
  for (const column of COLUMNS) {
    const values = stars[column];
    if (values.length !== count) {
      const text = `${count} numbers as "mass" has`;
      throw new ShapeError(
        `Cannot make spectra: "${column}" needs ${text}, got ${values.length}`,
        text,
        `${values.length}`,
      );
    }
    for (let i = 0; i < count; i++) {
      if (column === "mass") checkFinite(values[i], `mass[${i}]`);
      else if (column === "velocity") checkRange(values[i], `velocity[${i}]`, -FASTEST, FASTEST);
      else checkRange(values[i], `${column}[${i}]`, 0, Number.MAX_VALUE);
    }
  }
  return count;
}

/**
 * Spectra of stars through a telescope, with everything prepared once, for fits that evaluate it many times.
 *
 * A spectrum is what `paintCube` adds for the star, in float64. Derivatives are exact: those of the weights of templates, of
 * means over pixels or of values at centers times their ratio of sums (the samples that make these up are taken as
 * fixed), and of the shift by the velocity. Where metallicity or age lie outside of the templates', they are 0. At nodes of
 * the grid, the derivatives of `method: "linear"` are those towards larger values.
 *
 * Give it back with `using` or `dispose()`; the templates must outlive it.
 *
 * @example
 * ```ts
 * import { SpectrumModel, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * using templates = syntheticTemplates({ wavelength: { from: 4000, to: 9000, step: 5 } });
 * using model = new SpectrumModel({ templates, telescope: telescope("MUSE"), redshift: 0.1, method: "cubic" });
 * const [mass, metallicity, age, velocity] = [1e6, 0.01, 5, 30].map((v) => Float64Array.of(v));
 * const { spectra, derivatives } = model.evaluate({ mass, metallicity, age, velocity }, { derivatives: true });
 * console.log(spectra.shape, derivatives!.shape); // [1, 3721] and [1, 4, 3721]
 * ```
 */
export class SpectrumModel implements Disposable {
  /** Pixels of a spectrum, margin included. */
  readonly pixels: number;
  #tables: SpectrumTables;
  #block: Float64Array;
  #spectra: NdArray<"float64">;
  #derivatives: NdArray<"float64">;

  /**
   * Prepares templates and pixels.
   *
   * @throws {DomainError} if the templates do not cover the telescope's window at the redshift.
   */
  constructor(parts: SpectrumParts) {
    this.#tables = new SpectrumTables("make spectra", parts);
    this.pixels = this.#tables.pixels;
    this.#block = allocate(Float64Array, 0, "stars");
    this.#spectra = empty([0, this.pixels]);
    this.#derivatives = empty([0, 4, this.pixels]);
  }

  #grow(count: number, derivatives: boolean): void {
    if (this.#block.length !== 4 * count) {
      release(this.#block);
      this.#spectra.dispose();
      this.#block = allocate(Float64Array, 4 * count, "stars");
      this.#spectra = empty([count, this.pixels]);
    }
    if (derivatives && this.#derivatives.shape[0] !== count) {
      this.#derivatives.dispose();
      this.#derivatives = empty([count, 4, this.pixels]);
    }
  }

  /**
   * Spectra of stars, and if `derivatives` is true what they change by.
   *
   * The arrays belong to the model: they hold until it is evaluated again or disposed of.
   *
   * @throws {DomainError} for parameters that are not finite, negative metallicities or ages, and velocities of at least that
   * of light.
   * @throws {ShapeError} if parameters have different lengths.
   */
  evaluate(stars: StarParameters, { derivatives = false }: { derivatives?: boolean } = {}): StarSpectra {
    const count = checkStars(stars);
    this.#grow(count, derivatives);
    COLUMNS.forEach((column, k) => this.#block.set(stars[column], k * count));
    const slopes = derivatives ? this.#derivatives : undefined;
    fillSpectra(this.#tables, count, this.#block, this.#spectra.data, slopes?.data);
    return { spectra: this.#spectra, derivatives: slopes };
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#tables.dispose();
    release(this.#block);
    this.#spectra.dispose();
    this.#derivatives.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Spectra of stars through a telescope, as `SpectrumModel` makes them, in arrays of their own.
 *
 * @param stars Parameters, `[star]` each.
 * @param options Templates, telescope and how spectra are made; `derivatives`: whether to compute those too.
 * @throws {DomainError} and {ShapeError} as `SpectrumModel`.
 * @example
 * ```ts
 * import { starSpectra, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * using templates = syntheticTemplates({ wavelength: { from: 4000, to: 9000, step: 5 } });
 * const [mass, metallicity, age, velocity] = [1e6, 0.01, 5, 30].map((v) => Float64Array.of(v));
 * const options = { templates, telescope: telescope("MUSE"), redshift: 0.1 };
 * using spectra = starSpectra({ mass, metallicity, age, velocity }, options).spectra;
 * console.log(spectra.shape); // [1, 3721]
 * ```
 */
export function starSpectra(
  stars: StarParameters,
  { derivatives = false, ...parts }: SpectrumParts & { derivatives?: boolean },
): StarSpectra {
  const count = checkStars(stars);
  using tables = new SpectrumTables("make spectra", parts);
  const block = Float64Array.from(COLUMNS.flatMap((column) => [...stars[column]]));
  const spectra = empty([count, tables.pixels]);
  const slopes = derivatives ? empty([count, 4, tables.pixels]) : undefined;
  fillSpectra(tables, count, block, spectra.data, slopes?.data);
  return { spectra, derivatives: slopes };
}

/**
 * Spectra of simple stellar populations at rest: templates mixed by metallicity and age.
 *
 * @param templates Spectra on a grid.
 * @param populations `metallicity` [1] and `age` [Gyr], `[population]` each; outside of the grid the nearest edge is taken.
 * @param options How to look up.
 * @returns [L_sun/Angstrom for each M_sun formed] `[population, wavelength]`.
 * @throws {DomainError} for values that are negative or not finite.
 * @throws {ShapeError} if there are not as many metallicities as ages.
 * @example
 * ```ts
 * import { populationSpectrum } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * using templates = syntheticTemplates({ wavelength: { from: 4000, to: 9000, step: 5 } });
 * const population = { metallicity: Float64Array.of(0.01), age: Float64Array.of(5) };
 * using spectra = populationSpectrum(templates, population, { method: "cubic" });
 * console.log(spectra.shape); // [1, 1001]
 * ```
 */
export function populationSpectrum(
  templates: TemplateGrid,
  { metallicity, age }: { metallicity: Float64Array; age: Float64Array },
  options: LookupOptions = {},
): NdArray<"float64"> {
  const none = new Float64Array(age.length);
  const count = checkStars({ mass: none, metallicity, age, velocity: none });
  const { wavelength } = templates;
  const [from, to] = [wavelength[0], wavelength[wavelength.length - 1]];
  const telescope: Telescope = {
    ...{ name: "all", fieldOfView: 1, spaxelSize: 1, spaxels: 1, lsfFwhm: 0, aperture: "square" as const },
    ...{ wavelength: Float64Array.of((from + to) / 2), wavelengthStep: (to - from) / 2 },
  };
  using tables = new SpectrumTables("look up templates", { ...options, templates, telescope, redshift: 0 });
  const out = empty([count, wavelength.length]);
  fillPopulations(tables, count, Float64Array.of(...metallicity, ...age), out.data);
  return out;
}
