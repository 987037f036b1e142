import { FormatError, InputError, ShapeError } from "../base/mod.ts";
import { numbersOf } from "./_kernel.ts";
import { faultError, type Head, headOf } from "./_text.ts";

/** [byte] Text that is read at once; a line is shorter. */
const CHUNK = 1 << 22;
/** Chunks whose numbers are kept. */
const KEPT = 4;

/** Whole lines of a file. */
interface Chunk {
  readonly offset: number;
  readonly bytes: number;
  /** Rows and lines before it. */
  readonly row: number;
  readonly line: number;
}

/** Columns of numbers of a text file that is open, read in parts. Close it with `using` or `close()`. */
export class TextRows implements Disposable {
  /** [1] Number of rows. */
  readonly count: number;
  /** The columns that were chosen: their places in a line. */
  readonly columns: readonly number[];
  readonly #file: Deno.FsFile;
  readonly #head: Head;
  readonly #chunks: Chunk[] = [];
  readonly #kept = new Map<Chunk, Float64Array>();
  #open = true;

  /** Used by `openTextRows`; goes once through the file. */
  constructor(readonly path: string, file: Deno.FsFile, head: unknown, columns: readonly number[]) {
    this.#file = file;
    this.#head = head as Head;
    this.columns = columns;
    this.count = this.#scan();
  }

  /**
   * Reads numbers of a column in consecutive rows, as many as fill `target`.
   *
   * @param column [1] Place among `columns`.
   * @param first [1] First row.
   * @param target Is filled.
   * @throws {ShapeError} if there are fewer rows.
   */
  readRows(column: number, first: number, target: Float64Array): void {
    if (!(Number.isInteger(first) && first >= 0 && first + target.length <= this.count)) {
      const [there, asked] = [`${this.count} rows`, `${target.length} from ${first} on`];
      throw new ShapeError(`Cannot read "${this.path}": it has ${there}, asked for ${asked}`, there, asked);
    }
    const width = this.columns.length;
    let index = this.#chunkOf(first);
    for (let at = 0; at < target.length; index++) {
      const chunk = this.#chunks[index];
      const numbers = this.#numbers(chunk);
      const from = first + at - chunk.row;
      const rows = Math.min(target.length - at, numbers.length / width - from);
      for (let i = 0; i < rows; i++) target[at + i] = numbers[(from + i) * width + column];
      at += rows;
    }
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

  /** Finds chunks of whole lines, and checks all their numbers; returns the number of rows. */
  #scan(): number {
    const buffer = new Uint8Array(CHUNK);
    let [offset, row, line] = [this.#head.skip, 0, this.#head.lines];
    while (true) {
      const end = this.#readAt(offset, buffer);
      const last = end < CHUNK;
      const bytes = last ? end : buffer.lastIndexOf(10) + 1;
      if (bytes === 0 && !last) {
        const where = `line ${line + 1}`;
        throw new FormatError(`Cannot read "${this.path}": ${where} is longer than 4 MiB`, this.path, where);
      }
      if (bytes === 0) return row;
      const chunk = { offset, bytes, row, line };
      const { numbers, lines } = this.#parse(chunk, buffer.subarray(0, bytes));
      if (numbers.length > 0) this.#chunks.push(chunk);
      [offset, row, line] = [offset + bytes, row + numbers.length / this.columns.length, line + lines];
      if (last) return row;
    }
  }

  #parse(chunk: Chunk, text: Uint8Array): { numbers: Float64Array; lines: number } {
    const { delimiter } = this.#head;
    const wanted = Uint32Array.from(this.columns);
    const { numbers, lines, fault } = numbersOf(text, delimiter === " " ? 0 : delimiter.charCodeAt(0), wanted);
    if (fault) throw faultError(this.path, this.#head, text, chunk.line, fault);
    return { numbers, lines };
  }

  #numbers(chunk: Chunk): Float64Array {
    const kept = this.#kept.get(chunk);
    if (kept) return kept;
    const text = new Uint8Array(chunk.bytes);
    this.#readAt(chunk.offset, text);
    const { numbers } = this.#parse(chunk, text);
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(chunk, numbers);
    return numbers;
  }

  /** Fills from a place of the file on; returns how far. */
  #readAt(offset: number, buffer: Uint8Array): number {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let at = 0;
    while (at < buffer.length) {
      const got = this.#file.readSync(buffer.subarray(at));
      if (got === null) break;
      at += got;
    }
    return at;
  }

  /** Place of the chunk that has a row. */
  #chunkOf(row: number): number {
    let [low, high] = [0, this.#chunks.length];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle].row <= row) low = middle;
      else high = middle;
    }
    return low;
  }
}

/**
 * Opens a text file of lines of numbers, such as CSV, whose columns are to be read in parts: after one pass that checks it, a few
 * megabytes are held at a time. Fields lie between commas or semicolons, if the first row has one, else between spaces or
 * tabs; `#` begins a comment; names are those of a first line without numbers, or of a comment.
 *
 * @param path Path.
 * @param choose Which columns are read, counted from 0, given the names (none if there are none) and the number of columns.
 * @throws {InputError} if there is no such file, or a column is chosen that it does not have.
 * @throws {FormatError} that names the line where a field of a chosen column is no number, or if there are no rows.
 * @example
 * ```ts
 * import { openTextRows } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "mass,x\n1e10,2.5\n3e10,0.5\n");
 * using rows = openTextRows(path, (names) => [names.indexOf("x")]);
 * const x = new Float64Array(2);
 * rows.readRows(0, 0, x); // 2.5, 0.5
 * ```
 */
export function openTextRows(
  path: string,
  choose: (names: readonly string[], width: number) => readonly number[],
): TextRows {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
  try {
    const first = new Uint8Array(CHUNK);
    let at = 0;
    for (let got: number | null = 0; got !== null && at < CHUNK; at += got ?? 0) {
      got = file.readSync(first.subarray(at));
    }
    const head = headOf(path, first.subarray(0, at), undefined);
    const columns = choose(head.names, head.width);
    const beyond = columns.find((column) => !(column >= 0 && column < head.width));
    if (beyond !== undefined) {
      const why = `it has ${head.width} columns, but column ${beyond} is asked for, counted from 0`;
      throw new InputError(`Cannot read "${path}": ${why}`, path, String(beyond));
    }
    return new TextRows(path, file, head, columns);
  } catch (error) {
    file.close();
    throw error;
  }
}
