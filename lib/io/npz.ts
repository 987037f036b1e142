import { inflateRawSync } from "node:zlib";
import { FormatError, InputError, ShapeError } from "../base/mod.ts";
import { type NpyHeader, npyHeader } from "./npy.ts";
import { pathOf } from "./read.ts";
import { readZipDirectory, type ZipMember } from "./_zip.ts";

/** What an array of an npz file is, without its elements. */
export interface NpzArrayInfo {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** NumPy's name of the element type, such as "<f8". */
  readonly type: string;
}

const TYPES: Readonly<Record<string, { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): Numbers }>> = {
  "<f8": Float64Array,
  "<f4": Float32Array,
  "<i8": BigInt64Array,
  "<u8": BigUint64Array,
  "<i4": Int32Array,
  "<u4": Uint32Array,
  "<i2": Int16Array,
  "<u2": Uint16Array,
  "|i1": Int8Array,
  "|u1": Uint8Array,
  "|b1": Uint8Array,
};
type Numbers = ArrayLike<number | bigint>;

interface Member extends NpzArrayInfo {
  readonly zip: ZipMember;
  readonly header: NpyHeader;
  readonly rows: number;
  readonly width: number;
  /** Bytes of a compressed member, once it was read. */
  bytes?: Uint8Array;
}

