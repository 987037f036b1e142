import { FormatError, InputError } from "../base/mod.ts";
import { openTextRows } from "../halo/mod.ts";
import { type Hdf5File, openHdf5, openNpz } from "../io/mod.ts";
import { checkRows, hdf5Fill } from "./_hdf5_table.ts";
import { type ColumnPlaces, findColumns, type Found, type Names } from "./_places.ts";
import { type Fill, type Fills, joined, scaled, tableOf } from "./_table.ts";
import { densestPoint } from "./center.ts";
import { checkGalaxy } from "./from_arrays.ts";
import { type Column, COLUMN_WIDTH, type Galaxy, GAS_COLUMNS, type ParticleTable, STAR_COLUMNS } from "./galaxy.ts";
import { stem } from "./rubix_file.ts";

/** Options of `readParticles`. */
export interface ParticleFileOptions {
  /** What the file is. Default: what it begins with says. */
  readonly format?: "csv" | "hdf5" | "npz";
  /** What the galaxy is called. Default: the name of the file. */
  readonly name?: string;
  /** [kpc] Center `[3]`. Default: the densest place; see `densestPoint`. */
  readonly center?: ArrayLike<number>;
  /** [kpc] Radius that holds half of the mass of stars. Default: computed where it is needed. */
  readonly halfMassRadius?: number;
  /** [1] Redshift of the snapshot. Default 0. */
  readonly redshift?: number;
  /** Where the columns of stars lie. Default: under usual names. */
  readonly stars?: ColumnPlaces;
  /** Where the columns of gas lie. Default: under usual names, if they are there. */
  readonly gas?: ColumnPlaces;
}

/** A file with columns by name. */
interface Source extends Disposable {
  readonly names: Names;
  /** What fills rows of a column, and how many there are. */
  fill(name: string, width: number): { fill: Fill; rows: number };
}

/** Datasets of a group and of those in it. */
function datasets(file: Hdf5File, group: string): string[] {
  return file.names(group === "" ? "/" : group).flatMap((name) => {
    const path = group === "" ? name : `${group}/${name}`;
    return file.hasDataset(path) ? [path] : datasets(file, path);
  });
}

async function hdf5Source(path: string): Promise<Source> {
  const file = await openHdf5(path);
  const names: Names = {
    path,
    wide: true,
    get all() {
      return datasets(file, "");
    },
    has: (name) => file.hasDataset(name),
    unit: (name) => file.info(name).unit,
  };
  return {
    names,
    fill: (name, width) => hdf5Fill(file, { dataset: name }, width),
    [Symbol.dispose]: () => file.close(),
  };
}

