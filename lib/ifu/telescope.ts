import { checkOneOf, checkPositive, DomainError } from "../base/mod.ts";
import { nearest } from "../config/mod.ts";
import { type Curve, curveAt } from "./_curve.ts";
import { TELESCOPE_NAMES, TELESCOPES } from "./telescopes.ts";

/** Shape of a field; see `apertureMask`. */
export type Aperture = "square" | "circular" | "hexagonal";
/** All shapes of a field. */
export const APERTURES: readonly Aperture[] = ["square", "circular", "hexagonal"];

/** An instrument that takes a spectrum in each spaxel of its field. */
export interface Telescope {
  /** What it is called in messages and headers. */
  readonly name: string;
  /** [arcsec] Side of the field: that of a spaxel times their number. */
  readonly fieldOfView: number;
  /** [arcsec] Side of a spaxel. */
  readonly spaxelSize: number;
  /** [1] Spaxels along a side of the field. */
  readonly spaxels: number;
  /** [Angstrom] Centers of the wavelength pixels, equidistant. */
  readonly wavelength: Float64Array;
  /** [Angstrom] Width of a wavelength pixel. */
  readonly wavelengthStep: number;
  /** [Angstrom] Full width at half maximum of the line spread function: one, or one for each wavelength pixel. */
  readonly lsfFwhm: number | Float64Array;
  /** Shape of the field. */
  readonly aperture: Aperture;
}

/** A telescope of one's own: all members, or those that differ from `base`. */
export interface TelescopeOptions {
  /** Name of a telescope whose numbers are taken for what is left out. */
  base?: string;
  /** What it is called. Default: `base`, or "custom". */
  name?: string;
  /** [arcsec] Side of the field; a part that does not fill a spaxel is left out. */
  fieldOfView?: number;
  /** [arcsec] Side of a spaxel. */
  spaxelSize?: number;
  /** [Angstrom] Center of the first wavelength pixel, and end: pixels lie below it, as `numpy.arange` has them. */
  wavelengthRange?: readonly [first: number, end: number];
  /** [Angstrom] Width of a wavelength pixel. */
  wavelengthStep?: number;
  /**
   * [Angstrom] Full width at half maximum of the line spread function: a number, a table over wavelength, a function such
   * as `museUdfLsf`, or "MUSE_UDF" for that one.
   */
  lsfFwhm?: Curve | ((wavelength: number) => number) | "MUSE_UDF";
  /** Shape of the field. Default that of `base`, or "square". */
  aperture?: Aperture;
}

/** Numbers of spaxels or pixels that differ from a whole number by less are that number: 4.2/0.7 is 6. */
const ROUNDING = 1e-9;

/**
 * Full width at half maximum of MUSE's line spread function [Angstrom] as measured in the Ultra Deep Field:
 * 5.866e-8 l^2 - 9.187e-4 l + 6.040 (Bacon et al. 2017, A&A 608, A1), which is 3.00 at 4750, 2.48 at 7000 and 2.57 at 9300 Angstrom.
 *
 * @param wavelength [Angstrom] As observed, 4650 to 9350.
 */
export function museUdfLsf(wavelength: number): number {
  return (5.866e-8 * wavelength - 9.187e-4) * wavelength + 6.040;
}

/**
 * A telescope by its name (`TELESCOPE_NAMES`), or one of one's own. Along a side there are as many spaxels as fit wholly.
 *
 * The numbers are those of RUBIX 0.0.5.
 *
 * @param which Name, or members.
 * @throws {DomainError} for a name that is not known (with the list), a member that is not positive, an aperture that is not
 * known, or a field without spaxels or wavelengths.
 * @throws {TypeError} if a member is missing and there is no `base`.
 * @example MUSE with the measured line spread function and a smaller field
 * ```ts
 * import { telescope } from "@cosmesh/cosmesh/ifu";
 *
 * const muse = telescope("MUSE");
 * console.log(muse.spaxels, muse.wavelength.length); // 25 3721
 * telescope({ base: "MUSE", fieldOfView: 3, lsfFwhm: "MUSE_UDF" }).spaxels; // 15
 * ```
 */
