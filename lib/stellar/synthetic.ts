import { empty } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError } from "../base/mod.ts";
import { synthetic } from "./_kernel.ts";
import { TemplateGrid } from "./template_grid.ts";

/** Eighth powers of ten, 10^(i/8). */
const EIGHTHS = [1, 1.333521432163324, 1.7782794100389228, 2.371373705661655, 3.1622776601683795].concat(
  [4.216965034285822, 5.623413251903491, 7.498942093324558],
);
/** [1] 0.0142, the Sun's in MIST isochrones (Choi et al. 2016, ApJ 823, 102), times 10^-2.5, then 10^-2 to 10^0.5 by 10^0.25. */
const MIST = Float64Array.from([-10, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2], (quarter) => {
  const decade = Math.floor(quarter / 4);
  return 0.0142 * EIGHTHS[2 * (quarter - 4 * decade)] / [1, 10, 100, 1000][-decade];
});
/** [Gyr] 0.01 to 17.8 by 10^(1/8). */
const AGES = Float64Array.from({ length: 27 }, (_, i) => EIGHTHS[i % 8] / [100, 10, 1, 0.1][Math.floor(i / 8)]);

/** [Angstrom] The shortest wavelength of synthetic templates, as there is no Lyman break in them. */
const SHORTEST = 900;

/** Equidistant numbers. */
export interface Equidistant {
  /** The first. */
  readonly from: number;
  /** No number is above it. */
  readonly to: number;
  /** Distance of neighbours. */
  readonly step: number;
}

/** Options of `syntheticTemplates`. */
export interface SyntheticTemplatesOptions {
  /** [Angstrom] Wavelengths, from 900 on. */
  wavelength: Float64Array | Equidistant;
  /** [1] Metallicities, shares of the mass. Default: the 12 of the MIST isochrones, 4.5e-5 to 0.045. */
  metallicity?: Float64Array;
  /** [Gyr] Ages. Default: 27 from 0.01 to 17.8 by factors of 10^0.125. */
  age?: Float64Array;
  /** Default "synthetic". */
  name?: string;
  /** Type of the spectra's numbers. Default "float32". */
  dtype?: "float32" | "float64";
}

function axis(values: Float64Array | Equidistant): Float64Array {
  if (values instanceof Float64Array) return values.slice();
  const { from, to, step } = values;
  checkPositive(step, "wavelength.step");
  // A whole number of steps that rounding made a little smaller is whole.
  const steps = Math.floor((to - from) / step * (1 + 1e-14));
  checkInteger(steps, "(wavelength.to - wavelength.from)/wavelength.step");
  return Float64Array.from({ length: steps + 1 }, (_, i) => from + i * step);
}

/**
 * The toolkit's own spectra of simple stellar populations, made by a closed formula: an initial mass function of Chabrier
 * (2003), power laws for the main sequence, a giant branch and a clump fed by the stars that leave it, and Planck spectra with
 * absorption lines whose depth depends on temperature and metallicity. **For demonstrations and tests, never for science**:
 * within a factor 2 of Bruzual & Charlot (2003) at 5500 A, and 0.2 mag in color, for ages of 0.1 to 10 Gyr.
 *
 * Lines: H-alpha to H-delta, Ca II H and K, the G band, Mg b, Fe 5270 and 5335, Na D, the triplet of Ca II near 8500 A and four
 * bands of TiO (6190 to 8450 A), at wavelengths in air; beyond 9000 A there is nothing but a continuum. The narrowest have a
 * sigma of 3 A: steps of more than 2 A lose them. No instrument is in the formula, so `fwhm` is 0. Metallicities and ages may be
 * any. Populations are summed over a table of stars' temperatures: within 1e-5 of the sum over single stars above 1700 A, 5e-3
 * above 1000 A.
 *
 * @param options What to make.
 * @throws {DomainError} for axes that are not positive and ascending, or wavelengths below 900 A.
 * @throws {MemoryError} if there is no room.
 * @example An old population is red
 * ```ts
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using grid = syntheticTemplates({ wavelength: { from: 4000, to: 7000, step: 1000 } });
 * const [blue, , , red] = grid.flux.data.subarray(grid.flux.offset(9, 24, 0)); // Z = 0.0142, 10 Gyr
 * console.log(grid.age[24], red > blue);
 * ```
 */
export function syntheticTemplates(options: SyntheticTemplatesOptions): TemplateGrid {
  const { metallicity = MIST, age = AGES, name = "synthetic", dtype = "float32" } = options;
  const wavelength = axis(options.wavelength);
  const shape = [metallicity, age, wavelength].map((values) => values.length);
  if (wavelength[0] < SHORTEST) {
    const rule = `at least ${SHORTEST} Angstrom`;
    const message = `Cannot make templates ${name}: wavelengths must be ${rule}, got ${wavelength[0]}; ` +
      "there is no light below the Lyman limit, start the wavelengths above it";
    throw new DomainError(message, rule, String(wavelength[0]));
  }
  const flux = empty(shape, dtype);
  try {
    // Checks the axes.
    const grid = new TemplateGrid({ name, metallicity: metallicity.slice(), age: age.slice(), wavelength, flux });
    synthetic(grid.metallicity, grid.age, wavelength, flux);
    return grid;
  } catch (error) {
    flux.dispose();
    throw error;
  }
}
