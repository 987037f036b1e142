import { fromData, type NdArray, power } from "../array/mod.ts";
import { checkPositive, FormatError } from "../base/mod.ts";
import { checkFiniteArray } from "../io/mod.ts";
import { restrictTemplates } from "./restrict.ts";
import { TemplateGrid, type TemplateGridParts } from "./template_grid.ts";

/** Options of all readers of templates. */
export interface ReadTemplatesOptions {
  /** What the grid is called. Default: as the file says, or the name of the file. */
  name?: string;
  /** Type of the spectra's numbers. Default "float32". */
  dtype?: "float32" | "float64";
  /** [Angstrom] Resolution of the templates, in place of what the file says. */
  fwhm?: number;
  /** What the wavelengths are in, in place of what the layout says. */
  medium?: "air" | "vacuum";
  /** [1] Factor that brings the spectra to L_sun/Angstrom for each M_sun formed. Default 1. */
  scale?: number;
  /** [Angstrom] First and last wavelength that is needed; the spectra keep one sample more at each end. Default: all. */
  range?: readonly [number, number];
}

/** Templates as a reader found them, in our units; `flux` is given over. */
export interface FoundTemplates extends TemplateGridParts {
  /** File or folder. */
  readonly path: string;
}

/** [Gyr] The oldest population that any grid has: the last of BPASS. */
const OLDEST = 110;
/** [L_sun/M_sun] Luminosity for each mass formed, of the brightest population, within any range of wavelengths. */
const BRIGHTEST = [1e-4, 1e5];

/** The error for a file of templates that cannot be used. */
export function templateError(path: string, location: string, why: string, cause?: unknown): FormatError {
  return new FormatError(`Cannot read templates from "${path}": ${why}`, path, location, { cause });
}

/** Name of a file or folder without its path and endings. */
export const baseName = (path: string): string => path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "").split(".")[0];

/** 10 to the power of numbers, by the kernels' function. */
export function powersOfTen(values: Float64Array): Float64Array {
  using exponents = fromData(values, [values.length], "float64");
  using powers = power(10, exponents) as NdArray<"float64">;
  return powers.data.slice();
}

function checkAxis(path: string, name: string, values: Float64Array): void {
  if (values.length === 0) throw templateError(path, name, `"${name}" is empty; write the file again`);
  const at = values.findIndex((v, i) => !(v > (i === 0 ? 0 : values[i - 1]) && v < Infinity));
  if (at < 0) return;
  const after = at === 0 ? "" : ` after ${values[at - 1]}`;
  const rule = `"${name}" must be positive and ascend`;
  throw templateError(path, name, `${rule}, got ${values[at]}${after} at place ${at}; sort the axis and the spectra`);
}

function checkUnits({ path, age, metallicity, wavelength }: FoundTemplates): void {
  const [oldest, richest, longest] = [age, metallicity, wavelength].map((axis) => axis[axis.length - 1]);
  if (oldest > OLDEST) {
    throw templateError(path, "age", `ages must be at most ${OLDEST} Gyr, got ${oldest}; give the unit as "ageUnit"`);
  }
  if (richest > 0.5) {
    const why = `metallicities must be shares of the mass, got ${richest}; give the unit as "metallicityUnit"`;
    throw templateError(path, "metallicity", why);
  }
  if (longest < 1000) {
    const why = `wavelengths must be in Angstrom, but the last is ${longest}; give the unit as "wavelengthUnit"`;
    throw templateError(path, "wavelength", why);
  }
}

/** Luminosity [L_sun/M_sun] of the brightest population. */
function brightest({ age, metallicity, wavelength, flux }: TemplateGridParts): number {
  let most = 0;
  const n = wavelength.length;
  for (let row = 0; row < metallicity.length * age.length; row++) {
    let sum = 0;
    for (let i = 1; i < n; i++) {
      const at = row * n + i;
      sum += 0.5 * (flux.data[at - 1] + flux.data[at]) * (wavelength[i] - wavelength[i - 1]);
    }
    most = Math.max(most, sum);
  }
  return most;
}

function checkFlux(found: FoundTemplates): void {
  const { path, age, metallicity, wavelength, flux } = found;
  const lengths = [metallicity.length, age.length, wavelength.length];
  if (lengths.some((n, i) => n !== flux.shape[i]) || flux.shape.length !== 3) {
    const shape = `[metallicity, age, wavelength] = [${lengths.join(", ")}]`;
    const why = `spectra must have shape ${shape}, got [${flux.shape.join(", ")}]; exchange the axes`;
    throw templateError(path, "flux", why);
  }
  checkFiniteArray(flux as NdArray<"float32">, path, "flux");
  if (wavelength.length < 2) return;
  const light = brightest(found);
  if (light >= BRIGHTEST[0] && light <= BRIGHTEST[1]) return;
  const why = `spectra must be in L_sun/Angstrom for each M_sun formed, but the brightest population shines with ` +
    `${light.toPrecision(3)} L_sun; give the factor to that unit as "scale"`;
  throw templateError(path, "flux", why);
}

/** Checks templates, and makes them a grid. The spectra are given back if that fails. */
export function gridOf(found: FoundTemplates, options: ReadTemplatesOptions): TemplateGrid {
  const { scale = 1, range } = options;
  const { flux } = found;
  try {
    checkPositive(scale, "scale");
    for (const name of ["metallicity", "age", "wavelength"] as const) checkAxis(found.path, name, found[name]);
    checkUnits(found);
    if (scale !== 1) flux.data.forEach((v, i) => flux.data[i] = v * scale);
    checkFlux(found);
    const { name = found.name, fwhm = found.fwhm, medium = found.medium } = options;
    const grid = new TemplateGrid({
      ...found,
      name,
      ...fwhm === undefined ? {} : { fwhm },
      ...medium ? { medium } : {},
    });
    return range ? restrictAndDispose(grid, range) : grid;
  } catch (error) {
    flux.dispose();
    throw error;
  }
}

function restrictAndDispose(grid: TemplateGrid, [from, to]: readonly [number, number]): TemplateGrid {
  const part = restrictTemplates(grid, from, to);
  grid.dispose();
  return part;
}
