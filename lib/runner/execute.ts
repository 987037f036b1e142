import { digestFile } from "../base/mod.ts";
import { Context } from "./context.ts";
import { exists, filesBelow, remove, writingTo } from "./disk.ts";
import type { RunEvent, StepReport } from "./journal.ts";
import { resolve, type Step } from "./key.ts";
import { publish, type ResultFile } from "./publish.ts";
import { checkFits } from "./resources.ts";
import { ALL, type Manifest, Store } from "./store.ts";
import type { Task } from "./task.ts";

/** Options of `runTasks`. */
export interface RunOptions {
  /** Folder of results; made if it is not there. What is kept lies in `.cosmesh` inside of it. */
  folder: string;
  /** Reads every output that is there and compares its digest, instead of trusting its size and time. */
  verify?: boolean;
  /** Stops the run between two parts or phases; what is finished stays. */
  signal?: AbortSignal;
  /** Told what happens. */
  onEvent?: (event: RunEvent) => void;
  /** Awaited once, before the first task that has to run. */
  prepare?: () => Promise<void>;
  /** [1] Threads that `prepare` starts, for estimates. Default: all cores. */
  threads?: number;
  /** [byte] Memory that the run may use; tasks that need more are refused. Default: not checked. */
  memoryBytes?: number;
  /** Stands for the code of modules that were imported from the network. Default: their URL alone. */
  release?: string;
}

/** What a run did. */
export interface RunReport {
  /** Steps in the order they ran. */
  readonly steps: readonly StepReport[];
  /** Outputs in the folder of results. */
  readonly files: readonly ResultFile[];
  /** Tasks whose outputs in the folder of results were made from others than it shows now. */
  readonly stale: readonly string[];
}

/**
 * Brings the results of tasks up to date: runs those whose key has no result yet, after those they read from, and
 * shows all outputs in the folder of results.
 *
 * Two runs at once do the work once: the second waits and takes the result. A run that fails, is interrupted or killed
 * leaves earlier results as they were, and the next one goes on with the parts that were finished.
 *
 * @throws {InputError} if an input file cannot be read, the folder cannot be written, or memory would not suffice.
 * @example
 * ```ts
 * import { runTasks, type Task } from "@cosmesh/cosmesh/runner";
 *
 * const task: Task = {
 *   name: "hello",
 *   version: 1,
 *   module: import.meta.url,
 *   inputs: {},
 *   parameters: {},
 *   run: (context) => context.part("hello.txt", (path) => Deno.writeTextFile(path, "hello")),
 * };
 * const folder = await Deno.makeTempDir();
 * console.log((await runTasks([task], { folder })).steps[0].state); // made
 * console.log((await runTasks([task], { folder })).steps[0].state); // reused
 * ```
 */
export async function runTasks(tasks: readonly Task[], options: RunOptions): Promise<RunReport> {
  const store = new Store(options.folder);
  const steps = await resolve(tasks, store.memo, options.release ?? "");
  await refuseTooLarge(store, steps, options);
  return await writingTo(options.folder, async () => {
    await store.create();
    using _lock = await store.lock(ALL, { shared: true, signal: options.signal });
    const run = new Run(store, options);
    const reports: StepReport[] = [];
    const manifests: [Step, Manifest][] = [];
    for (const step of steps) {
      reports.push(await run.step(step));
      manifests.push([step, await store.require(step)]);
    }
    const shown = await publish(store, manifests);
    await store.memo.save();
    return { steps: reports, ...shown };
  });
}

async function refuseTooLarge(store: Store, steps: readonly Step[], options: RunOptions): Promise<void> {
  for (const step of steps) {
    if (!step.task.estimate || await exists(store.stepPath(step.folder))) continue;
    const estimate = await step.task.estimate(options.threads ?? navigator.hardwareConcurrency);
    checkFits(step.task.name, estimate, options.memoryBytes);
  }
}

class Run {
  #prepared = false;
  readonly #emit: (event: RunEvent) => void;

  constructor(private readonly store: Store, private readonly options: RunOptions) {
    this.#emit = options.onEvent ?? (() => {});
  }

  async step(step: Step): Promise<StepReport> {
    const { store, options: { signal, verify = false } } = this;
    const task = step.task.name;
    signal?.throwIfAborted();
    const onWait = (pid: number) => this.#emit({ kind: "waiting", task, pid });
    using _lock = await store.lock(step.folder, { onWait, signal });
    const manifest = await store.manifest(step.folder);
    if (manifest) {
      const bad = await store.damaged(manifest, step.folder, verify);
      if (bad.length === 0) {
        this.#emit({ kind: "reused", task });
        return { task, key: step.key, state: "reused", seconds: 0, phases: {} };
      }
      this.#emit({ kind: "damaged", task, files: bad });
      await store.reopen(step, bad);
    }
    if (!this.#prepared) await this.options.prepare?.();
    this.#prepared = true;
    return await this.#make(step);
  }

  async #make(step: Step): Promise<StepReport> {
    const { store, options: { signal } } = this;
    const task = step.task.name;
    const start = performance.now();
    const work = store.workPath(step.folder);
    await Deno.mkdir(`${work}/files`, { recursive: true });
    const resumed = (await filesBelow(`${work}/files`)).length;
    this.#emit({ kind: "start", task, resumed });
    const { threads = navigator.hardwareConcurrency, memoryBytes } = this.options;
    const context = new Context(store, step, this.#emit, signal, threads, memoryBytes);
    try {
      await step.task.run(context);
    } finally {
      await remove(`${work}/writing`).catch(() => {}); // the disk may be the reason of the failure
    }
    const outputs: Record<string, { bytes: number; sha256: string }> = {};
    for (const name of await filesBelow(`${work}/files`)) {
      const path = `${work}/files/${name}`;
      outputs[name] = { bytes: (await Deno.stat(path)).size, sha256: await digestFile(path) };
    }
    await store.finish(step, outputs);
    const seconds = (performance.now() - start) / 1000;
    this.#emit({ kind: "finished", task, seconds });
    return { task, key: step.key, state: resumed > 0 ? "resumed" : "made", seconds, phases: context.phases };
  }
}
