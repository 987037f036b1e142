import { checkOneOf, checkPositive } from "../base/mod.ts";
import { type Hdf5File, openHdf5, writeHdf5 } from "../io/mod.ts";
import { baseName, gridOf, powersOfTen, type ReadTemplatesOptions, templateError } from "./_import.ts";
import type { TemplateGrid } from "./template_grid.ts";

/** Units of ages in files. */
export type AgeUnit = "Gyr" | "Myr" | "yr" | "log10(Gyr)" | "log10(yr)";
/** Units of metallicities in files: a share of the mass, its logarithm, or that of its ratio to the Sun's. */
export type MetallicityUnit = "1" | "log10(1)" | "[M/H]";
/** Units of wavelengths in files. */
export type WavelengthUnit = "Angstrom" | "nm" | "um";

/** Options of `readRubixTemplates`. */
export interface ReadRubixTemplatesOptions extends ReadTemplatesOptions {
  /** Unit of the ages. Default: found out. */
  ageUnit?: AgeUnit;
  /** Unit of the metallicities. Default: found out. */
  metallicityUnit?: MetallicityUnit;
  /** [1] Metallicity of [M/H] = 0, a share of the mass. Default 0.02. */
  solarMetallicity?: number;
  /** Unit of the wavelengths. Default "Angstrom". */
  wavelengthUnit?: WavelengthUnit;
}

/** Options of `readFspsTemplates`. */
export interface ReadFspsTemplatesOptions extends ReadTemplatesOptions {
  /** Whether the shift of all wavelengths by half the first step is taken back, which RUBIX's writer does. Default true. */
  unshift?: boolean;
}

const AGE_UNITS = ["Gyr", "Myr", "yr", "log10(Gyr)", "log10(yr)"] as const;
const METALLICITY_UNITS = ["1", "log10(1)", "[M/H]"] as const;
const WAVELENGTH = { Angstrom: 1, nm: 10, um: 1e4 };

/**
 * What the numbers of an age axis can only be. Below 0: log10(Gyr). More than any age in Gyr: yr. From an age of 0 (a placeholder for
 * the moment of birth) or none on 10^4 to 10^7.5 yr and to about the age of the universe: log10(yr). Else Gyr.
 */
function ageUnitOf(path: string, ages: Float64Array): AgeUnit {
  const last = ages[ages.length - 1];
  const youngest = ages.find((v) => v !== 0) ?? 0;
  if (youngest < 0) return "log10(Gyr)";
  if (last > 1e6) return "yr";
  if (last > 30) {
    throw templateError(path, "age", `ages up to ${last} have no clear unit; give it as "ageUnit"`);
  }
  return youngest >= 4 && youngest <= 7.5 && last >= 9.5 && last <= 10.6 ? "log10(yr)" : "Gyr";
}

function metallicityUnitOf(path: string, values: Float64Array): MetallicityUnit {
  const last = values[values.length - 1];
  if (values.every((v) => v > 0 && v < 0.5)) return "1";
  if (last <= -0.9) return "log10(1)";
  const why = `metallicities from ${values[0]} to ${last} have no clear unit; give it as "metallicityUnit"`;
  throw templateError(path, "metallicity", why);
}

function agesInGyr(ages: Float64Array, unit: AgeUnit): Float64Array {
  if (unit === "log10(Gyr)") return powersOfTen(ages);
  if (unit === "log10(yr)") return powersOfTen(ages.map((v) => v - 9));
  const divisor = { Gyr: 1, Myr: 1e3, yr: 1e9 }[unit];
  return ages.map((v) => v / divisor);
}

function shares(values: Float64Array, unit: MetallicityUnit, solar: number): Float64Array {
  if (unit === "1") return values;
  const powers = powersOfTen(values);
  return unit === "[M/H]" ? powers.map((v) => v * solar) : powers;
}

/** Unit of a dataset by its attribute, if it is one of ours. */
function unitOf<T extends string>(file: Hdf5File, dataset: string, units: readonly T[]): T | undefined {
  const unit = file.info(dataset).unit;
  if (unit === undefined) return undefined;
  if ((units as readonly string[]).includes(unit)) return unit as T;
  const why = `"${dataset}" must be in one of ${units.join(", ")}, but its attribute "unit" says "${unit}"; correct it`;
  throw templateError(file.path, dataset, why);
}

/**
 * Reads templates of RUBIX's layout (HDF5): `age`, `metallicity`, `wavelength`, and `flux` `[metallicity, age, wavelength]` in
 * L_sun/Angstrom for each M_sun formed. Units are those of the options, else those of the attributes `unit`, which `writeTemplates`
 * writes, else they follow from the values: negative ages are log10(Gyr), ages above 10^6 yr, ages of 10^4..7.5 to
 * about 10^10.3 log10(yr), else Gyr; metallicities between 0 and 0.5 are shares of the mass, those below -0.9 their log10. RUBIX's
 * `BC03lr.h5` holds log10(yr), though its configuration says Gyr; an age of 0 is one year there.
 *
 * @param path Path, or `file:` URL.
 * @param options Units, and what the file does not say.
 * @throws {FormatError} for axes that do not ascend or have no clear unit, spectra of another shape or unit, NaN.
 * @throws {InputError} if there is no such file.
 * @throws {DomainError} if `range` is not covered.
 * @example Written and read
 * ```ts
 * import { readRubixTemplates, syntheticTemplates, writeTemplates } from "@cosmesh/cosmesh/stellar";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using grid = syntheticTemplates({ wavelength: { from: 4000, to: 7000, step: 10 } });
 * const path = await Deno.makeTempFile({ suffix: ".h5" });
 * await writeTemplates(path, grid);
 * using back = await readRubixTemplates(path, { range: [5000, 6000] });
 * console.log(back.name, back.flux.shape); // synthetic [ 12, 27, 103 ]
 * ```
 */
