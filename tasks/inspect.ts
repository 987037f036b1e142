/**
 * The commands that run nothing: list, explain, clean.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { type Given, secondsText } from "../lib/cli/mod.ts";
import { suggestion } from "../lib/config/mod.ts";
import { bytesText, cleanStore, type Estimate, explainTasks, listStore, totalBytes } from "../lib/runner/mod.ts";
import { loadConfig, type Pipelines } from "./config.ts";
import { stageOf, type Verb, VERBS } from "./registry.ts";
import { freeMemory, releaseOf } from "./run.ts";

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
const folderOf = (given: Given): string => given.text("out") ?? "out";
const print = (given: Given, text: string): void => {
  if (!given.flag("json") && !given.flag("quiet")) console.log(text);
};

/** Lists pipelines with their verbs, and steps in the folder of results. */
export async function list(given: Given, pipelines: Pipelines): Promise<unknown> {
  const known: Record<string, { description: string; verbs: string[] }> = {};
  for (const [name, load] of Object.entries(pipelines)) {
    const { description, stages } = await load();
    known[name] = { description, verbs: Object.keys(stages) };
    print(given, `${name}: ${description} (${Object.keys(stages).join(", ")})`);
  }
  const folder = folderOf(given);
  const steps = await listStore(folder);
  for (const { name, state, shown, outputs, bytes } of steps) {
    const size = state === "finished" ? `, ${counted(outputs.length, "file")}, ${bytesText(bytes)}` : "";
    print(given, `${folder}: ${name} ${state}${shown ? "" : ", not shown"}${size}`);
  }
  if (steps.length === 0) print(given, `${folder}: nothing was made yet`);
  return { pipelines: known, folder, steps };
}

function needs(estimate: Estimate): string {
  const time = estimate.seconds === undefined ? "" : ` and about ${secondsText(estimate.seconds)}`;
  const kernels = bytesText(estimate.kernelBytes);
  return `needs about ${bytesText(totalBytes(estimate))} of memory (${kernels} for arrays)${time}`;
}

/** Says why the steps of a verb would run or not. */
export async function explain(given: Given, pipelines: Pipelines): Promise<unknown> {
  const [first, ...rest] = given.words;
  const isVerb = (word: string): word is Verb => (VERBS as readonly string[]).includes(word);
  if (first !== undefined && !isVerb(first) && !/[./]/.test(first)) {
    const why = `it is neither a verb nor a configuration file${suggestion(first, VERBS)}`;
    throw new InputError(`Cannot explain "${first}": ${why}`, "command line", first);
  }
  const verb = first !== undefined && isVerb(first) ? first : "analyse";
  const path = first !== undefined && isVerb(first) ? rest[0] : first;
  const { pipeline, config } = await loadConfig(given, path, verb, pipelines);
  const explanations = await explainTasks(await stageOf(pipeline, config, verb)(config), {
    folder: folderOf(given),
    threads: given.count("threads"),
    memoryBytes: await freeMemory(),
    release: await releaseOf(),
  });
  for (const { task, state, reasons, estimate, refusal } of explanations) {
    const [start, ...others] = reasons;
    print(given, `${task}: ${state === "finished" ? "would not run" : "would run"}; ${start}`);
    for (const text of [...others, ...(estimate ? [needs(estimate)] : []), ...(refusal ? [refusal] : [])]) {
      print(given, `  ${text}`);
    }
  }
  return { steps: explanations };
}

/** Removes what is not needed any more. */
export async function clean(given: Given): Promise<unknown> {
  const folder = folderOf(given);
  const report = await cleanStore(folder, { all: given.flag("all") });
  print(given, `${folder}: removed ${counted(report.removed.length, "step")}, ${bytesText(report.bytes)}`);
  return { folder, ...report };
}
