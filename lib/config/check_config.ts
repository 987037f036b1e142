import { InputError } from "../base/mod.ts";
import { type Document, parseText, placeOf } from "./config_file.ts";
import { suggestion } from "./nearest.ts";
import type { Kind, Parameter, Value, Values } from "./parameter.ts";

const NAMES: Readonly<Record<Kind, string>> = {
  number: "a number",
  integer: "a whole number",
  text: "text",
  boolean: "true or false",
  path: "a path",
  numbers: "a list of numbers",
  texts: "a list of texts",
};

const kindsOf = ({ kind }: Parameter): readonly Kind[] => typeof kind === "string" ? [kind] : kind;

/** What a value of a parameter must be: "a whole number of at least 4". */
export function ruleOf(parameter: Parameter): string {
  const { least, most, aboveLeast, choices } = parameter;
  const range = least === undefined
    ? (most === undefined ? "" : ` of at most ${most}`)
    : (aboveLeast ? ` above ${least}` : ` of at least ${least}`) + (most === undefined ? "" : ` and at most ${most}`);
  const rules = kindsOf(parameter).map((kind) => {
    if (kind === "text" && choices) return choices.map((word) => `"${word}"`).join(" or ");
    return NAMES[kind] + (/number|integer/.test(kind) ? range : "");
  });
  return rules.join(" or ");
}

function fits(
  value: unknown,
  kind: Kind,
  { least = -Infinity, most = Infinity, aboveLeast, choices }: Parameter,
): boolean {
  const inRange = (x: unknown) =>
    typeof x === "number" && Number.isFinite(x) && x <= most && (aboveLeast ? x > least : x >= least);
  if (kind === "number") return inRange(value);
  if (kind === "integer") return inRange(value) && Number.isSafeInteger(value);
  if (kind === "boolean") return typeof value === "boolean";
  if (kind === "text") return typeof value === "string" && (choices?.includes(value) ?? true);
  if (kind === "path") return typeof value === "string" && value !== "";
  if (!Array.isArray(value)) return false;
  return value.every(kind === "numbers" ? inRange : (x) => typeof x === "string");
}

function show(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

function absolute(path: string, folder: string): string {
  if (/^(\/|[A-Za-z]:[\\/])/.test(path)) return path;
  return folder === "." ? path : `${folder.replace(/\/$/, "")}/${path}`;
}

/**
 * Checks a configuration against a table of parameters, and fills in defaults. A path in a
 * file is relative to the folder of the file, one given by `--set` to the present folder; both come out relative to
 * the latter.
 *
 * @param reserved Keys outside of all groups that are not the table's business, such as "pipeline".
 * @throws {InputError} for an unknown key (with the nearest known one), a value of another kind or out of range, and a
 * missing one.
 */
export function checkConfig(document: Document, table: readonly Parameter[], reserved: readonly string[] = []): Values {
  const { root, source } = document;
  const groups = [...new Set(table.map(({ group }) => group))];
  const refuse = (place: string, key: string, why: string): never => {
    throw new InputError(`Cannot use ${place}: "${key}" ${why}`, source, key);
  };
  for (const [group, given] of Object.entries(root)) {
    if (reserved.includes(group)) continue;
    if (!groups.includes(group)) refuse(placeOf(document, group), group, `is not known${suggestion(group, groups)}`);
    if (!isTable(given)) {
      refuse(placeOf(document, group), group, `must be a table of keys, got ${show(given)}`);
    }
    const keys = table.filter((row) => row.group === group).map(({ key }) => key);
    for (const key of Object.keys(given as Record<string, unknown>)) {
      if (keys.includes(key)) continue;
      const elsewhere = table.find((row) => row.key === key);
      const hint = elsewhere
        ? `; it belongs to "${elsewhere.group}"`
        : suggestion(`${group}.${key}`, keys.map((known) => `${group}.${known}`));
      refuse(placeOf(document, group, key), `${group}.${key}`, `is not known${hint}`);
    }
  }
  const values: Record<string, Record<string, Value>> = {};
  for (const parameter of table) {
    const { group, key } = parameter;
    const given = (root[group] as Record<string, unknown> | undefined)?.[key];
    let value = given;
    if (given === undefined || (given === null && parameter.default === null)) {
      if (parameter.default === undefined) {
        refuse(placeOf(document, group), `${group}.${key}`, `is missing; it must be ${ruleOf(parameter)}`);
      }
      value = parameter.default;
    } else {
      const kind = kindsOf(parameter).find((kind) => fits(given, kind, parameter));
      if (!kind) {
        const why = `must be ${ruleOf(parameter)}, got ${show(given)}`;
        refuse(placeOf(document, group, key), `${group}.${key}`, why);
      }
      const folder = document.settings?.[`${group}.${key}`] === undefined ? document.folder : ".";
      if (kind === "path") value = absolute(given as string, folder);
    }
    (values[group] ??= {})[key] = value as Value;
  }
  return values;
}

/**
 * A configuration with one value replaced.
 *
 * @param assignment "group.key=value"; the value is written as in TOML, and text may go without quotes.
 */
export async function withSetting(document: Document, assignment: string): Promise<Document> {
  const match = /^([\w-]+)\.([\w-]+)=(.*)$/s.exec(assignment);
  if (!match) {
    const why = `write it as group.key=value, for example --set simulation.Ncell=128`;
    throw new InputError(`Cannot use --set ${assignment}: ${why}`, "--set", assignment);
  }
  const [, group, key, text] = match;
  let value: unknown = text;
  try {
    value = (await parseText(`value = ${text}`, "toml", "--set")).value;
  } catch {
    // Not a TOML value: text without quotes.
  }
  const table = document.root[group];
  const root = { ...document.root, [group]: { ...(isTable(table) ? table : {}), [key]: value } };
  return { ...document, root, settings: { ...document.settings, [`${group}.${key}`]: `--set ${assignment}` } };
}
