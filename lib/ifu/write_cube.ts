import { assign, type NdArray, permuteAxes, slice } from "../array/mod.ts";
import { checkFinite, DomainError, InputError } from "../base/mod.ts";
import { type FitsDType, type FitsEntry, type FitsHeader, type FitsRows, writeFits, writeHdf5 } from "../io/mod.ts";
import type { Cube, CubeArray, CubeUnit } from "./cube.ts";

/** Units in FITS files; of the variance in the form that astropy reads. */
export const FITS_UNITS: Readonly<Record<CubeUnit, { flux: string; variance: string }>> = {
  "Lsun/Angstrom": { flux: "solLum/Angstrom", variance: "solLum**2*Angstrom**(-2)" },
  "1e-20 erg/s/cm2/Angstrom": {
    flux: "10**(-20)*erg/s/cm**2/Angstrom",
    variance: "10**(-40)*erg**2*s**(-2)*cm**(-4)*Angstrom**(-2)",
  },
};

/** Options of `writeCube`. */
export interface WriteCubeOptions {
  /** Entries of the primary header, such as those of `cubeHeader`. */
  header?: FitsHeader;
  /** [degree] Right ascension of the middle of the field. Default 0. */
  rightAscension?: number;
  /** [degree] Declination of the middle of the field. Default 0. */
  declination?: number;
  /**
   * Which way right ascension grows. "left", as the sky is drawn: x points to the west. "right": x points to the east, so that
   * x, y and the line of sight are right-handed as in the simulation. Default "left".
   */
  east?: "left" | "right";
  /** Whether wavelengths are those in air (AWAV) or in vacuum (WAVE). Default "air". */
  medium?: "air" | "vacuum";
  /** Whether FITS files have NaN outside of the aperture, else what the cube has there. Default true. */
  blankOutside?: boolean;
}

/**
 * Writes a cube to a file, which appears under its name only when it is complete. Equal cubes give equal bytes.
 *
 * `.fits`: a primary header; DATA and, if the cube has a variance, STAT, with axes x, y, wavelength (NAXIS1 to NAXIS3) as
 * the pipeline of MUSE has them: world coordinates RA---TAN, DEC--TAN in degrees, wavelengths in Angstrom, BUNIT; and
 * APERTURE (0 and 1) if a spaxel lies outside of it. The middle of the field is at pixel (n + 1)/2, counted from 1.
 * `.h5`: datasets flux and variance `[y, x, wavelength]`, wavelength, aperture `[y, x]` with attribute `unit`, and the header
 * as attributes of group "header".
 *
 * @param path Path, or `file:` URL, that ends in `.fits` or `.h5`.
 * @param cube Its wavelengths are equidistant.
 * @param options Header and place on the sky.
 * @throws {InputError} for another ending, or if the file cannot be written.
 * @throws {DomainError} if wavelengths are not equidistant, for FITS.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { Cube, readCube, writeCube } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1, 2, 3, 4], [1, 2, 2], "float32");
 * const [wavelength, unit] = [Float64Array.of(4750, 4751.25), "Lsun/Angstrom" as const];
 * using cube = new Cube({ flux, wavelength, wavelengthStep: 1.25, spaxelSize: 0.2, unit });
 * const path = await Deno.makeTempFile({ suffix: ".fits" });
 * await writeCube(path, cube, { header: { INSTR: "MUSE" } });
 * using back = await readCube(path);
 * console.log(back.flux.data, back.spaxelSize); // 1, 2, 3, 4; 0.2
 * ```
 */
export async function writeCube(path: string | URL, cube: Cube, options: WriteCubeOptions = {}): Promise<void> {
  const ending = /\.(fits|h5|hdf5)$/.exec(String(path))?.[1];
  if (ending === "fits") return await writeCubeFits(path, cube, options);
  if (ending) return await writeCubeHdf5(path, cube, options);
  const why = "cubes are written as .fits or .h5; choose one of these endings";
  throw new InputError(`Cannot write "${path}": ${why}`, String(path), "");
}

async function writeCubeFits(path: string | URL, cube: Cube, options: WriteCubeOptions): Promise<void> {
  const { header = {}, blankOutside = true } = options;
  const { flux, variance, aperture } = cube;
  const [ny, nx] = flux.shape;
  const world = worldCoordinates(cube, options);
  const { spatial, spectral } = world;
  const unit = FITS_UNITS[cube.unit];
  const rows = (array: CubeArray) => planes(array, blankOutside ? aperture : undefined);
  const both = { ...spatial, ...spectral };
  await writeFits(path, [
    { header: { ORIGIN: { value: "cosmesh", comment: "program that made this file" }, ...header } },
    { name: "DATA", header: { ...both, BUNIT: unit.flux }, data: rows(flux) },
    ...variance ? [{ name: "STAT", header: { ...both, BUNIT: unit.variance }, data: rows(variance) }] : [],
    ...aperture.includes(0) ? [{ name: "APERTURE", header: spatial, data: mask(aperture, ny, nx) }] : [],
  ]);
}

