/**
 * Options and help texts of the command line.
 *
 * @module
 */
import { columns, type Option, optionsHelp, parametersHelp } from "../lib/cli/mod.ts";
import type { Pipelines } from "./config.ts";
import { type Verb, VERBS } from "./registry.ts";

const OPTIONS: Readonly<Record<string, Option>> = {
  out: { name: "out", kind: "text", value: "DIR", description: "Folder of results (default: out)" },
  threads: {
    name: "threads",
    kind: "count",
    value: "N",
    description: "Threads, of each rank if there are several (default: all cores); results do not depend on it",
  },
  ranks: {
    name: "ranks",
    kind: "count",
    value: "N",
    description: "Runs as N ranks, each with its own memory, that share the files to make; under mpirun, all it " +
      "started. Results do not depend on it",
  },
  preset: {
    name: "preset",
    kind: "text",
    value: "NAME",
    description: "Size of the built-in example: small, default or large",
  },
  set: {
    name: "set",
    kind: "text",
    many: true,
    value: "KEY=VALUE",
    description:
      "Replaces one value of CONFIG, as in --set simulation.Ncell=64; a path is relative to the present folder",
  },
  verify: { name: "verify", kind: "flag", description: "Reads earlier results again and compares their digests" },
  all: { name: "all", kind: "flag", description: "Removes everything that was made, results included" },
  quiet: { name: "quiet", short: "q", kind: "flag", description: "Prints nothing but errors" },
  json: { name: "json", kind: "flag", description: "Prints one JSON object to standard output when done or failed" },
  debug: { name: "debug", kind: "flag", description: "Prints the stack of an error" },
  cwd: {
    name: "cwd",
    kind: "text",
    value: "DIR",
    many: true,
    description: "Folder that relative paths start from (default: the present one)",
  },
  help: { name: "help", short: "h", kind: "flag", description: "Prints this text" },
};

interface Command {
  readonly words: string;
  readonly description: string;
  readonly options: readonly Option[];
}

const pick = (...names: string[]): Option[] => names.map((name) => OPTIONS[name]);
const run = (description: string): Command => ({
  words: "[CONFIG]",
  description,
  options: pick("out", "threads", "ranks", "preset", "set", "verify", "quiet", "json", "debug", "cwd", "help"),
});

/** The commands. */
export const COMMANDS: Readonly<Record<Verb | "list" | "explain" | "clean", Command>> = {
  precompute: run("Computes what is needed once, such as profiles"),
  paint: run("Paints fields or cubes from catalogues"),
  analyse: run("Makes spectra, tables, figures and a report; paints first where that has not been done"),
  list: {
    words: "",
    description: "Lists the pipelines, and what was made",
    options: pick("out", "json", "debug", "cwd", "help"),
  },
  explain: {
    words: "[VERB] [CONFIG]",
    description: "Says why each step would run or not, and estimates memory and time (default: analyse)",
    options: pick("out", "threads", "preset", "set", "json", "debug", "cwd", "help"),
  },
  clean: {
    words: "",
    description: "Removes interrupted steps and results that others have replaced",
    options: pick("out", "all", "quiet", "json", "debug", "cwd", "help"),
  },
};

/** A word of `COMMANDS`. */
export type CommandName = keyof typeof COMMANDS;

const CODES = "Exit codes: 0 done, 1 failure inside, 2 wrong input, 130 interrupted (what was finished is kept)";

/** Help for all commands. */
export function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { words, description }]): [string, string] => [
    `${name} ${words}`.trim(),
    description,
  ]);
  return `Usage: deno task COMMAND\n\n${columns(rows)}\n\nEach has --help.\n${CODES}`;
}

/** Help for one command. */
export function usage(name: CommandName): string {
  const { words, description, options } = COMMANDS[name];
  const isVerb = (VERBS as readonly string[]).includes(name);
  const config = isVerb
    ? "\nCONFIG is a .toml, .yaml or .json file, or the name of a pipeline, whose built-in example is run; without it that\n" +
      "of the first.\n" +
      `Its keys: deno task ${name} --help parameters [PIPELINE]\n`
    : "";
  const head = `Usage: deno task ${name} ${words ? `${words} ` : ""}[options]`;
  return `${head}\n\n${description}.\n${config}\n${optionsHelp(options)}\n\n${CODES}`;
}

/** Help for all keys of one pipeline's configuration, or of all pipelines'. */
export async function parametersUsage(pipelines: Pipelines, names: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const name of names) {
    const { parameters } = await pipelines[name]();
    texts.push(`pipeline = "${name}"\n\n${parametersHelp(parameters)}`);
  }
  return texts.join("\n\n");
}
