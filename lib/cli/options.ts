import { parseArgs } from "npm:deno-std@1.4.0/cli/parse_args.js";
import { InputError } from "../base/mod.ts";
import { suggestion } from "../config/mod.ts";

/** An option of a command. */
export interface Option {
  /** Name without the dashes. */
  readonly name: string;
  /** What follows it: nothing (a flag), text, or a whole number of at least 1. */
  readonly kind: "flag" | "text" | "count";
  /** Whether it may be given several times. */
  readonly many?: boolean;
  /** Word for its value in the help: "DIR". */
  readonly value?: string;
  /** One letter that means the same. */
  readonly short?: string;
  /** What it does, for the help. */
  readonly description: string;
}

/** What was given on a command line. */
export interface Given {
  /** Words that are not options. */
  readonly words: readonly string[];
  /** Whether a flag was given. */
  flag(name: string): boolean;
  /** The last text given for an option. */
  text(name: string): string | undefined;
  /** All texts given for an option. */
  texts(name: string): readonly string[];
  /** The last number given for an option. */
  count(name: string): number | undefined;
}

/**
 * Reads a command line.
 *
 * @throws {InputError} for an option that is not in the table (with the nearest that is), or a value that is missing,
 * not wanted, or not a number.
 * @example
 * ```ts
 * import { type Option, parseOptions } from "@cosmesh/cosmesh/cli";
 *
 * const table: Option[] = [{ name: "out", kind: "text", value: "DIR", description: "Folder of results" }];
 * parseOptions(["run.toml", "--out", "results"], table).text("out"); // "results"
 * ```
 */
export function parseOptions(args: readonly string[], table: readonly Option[]): Given {
  const refuse = (option: string, why: string): never => {
    throw new InputError(`Cannot use ${option}: ${why}`, "command line", option);
  };
  const names = table.map(({ name }) => name);
  const flags = table.filter(({ kind }) => kind === "flag").map(({ name }) => name);
  const valued = table.filter(({ kind }) => kind !== "flag").map(({ name }) => name);
  for (const arg of args) {
    if (arg === "--") break;
    const name = /^--([^=]+)=/.exec(arg)?.[1];
    if (name !== undefined && flags.includes(name)) refuse(`--${name}`, "it takes no value");
  }
  const parsed: Record<string, unknown> & { _: (string | number)[] } = parseArgs([...args], {
    boolean: flags,
    string: [...valued, "_"],
    collect: valued,
    alias: Object.fromEntries(table.filter(({ short }) => short).map(({ name, short }) => [name, short!])),
    unknown(arg: string, key?: string) {
      if (key === undefined) return true;
      const shown = /^--?[^=]+/.exec(arg)![0];
      const hint = suggestion(key, names.map((name) => name)).replace(/"(.*)"/, '"--$1"');
      return refuse(shown, `there is no such option${hint.startsWith("; there are") ? "; see --help" : hint}`);
    },
  });
  const texts = (name: string) => (parsed[name] ?? []) as string[];
  for (const { name, kind, many, value } of table) {
    if (kind === "flag") continue;
    if (!many && texts(name).length > 1) refuse(`--${name}`, "it was given twice");
    for (const text of texts(name)) {
      if (text === "") refuse(`--${name}`, `${value ?? "a value"} must follow it`);
      if (kind === "count" && !/^[1-9]\d{0,8}$/.test(text)) {
        refuse(`--${name} ${text}`, "it must be a whole number of at least 1");
      }
    }
  }
  const last = (name: string) => texts(name).at(-1);
  return {
    words: parsed._.map(String),
    flag: (name) => Boolean(parsed[name]),
    text: last,
    texts,
    count: (name) => last(name) === undefined ? undefined : Number(last(name)),
  };
}
