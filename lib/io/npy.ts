import { FormatError } from "../base/mod.ts";

/** Header of an array in NumPy's format. */
export interface NpyHeader {
  /** Type of the elements, such as "<f4"; undefined for a structured array. */
  readonly type?: string;
  /** Fields of a structured array, in order; `count` numbers each. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly count?: number }[];
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  /** [byte] Where the elements begin. */
  readonly start: number;
}

/**
 * Header of an array file of NumPy (formats 1.0 to 3.0).
 *
 * @param bytes Beginning of the file, with all of its header.
 * @param path File, for messages.
 * @param location What messages call the array, if it is one of several in the file.
 * @throws {FormatError} if it is no such file.
 * @example
 * ```ts
 * import { npyHeader } from "@cosmesh/cosmesh/io";
 * const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
 * const bytes = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length, 0);
 * const header = npyHeader(Uint8Array.from([...bytes, ...new TextEncoder().encode(text)]), "a.npy");
 * console.log(header.type, header.shape); // <f4 [ 2, 3 ]
 * ```
 */
export function npyHeader(bytes: Uint8Array, path: string, location = "header"): NpyHeader {
  if (bytes.length < 12 || bytes[0] !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== "NUMPY") {
    const what = location === "header" ? "it" : location;
    const why = `${what} is no array of NumPy's format; write it with numpy.save`;
    throw new FormatError(`Cannot read "${path}": ${why}`, path, location);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [length, at] = bytes[6] === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const text = new TextDecoder().decode(bytes.subarray(at, at + length));
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fields = [...text.matchAll(/\('([^']*)',\s*'([^']*)'(?:,\s*\((\d+),?\))?\)/g)];
  return {
    ...(type === undefined ? {} : { type }),
    fields: fields.map(([, name, type, count]) => ({ name, type, ...(count ? { count: Number(count) } : {}) })),
    shape: /'shape':\s*\(([^)]*)\)/.exec(text)?.[1].split(",").filter((s) => s.trim()).map(Number) ?? [],
    fortran: /'fortran_order':\s*True/.test(text),
    start: at + length,
  };
}
