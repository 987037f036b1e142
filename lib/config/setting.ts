import { InputError } from "../base/mod.ts";
import { isTable } from "./_tables.ts";
import { type Document, parseText } from "./config_file.ts";

/**
 * A table with one member, inside of tables by the names before the last, replaced.
 *
 * @example
 * ```ts
 * import { withMember } from "@cosmesh/cosmesh/config";
 *
 * withMember({ telescope: { name: "MUSE" } }, ["telescope", "psf", "fwhm"], 0.8);
 * // { telescope: { name: "MUSE", psf: { fwhm: 0.8 } } }
 * ```
 */
export function withMember(
  table: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = table[name];
  return { ...table, [name]: rest.length === 0 ? value : withMember(isTable(inner) ? inner : {}, rest, value) };
}

/**
 * A configuration with one value replaced.
 *
 * @param assignment "group.key=value", or "table.table.key=value"; the value is written as in TOML, and text may go without
 * quotes.
 */
export async function withSetting(document: Document, assignment: string): Promise<Document> {
  const match = /^([\w-]+(?:\.[\w-]+)+)=(.*)$/s.exec(assignment);
  if (!match) {
    const why = `write it as group.key=value, for example --set simulation.Ncell=128`;
    throw new InputError(`Cannot use --set ${assignment}: ${why}`, "--set", assignment);
  }
  const [, name, text] = match;
  let value: unknown = text;
  try {
    value = (await parseText(`value = ${text}`, "toml", "--set")).value;
  } catch {
    // Not a TOML value: text without quotes.
  }
  const root = withMember(document.root, name.split("."), value);
  return { ...document, root, settings: { ...document.settings, [name]: `--set ${assignment}` } };
}
