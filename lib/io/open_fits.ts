import { empty, itemSize, type NdArray } from "../array/mod.ts";
import { FormatError, InputError, ShapeError } from "../base/mod.ts";
import { BLOCK, type FitsEntry, parseHeader } from "./_fits_cards.ts";
import { BITPIX, dtypeOfStored, type FitsDType, fromFile, type Stored } from "./_fits_data.ts";
import { pathOf } from "./read.ts";
import { slabRows } from "./_slabs.ts";

/** Bytes of a file from a place on; returns those that there are. */
type ReadBytes = (at: number, target: Uint8Array) => number;

/** Most bytes read at once. */
const SLAB_BYTES = 2 ** 24;

/** A header and data unit of a FITS file that is open. */
export class FitsHdu {
  /** Name (EXTNAME); "" if it has none. */
  readonly name: string;
  /** Lengths of the axes, last fastest: `[..., NAXIS2, NAXIS1]`; empty for a unit without data. Rows of a table are bytes. */
  readonly shape: readonly number[];
  /** Element type that holds the numbers without loss: float64 for scaled or missing integers. */
  readonly dtype: FitsDType;
  readonly #stored: Stored;

  /** Used by `openFits`. */
  constructor(
    private readonly path: string,
    private readonly bytes: ReadBytes,
    /** Entries by keyword; lines of COMMENT and HISTORY are joined. */
    readonly header: Readonly<Record<string, FitsEntry>>,
    private readonly start: number,
  ) {
    this.name = this.text("EXTNAME") ?? "";
    const axes = this.#need("NAXIS");
    this.shape = Array.from({ length: axes }, (_, i) => this.#need(`NAXIS${axes - i}`));
    const bitpix = this.#need("BITPIX");
    if (!BITPIX.includes(bitpix)) {
      throw this.#error("BITPIX", `BITPIX must be one of ${BITPIX.join(", ")}, got ${bitpix}`);
    }
    const blank = bitpix > 0 ? this.number("BLANK") : undefined;
    const scaled = { bitpix, zero: this.number("BZERO") ?? 0, scale: this.number("BSCALE") ?? 1 };
    this.#stored = blank === undefined ? scaled : { ...scaled, blank };
    this.dtype = dtypeOfStored(this.#stored);
  }

  /** A number of the header; undefined if there is none of that name. */
  number(key: string): number | undefined {
    const value = this.header[key]?.value;
    if (value === undefined || typeof value === "number") return value;
    throw this.#error(key, `header entry "${key}" must be a number, got ${JSON.stringify(value)}`);
  }

  /** A text of the header; undefined if there is none of that name. */
  text(key: string): string | undefined {
    const value = this.header[key]?.value;
    if (value === undefined || typeof value === "string") return value;
    throw this.#error(key, `header entry "${key}" must be a text, got ${value}`);
  }

  /**
   * All numbers as an array of `shape`.
   *
   * @param dtype Element type; numbers are converted, as `TypedArray.set` does it. Default: `this.dtype`.
   */
  read<D extends FitsDType = FitsDType>(dtype: D = this.dtype as D): NdArray<D> {
    const array = empty(this.shape, dtype);
    try {
      if (array.size > 0) this.readRows(0, array);
    } catch (cause) {
      array.dispose();
      throw cause;
    }
    return array;
  }

  /**
   * Fills an array `[n, ...shape[1:]]` with n indices of the first axis.
   *
   * @param first [1] First index.
   * @throws {ShapeError} if the array has other lengths, or the image ends before.
   * @throws {FormatError} if the file is cut off.
   */
  readRows(first: number, target: NdArray<FitsDType>): void {
    const wanted = [`n <= ${this.shape[0] - first}`, ...this.shape.slice(1)].join(", ");
    const fits = target.shape.length === this.shape.length && first >= 0 && first + target.shape[0] <= this.shape[0] &&
      target.shape.slice(1).every((n, i) => n === this.shape[i + 1]);
    if (!fits) {
      const got = `[${target.shape.join(", ")}]`;
      throw new ShapeError(
        `Cannot read "${this.path}": rows from ${first} on have shape [${wanted}], got ${got}`,
        wanted,
        got,
      );
    }
    const inner = this.shape.slice(1).reduce((a, b) => a * b, 1);
    const size = Math.abs(this.#stored.bitpix) / 8;
    const { axis, rows } = slabRows(target.shape, Math.max(size, itemSize(target.dtype)), SLAB_BYTES);
    const step = axis === 0 ? rows : 1;
    for (let row = 0; row < target.shape[0]; row += step) {
      const part = target.data.subarray(row * inner, Math.min(row + step, target.shape[0]) * inner);
      const at = this.start + (first + row) * inner * size;
      const read = (bytes: Uint8Array) => {
        if (this.bytes(at, bytes) < bytes.length) {
          throw this.#error("data", "the file is cut off; write or copy it again");
        }
      };
      fromFile(read, this.#stored, part, target.dtype);
    }
  }

  /** [byte] Size of the data, without the filling of the last block. */
  get dataBytes(): number {
    if (this.shape.length === 0) return 0;
    if (this.header.GROUPS?.value === true) throw this.#error("GROUPS", "random groups are not supported");
    const [parameters, groups] = [this.number("PCOUNT") ?? 0, this.number("GCOUNT") ?? 1];
    return Math.abs(this.#stored.bitpix) / 8 * groups * (parameters + this.shape.reduce((a, b) => a * b, 1));
  }

  #need(key: string): number {
    const value = this.number(key);
    if (value !== undefined && Number.isInteger(value) && (key === "BITPIX" || value >= 0)) return value;
    throw this.#error(key, `header entry "${key}" must be a whole number, got ${value ?? "none"}`);
  }

  #error(key: string, why: string): FormatError {
    return new FormatError(`Cannot read "${this.path}": ${why}`, this.path, key);
  }
}

/** A FITS file that is open. Close it with `using` or `close()`. */
export class FitsFile implements Disposable {
  /** Used by `openFits`. */
  constructor(
    /** Its path. */
    readonly path: string,
    /** Headers and data units, the primary one first. */
    readonly hdus: readonly FitsHdu[],
    private readonly file?: Disposable,
  ) {}

  /**
   * A unit by number, or by name in any case.
   *
   * @throws {FormatError} if there is none, with the names that there are.
   */
  hdu(which: number | string): FitsHdu {
    const found = typeof which === "number"
      ? this.hdus[which]
      : this.hdus.find(({ name }) => name.toUpperCase() === which.toUpperCase());
    if (found) return found;
    const names = this.hdus.map(({ name }, i) => name || String(i)).join(", ");
    const what = `there is no extension "${which}"; it has ${names}`;
    throw new FormatError(`Cannot read "${this.path}": ${what}`, this.path, String(which));
  }

  /** Closes the file. */
  close(): void {
    this.file?.[Symbol.dispose]();
  }

  /** As `close`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a FITS file, also one compressed by gzip (which is unpacked in memory). Headers are read at once, images when they
 * are asked for. Tables have headers, and rows of bytes.
 *
 * @param path Path, or `file:` URL.
 * @throws {InputError} if there is no such file, or it may not be read.
 * @throws {FormatError} if it is no FITS file, or is cut off.
 * @example See `writeFits`
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { openFits, writeFits } from "@cosmesh/cosmesh/io";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".fits" });
 * using numbers = fromData([1, 2, 3], [3], "float64");
 * await writeFits(path, [{ data: numbers, header: { CRVAL1: 4750, CDELT1: 1.25 } }]);
 * using file = await openFits(path);
 * console.log(file.hdus[0].shape, file.hdus[0].number("CDELT1")); // [ 3 ] 1.25
 * ```
 */
export async function openFits(path: string | URL): Promise<FitsFile> {
  const name = pathOf(path);
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(name);
    if (!(await file.stat()).isFile) throw new TypeError("it is not a file");
    const { read, length } = await source(file);
    return new FitsFile(name, headers(name, read, length), file);
  } catch (cause) {
    file?.close();
    if (cause instanceof FormatError) throw cause;
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${name}": ${reason}`, name, "", { cause });
  }
}

/** How the bytes of a file are read, after unpacking, and how many there are. */
async function source(file: Deno.FsFile): Promise<{ read: ReadBytes; length: number }> {
  const read: ReadBytes = (at, target) => {
    file.seekSync(at, Deno.SeekMode.Start);
    let done = 0;
    for (let n: number | null = 0; done < target.length && n !== null;) {
      n = file.readSync(target.subarray(done));
      done += n ?? 0;
    }
    return done;
  };
  const magic = new Uint8Array(2);
  if (read(0, magic) < 2 || magic[0] !== 0x1f || magic[1] !== 0x8b) return { read, length: (await file.stat()).size };
  file.seekSync(0, Deno.SeekMode.Start);
  // A stream of its own, as reading one to its end closes the file.
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = new Uint8Array(2 ** 20);
      const n = file.readSync(part);
      if (n === null) controller.close();
      else controller.enqueue(part.subarray(0, n));
    },
  });
  const all = new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  const unpacked: ReadBytes = (at, target) => {
    const part = all.subarray(at, at + target.length);
    target.set(part);
    return part.length;
  };
  return { read: unpacked, length: all.length };
}

