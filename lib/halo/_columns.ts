import { FormatError, InputError } from "../base/mod.ts";

/** Columns of numbers in a file. */
export interface ColumnSource {
  /** The file. */
  readonly path: string;
  /** [1] Number of columns. */
  readonly width: number;
  /** Their names, if they have any; the parts of one with three numbers a row are called name[0], name[1], name[2]. */
  readonly names: readonly string[];
  /** Unit that the file gives for a column. */
  unit?(column: number): string | undefined;
  /** Reads columns, each `[row]`. */
  read(columns: readonly number[]): Float64Array[] | Promise<Float64Array[]>;
}

/** What a catalogue needs; the last one may be absent. */
export type HaloColumn = "x" | "y" | "z" | "mass" | "alpha";
/** Units of lengths in tables. */
export type LengthUnit = "Mpc/h" | "kpc/h" | "Mpc" | "kpc";
/** Units of masses in tables. */
export type MassUnit = "M_sun/h" | "M_sun" | "1e10 M_sun/h" | "1e10 M_sun";

const WANTED: readonly HaloColumn[] = ["x", "y", "z", "mass", "alpha"];

const TRIPLES = ["pos", "position", "positions", "halo_positions", "halo_coords", "coordinates", "coords", "grouppos"];
const MASSES = ["mass", "m", "masses", "halo_mass", "halo_masses", "mhalo", "mvir", "m200", "m200m", "m200b", "m200c"];

/** Usual names, the first that is there counts. */
const USUAL: Record<HaloColumn, readonly string[]> = {
  ...Object.fromEntries(["x", "y", "z"].map((a, i) => [a, [
    ...[a, `${a}c`, `pos${a}`, `pos_${a}`, `position_${a}`, `${a}pos`, `${a}_pos`],
    ...TRIPLES.map((name) => `${name}[${i}]`),
  ]])) as Record<"x" | "y" | "z", string[]>,
  mass: [...MASSES, "m_200", "m_vir", "mfof", "m_fof", "fofmass", "groupmass"],
  alpha: ["alpha", "alphas", "halo_alphas"],
};

/** A name without its case, a leading #, a number in parentheses (AHF, Rockstar) and a unit in brackets. */
const plain = (name: string): string =>
  name.trim().toLowerCase().replace(/^#\s*/, "").replace(/\s*\([^)]*\)$/, "").replace(/\s*\[(?!\d\])[^\]]*\]$/, "")
    .trim();

/** Places of the columns asked for, or of those with usual names. */
export function resolveColumns(
  source: ColumnSource,
  given: Partial<Record<HaloColumn, string | number>>,
): Map<HaloColumn, number> {
  const places = new Map<HaloColumn, number>();
  const names = source.names.map(plain);
  const there = source.names.length > 0
    ? `it has ${source.names.slice(0, 20).map((n) => `"${n}"`).join(", ")}`
    : `it has ${source.width} columns without names`;
  for (const wanted of WANTED) {
    const asked = given[wanted];
    if (typeof asked === "number") {
      if (!(Number.isInteger(asked) && asked >= 0 && asked < source.width)) {
        throw new InputError(
          `Cannot read "${source.path}": columns.${wanted} must be a number from 0 to ${
            source.width - 1
          }, got ${asked}`,
          source.path,
          `columns.${wanted}`,
        );
      }
      places.set(wanted, asked);
      continue;
    }
    const exact = source.names.indexOf(asked ?? "");
    const at = exact >= 0
      ? exact
      : asked !== undefined
      ? names.indexOf(plain(asked))
      : USUAL[wanted].map((name) => names.indexOf(name)).find((i) => i >= 0) ?? -1;
    if (at >= 0) places.set(wanted, at);
    else if (asked !== undefined || wanted !== "alpha") {
      const what = asked === undefined ? `a column for ${wanted} by its usual names` : `a column "${asked}"`;
      throw new InputError(
        `Cannot read "${source.path}": there must be ${what}, but ${there}; name it by columns.${wanted}`,
        source.path,
        `columns.${wanted}`,
      );
    }
  }
  return places;
}

/** A unit in ours, and whether it is without h. */
type Unit = readonly [size: number, withoutH: boolean];

/** Units of lengths. */
export const LENGTHS: Readonly<Record<LengthUnit, Unit>> = {
  "Mpc/h": [1, false],
  "kpc/h": [1e-3, false],
  Mpc: [1, true],
  kpc: [1e-3, true],
};
/** Units of masses. */
export const MASSES_OF: Readonly<Record<MassUnit, Unit>> = {
  "M_sun/h": [1, false],
  M_sun: [1, true],
  "1e10 M_sun/h": [1e10, false],
  "1e10 M_sun": [1e10, true],
};

/** A unit by our name of it. */
const canonical = (unit: string): string => unit.replaceAll(/Msun|Msol|M_sol/g, "M_sun").replace(/^c(?=[Mk]pc)/, "");

/** What to multiply by: the unit declared, or that of the file, which must agree. */
export function factorOf(
  source: ColumnSource,
  column: number,
  declared: string | undefined,
  units: Readonly<Record<string, Unit>>,
  key: string,
  h: number | undefined,
): number {
  const name = source.names[column] ?? `column ${column}`;
  const own = source.unit?.(column);
  const choices = Object.keys(units).map((u) => `"${u}"`).join(", ");
  if (own !== undefined && declared !== undefined && canonical(own) !== canonical(declared)) {
    throw new FormatError(
      `Cannot read "${source.path}": units.${key} is "${declared}", but "${name}" has the unit "${own}"; correct one of them`,
      source.path,
      name,
    );
  }
  const unit = canonical(declared ?? own ?? "");
  if (!Object.hasOwn(units, unit)) {
    throw new InputError(
      `Cannot read "${source.path}": units.${key} must be one of ${choices}, got ${declared ?? own ?? "nothing"}`,
      source.path,
      `units.${key}`,
    );
  }
  const [size, without] = units[unit];
  if (!without) return size;
  if (h !== undefined && h > 0 && h < 10) return size * h;
  throw new InputError(
    `Cannot read "${source.path}": units.${key} = "${unit}" needs the reduced Hubble constant, got h = ${h}; give h`,
    source.path,
    "h",
  );
}
