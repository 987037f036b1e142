import { checkInteger, checkOneOf, checkPositive, InputError } from "../base/mod.ts";
import { exists } from "./_folder.ts";
import type { LoadOptions } from "./load_options.ts";

/** A snapshot that could be read. */
export interface Entry {
  /** What messages call it. */
  readonly name: string;
  /** [1] Number that the code gives it. */
  readonly number: number;
  /** [1] Redshift. */
  readonly z: number;
  /** File or folder of halos; undefined if there is none. */
  readonly halos?: string;
  /** File or folder of the density; undefined if there is none. */
  readonly density?: string;
  /** What the two would be called, for messages. */
  readonly expected: { readonly halos: string; readonly density: string };
}

/** A snapshot whose files are there; without halos if that was allowed. */
export type Chosen = Entry & { readonly density: string };

/** Files of a snapshot. */
export const filesOf = ({ halos, density }: Chosen): string[] => halos === undefined ? [density] : [halos, density];

/** [1] Redshifts in names of files have three digits. */
const TOLERANCE = 0.01;

/** Entries whose redshift lies below all before: what a run wrote again after a restart is left out. */
export function withoutRestarts<T extends { readonly z: number }>(entries: readonly T[]): T[] {
  let least = Infinity;
  return entries.filter(({ z }) => z < least && ((least = z), true));
}

/** Checks that redshifts fall from each one to the next. */
export function checkFalling(source: string, key: string, redshifts: readonly number[]): void {
  redshifts.forEach((z, i) => {
    if (!(z >= 0 && z < Infinity)) {
      throw new InputError(`Cannot use "${source}": ${key} ${i} must be at least 0, got ${z}`, source, `${key}[${i}]`);
    }
    if (i === 0 || z < redshifts[i - 1]) return;
    throw new InputError(
      `Cannot use "${source}": ${key} must fall from each one to the next, but number ${i} is ${z} after ` +
        `${redshifts[i - 1]}; sort them, and leave doubles out`,
      source,
      `${key}[${i}]`,
    );
  });
}

const near = (entries: readonly Entry[], z: number) =>
  entries.reduce((best, e) => Math.abs(e.z - z) < Math.abs(best.z - z) ? e : best);

/**
 * The entries that options ask for, all of whose files are there.
 *
 * @param source Folder or file that the entries are from.
 * @param entries In falling order of redshift.
 */
export async function chooseSnapshots(
  source: string,
  entries: readonly Entry[],
  options: LoadOptions,
): Promise<Chosen[]> {
  const { redshifts, redshiftRange } = options;
  const tolerance = options.redshiftTolerance ?? TOLERANCE;
  checkPositive(tolerance, "redshiftTolerance");
  if (options.cells !== undefined) checkInteger(options.cells, "cells", 1);
  const missing = checkOneOf(options.missing ?? "error", "missing", ["error", "skip", "noHalos"]);
  let wanted = entries;
  if (redshifts && entries.length > 0) {
    checkFalling(source, "redshifts", redshifts);
    wanted = redshifts.map((z, i) => {
      const entry = near(entries, z);
      if (Math.abs(entry.z - z) <= tolerance) return entry;
      throw new InputError(
        `Cannot use "${source}": redshifts asks for z = ${z}, but the nearest snapshot (${entry.name}) has ` +
          `z = ${entry.z}; ask for that, or raise redshiftTolerance (${tolerance})`,
        source,
        `redshifts[${i}]`,
      );
    });
    checkFalling(source, "redshifts of the snapshots found", wanted.map((e) => e.z));
  }
  if (redshiftRange) wanted = wanted.filter(({ z }) => z >= redshiftRange[0] && z <= redshiftRange[1]);
  const found = await Promise.all(wanted.map((entry) => complete(source, entry, missing)));
  const chosen = found.filter((entry) => entry !== undefined);
  if (chosen.length > 0) return chosen;
  const all = entries.length === 0
    ? "there are none"
    : `there are ${entries.length} from z = ${entries[0].z} to ${entries[entries.length - 1].z}`;
  throw new InputError(
    `Cannot use "${source}": no snapshot is left to read (${all}); check the folder and the redshifts asked for`,
    source,
    "redshifts",
  );
}

async function complete(
  source: string,
  entry: Entry,
  missing: "error" | "skip" | "noHalos",
): Promise<Chosen | undefined> {
  const [halos, density] = await Promise.all(
    [entry.halos, entry.density].map((path) => path !== undefined && exists(path)),
  );
  if (halos && density) return entry as Chosen;
  if (missing === "skip") return undefined;
  if (density && missing === "noHalos") return { ...entry, halos: undefined } as Chosen;
  const kind = density ? "halos" : "density";
  const path = entry[kind] ?? entry.expected[kind];
  throw new InputError(
    `Cannot use "${source}": the snapshot at z = ${entry.z} (${entry.name}) lacks its ${kind}, "${path}"; add it, ` +
      `leave the snapshot out of redshifts, or set missing to "skip"${density ? ` (or "noHalos")` : ""}`,
    source,
    path,
  );
}
