import type { Document } from "../config/mod.ts";
import { withMember } from "../config/mod.ts";

/** Keys of RUBIX's older configurations, in which `data` held `simulation`, and where they are now. */
const MOVED: readonly (readonly [string, string])[] = [
  ["data.simulation.name", "data.name"],
  ...["api_key", "particle_type", "simulation", "snapshot", "save_data_path"].map((key) =>
    [`data.simulation.args.${key}`, `data.args.${key}`] as const
  ),
  ["data.simulation.args.galaxy_id", "data.load_galaxy_args.id"],
  ["data.simulation.args.reuse", "data.load_galaxy_args.reuse"],
  ["data.output_path", "output_path"],
];

type Table = Record<string, unknown>;
const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of a table, or of tables inside of it, and the tables without it; those that get empty are left out. */
function taken(table: Table, [name, ...rest]: readonly string[]): [unknown, Table] {
  const { [name]: inner, ...others } = table;
  if (rest.length === 0) return [inner, others];
  if (!isTable(inner)) return [undefined, table];
  const [value, left] = taken(inner, rest);
  return [value, Object.keys(left).length === 0 ? others : { ...others, [name]: left }];
}

/**
 * Puts the keys of RUBIX's older configurations, whose `data` held `simulation` and `output_path`, where its version 0.0.5
 * and this program have them; all others stay.
 *
 * @example
 * ```ts
 * import { translateRubix } from "@cosmesh/cosmesh/ifu";
 *
 * const root = { data: { simulation: { name: "IllustrisAPI", args: { galaxy_id: 14 } }, output_path: "output" } };
 * translateRubix({ root, source: "slides", text: "", folder: "." }).root;
 * // { data: { name: "IllustrisAPI", load_galaxy_args: { id: 14 } }, output_path: "output" }
 * ```
 */
export function translateRubix(document: Document): Document {
  let { root } = document;
  const settings = { ...document.settings };
  for (const [from, to] of MOVED) {
    const [value, others] = taken(root, from.split("."));
    if (value === undefined) continue;
    root = withMember(others, to.split("."), value);
    if (settings[from] !== undefined) settings[to] = settings[from];
    delete settings[from];
  }
  return { ...document, root, settings };
}
