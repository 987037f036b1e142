/**
 * The verbs that run tasks.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { type Given, Progress, secondsText, standardError } from "../lib/cli/mod.ts";
import type { Comm } from "../lib/mpi/mod.ts";
import { bytesText, Ranks, type RunEvent, type RunReport, runTasks } from "../lib/runner/mod.ts";
import { coresOf } from "./cores.ts";
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
        if (!event.alone && !event.kept) {
          const where = event.rank === undefined ? "" : ` on rank ${event.rank}`;
          progress.line(`${task}: ${event.part} (${event.done} of ${event.total})${where}`);
        }
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

function summary(folder: string, { steps, files, stale }: RunReport, peakBytes: number, where: string): string {
  const width = Math.max(...steps.map(({ task }) => task.length));
  const lines = steps.map(({ task, state, seconds, phases }) => {
    const parts = Object.entries(phases).map(([name, time]) => `${name} ${secondsText(time)}`);
    const detail = parts.length > 0 ? ` (${parts.join(", ")})` : "";
    return `${task.padEnd(width)}  ${state === "reused" ? "reused" : secondsText(seconds) + detail}`;
  });
  lines.push(`peak memory ${bytesText(peakBytes)}${where}`);
  lines.push(...fileLines(folder, files));
  for (const task of stale) lines.push(`the files of "${task}" belong to earlier results; run it again`);
  return lines.join("\n");
}

/** Threads and memory of each rank, and of one that works alone. */
async function resourcesOf(given: Given, comm: Comm | undefined) {
  const { ranks, cores } = coresOf(comm);
  const all = navigator.hardwareConcurrency;
  const wanted = given.count("threads");
  if (wanted !== undefined && wanted > 4 * cores) {
    const has = ranks === 1 ? `this machine has ${all} cores` : `each of ${ranks} ranks has ${cores} of the cores`;
    const why = `${has}, and more threads than that make it slower; leave it out to use all`;
    throw new InputError(`Cannot use --threads ${wanted}: ${why}`, "command line", "--threads");
  }
  const free = await freeMemory();
  const memoryBytes = free === undefined ? undefined : Math.floor(free / ranks);
  return { threads: wanted ?? cores, memoryBytes, alone: { threads: wanted ?? all, memoryBytes: free } };
}

/**
 * Runs a verb; returns what `--json` prints.
 *
 * @param comm Ranks that run it together, each of which calls this.
 */
export async function runVerb(
  verb: Verb,
  given: Given,
  pipelines: Pipelines,
  signal: AbortSignal,
  comm?: Comm,
): Promise<unknown> {
  const start = performance.now();
  const ranks = comm && comm.size > 1 ? new Ranks(comm) : undefined;
  try {
    const folders = comm?.backend === "mpi" ? given.texts("cwd") : [];
    await agreed(ranks, () => folders.forEach((folder) => Deno.chdir(folder)));
    const { pipeline, report, peakMemoryBytes } = await run(verb, given, pipelines, signal, ranks);
    if (!given.flag("quiet") && !given.flag("json") && (ranks?.isRoot ?? true)) {
      const where = ranks?.comm.backend === "mpi" ? ` on the largest of ${ranks.comm.size} ranks` : "";
      console.log(summary(folderOf(given), report, peakMemoryBytes, where));
      const next = nextLine(verb, pipeline, given, report.files);
      if (next) console.log(next);
    }
    return { ...report, seconds: (performance.now() - start) / 1000, peakMemoryBytes };
  } catch (error) {
    if (!ranks || ranks.agreed(error)) throw error;
    // The others know nothing of it, and would wait.
    console.error(`error on rank ${ranks.comm.rank}:`, error);
    ranks.comm.abort(1);
  }
}

const folderOf = (given: Given): string => given.text("out") ?? "out";

async function run(verb: Verb, given: Given, pipelines: Pipelines, signal: AbortSignal, ranks: Ranks | undefined) {
  const load = async () => {
    const resources = await resourcesOf(given, ranks?.comm);
    const { pipeline, config } = await loadConfig(given, given.words[0], verb, pipelines);
    return { resources, pipeline, config, tasks: await stageOf(pipeline, config, verb)(config) };
  };
  const { resources, pipeline, config, tasks } = await agreed(ranks, load);
  const progress = new Progress(standardError());
  if (!given.flag("quiet") && (ranks?.isRoot ?? true)) config.notices?.forEach((text) => progress.line(text));
  let report: RunReport;
  try {
    report = await runTasks(tasks, {
      ...resources,
      folder: folderOf(given),
      comm: ranks?.comm,
      verify: given.flag("verify"),
      signal,
      onEvent: given.flag("quiet") ? undefined : follow(progress),
      release: await releaseOf(),
      prepare: async (threads) => {
        const { ready } = await import("../lib/kernel/mod.ts");
        await ready({ threads });
      },
    });
  } finally {
    progress.clear();
  }
  const peaks = [await peakMemory()];
  if (ranks) peaks.push(...await ranks.meet(undefined, peaks[0]) as number[]);
  return { pipeline, report, peakMemoryBytes: Math.max(...peaks) };
}

/** What `body` returns here, if it succeeds on all ranks. */
async function agreed<T>(ranks: Ranks | undefined, body: () => T | Promise<T>): Promise<T> {
  if (!ranks) return await body();
  let value: T;
  await ranks.alike(async () => {
    value = await body();
    return null;
  });
  return value!;
}
