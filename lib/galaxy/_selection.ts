import { BLOCK_ROWS, type Fills, tableOf } from "./_table.ts";
import { COLUMN_WIDTH, type ParticleTable } from "./galaxy.ts";

/** Which rows of a table are kept: a bit for each, and how many are kept before each block. */
export class Selection {
  readonly #bits: Uint8Array;
  readonly #before: Float64Array;
  readonly #rows: number;
  #sealed = false;

  /** Nothing of `rows` rows is kept yet. */
  constructor(rows: number) {
    this.#rows = rows;
    this.#bits = new Uint8Array(Math.ceil(rows / 8));
    this.#before = new Float64Array(Math.ceil(rows / BLOCK_ROWS) + 1);
  }

  /** Keeps a row that was not kept yet. */
  add(row: number): void {
    this.#bits[row >>> 3] |= 1 << (row & 7);
    this.#before[Math.floor(row / BLOCK_ROWS) + 1]++;
  }

  /** Ends the choice; returns the number of rows kept. */
  seal(): number {
    if (!this.#sealed) { for (let b = 1; b < this.#before.length; b++) this.#before[b] += this.#before[b - 1]; }
    this.#sealed = true;
    return this.#before[this.#before.length - 1];
  }

  /**
   * Calls `each(start, rows)` for the blocks of the table that hold kept rows `first` and the `count - 1` after it; `rows` are
   * their places in the block.
   */
  blocks(first: number, count: number, each: (start: number, length: number, rows: Uint32Array) => void): void {
    let block = this.#blockOf(first);
    const rows = new Uint32Array(Math.min(BLOCK_ROWS, this.#rows));
    for (let skip = first - this.#before[block]; count > 0; block++, skip = 0) {
      const start = block * BLOCK_ROWS;
      const end = Math.min(start + BLOCK_ROWS, this.#rows);
      let found = 0;
      let last = start;
      for (let row = start; row < end && found < count; row++) {
        if ((this.#bits[row >>> 3] >> (row & 7) & 1) === 0) continue;
        if (skip > 0) skip--;
        else {
          rows[found++] = row - start;
          last = row;
        }
      }
      if (found > 0) each(start, last + 1 - start, rows.subarray(0, found));
      count -= found;
    }
  }

  /** The block that holds a kept row. */
  #blockOf(kept: number): number {
    let [low, high] = [0, this.#before.length - 1];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.#before[middle] <= kept) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** The rows of a table that are kept, in its order. Of the table a block is held at a time. */
export function selected(what: string, table: ParticleTable, selection: Selection): ParticleTable {
  const fills: Fills = {};
  for (const column of table.columns) {
    const width = COLUMN_WIDTH[column];
    fills[column] = (first, target) => {
      let at = 0;
      selection.blocks(first, target.length / width, (start, length, rows) => {
        const block = new Float64Array(width * length);
        table.read(column, start, block);
        for (const row of rows) for (let c = 0; c < width; c++) target[at++] = block[row * width + c];
      });
    };
  }
  return tableOf(what, selection.seal(), fills);
}
