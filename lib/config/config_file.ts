import { InputError } from "../base/mod.ts";

/** A configuration as read: nested tables, not yet checked. */
export interface Document {
  /** Tables and values. */
  readonly root: Record<string, unknown>;
  /** Path of the file, or what stands for it in messages. */
  readonly source: string;
  /** Text, to find the line of a key. */
  readonly text: string;
  /** Folder that its paths are relative to. */
  readonly folder: string;
  /** Values given on the command line: "group.key" to the text of the option. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Formats of configuration files. */
export type Format = "toml" | "yaml" | "json";

const FORMATS: Readonly<Record<string, Format>> = { toml: "toml", yaml: "yaml", yml: "yaml", json: "json" };

function fail(source: string, why: string, cause?: unknown): never {
  throw new InputError(`Cannot read ${source}: ${why}`, source, "", { cause });
}

/**
 * Reads text in one of the formats.
 *
 * @throws {InputError} with the line, where the text breaks the rules of its format.
 */
export async function parseText(text: string, format: Format, source: string): Promise<Record<string, unknown>> {
  let root: unknown;
  try {
    // The standard library's TOML parser takes a key that is given twice without a word, so another one is used.
    if (format === "toml") root = (await import("npm:smol-toml@1.9.1")).parse(text);
    else if (format === "yaml") root = (await import("npm:deno-std@1.4.0/yaml/parse.js")).parse(text);
    else root = JSON.parse(text);
  } catch (cause) {
    const { message, line, column } = cause as Error & { line?: number; column?: number };
    const why = (format === "json" ? message.replaceAll("\n", " ") : message.split("\n")[0]).replace(
      /^Invalid TOML document: /,
      "",
    ).replace(/:$/, "");
    const place = line === undefined ? "" : ` at line ${line}, column ${column}`;
    fail(source, `it is not ${format.toUpperCase()}: ${why}${place}`, cause);
  }
  if (typeof root !== "object" || root === null || Array.isArray(root)) fail(source, "it must hold tables of keys");
  return root as Record<string, unknown>;
}

/**
 * Reads a configuration file; the end of its name tells the format.
 *
 * @param path A `.toml`, `.yaml`, `.yml` or `.json` file.
 * @throws {InputError} if it is missing, of another format, or not well formed.
 */
export async function readConfig(path: string): Promise<Document> {
  const format = FORMATS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  if (!format) fail(path, "its name must end in .toml, .yaml, .yml or .json");
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) fail(path, "there is no such file", cause);
    if (cause instanceof Deno.errors.NotCapable || !(cause instanceof Error)) throw cause;
    fail(path, cause.message, cause);
  }
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
  return { root: await parseText(text, format, path), source: path, text, folder };
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Line on which a table begins, or the nearest one around it that has a line; -1 if none has. */
function lineOf(lines: readonly string[], group: string): number {
  const find = (name: string, from: number, end: string) => {
    const word = `["']?${escaped(name)}["']?`;
    const head = new RegExp(`^\\s*(\\[\\s*${word}\\s*${end}|(.*[{,])?\\s*${word}\\s*[:=.])`);
    return lines.findIndex((line, i) => i >= from && head.test(line));
  };
  let at = find(group, 0, "\\]");
  if (at >= 0) return at;
  for (const part of group.split(".")) {
    const next = find(part, Math.max(at, 0), "[.\\]]");
    if (next < 0) break;
    at = next;
  }
  return at;
}

/**
 * Where a key was given: the option, or the source with its line, "run.toml:7", as far as the text shows it.
 *
 * @param group Table, "telescope.psf" for one in another, "" for keys outside of tables.
 */
export function placeOf(document: Document, group: string, key?: string): string {
  const inside = group === "" ? "" : `${group}.`;
  for (const [name, setting] of Object.entries(document.settings ?? {})) {
    if (key === undefined ? name.startsWith(inside) : name === inside + key) return setting;
  }
  const lines = document.text.split("\n");
  const at = group === "" ? 0 : lineOf(lines, group);
  if (at < 0) return document.source;
  const member = key === undefined ? undefined : new RegExp(`(^|[\\s{,."'])${escaped(key)}["']?\\s*[:=]`);
  const line = lines.findIndex((line, i) => i >= at && member?.test(line));
  if (line < 0 && group === "") return document.source;
  return `${document.source}:${(line < 0 ? at : line) + 1}`;
}
