import { assign, empty, itemSize, NdArray, slice } from "../array/mod.ts";
import { DtypeError, writeFailure } from "../base/mod.ts";
import { BLOCK, type FitsEntry, type FitsHeader, type FitsValue, headerBytes, STRUCTURE } from "./_fits_cards.ts";
import { type FitsDType, FORMAT, toFile } from "./_fits_data.ts";
import { pathOf } from "./read.ts";
import { slabRows } from "./_slabs.ts";

export type { FitsDType } from "./_fits_data.ts";
export type { FitsEntry, FitsHeader, FitsValue } from "./_fits_cards.ts";

/** An image whose numbers are made while it is written, so that it need not be in memory as a whole. */
export interface FitsRows {
  /** Lengths of the axes, last fastest: `NAXIS1` is the last. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: FitsDType;
  /** Fills `rows`, `[n, ...shape[1:]]`, with n indices of the first axis from `first` on; called in rising order. */
  fill(first: number, rows: NdArray<FitsDType>): void;
}

/** What is written as one header and data unit. */
export interface WritableHdu {
  /** Name of the extension (EXTNAME). */
  name?: string;
  /** Entries besides those that describe the data. */
  header?: FitsHeader;
  /** Image; the first unit often has none. */
  data?: NdArray | FitsRows;
}

/** Options of `writeFits`. */
export interface WriteFitsOptions {
  /** [byte] Most bytes written at once. Default: 16 MiB. */
  slabBytes?: number;
}

/**
 * Writes a FITS file (standard 4.0) of a primary unit and image extensions. Numbers are turned to big-endian slab by slab; the
 * file appears under its name only when it is complete and on the disk. Equal contents give equal bytes: there is no date
 * but one given in `header`. Entries that describe the data (NAXIS, BITPIX, EXTNAME, ...) are written by this function and
 * left out of `header`, so that a header that was read can be written again.
 *
 * @param path Path, or `file:` URL; its folder must be there.
 * @param hdus Units in order, the primary one first.
 * @param options Size of the slabs.
 * @throws {DomainError} for a header entry that FITS cannot hold: NaN, letters outside of ASCII, a keyword that is too long.
 * @throws {DtypeError} for complex numbers.
 * @throws {InputError} if the file cannot be written, or the disk is full.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { openFits, writeFits } from "@cosmesh/cosmesh/io";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".fits" });
 * using image = fromData([1, 2, 3, 4, 5, 6], [2, 3], "float32"); // NAXIS1 = 3, NAXIS2 = 2
 * const header = { OBJECT: "a galaxy", EXPTIME: { value: 1200, comment: "[s]" } };
 * await writeFits(path, [{ header }, { name: "DATA", header: { BUNIT: "Jy" }, data: image }]);
 * using file = await openFits(path);
 * using back = file.hdu("DATA").read();
 * console.log(back.shape, file.hdu(0).header.EXPTIME.value); // [ 2, 3 ] 1200
 * ```
 */
export async function writeFits(
  path: string | URL,
  hdus: readonly WritableHdu[],
  { slabBytes = 2 ** 24 }: WriteFitsOptions = {},
): Promise<void> {
  const name = pathOf(path);
  const temporary = `${name}.tmp-${Deno.pid}`;
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    hdus.forEach((hdu, i) => writeHdu(name, file, hdu, i === 0, slabBytes));
    await file.sync();
    await Deno.rename(temporary, name);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw isSystemError(cause) ? writeFailure(name, cause) : cause;
  }
}

/** Whether an error comes from the file system; those of its contents tell more as they are. */
function isSystemError(cause: unknown): boolean {
  const named = Object.values(Deno.errors).some((kind) => cause instanceof kind);
  return named || (cause instanceof Error && /os error/.test(cause.message));
}

function writeHdu(path: string, file: Deno.FsFile, hdu: WritableHdu, primary: boolean, slabBytes: number): void {
  const { header = {}, data } = hdu;
  const put = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  };
  const own = Object.entries(header).filter(([key]) => !STRUCTURE.test(key));
  put(headerBytes([...structure(path, hdu, primary), ...own]));
  if (!data || data.shape.includes(0)) return;
  const source = data as NdArray<FitsDType> | FitsRows;
  const item = itemSize(source.dtype);
  const axis0 = source.shape[0];
  // Whole indices of the first axis, unless one of them is more than a slab.
  const { axis, rows } = slabRows(source.shape, item, slabBytes);
  const step = axis === 0 ? rows : 1;
  for (let first = 0; first < axis0; first += step) {
    using slab = empty([Math.min(step, axis0 - first), ...source.shape.slice(1)], source.dtype);
    if (source instanceof NdArray) assign(slab, slice(source, [first, first + slab.shape[0]]));
    else source.fill(first, slab);
    put(toFile(slab.data, slab.dtype));
  }
  const bytes = item * source.shape.reduce((a, b) => a * b, 1);
  put(new Uint8Array((BLOCK - bytes % BLOCK) % BLOCK));
}

/** The entries that say how the data lie, in the order that the standard demands. */
function structure(path: string, { name, data }: WritableHdu, primary: boolean): [string, FitsValue | FitsEntry][] {
  if (data && !(data.dtype in FORMAT)) {
    const rule = `one of ${Object.keys(FORMAT).join(", ")}`;
    throw new DtypeError(
      `Cannot write "${path}": element types of FITS are ${rule}, got ${data.dtype}`,
      rule,
      data.dtype,
    );
  }
  const { bitpix, zero } = data ? FORMAT[data.dtype as FitsDType] : { bitpix: 8, zero: undefined };
  const axes = [...data?.shape ?? []].reverse();
  return [
    primary
      ? ["SIMPLE", { value: true, comment: "conforms to FITS standard" }]
      : ["XTENSION", { value: "IMAGE", comment: "Image extension" }],
    ["BITPIX", { value: bitpix, comment: "array data type" }],
    ["NAXIS", { value: axes.length, comment: "number of array dimensions" }],
    ...axes.map((n, i): [string, FitsValue] => [`NAXIS${i + 1}`, n]),
    ...primary ? [["EXTEND", true] as [string, FitsValue]] : [["PCOUNT", 0], ["GCOUNT", 1]] as [string, FitsValue][],
    ...zero === undefined ? [] : [["BZERO", zero], ["BSCALE", 1]] as [string, FitsValue][],
    ...name === undefined ? [] : [["EXTNAME", { value: name, comment: "extension name" }] as [string, FitsEntry]],
  ];
}
