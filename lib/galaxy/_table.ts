import { DomainError, ShapeError } from "../base/mod.ts";
import { type Column, COLUMN_WIDTH, type ParticleTable } from "./galaxy.ts";

/** Fills an array with numbers of consecutive rows, from row `first` on. */
export type Fill = (first: number, target: Float64Array) => void;

/** Columns and what fills them. */
export type Fills = Partial<Record<Column, Fill>>;

/** Rows read at once by whatever goes through all particles; part of the order of sums, so never to follow the machine. */
export const BLOCK_ROWS = 1 << 16;

/** A table whose columns are filled by functions, which are asked for rows that are there. */
export function tableOf(what: string, count: number, fills: Fills): ParticleTable {
  const columns = (Object.keys(COLUMN_WIDTH) as Column[]).filter((column) => fills[column]);
  return {
    count,
    columns,
    read(column, first, target) {
      const fill = fills[column];
      if (!fill) {
        const rule = `a column of the ${what}: ${columns.join(", ")}`;
        throw new DomainError(`Cannot read "${column}": it must be ${rule}`, rule, column);
      }
      const rows = target.length / COLUMN_WIDTH[column];
      if (!Number.isInteger(rows) || !Number.isInteger(first) || first < 0 || first + rows > count) {
        const asked = `${target.length} numbers from row ${first} on`;
        throw new ShapeError(
          `Cannot read "${column}" of the ${what}: there are ${count} rows of ${
            COLUMN_WIDTH[column]
          }, asked for ${asked}`,
          `rows below ${count}`,
          asked,
        );
      }
      if (rows > 0) fill(first, target);
    },
  };
}

/** Rows of three numbers from three columns. */
export function joined(parts: readonly Fill[]): Fill {
  return (first, target) => {
    const width = parts.length;
    const part = new Float64Array(target.length / width);
    parts.forEach((fill, c) => {
      fill(first, part);
      for (let i = 0, at = c; i < part.length; i++, at += width) target[at] = part[i];
    });
  };
}

/** Numbers times a factor. */
export function scaled(fill: Fill, factor: number): Fill {
  if (factor === 1) return fill;
  return (first, target) => {
    fill(first, target);
    for (let i = 0; i < target.length; i++) target[i] *= factor;
  };
}

/** Column `index` of rows of `width` numbers. */
export function picked(fill: Fill, width: number, index: number): Fill {
  return (first, target) => {
    const rows = new Float64Array(width * Math.min(target.length, BLOCK_ROWS));
    for (let at = 0; at < target.length; at += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, target.length - at);
      fill(first + at, rows.subarray(0, width * count));
      for (let i = 0, from = index; i < count; i++, from += width) target[at + i] = rows[from];
    }
  };
}
