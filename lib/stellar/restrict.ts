import { empty } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { TemplateGrid } from "./template_grid.ts";

/**
 * Templates of a window of wavelengths alone, with one sample more at each end where there is one, so that all of the window can
 * be interpolated. The grid given stays as it is.
 *
 * @param grid Templates.
 * @param from [Angstrom] First wavelength needed, at rest.
 * @param to [Angstrom] Last wavelength needed.
 * @returns A copy, to be given back as well.
 * @throws {DomainError} if the templates do not reach from `from` to `to`.
 * @throws {MemoryError} if there is no room.
 * @example
 * ```ts
 * import { restrictTemplates, syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using grid = syntheticTemplates({ wavelength: { from: 4000, to: 7000, step: 10 } });
 * using part = restrictTemplates(grid, 5005, 5025);
 * console.log(part.wavelength); // 5000, 5010, 5020, 5030
 * ```
 */
export function restrictTemplates(grid: TemplateGrid, from: number, to: number): TemplateGrid {
  const { name, metallicity, age, wavelength, flux, fwhm, medium } = grid;
  const [least, most] = [wavelength[0], wavelength[wavelength.length - 1]];
  if (!(from >= least && to <= most && from <= to)) {
    const rule = `within ${least} to ${most} Angstrom`;
    const got = `${from} to ${to}`;
    const message = `Cannot restrict templates ${name}: the window must be ${rule}, got ${got}; ` +
      "narrow the window, or take templates that cover it";
    throw new DomainError(message, rule, got);
  }
  const first = wavelength.findLastIndex((l) => l < from);
  const after = wavelength.findIndex((l) => l > to);
  const [start, end] = [Math.max(first, 0), after < 0 ? wavelength.length : after + 1];
  const part = empty([metallicity.length, age.length, end - start], flux.dtype);
  const rows = metallicity.length * age.length;
  for (let row = 0; row < rows; row++) {
    const from = row * wavelength.length;
    part.data.set(flux.data.subarray(from + start, from + end) as Float32Array, row * (end - start));
  }
  return new TemplateGrid({
    ...{ name, medium, metallicity: metallicity.slice(), age: age.slice(), wavelength: wavelength.slice(start, end) },
    flux: part,
    fwhm: typeof fwhm === "number" ? fwhm : fwhm.slice(start, end),
  });
}
