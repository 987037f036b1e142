import { FormatError, InputError } from "../base/mod.ts";
import { factorOf, unitsOf } from "./_units.ts";
import { type Column, COLUMN_WIDTH } from "./galaxy.ts";

/** Where the numbers of a column lie in a file. */
export interface ColumnPlace {
  /** Name of a column, dataset or array; three names for vectors whose components lie apart. */
  readonly names: string | readonly string[];
  /** What turns the numbers into the toolkit's unit [kpc, km/s, M_sun, Gyr, share, M_sun/yr]. Default: what the file's unit says, else 1. */
  readonly factor?: number;
}

/** Where columns lie in a file. */
export type ColumnPlaces = Partial<Record<Column, string | readonly string[] | ColumnPlace>>;

/** Names in a file. */
export interface Names {
  readonly path: string;
  readonly all: readonly string[];
  has(name: string): boolean;
  unit(name: string): string | undefined;
  /** Whether one name can hold rows of three numbers. */
  readonly wide: boolean;
}

/** A column that was found. */
export interface Found {
  readonly names: readonly string[];
  readonly factor: number;
}

const TRIPLE = (name: string) => ["x", "y", "z"].map((axis) => name.replace("*", axis));

/** Usual names, the first that is there counts. */
const USUAL: Record<Column, readonly (readonly string[])[]> = {
  coords: [
    ["coords"],
    ["coordinates"],
    ["positions"],
    ["position"],
    ["pos"],
    TRIPLE("*"),
    TRIPLE("pos_*"),
    TRIPLE("coords_*"),
  ],
  velocity: [["velocity"], ["velocities"], ["vel"], TRIPLE("v*"), TRIPLE("v_*"), TRIPLE("vel_*"), TRIPLE("velocity_*")],
  mass: [["mass"], ["masses"], ["initial_mass"], ["m"]],
  metallicity: [["metallicity"], ["metals"], ["Z"]],
  age: [["age"], ["ages"]],
  hydrogen: [["hydrogen"], ["H"]],
  oxygen: [["oxygen"], ["O"]],
  starFormationRate: [["starFormationRate"], ["sfr"], ["SFR"]],
};

function factorIn(names: Names, column: Column, found: readonly string[]): number {
  const [first, ...others] = found.map((name) => names.unit(name));
  const differs = others.findIndex((unit) => unit !== first);
  const fail = (name: string, why: string): never => {
    throw new FormatError(`Cannot read "${names.path}": ${why}; give its factor in the options`, names.path, name);
  };
  if (differs >= 0) {
    fail(found[differs + 1], `${found.join(", ")} must have one unit, got "${first}" and "${others[differs]}"`);
  }
  if (first === undefined) return 1;
  const factor = factorOf(column, first);
  if (factor !== undefined) return factor;
  return fail(
    found[0],
    `"${found[0]}" must be in one of the units ${unitsOf(column).join(", ")}, but it is in "${first}"`,
  );
}

/** Finds the columns of stars or gas; undefined if there is nothing of them and nothing was asked for. */
export function findColumns(
  what: "stars" | "gas",
  names: Names,
  needed: readonly Column[],
  places: ColumnPlaces | undefined,
): Map<Column, Found> | undefined {
  const found = new Map<Column, Found>();
  const prefixes = what === "stars" ? ["stars/", "stars_", "star_", ""] : ["gas/", "gas_"];
  for (const column of Object.keys(COLUMN_WIDTH) as Column[]) {
    const given = places?.[column];
    let at: readonly string[] | undefined;
    let factor: number | undefined;
    if (given !== undefined) {
      const place = typeof given === "string" || Array.isArray(given)
        ? { names: given as string | readonly string[] }
        : given as ColumnPlace;
      at = typeof place.names === "string" ? [place.names] : place.names;
      factor = place.factor;
      const missing = at.find((name) => !names.has(name));
      if (missing !== undefined) {
        throw new InputError(
          `Cannot read "${names.path}": there is no "${missing}" for ${column}; ${there(names)}`,
          names.path,
          missing,
        );
      }
    } else {
      const usual = USUAL[column].filter((list) => names.wide || COLUMN_WIDTH[column] === list.length);
      at = prefixes.flatMap((prefix) => usual.map((list) => list.map((name) => prefix + name)))
        .find((list) => list.every((name) => names.has(name)));
    }
    if (!at) continue;
    if (
      at.length !== 1 && at.length !== COLUMN_WIDTH[column] ||
      at.length === 1 && COLUMN_WIDTH[column] === 3 && !names.wide
    ) {
      const why = `${column} of the ${what} must have ${names.wide ? "one name or " : ""}three names, got ${
        at.join(", ")
      }`;
      throw new InputError(`Cannot read "${names.path}": ${why}`, names.path, column);
    }
    if (factor !== undefined && !Number.isFinite(factor)) {
      throw new InputError(
        `Cannot read "${names.path}": the factor of ${column} must be finite, got ${factor}`,
        names.path,
        column,
      );
    }
    found.set(column, { names: at, factor: factor ?? factorIn(names, column, at) });
  }
  if (what === "gas" && !places && found.size === 0) return undefined;
  const missing = needed.find((column) => !found.has(column));
  if (missing === undefined) return found;
  const usual = USUAL[missing].map((list) => list.join(" ")).slice(0, 6).join(", ");
  const why = `there is no ${missing} of the ${what}, under the names ${usual}; ${
    there(names)
  }; give its name as ${what}.${missing}`;
  throw new FormatError(`Cannot read "${names.path}": ${why}`, names.path, missing);
}

function there({ all }: Names): string {
  if (all.length === 0) return "it has no names";
  return `it has ${all.slice(0, 20).join(", ")}${all.length > 20 ? ` and ${all.length - 20} more` : ""}`;
}
