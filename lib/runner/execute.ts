import { plainError } from "../base/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { Context, type Means } from "./context.ts";
import { exists, filesBelow, remove, writingTo } from "./disk.ts";
import { follow, type Order } from "./follow.ts";
import type { RunEvent, StepReport } from "./journal.ts";
import { resolve, type Step } from "./key.ts";
import { digestFiles, make, outline } from "./make.ts";
import { publish, type ResultFile } from "./publish.ts";
import { Ranks } from "./ranks.ts";
import { checkFits } from "./resources.ts";
import { ALL, type Manifest, Store } from "./store.ts";
import type { Task } from "./task.ts";
import { type Said, Team } from "./team.ts";

/** What a step may use. */
export interface Resources {
  /** [1] Threads. Default: all cores. */
  threads?: number;
  /** [byte] Memory; tasks that need more are refused. Default: not checked. */
  memoryBytes?: number;
}

/** Options of `runTasks`. */
export interface RunOptions extends Resources {
  /**
   * Folder of results; made if it is not there. What is kept lies in `.cosmesh` inside of it. All ranks must see it, on
   * a file system in which only one of several can make a new file of a name.
   */
  folder: string;
  /** Reads every output that is there and compares its digest, instead of trusting its size and time. */
  verify?: boolean;
  /** Stops the run between two parts or phases; what is finished stays. */
  signal?: AbortSignal;
  /** Told what happens. */
  onEvent?: (event: RunEvent) => void;
  /** Awaited before the first task that has to run, and again when the number of threads [1] changes. */
  prepare?: (threads: number) => Promise<void>;
  /**
   * Ranks that make the steps together. All call `runTasks` with the same tasks and the same folder, and get the same
   * report, or the same error. Events are told on rank 0, `threads` and `memoryBytes` are those of each rank. Default:
   * one rank.
   */
  comm?: Comm;
  /** What a step may use that rank 0 makes alone, while the other ranks sleep. Default: the same as of others. */
  alone?: Resources;
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
  const { comm } = options;
  if (!comm || comm.size === 1) return await runSteps(tasks, options);
  const ranks = new Ranks(comm);
  if (!comm.isRoot) return await follow(tasks, options, ranks);
  const tell = async (order: Order) => {
    ranks.postToAll(order);
    await ranks.settle();
  };
  try {
    const report = await runSteps(tasks, options, ranks);
    await tell({ kind: "end", report });
    return report;
  } catch (error) {
    await tell({ kind: "end", error: plainError(error) });
    throw ranks.agree(error);
  }
}

async function runSteps(tasks: readonly Task[], options: RunOptions, ranks?: Ranks): Promise<RunReport> {
  const store = new Store(options.folder);
  const steps = await resolve(tasks, store.memo, options.release ?? "");
  const run = new Run(store, options, ranks);
  await run.refuseTooLarge(steps);
  return await writingTo(options.folder, async () => {
    await store.create();
    using _lock = await store.lock(ALL, { shared: true, signal: options.signal });
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

class Run {
  /** Threads that are prepared. */
  #prepared = 0;
  readonly #emit: (event: RunEvent) => void;

  constructor(
    private readonly store: Store,
    private readonly options: RunOptions,
    private readonly ranks: Ranks | undefined,
  ) {
    this.#emit = options.onEvent ?? (() => {});
  }

  async refuseTooLarge(steps: readonly Step[]): Promise<void> {
    for (const { task, folder } of steps) {
      if (!task.estimate || await exists(this.store.stepPath(folder))) continue;
      const { threads, memoryBytes } = this.#means(task);
      const ranks = this.#ranksFor(task)?.comm.size;
      checkFits(task.name, await task.estimate(threads, ranks, memoryBytes), memoryBytes, ranks);
    }
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
    return await this.#make(step);
  }

  /** The ranks, if a task is for all of them. */
  #ranksFor({ distributed = false }: Task): Ranks | undefined {
    return distributed ? this.ranks : undefined;
  }

  #means(task: Task): Means {
    const { options } = this;
    const { alone = options, signal } = options;
    const { threads = navigator.hardwareConcurrency, memoryBytes } = this.ranks && !task.distributed ? alone : options;
    return { threads, memoryBytes, signal, emit: this.#emit };
  }

  async #prepare(threads: number): Promise<void> {
    if (threads !== this.#prepared) await this.options.prepare?.(threads);
    this.#prepared = threads;
  }

  async #make(step: Step): Promise<StepReport> {
    const { store } = this;
    const task = step.task.name;
    const start = performance.now();
    const work = store.workPath(step.folder);
    await Deno.mkdir(`${work}/files`, { recursive: true });
    await remove(`${work}/writing`);
    const resumed = (await filesBelow(`${work}/files`)).length;
    this.#emit({ kind: "start", task, resumed });
    const ranks = this.#ranksFor(step.task);
    const means = this.#means(step.task);
    const hear = (said: Said, rank: number): void => context.hear(said, rank);
    const team = ranks && new Team(ranks, `${work}/writing`, hear);
    const context: Context = new Context(store, step, means, team);
    ranks?.postToAll(orderOf(step));
    const run = async () => {
      await this.#prepare(means.threads);
      await step.task.run(context);
    };
    let phases;
    try {
      phases = await make(run, context, team);
    } finally {
      await remove(`${work}/writing`).catch(() => {}); // the disk may be the reason of the failure
    }
    const digests = await digestFiles(`${work}/files`, () => filesBelow(`${work}/files`), ranks);
    const outputs: Record<string, { bytes: number; sha256: string }> = {};
    for (const [name, sha256] of Object.entries(digests).sort(([a], [b]) => a < b ? -1 : 1)) {
      outputs[name] = { bytes: (await Deno.stat(`${work}/files/${name}`)).size, sha256 };
    }
    await store.finish(step, outputs);
    const seconds = (performance.now() - start) / 1000;
    this.#emit({ kind: "finished", task, seconds });
    return { task, key: step.key, state: resumed > 0 ? "resumed" : "made", seconds, phases };
  }
}

function orderOf({ task, folder, upstream }: Step): Order {
  const folders = Object.entries(upstream).map(([name, { folder }]) => [name, { folder }]);
  return { kind: "step", task: task.name, outline: outline(task), folder, upstream: Object.fromEntries(folders) };
}
