import { NdArray } from "../array/mod.ts";
import { checkFinite, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { type Fills, tableOf } from "./_table.ts";
import { type Column, COLUMN_WIDTH, type Galaxy, GAS_COLUMNS, type ParticleTable, STAR_COLUMNS } from "./galaxy.ts";

/** Numbers of a column: an array of the kernels, a typed array or a list, in order of rows. */
export type ColumnData = NdArray<"float32" | "float64"> | ArrayLike<number>;

/** Stars in memory, all with the same number of rows. */
export interface StarArrays {
  /** [kpc] `[star, 3]`. */
  readonly coords: ColumnData;
  /** [km/s] `[star, 3]`. */
  readonly velocity: ColumnData;
  /** [M_sun] Mass that was formed. */
  readonly mass: ColumnData;
  /** [1] Share of the mass. */
  readonly metallicity: ColumnData;
  /** [Gyr] Age. */
  readonly age: ColumnData;
}

/** Gas in memory, all with the same number of rows. */
export interface GasArrays {
  /** [kpc] `[cell, 3]`. */
  readonly coords: ColumnData;
  /** [km/s] `[cell, 3]`. */
  readonly velocity?: ColumnData;
  /** [M_sun] Mass. */
  readonly mass: ColumnData;
  /** [1] Share of the mass. */
  readonly metallicity: ColumnData;
  /** [1] Share of the mass. */
  readonly hydrogen?: ColumnData;
  /** [1] Share of the mass. */
  readonly oxygen?: ColumnData;
  /** [M_sun/yr] Rate of star formation. */
  readonly starFormationRate?: ColumnData;
}

/** What `galaxyFromArrays` takes. */
export interface GalaxyArrays {
  /** What it is called in messages and headers. Default: "galaxy". */
  readonly name?: string;
  /** [kpc] Center `[3]`. Default: the origin. */
  readonly center?: ArrayLike<number>;
  /** [kpc] Radius that holds half of the mass of stars. Default: computed where it is needed. */
  readonly halfMassRadius?: number;
  /** [1] Redshift of the snapshot. Default 0. */
  readonly redshift?: number;
  /** Stars. */
  readonly stars: StarArrays;
  /** Gas. */
  readonly gas?: GasArrays;
}

function describe(data: ColumnData): string {
  return data instanceof NdArray ? `[${data.shape.join(", ")}]` : `${data.length} numbers`;
}

/** Rows of a column; the error names it. */
function rowsOf(what: string, column: Column, data: ColumnData): number {
  const width = COLUMN_WIDTH[column];
  const flat = !(data instanceof NdArray) || data.shape.length === 1;
  const length = data instanceof NdArray ? data.size : data.length;
  const fits = flat ? length % width === 0 : width === 3 && data.shape.length === 2 && data.shape[1] === 3;
  if (fits) return length / width;
  const expected = width === 3 ? "[particle, 3]" : "[particle]";
  throw new ShapeError(
    `Cannot make a galaxy: ${column} of the ${what} must have shape ${expected}, got ${describe(data)}`,
    expected,
    describe(data),
  );
}

/** A table over arrays, which are not copied. */
export function arrayTable(
  what: string,
  needed: readonly Column[],
  arrays: Partial<Record<Column, ColumnData>>,
): ParticleTable {
  const missing = needed.find((column) => arrays[column] === undefined);
  if (missing) {
    const rule = `the ${what} must have ${needed.join(", ")}`;
    throw new DomainError(`Cannot make a galaxy: ${rule}, but ${missing} is missing`, rule, "none");
  }
  const count = rowsOf(what, needed[0], arrays[needed[0]]!);
  const fills: Fills = {};
  for (const [name, data] of Object.entries(arrays)) {
    const column = name as Column;
    if (data === undefined) continue;
    if (!Object.hasOwn(COLUMN_WIDTH, column)) {
      const rule = `one of ${Object.keys(COLUMN_WIDTH).join(", ")}`;
      throw new DomainError(`Cannot make a galaxy: columns of the ${what} must be ${rule}, got "${name}"`, rule, name);
    }
    const rows = rowsOf(what, column, data);
    if (rows !== count) {
      throw new ShapeError(
        `Cannot make a galaxy: all columns of the ${what} must have the same rows, but ${needed[0]} has ${count} and ` +
          `${column} has ${rows}`,
        `${count} rows`,
        `${rows} rows`,
      );
    }
    const values = data instanceof NdArray ? data.data : data;
    const width = COLUMN_WIDTH[column];
    fills[column] = (first, target) => {
      const [from, to] = [first * width, first * width + target.length];
      if (ArrayBuffer.isView(values)) target.set((values as Float64Array).subarray(from, to));
      else for (let i = from; i < to; i++) target[i - from] = values[i];
    };
  }
  return tableOf(what, count, fills);
}

/** Checks what all galaxies have; the error begins with `operation`. */
export function checkGalaxy(operation: string, galaxy: Galaxy): Galaxy {
  if (galaxy.center.length !== 3) {
    const got = `${galaxy.center.length} numbers`;
    throw new ShapeError(`Cannot ${operation}: its center must be three numbers, got ${got}`, "[3]", got);
  }
  galaxy.center.forEach((c) => checkFinite(c, "center"));
  if (galaxy.halfMassRadius !== undefined) checkPositive(galaxy.halfMassRadius, "halfMassRadius");
  if (!(galaxy.redshift >= 0)) {
    const [rule, got] = ["a redshift of at least 0", String(galaxy.redshift)];
    throw new DomainError(`Cannot ${operation}: it must have ${rule}, got ${got}`, rule, got);
  }
  if (galaxy.stars.count === 0) {
    throw new DomainError(`Cannot ${operation}: it must have stars, but there are none`, "at least one star", "0");
  }
  return galaxy;
}

/**
 * A galaxy of particles in memory. Arrays are read where they lie, not copied, and stay the caller's: `dispose` of the galaxy
 * does nothing.
 *
 * @param arrays Stars, gas, center and radius; float32 or float64, the kernels' arrays or any others.
 * @throws {ShapeError} if the shape of a column is wrong, or columns have different numbers of rows.
 * @throws {DomainError} if a column is missing or unknown, there are no stars, or a number is out of its range.
 * @example
 * ```ts
 * import { galaxyFromArrays } from "@cosmesh/cosmesh/galaxy";
 * using galaxy = galaxyFromArrays({
 *   stars: { coords: [0, 0, 0, 1, 0, 0], velocity: [0, 0, 0, 0, 50, 0], mass: [1e6, 2e6], metallicity: [0.02, 0.01], age: [5, 9] },
 * });
 * const ages = new Float64Array(galaxy.stars.count);
 * galaxy.stars.read("age", 0, ages); // 5, 9
 * ```
 */
export function galaxyFromArrays(arrays: GalaxyArrays): Galaxy {
  const { name = "galaxy", center = [0, 0, 0], halfMassRadius, redshift = 0, stars, gas } = arrays;
  return checkGalaxy("make a galaxy", {
    name,
    center: Float64Array.from(center),
    ...halfMassRadius === undefined ? {} : { halfMassRadius },
    redshift,
    stars: arrayTable("stars", STAR_COLUMNS, { ...stars }),
    ...gas ? { gas: arrayTable("gas", GAS_COLUMNS, { ...gas }) } : {},
    [Symbol.dispose]() {},
  });
}
