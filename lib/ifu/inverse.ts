import { type NdArray, zeros } from "../array/mod.ts";
import type { SpectrumParts } from "./_spectrum_model.ts";
import { convolveLsf, type LineSpread } from "./lsf.ts";
import { SpectrumModel, type StarParameters, type StarSpectra } from "./star_spectra.ts";

/** What there is to find of a population of stars, in the order of derivatives. */
export const QUANTITIES = ["mass", "metallicity", "age", "velocity"] as const;

/** `mass` [M_sun] formed, `metallicity` as share of the mass, `age` [Gyr], `velocity` [km/s] away from the observer. */
export type Quantity = typeof QUANTITIES[number];

/** Stars of one mass, metallicity, age and velocity. */
export type Population = Record<Quantity, number>;

/** Least and greatest value of quantities, in their units. */
export type Ranges = Partial<Record<Quantity, readonly [number, number]>>;

/** Spectra of populations as an instrument takes them, with derivatives. `ObservedSpectra` is one. */
export interface SpectraModel {
  /** [1] Wavelength pixels of a spectrum. */
  readonly pixels: number;
  /** Where the model is defined: metallicities [1] and ages [Gyr] of the templates. */
  readonly ranges: Ranges;
  /**
   * Spectra `[population, pixel]` and, if asked for, derivatives `[population, quantity, pixel]` by the quantities in the order
   * of `QUANTITIES`, which hold until the model is evaluated again.
   */
  evaluate(populations: StarParameters, options?: { derivatives?: boolean }): StarSpectra;
}

/** What observed spectra are made of. */
export interface ObservedSpectraParts extends Omit<SpectrumParts, "wavelengthMargin"> {
  /** Line spread function on the telescope's pixels. Default: none. */
  lsf?: LineSpread;
}

/**
 * Spectra of populations through a telescope and its line spread function, with derivatives: the model of fits.
 *
 * Everything is prepared once. As many pixels as the line spread function needs are added at both ends, and left out of the
 * result. Give it back with `using` or `dispose()`; the templates must outlive it.
 *
 * @example
 * ```ts
 * import { lineSpread, ObservedSpectra, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * const muse = telescope({ base: "MUSE", wavelengthRange: [5000, 5500], wavelengthStep: 2.5 });
 * using templates = syntheticTemplates({ wavelength: { from: 4400, to: 5200, step: 2 } });
 * using model = new ObservedSpectra({ templates, telescope: muse, redshift: 0.1, lsf: lineSpread({}, muse) });
 * const [mass, metallicity, age, velocity] = [1e6, 0.01, 3, 100].map((v) => Float64Array.of(v));
 * const { derivatives } = model.evaluate({ mass, metallicity, age, velocity }, { derivatives: true });
 * console.log(derivatives!.shape); // [1, 4, 200]
 * ```
 */
export class ObservedSpectra implements SpectraModel, Disposable {
  /** [1] Wavelength pixels, those of the telescope. */
  readonly pixels: number;
  /** Metallicities and ages of the templates. */
  readonly ranges: Ranges;
  readonly #model: SpectrumModel;
  readonly #lsf?: LineSpread;
  #spectra: NdArray<"float64"> = zeros([0, 1], "float64");
  #derivatives: NdArray<"float64"> = zeros([0, 1], "float64");

  /**
   * Prepares templates and pixels.
   *
   * @throws {DomainError} if the templates do not cover the telescope's window at the redshift.
   */
  constructor({ lsf, ...parts }: ObservedSpectraParts) {
    const { templates: { metallicity, age }, telescope } = parts;
    this.#model = new SpectrumModel({ ...parts, wavelengthMargin: lsf?.margin ?? 0 });
    this.#lsf = lsf;
    this.pixels = telescope.wavelength.length;
    this.ranges = {
      metallicity: [metallicity[0], metallicity[metallicity.length - 1]],
      age: [age[0], age[age.length - 1]],
    };
  }

  /**
   * Spectra [L_sun/Angstrom] `[population, pixel]` and, if asked for, derivatives `[population, 4, pixel]` by mass, metallicity,
   * age and velocity. The arrays belong to the model: they hold until it is evaluated again or disposed of.
   *
   * @throws as `SpectrumModel.evaluate`.
   */
  evaluate(populations: StarParameters, options: { derivatives?: boolean } = {}): StarSpectra {
    const made = this.#model.evaluate(populations, options);
    const lsf = this.#lsf;
    if (!lsf) return made;
    const { spectra, derivatives } = made;
    this.#spectra = this.#room(this.#spectra, spectra);
    convolveLsf(spectra, lsf, { out: this.#spectra });
    if (!derivatives) return { spectra: this.#spectra };
    this.#derivatives = this.#room(this.#derivatives, derivatives);
    convolveLsf(derivatives, lsf, { out: this.#derivatives });
    return { spectra: this.#spectra, derivatives: this.#derivatives };
  }

  /** An array for rows without margin; the one there is, if it suits. */
  #room(array: NdArray<"float64">, { shape }: NdArray<"float64">): NdArray<"float64"> {
    const wanted = [...shape.slice(0, -1), this.pixels];
    if (wanted.length === array.shape.length && wanted.every((n, i) => n === array.shape[i])) return array;
    array.dispose();
    return zeros(wanted, "float64");
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#model.dispose();
    this.#spectra.dispose();
    this.#derivatives.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
