import { FormatError } from "../base/mod.ts";

const BLOCK = 1 << 20;
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const [NEWLINE, RETURN, SPACE, HASH] = [10, 13, 32, 35];

/** About the most rows that a text table may have: its bytes over those of the shortest row at its start. */
export async function textRows(path: string): Promise<number> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const start = new Uint8Array(Math.min(size, 65536));
  const read = await file.read(start) ?? 0;
  const rows = new TextDecoder("latin1").decode(start.subarray(0, read)).split("\n")
    .filter((row, i, all) => row.trim() !== "" && !row.trimStart().startsWith("#") && (i < all.length - 1 || i === 0));
  return rows.length === 0 ? 0 : Math.ceil(size / (Math.min(...rows.map((row) => row.length)) + 1));
}

/**
 * Columns of a text table: numbers separated by spaces or tabs; empty rows and those that start with # are left
 * out. The file is read block by block.
 *
 * @param path File.
 * @param columns [1] Which columns, counted from 0.
 * @param names What they hold, for messages.
 * @throws {FormatError} naming the line, where a row is short or has something that is not a finite number.
 */
export async function readColumns(
  path: string,
  columns: readonly number[],
  names: readonly string[],
): Promise<Float64Array[]> {
  const parser = new ColumnParser(path, columns, names, Math.max(await textRows(path), 1));
  using file = await Deno.open(path);
  let buffer = new Uint8Array(2 * BLOCK);
  let held = 0;
  for (;;) {
    if (held === buffer.length) {
      // A row longer than the buffer.
      const larger = new Uint8Array(2 * held);
      larger.set(buffer);
      buffer = larger;
    }
    const read = await file.read(buffer.subarray(held));
    if (read === null) break;
    held += read;
    const end = buffer.lastIndexOf(NEWLINE, held - 1) + 1;
    parser.parse(buffer.subarray(0, end));
    buffer.copyWithin(0, end, held);
    held -= end;
  }
  if (held > 0) parser.parse(buffer.subarray(0, held));
  return parser.columns();
}

class ColumnParser {
  /** Place among the columns asked for of each column of the file, or -1. */
  readonly #places: Int32Array;
  readonly #last: number;
  #values: Float64Array[];
  #room: number;
  #rows = 0;
  #line = 0;
  #text = "";

  constructor(
    readonly path: string,
    columns: readonly number[],
    readonly names: readonly string[],
    room: number,
  ) {
    this.#last = Math.max(...columns);
    this.#places = new Int32Array(this.#last + 1).fill(-1);
    columns.forEach((column, place) => this.#places[column] = place);
    this.#room = room;
    this.#values = columns.map(() => new Float64Array(room));
  }

  columns(): Float64Array[] {
    return this.#values.map((values) => values.subarray(0, this.#rows));
  }

  /** Parses whole rows. */
  parse(bytes: Uint8Array): void {
    const places = this.#places;
    const last = this.#last;
    const end = bytes.length;
    this.#text = "";
    let p = 0;
    while (p < end) {
      this.#line++;
      let column = 0;
      for (;;) {
        while (p < end && isGap(bytes[p])) p++;
        if (p >= end || bytes[p] === NEWLINE) break;
        if (column === 0 && bytes[p] === HASH) {
          while (p < end && bytes[p] !== NEWLINE) p++;
          break;
        }
        const start = p;
        while (p < end && bytes[p] !== NEWLINE && !isGap(bytes[p])) p++;
        if (column <= last && places[column] >= 0) {
          if (this.#rows === this.#room) this.#grow();
          this.#values[places[column]][this.#rows] = this.#number(bytes, start, p, column);
        }
        column++;
      }
      p++;
      if (column > last) this.#rows++;
      else if (column > 0) {
        throw this.#error(
          `line ${this.#line} must have at least ${last + 1} columns (${this.names.join(", ")}), got ${column}`,
        );
      }
    }
  }

  #grow(): void {
    this.#room *= 2;
    this.#values = this.#values.map((old) => {
      const larger = new Float64Array(this.#room);
      larger.set(old);
      return larger;
    });
  }

  /** A decimal number, correctly rounded: 15 digits and powers up to 10^22 are exact, and so is their product's rounding. */
  #number(bytes: Uint8Array, start: number, end: number, column: number): number {
    let p = start;
    const negative = bytes[p] === 45;
    if (negative || bytes[p] === 43) p++;
    let [mantissa, digits, exponent, seen] = [0, 0, 0, false];
    let point = false;
    for (; p < end; p++) {
      const d = bytes[p] - 48;
      if (d >= 0 && d <= 9) {
        seen = true;
        mantissa = mantissa * 10 + d;
        if (mantissa > 0) digits++;
        if (point) exponent--;
      } else if (bytes[p] === 46 && !point) point = true;
      else break;
    }
    if (p < end && seen && (bytes[p] | 32) === 101) {
      p++;
      const below = bytes[p] === 45;
      if (below || bytes[p] === 43) p++;
      let power = p < end ? 0 : NaN;
      for (; p < end; p++) {
        const d = bytes[p] - 48;
        if (!(d >= 0 && d <= 9)) break;
        power = power * 10 + d;
      }
      exponent += below ? -power : power;
    }
    if (p === end && seen && digits <= 15 && exponent >= -22 && exponent <= 22) {
      const value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
      return negative ? -value : value;
    }
    this.#text ||= new TextDecoder("latin1").decode(bytes);
    const word = this.#text.slice(start, end);
    const value = Number(word);
    if (Number.isFinite(value)) return value;
    const name = this.names[this.#places[column]];
    throw this.#error(`column ${column} (${name}) of line ${this.#line} must be a finite number, got "${word}"`);
  }

  #error(what: string): FormatError {
    const way = "; write or copy the file again, or name other columns";
    return new FormatError(`Cannot read "${this.path}": ${what}${way}`, this.path, `line ${this.#line}`);
  }
}

function isGap(byte: number): boolean {
  return byte === SPACE || byte === 9 || byte === RETURN;
}
