import { FormatError } from "../base/mod.ts";
import type { Expectation, Hdf5File } from "../io/mod.ts";
import { type Fill, type Fills, picked, scaled, tableOf } from "./_table.ts";
import { type Column, COLUMN_WIDTH, type ParticleTable } from "./galaxy.ts";

/** Where the numbers of a column lie in an HDF5 file. */
export interface Hdf5Column extends Expectation {
  readonly dataset: string;
  /** Which number of rows of several; left out where all make the column. */
  readonly index?: number;
  /** What numbers are multiplied by. Default 1. */
  readonly factor?: number;
}

/** What fills a column from a dataset, and how many rows it has. Unit and shape are checked here. */
export function hdf5Fill(file: Hdf5File, column: Hdf5Column, width: number): { fill: Fill; rows: number } {
  const { dataset, index, factor = 1, ...expected } = column;
  const shape = index !== undefined ? ["particle", "number"] : width === 1 ? ["particle"] : ["particle", width];
  file.readRows(dataset, 0, new Float64Array(0), { shape, ...expected });
  const [rows, wide] = file.info(dataset).shape;
  const whole: Fill = (first, target) => file.readRows(dataset, first, target);
  if (index === undefined) return { fill: scaled(whole, factor), rows };
  if (index >= wide) {
    const why = `dataset "${dataset}" must have at least ${index + 1} numbers in a row, got ${wide}`;
    throw new FormatError(`Cannot read "${file.path}": ${why}`, file.path, dataset);
  }
  return { fill: scaled(picked(whole, wide, index), factor), rows };
}

/** Checks that a column has as many rows as another one. */
export function checkRows(path: string, first: [name: string, rows: number], [name, rows]: [string, number]): void {
  if (rows === first[1]) return;
  throw new FormatError(
    `Cannot read "${path}": all columns must have the same rows, but "${first[0]}" has ${
      first[1]
    } and "${name}" has ${rows}`,
    path,
    name,
  );
}

/** A table of datasets, which are read a block of rows at a time. */
export function hdf5Table(
  what: string,
  file: Hdf5File,
  columns: Partial<Record<Column, Hdf5Column>>,
): ParticleTable {
  const fills: Fills = {};
  let first: [string, number] | undefined;
  for (const [name, column] of Object.entries(columns) as [Column, Hdf5Column][]) {
    const { fill, rows } = hdf5Fill(file, column, COLUMN_WIDTH[name]);
    checkRows(file.path, first ??= [column.dataset, rows], [column.dataset, rows]);
    fills[name] = fill;
  }
  return tableOf(what, first?.[1] ?? 0, fills);
}
