import { empty } from "../array/mod.ts";
import { type FitsHdu, openFits } from "../io/mod.ts";
import { baseName, gridOf, type ReadTemplatesOptions, templateError } from "./_import.ts";
import type { TemplateGrid } from "./template_grid.ts";

/** Age [Gyr] and metallicity of a name as "spec_ssp_0.0316Gyr_z0190.spec": the digits after "z" are those after the point. */
function populationOf(path: string, key: string, name: string | undefined): [number, number] {
  const [, age, unit, digits] = name?.match(/^spec_ssp_([\d.eE+-]+?)(Gyr|Myr|yr)?_z(\d+)/) ?? [];
  if (digits !== undefined) {
    return [Number(age) * { Gyr: 1, Myr: 1e-3, yr: 1e-9 }[unit ?? "Gyr"]!, Number(`0.${digits}`)];
  }
  const why = `header entry "${key}" must be as "spec_ssp_0.0316Gyr_z0190.spec", got ${JSON.stringify(name ?? "none")}`;
  throw templateError(path, key, why);
}

function wavelengthOf(path: string, hdu: FitsHdu): Float64Array {
  const [start, step, pixel] = ["CRVAL1", "CDELT1", "CRPIX1"].map((key) => hdu.number(key));
  if (start === undefined || step === undefined) {
    const key = start === undefined ? "CRVAL1" : "CDELT1";
    throw templateError(
      path,
      key,
      `the header has no "${key}"; it must say where the wavelengths start, and their step`,
    );
  }
  return Float64Array.from({ length: hdu.shape[1] }, (_, i) => start + step * (i + 1 - (pixel ?? 1)));
}

/** Values without repetition, ascending. */
const distinct = (values: readonly number[]) => Float64Array.from(new Set(values)).sort();

/**
 * Reads templates of pyPipe3D (FITS, also compressed by gzip): an image with a spectrum in each row, wavelengths by `CRVAL1`, `CDELT1` and
 * `CRPIX1`, the population by `NAMEi`, as "spec_ssp_0.0316Gyr_z0190.spec", and the factor to L_sun/Angstrom for each M_sun by
 * `NORMi` (0 counts as 1). Rows may have any order; all ages are needed for each metallicity.
 *
 * @param path Path, or `file:` URL.
 * @param options What the file does not say.
 * @throws {FormatError} for other names, missing populations, as `readRubixTemplates`.
 * @throws {InputError} if there is no such file.
 * @throws {DomainError} if `range` is not covered.
 */
export async function readPyPipe3dTemplates(
  path: string | URL,
  options: ReadTemplatesOptions = {},
): Promise<TemplateGrid> {
  using file = await openFits(path);
  const hdu = file.hdu(0);
  if (hdu.shape.length !== 2) {
    const why = `the first image must have axes [population, wavelength], got [${hdu.shape.join(", ")}]`;
    throw templateError(file.path, "NAXIS", `${why}; give a file of templates of pyPipe3D`);
  }
  const wavelength = wavelengthOf(file.path, hdu);
  const rows = Array.from({ length: hdu.shape[0] }, (_, i) => {
    return [...populationOf(file.path, `NAME${i}`, hdu.text(`NAME${i}`)), hdu.number(`NORM${i}`) || 1] as const;
  });
  const [age, metallicity] = [distinct(rows.map(([age]) => age)), distinct(rows.map(([, z]) => z))];
  const row = Float64Array.from({ length: metallicity.length * age.length }, () => -1);
  rows.forEach(([t, z], i) => row[metallicity.indexOf(z) * age.length + age.indexOf(t)] = i);
  const missing = row.indexOf(-1);
  if (missing >= 0 || row.length !== rows.length) {
    const [z, t] = [metallicity[Math.floor(missing / age.length)], age[missing % age.length]];
    const lack = missing < 0 ? "some are there twice" : `there is none of ${t} Gyr and ${z}`;
    throw templateError(
      file.path,
      "NAME",
      `each age is needed once for each metallicity, but ${lack}; complete the file`,
    );
  }
  using spectra = hdu.read("float64");
  const n = wavelength.length;
  const flux = empty([metallicity.length, age.length, n], options.dtype ?? "float32");
  row.forEach((i, to) => {
    const factor = rows[i][2];
    for (let k = 0; k < n; k++) flux.data[to * n + k] = spectra.data[i * n + k] * factor;
  });
  return gridOf({ path: file.path, name: baseName(file.path), age, metallicity, wavelength, flux }, options);
}
