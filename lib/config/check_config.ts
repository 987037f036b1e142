import { InputError } from "../base/mod.ts";
import { isTable, joined, tableAt } from "./_tables.ts";
import { type Document, placeOf } from "./config_file.ts";
import { suggestion } from "./nearest.ts";
import type { Kind, Parameter, Value, Values } from "./parameter.ts";

const NAMES: Readonly<Record<Kind, string>> = {
  number: "a number",
  integer: "a whole number",
  text: "text",
  boolean: "true or false",
  path: "a path",
  numbers: "a list of numbers",
  rows: "numbers in a list or in rows",
  texts: "a list of texts",
  paths: "a list of paths",
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
  if (kind === "rows") return value.flat().every(inRange);
  if (kind === "paths") return value.every((x) => typeof x === "string" && x !== "");
  return value.every(kind === "numbers" ? inRange : (x) => typeof x === "string");
}

function show(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
}

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
  const { source } = document;
  const groups = [...new Set(table.map(({ group }) => group))];
  const refuse = (place: string, key: string, why: string): never => {
    throw new InputError(`Cannot use ${place}: "${key}" ${why}`, source, key);
  };
  const holdsGroup = (name: string) => groups.some((group) => group === name || group.startsWith(`${name}.`));
  const known = (at: string): string[] => {
    const keys = table.filter(({ group }) => group === at).map(({ key }) => joined(at, key));
    const depth = at === "" ? 0 : at.split(".").length;
    const inside = groups.filter((group) => group !== at && (at === "" || group.startsWith(`${at}.`)));
    return [...new Set([...keys, ...inside.map((group) => group.split(".").slice(0, depth + 1).join("."))])];
  };
  const checkNames = (at: string, members: Readonly<Record<string, unknown>>): void => {
    for (const [key, given] of Object.entries(members)) {
      if (at === "" && reserved.includes(key)) continue;
      const name = joined(at, key);
      if (isTable(given) && holdsGroup(name)) checkNames(name, given);
      else if (table.some((row) => row.group === at && row.key === key)) continue;
      else if (holdsGroup(name)) refuse(placeOf(document, name), name, `must be a table of keys, got ${show(given)}`);
      else {
        const elsewhere = at === "" || isTable(given) ? undefined : table.find((row) => row.key === key);
        const hint = elsewhere ? `; it belongs to "${elsewhere.group}"` : suggestion(name, known(at));
        refuse(
          at === "" || isTable(given) ? placeOf(document, name) : placeOf(document, at, key),
          name,
          `is not known${hint}`,
        );
      }
    }
  };
  checkNames("", document.root);
  const values: Record<string, Record<string, Value>> = {};
  for (const parameter of table) {
    const { group, key } = parameter;
    const name = joined(group, key);
    const given = tableAt(document.root, group)?.[key];
    let value = given;
    if (given === undefined || (given === null && parameter.default === null)) {
      if (parameter.default === undefined) {
        refuse(placeOf(document, group), name, `is missing; it must be ${ruleOf(parameter)}`);
      }
      value = parameter.default;
    } else {
      const kind = kindsOf(parameter).find((kind) => fits(given, kind, parameter));
      if (!kind) refuse(placeOf(document, group, key), name, `must be ${ruleOf(parameter)}, got ${show(given)}`);
      const folder = document.settings?.[name] === undefined ? document.folder : ".";
      if (kind === "path") value = absolute(given as string, folder);
      if (kind === "paths") value = (given as string[]).map((path) => absolute(path, folder));
      if (kind === "rows") value = (given as unknown[]).flat() as number[];
    }
    (values[group] ??= {})[key] = value as Value;
  }
  return values;
}

/**
 * For each key that was given and is accepted without effect, a line that names it and says why.
 *
 * @example
 * ```ts
 * import { unusedKeys } from "@cosmesh/cosmesh/config";
 *
 * const unused = "messages have one form";
 * const row = { group: "logger", key: "format", kind: "text", default: null, description: "Form", unused } as const;
 * unusedKeys({ root: { logger: { format: "%s" } }, source: "", text: "", folder: "." }, [row]);
 * // ['"logger.format" changes nothing: messages have one form']
 * ```
 */
export function unusedKeys({ root }: Document, table: readonly Parameter[]): string[] {
  return table.flatMap(({ group, key, unused }) => {
    const given = tableAt(root, group)?.[key];
    return unused === undefined || given === undefined || given === null
      ? []
      : [`"${joined(group, key)}" changes nothing: ${unused}`];
  });
}
