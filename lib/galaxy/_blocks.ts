import { allocate, release } from "../kernel/mod.ts";
import { BLOCK_ROWS } from "./_table.ts";
import { type Column, COLUMN_WIDTH, type ParticleTable } from "./galaxy.ts";

/**
 * Goes through a table, block of rows after block: `each` gets its columns in the kernels' memory, which the next block
 * overwrites, and the block's first row.
 */
export function eachBlock<const C extends readonly Column[]>(
  table: ParticleTable,
  columns: C,
  each: (arrays: { [K in keyof C]: Float64Array }, first: number) => void,
): void {
  const rows = Math.min(BLOCK_ROWS, table.count);
  const buffers: Float64Array[] = [];
  try {
    for (const column of columns) {
      buffers.push(allocate(Float64Array, rows * COLUMN_WIDTH[column], "a block of particles", { zero: false }));
    }
    for (let first = 0; first < table.count; first += rows) {
      const count = Math.min(rows, table.count - first);
      const arrays = columns.map((column, i) => {
        const array = buffers[i].subarray(0, count * COLUMN_WIDTH[column]);
        table.read(column, first, array);
        return array;
      });
      each(arrays as { [K in keyof C]: Float64Array }, first);
    }
  } finally {
    buffers.forEach(release);
  }
}
