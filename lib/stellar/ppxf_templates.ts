import { empty } from "../array/mod.ts";
import { checkPositive } from "../base/mod.ts";
import { openNpz } from "../io/mod.ts";
import { baseName, gridOf, powersOfTen, type ReadTemplatesOptions, templateError } from "./_import.ts";
import type { TemplateGrid } from "./template_grid.ts";

/** Options of `readPpxfTemplates`. */
export interface ReadPpxfTemplatesOptions extends ReadTemplatesOptions {
  /** [1] Metallicity of [M/H] = 0, a share of the mass: that of the isochrones. Default 0.02; MIST has 0.0142. */
  solarMetallicity?: number;
}

/** Numbers read at once. */
const BLOCK = 2 ** 20;

/**
 * Reads templates of ppxf's collection (npz): `templates` `[wavelength, age, metallicity]` in L_sun/Angstrom for each M_sun formed,
 * `lam` [Angstrom], `ages` [Gyr], `metals` [M/H] and `fwhm` [Angstrom], the resolution. Wavelengths of E-MILES are in air, those of the
 * other grids in vacuum: air is taken where the name of the file has "miles".
 *
 * @param path Path, or `file:` URL.
 * @param options What the file does not say.
 * @throws {FormatError} if an array is missing or has another shape, as `readRubixTemplates`.
 * @throws {InputError} if there is no such file.
 * @throws {DomainError} if `range` is not covered.
 */
export function readPpxfTemplates(path: string | URL, options: ReadPpxfTemplatesOptions = {}): TemplateGrid {
  const { dtype = "float32", solarMetallicity = 0.02 } = options;
  checkPositive(solarMetallicity, "solarMetallicity");
  using file = openNpz(path);
  const [wavelength, age, metals, fwhm] = ["lam", "ages", "metals", "fwhm"].map((name) => file.readNumbers(name));
  const lengths = [wavelength.length, age.length, metals.length];
  const { shape } = file.info("templates");
  if (shape.length !== 3 || shape.some((n, i) => n !== lengths[i])) {
    const rule = `[wavelength, age, metallicity] = [${lengths.join(", ")}]`;
    const why = `"templates" must have shape ${rule}, got [${shape.join(", ")}]; exchange the axes`;
    throw templateError(file.path, "templates", why);
  }
  if (fwhm.length !== 1 && fwhm.length !== wavelength.length) {
    const why = `"fwhm" must be one number or ${wavelength.length}, got ${fwhm.length}; write the file again`;
    throw templateError(file.path, "fwhm", why);
  }
  const [samples, ages, grids] = lengths;
  const name = baseName(file.path);
  const flux = empty([grids, ages, samples], dtype);
  try {
    const row = ages * grids;
    const step = Math.max(1, Math.floor(BLOCK / row));
    for (let first = 0; first < samples; first += step) {
      const part = new Float64Array(row * Math.min(step, samples - first));
      file.readRows("templates", first, part);
      part.forEach((v, i) => {
        const [l, a, z] = [first + Math.floor(i / row), Math.floor(i % row / grids), i % grids];
        flux.data[(z * ages + a) * samples + l] = v;
      });
    }
  } catch (error) {
    flux.dispose();
    throw error;
  }
  return gridOf({
    ...{ path: file.path, name, age, wavelength, flux, medium: /miles/i.test(name) ? "air" : "vacuum" },
    metallicity: powersOfTen(metals).map((v) => v * solarMetallicity),
    fwhm: fwhm.length === 1 ? fwhm[0] : fwhm,
  }, options);
}
