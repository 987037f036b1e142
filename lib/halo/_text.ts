import { FormatError, InputError, isToolkitError } from "../base/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import type { ColumnSource } from "./_columns.ts";
import { numbersOf, type TextFault } from "./_kernel.ts";

/** Place of the error for a file without rows. */
const EMPTY = "line 1";
/** Bytes read at once; a line is shorter. */
const CHUNK = 1 << 23;

/** Splits a line as the kernel does, for names. */
const split = (line: string, delimiter: string): string[] =>
  (delimiter === " " ? line.trim().split(/\s+/) : line.split(delimiter)).map((s) => s.trim().replace(/^"(.*)"$/, "$1"));

const isNumber = (text: string): boolean =>
  text !== "" && !Number.isNaN(Number(text.replace(/^[+-]?inf$|^nan$/i, "0")));

/** How the lines of a text file are to be read. */
export interface Head {
  names: string[];
  width: number;
  delimiter: string;
  /** Bytes and lines before the first row. */
  skip: number;
  lines: number;
}

/** Names and delimiter from the first lines. */
export function headOf(path: string, bytes: Uint8Array, given: string | undefined): Head {
  const comments: string[] = [];
  let [at, lines] = [0, 0];
  const next = () => {
    const end = bytes.indexOf(10, at);
    const line = new TextDecoder().decode(bytes.slice(at, end < 0 ? bytes.length : end)).replace(/\r$/, "");
    return { line, after: end < 0 ? bytes.length : end + 1 };
  };
  while (at < bytes.length) {
    const { line, after } = next();
    const text = line.trim();
    if (text !== "" && !text.startsWith("#")) {
      const delimiter = given ?? (text.includes(",") ? "," : text.includes(";") ? ";" : " ");
      const fields = split(text, delimiter);
      const width = fields.length;
      if (fields.some(isNumber)) {
        const named = comments.map((c) => split(c.replace(/^#+\s*/, ""), c.includes(delimiter) ? delimiter : " "));
        return { names: named.find((n) => n.length === width) ?? [], width, delimiter, skip: at, lines };
      }
      return { names: fields, width, delimiter, skip: after, lines: lines + 1 };
    }
    if (text !== "") comments.push(text);
    at = after;
    lines++;
  }
  throw new FormatError(`Cannot read "${path}": it has no rows`, path, EMPTY);
}

/**
 * Columns of numbers of a text file, as `readHaloTable` reads them, without conversion: lines of fields, `#` begins a
 * comment. A file without rows has columns of none.
 *
 * @param path Path.
 * @param columns [1] Which columns, counted from 0.
 * @param delimiter One character between fields. Default: a comma or semicolon if the first row has one, else spaces and tabs.
 * @returns One array for each column, `[row]`.
 * @throws {FormatError} that names the line where a row is short or has no number; {InputError} for a column beyond the row's.
 * @example
 * ```ts
 * import { readTextColumns } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".txt" });
 * await Deno.writeTextFile(path, "# mass x\n1e10 2.5\n3e10 0.5\n");
 * const [x] = await readTextColumns(path, [1]);
 * console.log(x.length, x[0]); // 2 2.5
 * ```
 */
export async function readTextColumns(
  path: string,
  columns: readonly number[],
  delimiter?: string,
): Promise<Float64Array[]> {
  const source = await openText(path, delimiter).catch((error) => {
    if (isToolkitError(error, "FormatError") && error.location === EMPTY) return undefined;
    throw error;
  });
  if (!source) return columns.map(() => new Float64Array());
  const beyond = columns.find((column) => column >= source.width);
  if (beyond === undefined) return await source.read(columns);
  const why = `it has ${source.width} columns, but column ${beyond} is asked for, counted from 0; name other columns`;
  throw new InputError(`Cannot read "${path}": ${why}`, path, String(beyond));
}

/** Lines and fields of a text file; a file is read again for each `read`. */
export async function openText(path: string, delimiter: string | undefined): Promise<ColumnSource> {
  if (delimiter !== undefined && !/^[\t -~]$/.test(delimiter)) {
    throw new InputError(`Cannot read "${path}": delimiter must be one ASCII character`, path, "delimiter");
  }
  const first = new Uint8Array(CHUNK);
  using file = await Deno.open(path);
  const head = headOf(path, first.subarray(0, await fill(file, first, 0)), delimiter);
  const { names, width } = head;
  return { path, names, width, read: (columns) => readText(path, head, columns) };
}

/** Reads until the buffer is full or the file ends; returns how far it is filled. */
async function fill(file: Deno.FsFile, buffer: Uint8Array, from: number): Promise<number> {
  let at = from;
  while (at < buffer.length) {
    const got = await file.read(buffer.subarray(at));
    if (got === null) break;
    at += got;
  }
  return at;
}

async function readText(path: string, head: Head, columns: readonly number[]): Promise<Float64Array[]> {
  const wanted = Uint32Array.from(columns);
  const delimiter = head.delimiter === " " ? 0 : head.delimiter.charCodeAt(0);
  const parts: Float64Array[] = [];
  using file = await Deno.open(path);
  await file.seek(head.skip, Deno.SeekMode.Start);
  const buffer = allocate(Uint8Array, CHUNK, `reading "${path}"`, { zero: false });
  try {
    let [kept, lines] = [0, head.lines];
    while (true) {
      const end = await fill(file, buffer, kept);
      const last = end < CHUNK;
      // A chunk ends with a line; the rest is moved to the front.
      const whole = last ? end : buffer.lastIndexOf(10, end - 1) + 1;
      if (whole === 0 && !last) {
        throw new FormatError(
          `Cannot read "${path}": line ${lines + 1} is longer than 8 MiB`,
          path,
          `line ${lines + 1}`,
        );
      }
      if (whole > 0) {
        const text = buffer.subarray(0, whole);
        const { numbers, lines: read, fault } = numbersOf(text, delimiter, wanted);
        if (fault) throw faultError(path, head, text, lines, fault);
        parts.push(numbers);
        lines += read;
      }
      if (last) break;
      buffer.copyWithin(0, whole, end);
      kept = end - whole;
    }
  } finally {
    release(buffer);
  }
  return columnsOf(parts, columns.length);
}

/** Columns of rows in parts. */
function columnsOf(parts: Float64Array[], width: number): Float64Array[] {
  const rows = parts.reduce((sum, part) => sum + part.length, 0) / width;
  const columns = Array.from({ length: width }, () => new Float64Array(rows));
  let row = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; row++) for (let c = 0; c < width; c++) columns[c][row] = part[i++];
  }
  return columns;
}

/** The error for a field that is no number. */
export function faultError(path: string, head: Head, bytes: Uint8Array, before: number, fault: TextFault): FormatError {
  const line = new TextDecoder().decode(bytes.slice()).split("\n")[fault.line].trim();
  const got = split(line, head.delimiter)[fault.field];
  const name = head.names[fault.field] === undefined ? "" : ` ("${head.names[fault.field]}")`;
  const where = `line ${before + fault.line + 1}`;
  const what = got === undefined ? `only ${split(line, head.delimiter).length} fields` : `"${got}"`;
  return new FormatError(
    `Cannot read "${path}": field ${fault.field}${name} of ${where} must be a number, got ${what}`,
    path,
    where,
  );
}
