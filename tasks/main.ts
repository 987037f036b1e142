/**
 * The command line: `deno task precompute | paint | analyse | list | explain | clean`.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { EXIT, failureOf, type Given, parseOptions, stackOf, suggestion } from "../lib/cli/mod.ts";
import type { Pipelines } from "./config.ts";
import type { Comm } from "../lib/mpi/mod.ts";
import { launchedComm, launchedRank, leave } from "./ranks.ts";
import { PIPELINES, type Verb, VERBS } from "./registry.ts";
import { type CommandName, COMMANDS, overview, parametersUsage, usage } from "./usage.ts";

/** Two signals end the program: the first between two parts, the second at once. */
function interruption(quiet: boolean, comm: Comm | undefined): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
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

/** Runs a command line and returns the exit code. Of several ranks, the first speaks. */
export async function main(args: readonly string[], pipelines: Pipelines = PIPELINES): Promise<number> {
  let [json, debug] = [args.includes("--json"), args.includes("--debug")];
  let comm: Comm | undefined;
  let speaks = await launchedRank() === 0;
  const end = (exitCode: number): number => {
    leave(comm, exitCode);
    return exitCode;
  };
  try {
    const [command, ...rest] = args;
    if ((VERBS as readonly string[]).includes(command)) comm = await launchedComm();
    speaks = comm?.isRoot ?? speaks;
    // A command that runs nothing is run once.
    if (!comm && !speaks) return EXIT.done;
    if (command === undefined || command === "--help" || command === "-h") {
      console.log(overview());
      return command === undefined ? EXIT.input : EXIT.done;
    }
    if (!Object.hasOwn(COMMANDS, command)) {
      const hint = suggestion(command, Object.keys(COMMANDS));
      throw new InputError(`Cannot run "${command}": there is no such command${hint}`, "command line", command);
    }
    const name = command as CommandName;
    const given = parseOptions(rest, COMMANDS[name].options);
    [json, debug] = [given.flag("json"), given.flag("debug")];
    if (given.flag("help")) {
      const text = await help(name, given.words, pipelines);
      if (speaks) console.log(text);
      return end(EXIT.done);
    }
    const cwd = given.text("cwd");
    if (cwd !== undefined) Deno.chdir(cwd);
    const result = await perform(name, given, pipelines, comm);
    if (json && speaks) console.log(JSON.stringify({ ok: true, ...result as object }));
    return end(EXIT.done);
  } catch (error) {
    const { exitCode, ...failure } = failureOf(error);
    const hint = exitCode === EXIT.failed && !debug ? " (--debug prints the stack)" : "";
    if (speaks) {
      console.error(`${exitCode === EXIT.interrupted ? "" : "error: "}${failure.message}${hint}`);
      if (debug) console.error(stackOf(error));
      if (json) console.log(JSON.stringify({ ok: false, exitCode, error: failure }));
    }
    return end(exitCode);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
