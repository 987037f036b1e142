import { FormatError } from "../base/mod.ts";
import { type NdArray, stats } from "../array/mod.ts";

/** What a dataset must be like; a reader refuses others. */
export interface Expectation {
  /** Unit, or several names of it; the dataset's attribute `unit` must be one of them. */
  unit?: string | readonly string[];
  /** Whether a dataset without that attribute is taken to be in this unit. Default: no. */
  unitOptional?: boolean;
  /** Lengths of the axes; a text names an axis of any length: `["halo", 3]`. */
  shape?: readonly (number | string)[];
}

const describeShape = (shape: readonly (number | string)[]): string => `[${shape.join(", ")}]`;

/** Checks a shape; the error names file, dataset and both shapes. */
export function checkShape(
  shape: readonly number[],
  expected: readonly (number | string)[] | undefined,
  path: string,
  dataset: string,
): void {
  if (!expected) return;
  const fits = shape.length === expected.length &&
    shape.every((n, i) => typeof expected[i] === "string" || n === expected[i]);
  if (fits) return;
  throw new FormatError(
    `Cannot read "${path}": dataset "${dataset}" must have shape ${describeShape(expected)}, ` +
      `got ${describeShape(shape)}`,
    path,
    dataset,
  );
}

/** Checks a unit; `actual` is undefined if the dataset has no such attribute. */
export function checkUnit(
  actual: string | undefined,
  { unit, unitOptional }: Expectation,
  path: string,
  dataset: string,
): void {
  if (unit === undefined || (actual === undefined && unitOptional)) return;
  const names = typeof unit === "string" ? [unit] : unit;
  if (actual !== undefined && names.includes(actual)) return;
  const said = actual === undefined ? `it has no attribute "unit"` : `its attribute "unit" says "${actual}"`;
  throw new FormatError(
    `Cannot read "${path}": dataset "${dataset}" must be in ${names[0]}, but ${said}; ` +
      `convert the numbers, or correct the attribute`,
    path,
    dataset,
  );
}

/**
 * Checks that an array read from a file has neither NaN nor infinite elements.
 *
 * @param array Array to check.
 * @param path File, for the message.
 * @param dataset Dataset, for the message.
 * @throws {FormatError} with the number of such elements and the place of the first.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { checkFiniteArray } from "@cosmesh/cosmesh/io";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using field = fromData([1, 2, 3], [3], "float64");
 * checkFiniteArray(field, "fields.h5", "delta_b"); // nothing is wrong
 * ```
 */
export function checkFiniteArray(array: NdArray<"float32"> | NdArray<"float64">, path: string, dataset: string): void {
  if (array.size === 0) return;
  const { nonFinite } = stats(array);
  if (nonFinite === 0) return;
  const first = array.data.findIndex((v) => !Number.isFinite(v));
  const index: number[] = [];
  for (let axis = array.shape.length - 1, rest = first; axis >= 0; axis--) {
    index.unshift(rest % array.shape[axis]);
    rest = Math.floor(rest / array.shape[axis]);
  }
  throw new FormatError(
    `Cannot read "${path}": dataset "${dataset}" has ${nonFinite} values that are NaN or infinite, ` +
      `the first at [${index.join(", ")}]; write the file again`,
    path,
    dataset,
  );
}
