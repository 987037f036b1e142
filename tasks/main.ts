/**
 * The command line: `deno task precompute | paint | analyse | list | explain | clean`.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { EXIT, failureOf, type Given, parseOptions, stackOf } from "../lib/cli/mod.ts";
import { suggestion } from "../lib/config/mod.ts";
import type { Pipelines } from "./config.ts";
import type { Comm } from "../lib/mpi/mod.ts";
import { checkRanks, launchedComm, launchedRank, leave, type RankData, runAsThreads } from "./ranks.ts";
import { PIPELINES, type Verb, VERBS } from "./registry.ts";
import { type CommandName, COMMANDS, overview, parametersUsage, usage } from "./usage.ts";

/** Two signals end the program: the first between two parts, the second at once. */
function interruption(quiet: boolean, comm: Comm | undefined): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    // Where ranks are threads, the program that started them ends them.
    if (controller.signal.aborted && comm?.backend === "workers") return;
    if (controller.signal.aborted) comm ? comm.abort(EXIT.interrupted) : Deno.exit(EXIT.interrupted);
    if (!quiet && (comm?.isRoot ?? true)) {
      console.error("stopping after the present part; press Ctrl-C again to stop at once");
    }
    const text = "Interrupted: what was finished is kept, and the same command goes on from there";
    controller.abort(new DOMException(text, "AbortError"));
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  return controller.signal;
}

async function help(command: CommandName, [topic, name]: readonly string[], pipelines: Pipelines): Promise<string> {
  if (topic === undefined) return usage(command);
  const known = Object.keys(pipelines);
  if (topic !== "parameters") {
    throw new InputError(`Cannot help with "${topic}"${suggestion(topic, ["parameters"])}`, "command line", topic);
  }
  if (name !== undefined && !known.includes(name)) {
    throw new InputError(`Cannot find pipeline "${name}"${suggestion(name, known)}`, "command line", name);
  }
  return await parametersUsage(pipelines, name === undefined ? known : [name]);
}

const WORDS = ["no words", "at most 1 word", "at most 2 words"];

async function perform(
  command: CommandName,
  given: Given,
  pipelines: Pipelines,
  comm: Comm | undefined,
): Promise<unknown> {
  const most = command === "explain" ? 2 : (VERBS as readonly string[]).includes(command) ? 1 : 0;
  if (given.words.length > most) {
    const extra = given.words[most];
    throw new InputError(
      `Cannot use "${extra}": ${command} takes ${WORDS[most]}; see --help`,
      "command line",
      extra,
    );
  }
  if (command === "list") return (await import("./inspect.ts")).list(given, pipelines);
  if (command === "explain") return (await import("./inspect.ts")).explain(given, pipelines);
  if (command === "clean") return (await import("./inspect.ts")).clean(given);
  const signal = interruption(given.flag("quiet"), comm);
  return (await import("./run.ts")).runVerb(command as Verb, given, pipelines, signal, comm);
}

/** Where a command line runs. */
export interface Place {
  /** URL of the module that runs it on each of several ranks: see `runAsThreads`. */
  readonly module: string;
  /** Ranks that are threads; each calls `main`. */
  readonly comm?: Comm;
}

/** Runs a command line and returns the exit code. Of several ranks, the first speaks. */
export async function main(
  args: readonly string[],
  pipelines: Pipelines = PIPELINES,
  { module, comm: given }: Place = { module: import.meta.url },
): Promise<number> {
  let comm = given;
  let speaks = await launchedRank() === 0;
  const end = (exitCode: number): number => {
    if (!given) leave(comm, exitCode);
    return exitCode;
  };
  try {
    if ((VERBS as readonly string[]).includes(args[0])) comm ??= await launchedComm();
    speaks = comm?.isRoot ?? speaks;
    // A command that runs nothing is run once.
    return end(comm || speaks ? await obey(args, pipelines, speaks, module, comm) : EXIT.done);
  } catch (error) {
    return end(speaks ? report(error, args) : failureOf(error).exitCode);
  }
}

/** Tells of an error; returns the exit code. */
function report(error: unknown, args: readonly string[]): number {
  const [json, debug] = [args.includes("--json"), args.includes("--debug")];
  const { exitCode, ...failure } = failureOf(error);
  const hint = exitCode === EXIT.failed && !debug ? " (--debug prints the stack)" : "";
  console.error(`${exitCode === EXIT.interrupted ? "" : "error: "}${failure.message}${hint}`);
  if (debug) console.error(stackOf(error));
  if (json) console.log(JSON.stringify({ ok: false, exitCode, error: failure }));
  return exitCode;
}

async function obey(
  args: readonly string[],
  pipelines: Pipelines,
  speaks: boolean,
  module: string,
  comm: Comm | undefined,
): Promise<number> {
  const [command, ...rest] = args;
  const print = (text: string) => speaks && console.log(text);
  if (command === undefined || command === "--help" || command === "-h") {
    print(overview());
    return command === undefined ? EXIT.input : EXIT.done;
  }
  if (!Object.hasOwn(COMMANDS, command)) {
    const hint = suggestion(command, Object.keys(COMMANDS));
    throw new InputError(`Cannot run "${command}": there is no such command${hint}`, "command line", command);
  }
  const name = command as CommandName;
  const given = parseOptions(rest, COMMANDS[name].options);
  if (given.flag("help")) {
    print(await help(name, given.words, pipelines));
    return EXIT.done;
  }
  // Ranks that are processes go there by themselves, and those that are threads are there already. "deno task" gives the
  // folder in which it was started; another one of the user's starts from there.
  if (!comm) given.texts("cwd").forEach((folder) => Deno.chdir(folder));
  const ranks = COMMANDS[name].options.some((option) => option.name === "ranks") ? given.count("ranks") : undefined;
  if (ranks !== undefined) checkRanks(ranks, comm);
  if (ranks !== undefined && ranks > 1 && !comm) return await runAsThreads(module, ranks, { args });
  const result = await perform(name, given, pipelines, comm);
  if (given.flag("json")) print(JSON.stringify({ ok: true, ...result as object }));
  return EXIT.done;
}

/** Runs a command line as one of several ranks that are threads. */
export default function rank(comm: Comm, { args }: RankData): Promise<number> {
  return main(args, PIPELINES, { module: import.meta.url, comm });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