function headers(path: string, read: ReadBytes, length: number): FitsHdu[] {
  const block = (at: number) => {
    const bytes = new Uint8Array(BLOCK);
    return bytes.subarray(0, read(at, bytes));
  };
  if (!/^SIMPLE {2}= +T/.test(new TextDecoder("latin1").decode(block(0).subarray(0, 80)))) {
    throw new FormatError(`Cannot read "${path}": it is not a FITS file`, path, "SIMPLE");
  }
  const hdus: FitsHdu[] = [];
  for (let at = 0; at + BLOCK <= length;) {
    // What follows the last extension is not read (standard 4.0, section 3.5).
    if (at > 0 && new TextDecoder("latin1").decode(block(at).subarray(0, 8)) !== "XTENSION") break;
    const { header, end } = parseHeader(block, at, path);
    const hdu = new FitsHdu(path, read, header, end);
    if (end + hdu.dataBytes > length) {
      const lack = `it has ${length} of ${end + hdu.dataBytes} bytes`;
      throw new FormatError(
        `Cannot read "${path}": the file is cut off: ${lack}; write or copy it again`,
        path,
        hdu.name,
      );
    }
    hdus.push(hdu);
    at = end + Math.ceil(hdu.dataBytes / BLOCK) * BLOCK;
  }
  return hdus;
}
