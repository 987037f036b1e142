import { assign, type DType, empty, permuteAxes, slice } from "../array/mod.ts";
import { FormatError } from "../base/mod.ts";
import { type FitsFile, type FitsHdu, type Hdf5File, openFits, openHdf5 } from "../io/mod.ts";
import { Cube, type CubeArray, type CubeUnit } from "./cube.ts";
import { FITS_UNITS } from "./write_cube.ts";

/**
 * Reads a cube of `writeCube`, or a FITS file of that layout of an instrument: DATA with axes x, y, wavelength, world
 * coordinates as CD or CDELT, STAT if it is there. Spaxels that have no number but NaN lie outside of the aperture and are
 * set to 0.
 *
 * @param path Path, or `file:` URL, that ends in `.h5`, or a FITS file.
 * @throws {InputError} if there is no such file.
 * @throws {FormatError} if it is no cube, or has another unit.
 * @example See `writeCube`
 * ```ts
 * import { readCube } from "@cosmesh/cosmesh/ifu";
 * const spectrum = async (path: string) => {
 *   using cube = await readCube(path);
 *   return cube.flux.data.slice(0, cube.wavelength.length); // of the spaxel [0, 0]
 * };
 * console.log(typeof spectrum); // function
 * ```
 */
export async function readCube(path: string | URL): Promise<Cube> {
  if (/\.(h5|hdf5)$/.test(String(path))) {
    using file = await openHdf5(path);
    return fromHdf5(file);
  }
  using file = await openFits(path);
  return fromFits(file);
}

function fromHdf5(file: Hdf5File): Cube {
  const units = Object.keys(FITS_UNITS) as CubeUnit[];
  const unit = file.info("flux").unit as CubeUnit;
  const flux = file.readArray("flux", { unit: units, shape: ["y", "x", "wavelength"] }) as CubeArray;
  const { shape } = flux;
  try {
    using aperture = file.readArray("aperture", { shape: shape.slice(0, 2), dtype: "uint8" });
    using wavelength = file.readArray("wavelength", { shape: [shape[2]], unit: "Angstrom", dtype: "float64" });
    const variance = file.has("variance") && file.readArray("variance", { shape, unit: `(${unit})^2` }) as CubeArray;
    return new Cube({
      flux,
      ...variance ? { variance } : {},
      wavelength: wavelength.data.slice(),
      wavelengthStep: file.numberAttribute("/", "wavelength_step_Angstrom"),
      spaxelSize: file.numberAttribute("/", "spaxel_size_arcsec"),
      unit,
      aperture: aperture.data.slice(),
    });
  } catch (cause) {
    flux.dispose();
    throw cause;
  }
}

function fromFits(file: FitsFile): Cube {
  const data = file.hdu("DATA");
  const fail = (key: string, why: string): never => {
    throw new FormatError(`Cannot read "${file.path}": ${why}`, file.path, `DATA ${key}`);
  };
  if (data.shape.length !== 3) fail("NAXIS", `DATA must have 3 axes, got ${data.shape.length}`);
  const bunit = data.text("BUNIT");
  const [unit] = Object.entries(FITS_UNITS).find(([, { flux }]) => flux === bunit) ??
    fail(
      "BUNIT",
      `DATA must be in ${Object.values(FITS_UNITS).map(({ flux }) => `"${flux}"`).join(" or ")}, got "${bunit}"`,
    );
  if (!/^A$|^Angstrom$/i.test(data.text("CUNIT3") ?? "Angstrom")) {
    fail("CUNIT3", `wavelengths must be in Angstrom, got "${data.text("CUNIT3")}"`);
  }
  const scale = (axis: number): number =>
    data.number(`CD${axis}_${axis}`) ?? data.number(`CDELT${axis}`) ??
      fail(`CD${axis}_${axis}`, `there is neither CD${axis}_${axis} nor CDELT${axis}`);
  const [start, pixel] = [data.number("CRVAL3"), data.number("CRPIX3") ?? 1];
  if (start === undefined) return fail("CRVAL3", "there is no CRVAL3, the first wavelength");
  const step = scale(3);
  const held: CubeArray[] = [];
  try {
    const arrays = ["DATA", "STAT"].filter((name) => file.hdus.some((hdu) => hdu.name === name)).map((name) => {
      held.push(spectra(file.hdu(name)));
      return held.at(-1)!;
    });
    const aperture = apertureOf(file, arrays[0]);
    arrays.forEach((array) => blank(array, aperture));
    return new Cube({
      flux: arrays[0],
      ...arrays[1] ? { variance: arrays[1] } : {},
      wavelength: Float64Array.from({ length: data.shape[0] }, (_, i) => start + (i + 1 - pixel) * step),
      wavelengthStep: step,
      // The size that was written, where only its division by 3600 is rounded.
      spaxelSize: Number((Math.abs(scale(2)) * 3600).toPrecision(14)),
      unit: unit as CubeUnit,
      aperture,
    });
  } catch (cause) {
    held.forEach((array) => array.dispose());
    throw cause;
  }
}

/** Spectra `[y, x, wavelength]` of an image of planes of equal wavelength. */
function spectra(hdu: FitsHdu): CubeArray {
  const [count, ny, nx] = hdu.shape;
  const dtype = hdu.dtype === "float32" ? "float32" : "float64";
  const array = empty<"float32" | "float64">([ny, nx, count], dtype);
  const most = Math.max(1, Math.floor(2 ** 22 / (ny * nx)));
  for (let first = 0; first < count; first += most) {
    using rows = empty<"float32" | "float64">([Math.min(most, count - first), ny, nx], dtype);
    hdu.readRows(first, rows);
    assign<DType>(slice(array, [], [], [first, first + rows.shape[0]]), permuteAxes(rows, [1, 2, 0]));
  }
  return array;
}

function apertureOf(file: FitsFile, flux: CubeArray): Uint8Array {
  const [ny, nx, count] = flux.shape;
  if (file.hdus.some(({ name }) => name === "APERTURE")) {
    using mask = file.hdu("APERTURE").read("uint8");
    return mask.data.slice();
  }
  const empty = (i: number) => flux.data.subarray(i * count, (i + 1) * count).every(Number.isNaN);
  return Uint8Array.from({ length: ny * nx }, (_, i) => Number(!empty(i)));
}

function blank(array: CubeArray, aperture: Uint8Array): void {
  const count = array.shape[2];
  aperture.forEach((inside, i) => {
    if (!inside && Number.isNaN(array.data[i * count])) array.data.fill(0, i * count, (i + 1) * count);
  });
}