export function telescope(which: string | TelescopeOptions): Telescope {
  const options = typeof which === "string" ? { base: which } : which;
  const { base, aperture, ...known } = options.base === undefined ? {} as TelescopeOptions : byName(options.base);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: TelescopeOptions = { aperture: aperture ?? "square", name: base ?? "custom", ...known, ...given };
  const need = <K extends keyof TelescopeOptions>(key: K): NonNullable<TelescopeOptions[K]> => {
    const value = all[key];
    if (value !== undefined) return value as NonNullable<TelescopeOptions[K]>;
    throw new TypeError(`Cannot make telescope ${all.name}: "${key}" is missing; give it, or a "base" by name`);
  };
  const fieldOfView = checkPositive(need("fieldOfView"), "fieldOfView");
  const spaxelSize = checkPositive(need("spaxelSize"), "spaxelSize");
  const wavelengthStep = checkPositive(need("wavelengthStep"), "wavelengthStep");
  const [first, end] = need("wavelengthRange");
  checkPositive(first, "wavelengthRange");
  const spaxels = Math.floor(fieldOfView / spaxelSize + ROUNDING);
  const pixels = Math.ceil((checkPositive(end, "wavelengthRange") - first) / wavelengthStep - ROUNDING);
  if (spaxels < 1) {
    const [rule, got] = ["at least one spaxel", `a field of ${fieldOfView}" with spaxels of ${spaxelSize}"`];
    throw new DomainError(`Cannot make telescope ${all.name}: it must have ${rule}, got ${got}`, rule, got);
  }
  if (!(pixels >= 1)) {
    const [rule, got] = ["end above where it begins", `${first} to ${end} Angstrom`];
    throw new DomainError(`Cannot make telescope ${all.name}: its wavelengths must ${rule}, got ${got}`, rule, got);
  }
  const wavelength = Float64Array.from({ length: pixels }, (_, i) => first + i * wavelengthStep);
  // What does not fill a spaxel is no part of the field.
  const field = Math.abs(fieldOfView / spaxelSize - spaxels) <= ROUNDING ? fieldOfView : spaxels * spaxelSize;
  return {
    name: need("name"),
    fieldOfView: field,
    spaxelSize,
    spaxels,
    wavelength,
    wavelengthStep,
    lsfFwhm: fwhmOf(need("lsfFwhm"), wavelength),
    aperture: checkOneOf(need("aperture"), "aperture", APERTURES),
  };
}

function byName(name: string): TelescopeOptions {
  if (!Object.hasOwn(TELESCOPES, name)) {
    const near = nearest(name, TELESCOPE_NAMES);
    const rule = `one of ${TELESCOPE_NAMES.join(", ")}`;
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new DomainError(`Cannot find telescope "${name}": it must be ${rule}${hint}`, rule, name);
  }
  const [fieldOfView, spaxelSize, first, end, wavelengthStep, lsfFwhm, aperture] = TELESCOPES[name];
  return { base: name, fieldOfView, spaxelSize, wavelengthRange: [first, end], wavelengthStep, lsfFwhm, aperture };
}

function fwhmOf(fwhm: NonNullable<TelescopeOptions["lsfFwhm"]>, wavelength: Float64Array): number | Float64Array {
  if (typeof fwhm === "number") return checkPositive(fwhm, "lsfFwhm");
  if (typeof fwhm === "object") return curveAt(fwhm, wavelength, "lsfFwhm");
  const values = wavelength.map(fwhm === "MUSE_UDF" ? museUdfLsf : fwhm as (wavelength: number) => number);
  return curveAt({ wavelength, value: values }, wavelength, "lsfFwhm");
}