function npzSource(path: string): Source {
  const file = openNpz(path);
  return {
    names: { path, wide: true, all: file.names(), has: (name) => file.has(name), unit: () => undefined },
    fill(name, width) {
      const { shape } = file.info(name);
      const fits = width === 1 ? shape.length === 1 : shape.length === 2 && shape[1] === width;
      if (!fits) {
        const expected = width === 1 ? "[particle]" : `[particle, ${width}]`;
        const why = `array "${name}" must have shape ${expected}, got [${shape.join(", ")}]`;
        throw new FormatError(`Cannot read "${path}": ${why}`, path, name);
      }
      return { fill: (first, target) => file.readRows(name, first, target), rows: shape[0] };
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** Names and units of a header: "age [Gyr]", "age (Gyr)". */
function textNames(path: string, header: readonly string[], width: number): Names & { place(name: string): number } {
  const parts = (header.length > 0 ? header : Array.from({ length: width }, (_, i) => String(i))).map((text) => {
    const [, name, unit] = /^\s*(.*?)\s*(?:[[(]([^\])]*)[\])])?\s*$/.exec(text)!;
    return { name, unit };
  });
  const place = (name: string) => parts.findIndex((part) => part.name === name);
  return {
    path,
    wide: false,
    all: parts.map((part) => part.name),
    has: (name) => place(name) >= 0,
    unit: (name) => parts[place(name)].unit,
    place,
  };
}

/** A text file, of which only columns that `choose` finds are read. */
function textSource(path: string, choose: (names: Names) => Iterable<Found>): Source {
  let [names, wanted] = [textNames(path, [], 0), [] as string[]];
  const rows = openTextRows(path, (header, width) => {
    names = textNames(path, header, width);
    wanted = [...new Set([...choose(names)].flatMap((found) => [...found.names]))];
    return wanted.map((name) => names.place(name));
  });
  return {
    names,
    fill: (name) => {
      const column = wanted.indexOf(name);
      return { fill: (first, target) => rows.readRows(column, first, target), rows: rows.count };
    },
    [Symbol.dispose]: () => rows.close(),
  };
}

function tableIn(what: string, source: Source, columns: ReadonlyMap<Column, Found>): ParticleTable {
  const fills: Fills = {};
  let first: [string, number] | undefined;
  for (const [column, { names, factor }] of columns) {
    const width = COLUMN_WIDTH[column] / names.length;
    const parts = names.map((name) => {
      const part = source.fill(name, width);
      checkRows(source.names.path, first ??= [name, part.rows], [name, part.rows]);
      return part.fill;
    });
    fills[column] = scaled(parts.length > 1 ? joined(parts) : parts[0], factor);
  }
  return tableOf(what, first?.[1] ?? 0, fills);
}

/** What a file begins with. */
export function formatOf(path: string): "csv" | "hdf5" | "npz" {
  const bytes = new Uint8Array(8);
  try {
    using file = Deno.openSync(path);
    file.readSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
  const text = String.fromCharCode(...bytes);
  return text === "\x89HDF\r\n\x1a\n" ? "hdf5" : text.startsWith("PK") ? "npz" : "csv";
}

/**
 * Opens particles in a file of another kind, by the names of its columns:
 *
 * - text (CSV and the like): a header with names, and units in brackets, such as `x [kpc],y [kpc],z [kpc],vx [km/s],...`; lines are
 *   stars; without a header the names are "0", "1", ... Vectors have three columns.
 * - HDF5: datasets, with their units in an attribute `unit`, if they have one.
 * - npz: arrays of `numpy.savez` or `numpy.savez_compressed`.
 *
 * Columns are found under usual names, such as `coords` or `x`, `y`, `z`; `velocity` or `vx`, `vy`, `vz`; `mass`; `metallicity` or
 * `Z`; `age`; those of gas below `gas/` or after `gas_`, those of stars also below `stars/` or after `stars_`; or under the names given.
 * Numbers are in kpc, km/s, M_sun, Gyr and shares of the mass where neither a unit nor a factor says otherwise. Particles are read a
 * block at a time; the file stays open until `dispose`. Arrays of a compressed npz file are held in memory.
 *
 * @param path Path.
 * @param options Names, factors, center, radius and redshift.
 * @throws {InputError} if there is no such file, or a name given is not in it.
 * @throws {FormatError} if a column is missing, has another shape or number of rows than it must or an unknown unit, or there are
 * no stars.
 * @example
 * ```ts
 * import { readParticles } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "x [pc],y [pc],z [pc],vx,vy,vz,m,Z,t\n100,0,0,0,200,0,1e6,0.02,5000\n");
 * using galaxy = await readParticles(path, { center: [0, 0, 0], stars: { age: { names: "t", factor: 1e-3 } } });
 * const coords = new Float64Array(3);
 * galaxy.stars.read("coords", 0, coords); // 0.1, 0, 0
 * ```
 */
export async function readParticles(path: string, options: ParticleFileOptions = {}): Promise<Galaxy> {
  const format = options.format ?? formatOf(path);
  const stars = (names: Names) => findColumns("stars", names, STAR_COLUMNS, options.stars)!;
  const gas = (names: Names) => findColumns("gas", names, GAS_COLUMNS, options.gas);
  const source = format === "hdf5"
    ? await hdf5Source(path)
    : format === "npz"
    ? npzSource(path)
    : textSource(path, (names) => stars(names).values());
  try {
    const { halfMassRadius } = options;
    const table = tableIn("stars", source, stars(source.names));
    if (table.count === 0) throw new FormatError(`Cannot read "${path}": it has no stars`, path, "stars");
    const cells = format === "csv" ? undefined : gas(source.names);
    const gasTable = cells && tableIn("gas", source, cells);
    return checkGalaxy("read a galaxy", {
      name: options.name ?? stem(path),
      center: options.center ? Float64Array.from(options.center) : densestPoint(table),
      ...halfMassRadius === undefined ? {} : { halfMassRadius },
      redshift: options.redshift ?? 0,
      stars: table,
      ...gasTable && gasTable.count > 0 ? { gas: gasTable } : {},
      [Symbol.dispose]: () => source[Symbol.dispose](),
    });
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}