/** A file of named NumPy arrays that is open for reading. Close it with `using` or `close()`. */
export class NpzFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #zip: ReadonlyMap<string, ZipMember>;
  readonly #members = new Map<string, Member>();
  #open = true;

  /** Used by `openNpz`. */
  constructor(readonly path: string, file: Deno.FsFile) {
    this.#file = file;
    this.#zip = readZipDirectory(file, path);
  }

  /** Names of the arrays, in order of the file. */
  names(): string[] {
    return [...this.#zip.keys()].filter((name) => name.endsWith(".npy")).map((name) => name.slice(0, -4));
  }

  /** Whether there is an array of this name. */
  has(name: string): boolean {
    return this.#zip.has(`${name}.npy`);
  }

  /**
   * Shape and element type of an array.
   *
   * @throws {FormatError} if there is no such array, or it does not hold little-endian numbers or booleans.
   */
  info(name: string): NpzArrayInfo {
    const { shape, type } = this.#member(name);
    return { shape, type };
  }

  /**
   * Reads consecutive rows of an array, as many as fill `target`. An array that is stored as it is, as `numpy.savez` does, is read
   * in parts; a compressed one is kept in memory from its first use on.
   *
   * @param name Array.
   * @param first [1] First row: index along the first axis.
   * @param target Is filled; the numbers of a row are those of all further axes, of which there is one at most in Fortran order.
   * @throws {ShapeError} if there are fewer rows; {FormatError} if the file is broken.
   */
  readRows(name: string, first: number, target: Float64Array): void {
    const member = this.#member(name);
    const { rows, width, header } = member;
    const count = width > 0 ? target.length / width : 0;
    if (!Number.isInteger(count) || !Number.isInteger(first) || first < 0 || first + count > rows) {
      const asked = `${target.length} numbers from row ${first} on`;
      const there = `${rows} rows of ${width}`;
      throw new ShapeError(
        `Cannot read "${name}" of "${this.path}": it has ${there}, asked for ${asked}`,
        there,
        asked,
      );
    }
    if (!header.fortran || width === 1) return this.#numbers(name, member, first * width, target, 0, 1);
    if (header.shape.length > 2) {
      throw this.#error(name, `"${name}" has ${header.shape.length} axes in Fortran order; save a C-ordered copy`);
    }
    const column = target.subarray(0, count);
    for (let c = 0; c < width; c++) this.#numbers(name, member, c * rows + first, target, c, width, column.length);
  }

  /** All elements of an array in C order: for small ones. */
  readNumbers(name: string): Float64Array {
    const { rows, width } = this.#member(name);
    const all = new Float64Array(rows * width);
    this.readRows(name, 0, all);
    return all;
  }

  /** Closes the file. */
  close(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #error(name: string, why: string, cause?: unknown): FormatError {
    return new FormatError(`Cannot read "${this.path}": ${why}`, this.path, name, { cause });
  }

  /** Elements from `start` on, to `target[at]`, `target[at + step]`, ... */
  #numbers(name: string, m: Member, start: number, target: Float64Array, at: number, step: number, n = target.length) {
    const type = TYPES[m.type];
    const item = type.BYTES_PER_ELEMENT;
    const values = new type(this.#bytes(name, m, m.header.start + start * item, n * item).buffer as ArrayBuffer);
    for (let i = 0; i < n; i++) target[at + i * step] = Number(values[i]);
  }

  /** A copy of bytes of a member. */
  #bytes(name: string, member: Pick<Member, "zip" | "bytes">, start: number, length: number): Uint8Array {
    const { zip } = member;
    if (zip.method === 0) {
      if (start + length > zip.size) throw this.#error(name, `"${name}" is cut off; write the file again`);
      return readAt(this.#file, this.path, zip.start + start, length);
    }
    member.bytes ??= this.#inflated(name, zip);
    if (start + length > member.bytes.length) throw this.#error(name, `"${name}" is cut off; write the file again`);
    return member.bytes.slice(start, start + length);
  }

  #inflated(name: string, { start, compressed }: ZipMember): Uint8Array {
    try {
      const { buffer, byteOffset, length } = inflateRawSync(readAt(this.#file, this.path, start, compressed));
      return new Uint8Array(buffer, byteOffset, length);
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      throw this.#error(name, `"${name}" is broken (${(cause as Error).message}); write the file again`, cause);
    }
  }

  #member(name: string): Member {
    const known = this.#members.get(name);
    if (known) return known;
    const zip = this.#zip.get(`${name}.npy`);
    if (!zip) throw this.#error(name, `there is no array "${name}"; it has ${this.names().join(", ") || "none"}`);
    const part: Pick<Member, "zip" | "bytes"> = { zip };
    // Headers of arrays of numbers are 128 bytes long, as a rule; those of format 1.0 end before 2^16.
    const header = npyHeader(this.#bytes(name, part, 0, Math.min(zip.size, 1 << 16)), this.path, name);
    const { type = "", shape } = header;
    if (!(type in TYPES)) {
      const what = header.fields.length > 0 ? "a table of several fields" : `of type "${type}"`;
      throw this.#error(name, `"${name}" must hold little-endian numbers, but it is ${what}; save plain arrays`);
    }
    const [rows = 1, ...rest] = shape;
    const member = { ...part, header, shape, type, rows, width: rest.reduce((a, b) => a * b, 1) };
    this.#members.set(name, member);
    return member;
  }
}

/** Bytes of a file at a place. */
function readAt(file: Deno.FsFile, path: string, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(start, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const got = file.readSync(bytes.subarray(at));
    if (got === null) {
      throw new FormatError(`Cannot read "${path}": it is cut off; copy it again`, path, `byte ${start + at}`);
    }
    at += got;
  }
  return bytes;
}

/**
 * Opens a file of named NumPy arrays, of `numpy.savez` or `numpy.savez_compressed`.
 *
 * @param path Path, or `file:` URL.
 * @throws {InputError} if there is no such file, or it may not be read.
 * @throws {FormatError} if it is no such file, or is cut off.
 * @example
 * ```ts
 * import { openNpz } from "@cosmesh/cosmesh/io";
 * using file = openNpz("test/io/reference/arrays.npz");
 * const row = new Float64Array(3);
 * file.readRows("coords", 1, row);
 * console.log(file.names(), file.info("coords").shape);
 * ```
 */
export function openNpz(path: string | URL): NpzFile {
  const name = pathOf(path);
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(name);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${name}": ${reason}`, name, "", { cause });
  }
  try {
    return new NpzFile(name, file);
  } catch (error) {
    file.close();
    throw error;
  }
}