export async function readRubixTemplates(
  path: string | URL,
  options: ReadRubixTemplatesOptions = {},
): Promise<TemplateGrid> {
  using file = await openHdf5(path);
  const { solarMetallicity = 0.02, dtype = "float32" } = options;
  checkPositive(solarMetallicity, "solarMetallicity");
  const [ages, metallicities] = [file.readNumbers("age"), file.readNumbers("metallicity")];
  const ageUnit = options.ageUnit ?? unitOf(file, "age", AGE_UNITS) ?? ageUnitOf(file.path, ages);
  const metallicityUnit = options.metallicityUnit ?? unitOf(file, "metallicity", METALLICITY_UNITS) ??
    metallicityUnitOf(file.path, metallicities);
  const wavelengthUnit = options.wavelengthUnit ??
    unitOf(file, "wavelength", Object.keys(WAVELENGTH) as WavelengthUnit[]) ?? "Angstrom";
  checkOneOf(ageUnit, "ageUnit", AGE_UNITS);
  checkOneOf(metallicityUnit, "metallicityUnit", METALLICITY_UNITS);
  checkOneOf(wavelengthUnit, "wavelengthUnit", Object.keys(WAVELENGTH));
  const { name, medium } = file.attributes("/");
  const fwhm = file.hasDataset("fwhm") ? file.readNumbers("fwhm", { unit: "Angstrom" }) : Float64Array.of(0);
  const found = {
    path: file.path,
    name: typeof name === "string" ? name : baseName(file.path),
    age: agesInGyr(ages, ageUnit),
    metallicity: shares(metallicities, metallicityUnit, solarMetallicity),
    wavelength: file.readNumbers("wavelength").map((v) => v * WAVELENGTH[wavelengthUnit]),
    fwhm: fwhm.length === 1 ? fwhm[0] : fwhm,
    medium: medium === "vacuum" ? "vacuum" as const : "air" as const,
  };
  const flux = file.readArray("flux", { unit: FLUX_UNITS, unitOptional: true, dtype });
  return gridOf({ ...found, flux }, options);
}

const FLUX_UNITS = ["Lsun/Angstrom/Msun", "Lsun/Angstrom"];

/**
 * Reads templates that RUBIX's `write_fsps_data_to_disk` wrote (HDF5): as `readRubixTemplates`, with ages in log10(Gyr), metallicities
 * as log10 of the share of the mass, and wavelengths in vacuum. RUBIX shifts all wavelengths by half the first step, 1.5 A with the MILES
 * library: that is taken back.
 *
 * @param path Path, or `file:` URL.
 * @param options What the file does not say.
 * @throws {FormatError} {InputError} {DomainError} as `readRubixTemplates`.
 */
export async function readFspsTemplates(
  path: string | URL,
  options: ReadFspsTemplatesOptions = {},
): Promise<TemplateGrid> {
  using file = await openHdf5(path);
  const [age, metallicity, stored] = ["age", "metallicity", "wavelength"].map((name) => file.readNumbers(name));
  const shift = options.unshift ?? true ? 0.5 * (stored[1] - stored[0]) : 0;
  const found = {
    ...{ path: file.path, name: baseName(file.path), medium: "vacuum" as const },
    age: powersOfTen(age),
    metallicity: powersOfTen(metallicity),
    wavelength: stored.map((v) => v + shift),
    flux: file.readArray("flux", { dtype: options.dtype ?? "float32" }),
  };
  return gridOf(found, options);
}

/**
 * Writes templates (HDF5): `age`, `metallicity`, `wavelength`, `flux` `[metallicity, age, wavelength]` and `fwhm`, with units as
 * attributes; the name, and what the wavelengths are in, are attributes of the file. RUBIX reads it too.
 *
 * @param path Path, or `file:` URL; its folder must be there.
 * @param grid Templates.
 * @throws {InputError} if the file cannot be written.
 */
export async function writeTemplates(path: string | URL, grid: TemplateGrid): Promise<void> {
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { name: grid.name, medium: grid.medium });
    file.writeArray("age", grid.age, { unit: "Gyr" });
    file.writeArray("metallicity", grid.metallicity, { unit: "1" });
    file.writeArray("wavelength", grid.wavelength, { unit: "Angstrom" });
    file.writeArray("flux", grid.flux, { unit: FLUX_UNITS[0] });
    file.writeArray("fwhm", typeof grid.fwhm === "number" ? Float64Array.of(grid.fwhm) : grid.fwhm, {
      unit: "Angstrom",
    });
  });
}