/** A cube `[y, x, wavelength]` as planes of equal wavelength, NaN where the aperture is 0. */
function planes(array: CubeArray, aperture?: Uint8Array): FitsRows {
  const [ny, nx, count] = array.shape;
  const outside = Uint32Array.from([...aperture ?? []].flatMap((inside, i) => inside ? [] : [i]));
  const fill = (first: number, rows: NdArray<FitsDType>) => {
    assign<FitsDType>(rows, permuteAxes(slice(array, [], [], [first, first + rows.shape[0]]), [2, 0, 1]));
    for (let w = 0; w < rows.shape[0]; w++) for (const i of outside) rows.data[w * ny * nx + i] = NaN;
  };
  return { shape: [count, ny, nx], dtype: array.dtype, fill };
}

const mask = (aperture: Uint8Array, ny: number, nx: number): FitsRows => ({
  shape: [ny, nx],
  dtype: "uint8",
  fill: (first, rows) => rows.data.set(aperture.subarray(first * nx, first * nx + rows.size)),
});

/** World coordinates (Greisen & Calabretta 2002, papers I to III). */
function worldCoordinates(cube: Cube, options: WriteCubeOptions): { spatial: FitsHeader; spectral: FitsHeader } {
  const { rightAscension = 0, declination = 0, east = "left", medium = "air" } = options;
  const { wavelength, wavelengthStep: step, spaxelSize, flux: { shape: [ny, nx] } } = cube;
  const off = wavelength.findIndex((w, i) => !(Math.abs(w - wavelength[0] - i * step) <= 1e-4 * step));
  if (off >= 0) {
    const rule = `equidistant by wavelengthStep, ${step} Angstrom`;
    const got = `${wavelength[off]} at place ${off}`;
    throw new DomainError(`Cannot write a cube as FITS: wavelengths must be ${rule}, got ${got}; use .h5`, rule, got);
  }
  const size = spaxelSize / 3600;
  const entry = (value: number | string, comment: string): FitsEntry => ({ value, comment });
  const spatial = {
    CTYPE1: "RA---TAN",
    CTYPE2: "DEC--TAN",
    CUNIT1: "deg",
    CUNIT2: "deg",
    CRVAL1: entry(checkFinite(rightAscension, "rightAscension"), "[deg] middle of the field"),
    CRVAL2: entry(checkFinite(declination, "declination"), "[deg]"),
    CRPIX1: (nx + 1) / 2,
    CRPIX2: (ny + 1) / 2,
    CD1_1: entry(east === "left" ? -size : size, "[deg] side of a spaxel"),
    CD1_2: 0,
    CD2_1: 0,
    CD2_2: size,
    RADESYS: "ICRS",
  };
  const spectral = {
    CTYPE3: entry(medium === "air" ? "AWAV" : "WAVE", `wavelength in ${medium}`),
    CUNIT3: "Angstrom",
    CRVAL3: wavelength[0],
    CRPIX3: 1,
    CD3_3: step,
    CD1_3: 0,
    CD2_3: 0,
    CD3_1: 0,
    CD3_2: 0,
  };
  return { spatial, spectral };
}

async function writeCubeHdf5(path: string | URL, cube: Cube, { header = {}, medium = "air" }: WriteCubeOptions) {
  const { flux, variance, wavelength, aperture, unit } = cube;
  const entries = Object.entries(header).map(([key, entry]) =>
    typeof entry === "object" ? { key, ...entry } : { key, value: entry }
  );
  await writeHdf5(path, (file) => {
    file.setAttributes("/", {
      kind: "Cube",
      spaxel_size_arcsec: cube.spaxelSize,
      wavelength_step_Angstrom: cube.wavelengthStep,
      medium,
    });
    file.writeArray("flux", flux, { unit });
    if (variance) file.writeArray("variance", variance, { unit: `(${unit})^2` });
    file.writeArray("wavelength", wavelength, { unit: "Angstrom" });
    file.writeArray("aperture", aperture, { shape: flux.shape.slice(0, 2), unit: "1" });
    file.group("header", Object.fromEntries(entries.map(({ key, value }) => [key, value])));
    const said = entries.flatMap(({ key, comment }) => comment ? [[key, comment]] : []);
    file.group("header/comments", Object.fromEntries(said));
  });
}
