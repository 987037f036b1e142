/** Files that tests of lib/radiation make, and what they expect of errors. */

import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { type Hdf5Output, openHdf5, writeHdf5 } from "../../lib/io/mod.ts";

/** Path of a file in `reference/`. */
export const reference = (name: string): URL => new URL(`reference/${name}`, import.meta.url);

export { inFolder } from "../support/folder.ts";

/** Checks for a FormatError at a place of a file. */
export const formatError = (path: string, location: string, message: RegExp) => (error: unknown): true => {
  assert.ok(isToolkitError(error, "FormatError"), String(error));
  assert.deepEqual([error.path, error.location], [path, location]);
  assert.ok(error.message.startsWith(`Cannot read "${path}": `), error.message);
  assert.match(error.message, message);
  return true;
};

/** Checks for an InputError about a key of a source. */
export const inputError = (source: string, key: string, message: RegExp) => (error: unknown): true => {
  assert.ok(isToolkitError(error, "InputError"), String(error));
  assert.deepEqual([error.source, error.key], [source, key]);
  assert.match(error.message, message);
  return true;
};

/** A dataset: numbers, shape and perhaps a unit. */
export interface Dataset {
  data: Float32Array | Float64Array;
  shape: number[];
  unit?: string;
}

/** Writes datasets. */
export async function writeDatasets(
  path: string,
  datasets: Readonly<Record<string, Dataset>>,
  more: (file: Hdf5Output) => void = () => {},
): Promise<void> {
  await writeHdf5(path, (file) => {
    for (const [name, { data, shape, unit }] of Object.entries(datasets)) {
      file.writeArray(name, data, { shape, ...(unit === undefined ? {} : { unit }) });
    }
    more(file);
  });
}

/** Numbers of a dataset of a file. */
export async function numbersOf(path: string | URL, dataset: string): Promise<Float64Array> {
  using file = await openHdf5(path);
  return file.readNumbers(dataset);
}
