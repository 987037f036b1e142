/**
 * The verbs that run tasks.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { type Given, Progress, secondsText, standardError } from "../lib/cli/mod.ts";
import { bytesText, type RunEvent, type RunReport, runTasks } from "../lib/runner/mod.ts";
import { loadConfig, type Pipelines } from "./config.ts";
import { type Pipeline, stageOf, type Verb } from "./registry.ts";

/** [byte] Memory that can still be had, if the program may ask. */
export async function freeMemory(): Promise<number | undefined> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "systemMemoryInfo" });
  return state === "granted" ? Deno.systemMemoryInfo().available : undefined;
}

/** Stands for the code in keys when it came from the network. */
export async function releaseOf(): Promise<string> {
  return import.meta.url.startsWith("file:") ? "" : (await import("../lib/kernel/wasm.ts")).binaryDigest;
}

/**
 * [byte] Most memory of this process. Linux lets a program inherit the mark of the one that started it, so it is too high
 * below a large one; the exact number, in /proc, needs all permissions.
 */
async function peakMemory(): Promise<number> {
  const { default: process } = await import("node:process");
  return process.resourceUsage().maxRSS * 1024;
}

/** Writes what happens to the standard error stream. */
function follow(progress: Progress): (event: RunEvent) => void {
  return (event) => {
    const { task } = event;
    switch (event.kind) {
      case "waiting":
        return progress.line(`${task}: waiting for process ${event.pid}, which is doing the same`);
      case "reused":
        return progress.line(`${task}: nothing has changed, earlier result is used`);
      case "damaged":
        return progress.line(`${task}: changed or removed since, made again: ${event.files.join(", ")}`);
      case "start":
        progress.start();
        if (event.resumed > 0) {
          progress.line(
            `${task}: goes on after ${event.resumed} finished ${
              event.resumed === 1 ? "file" : "files"
            } of an interrupted run`,
          );
        }
        return progress.update(0, task, "");
      case "progress":
        return progress.update(event.fraction, task, "");
      case "part":
        if (!event.alone && !event.kept) progress.line(`${task}: ${event.part} (${event.done} of ${event.total})`);
        return progress.update(event.done / event.total, task, event.part);
      case "note":
        return progress.line(`${task}: ${event.text}`);
      case "finished":
        return progress.line(`${task}: done in ${secondsText(event.seconds)}`);
    }
  };
}

/** One line per file, or per folder of files. */
function fileLines(folder: string, files: RunReport["files"]): string[] {
  const groups = new Map<string, number[]>();
  for (const { path, bytes } of files) {
    const slash = path.indexOf("/", folder.length + 1);
    const shown = slash < 0 ? path : path.slice(0, slash + 1);
    groups.set(shown, [...groups.get(shown) ?? [], bytes]);
  }
  const width = Math.max(0, ...[...groups.keys()].map((path) => path.length));
  return [...groups].map(([path, sizes]) => {
    const total = bytesText(sizes.reduce((sum, bytes) => sum + bytes, 0));
    return `${path.padEnd(width)}  ${
      path.endsWith("/") ? `${sizes.length} ${sizes.length === 1 ? "file" : "files"}, ` : ""
    }${total}`;
  });
}

/** What the user may want to do next. */
function nextLine(verb: Verb, { stages }: Pipeline, given: Given, files: RunReport["files"]): string | undefined {
  const report = files.find(({ path }) => path.endsWith("/report.html"));
  if (report) return `open ${report.path} in a browser`;
  const next = verb === "precompute" ? "paint" : "analyse";
  if (verb === "analyse" || !stages[next]) return;
  const words = [
    ...given.words,
    ...["preset", "out"].flatMap((name) => given.texts(name).flatMap((text) => [`--${name}`, text])),
    ...given.texts("set").flatMap((text) => ["--set", text]),
  ];
  return [`next: deno task ${next}`, ...words.map((word) => /^[\w./:=-]+$/.test(word) ? word : `'${word}'`)].join(" ");
}

function summary(folder: string, { steps, files, stale }: RunReport, peakBytes: number): string {
  const width = Math.max(...steps.map(({ task }) => task.length));
  const lines = steps.map(({ task, state, seconds, phases }) => {
    const parts = Object.entries(phases).map(([name, time]) => `${name} ${secondsText(time)}`);
    const detail = parts.length > 0 ? ` (${parts.join(", ")})` : "";
    return `${task.padEnd(width)}  ${state === "reused" ? "reused" : secondsText(seconds) + detail}`;
  });
  lines.push(`peak memory ${bytesText(peakBytes)}`);
  lines.push(...fileLines(folder, files));
  for (const task of stale) lines.push(`the files of "${task}" belong to earlier results; run it again`);
  return lines.join("\n");
}

/** Runs a verb; returns what `--json` prints. */
export async function runVerb(verb: Verb, given: Given, pipelines: Pipelines, signal: AbortSignal): Promise<unknown> {
  const start = performance.now();
  const threads = given.count("threads");
  const cores = navigator.hardwareConcurrency;
  if (threads !== undefined && threads > 4 * cores) {
    const why = `this machine has ${cores} cores, and more threads than that make it slower; leave it out to use all`;
    throw new InputError(`Cannot use --threads ${threads}: ${why}`, "command line", "--threads");
  }
  const { pipeline, config } = await loadConfig(given, given.words[0], verb, pipelines);
  const tasks = await stageOf(pipeline, config, verb)(config);
  const quiet = given.flag("quiet");
  const folder = given.text("out") ?? "out";
  const progress = new Progress(standardError());
  let report: RunReport;
  try {
    report = await runTasks(tasks, {
      folder,
      verify: given.flag("verify"),
      signal,
      threads,
      onEvent: quiet ? undefined : follow(progress),
      memoryBytes: await freeMemory(),
      release: await releaseOf(),
      prepare: async () => {
        const { ready } = await import("../lib/kernel/mod.ts");
        await ready({ threads });
      },
    });
  } finally {
    progress.clear();
  }
  const peakMemoryBytes = await peakMemory();
  if (!quiet && !given.flag("json")) {
    console.log(summary(folder, report, peakMemoryBytes));
    const next = nextLine(verb, pipeline, given, report.files);
    if (next) console.log(next);
  }
  return { ...report, seconds: (performance.now() - start) / 1000, peakMemoryBytes };
}
