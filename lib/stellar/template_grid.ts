import type { NdArray } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";

/** What a grid of templates is made of. */
export interface TemplateGridParts {
  /** What it is called in messages and headers. */
  readonly name: string;
  /** [1] Metallicities, shares of the mass, ascending. */
  readonly metallicity: Float64Array;
  /** [Gyr] Ages, ascending. */
  readonly age: Float64Array;
  /** [Angstrom] Wavelengths at rest, ascending; any spacing. */
  readonly wavelength: Float64Array;
  /** [L_sun/Angstrom for each M_sun formed] Spectra `[metallicity, age, wavelength]`. */
  readonly flux: NdArray<"float32" | "float64">;
  /** [Angstrom] Full width at half maximum of the templates' own resolution at rest: one, or one for each wavelength. Default 0. */
  readonly fwhm?: number | Float64Array;
  /** Whether wavelengths are those in air or in vacuum. Default "air". */
  readonly medium?: "air" | "vacuum";
}

/** Spectra of simple stellar populations on a grid of metallicity and age. Give it back with `using` or `dispose()`. */
export class TemplateGrid implements Disposable {
  /** What they are called in messages and headers. */
  readonly name: string;
  /** [1] `[nZ]` */
  readonly metallicity: Float64Array;
  /** [Gyr] `[nA]` */
  readonly age: Float64Array;
  /** [Angstrom] `[nL]` */
  readonly wavelength: Float64Array;
  /** [L_sun/Angstrom/M_sun] `[nZ, nA, nL]` */
  readonly flux: NdArray<"float32" | "float64">;
  /** [Angstrom] One, or `[nL]`. */
  readonly fwhm: number | Float64Array;
  /** What the wavelengths are in. */
  readonly medium: "air" | "vacuum";

  /**
   * Takes over the spectra.
   *
   * @throws {ShapeError} if they do not fit the axes.
   * @throws {DomainError} for axes that do not ascend, or are not positive.
   */
  constructor({ name, metallicity, age, wavelength, flux, fwhm = 0, medium = "air" }: TemplateGridParts) {
    this.name = name;
    this.metallicity = metallicity;
    this.age = age;
    this.wavelength = wavelength;
    this.flux = flux;
    this.fwhm = fwhm;
    this.medium = medium;
    for (const [axis, values] of Object.entries({ metallicity, age, wavelength })) {
      const at = values.findIndex((value, i) => !(value > (i === 0 ? 0 : values[i - 1])));
      if (at >= 0) {
        const rule = "positive and ascending";
        const got = `${values[at]} at place ${at}`;
        throw new DomainError(`Cannot use templates ${name}: "${axis}" must be ${rule}, got ${got}`, rule, got);
      }
    }
    const rule = `[${metallicity.length}, ${age.length}, ${wavelength.length}]`;
    const actual = `[${flux.shape.join(", ")}]`;
    if (rule !== actual) {
      const why = `spectra must have shape [metallicity, age, wavelength] = ${rule}`;
      throw new ShapeError(`Cannot use templates ${name}: ${why}, got ${actual}`, rule, actual);
    }
  }

  /** Gives the memory back. */
  dispose(): void {
    this.flux.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** How spectra between the nodes of a grid are found. Outside of the grid, the nearest edge is taken. */
export interface LookupOptions {
  /**
   * "linear": bilinear, never negative. "cubic": bicubic of Hermite with the mean of the adjacent secants as slopes at nodes;
   * smooth, may overshoot. Default "linear".
   */
  method?: "linear" | "cubic";
  /** Whether to interpolate over the logarithm of age. Default "log". */
  ageAxis?: "log" | "linear";
  /** Whether to interpolate over the logarithm of metallicity. Default "log". */
  metallicityAxis?: "log" | "linear";
}
