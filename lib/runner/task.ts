import type { Json } from "../base/mod.ts";
import type { Comm } from "../mpi/mod.ts";

/** What a task reads: a file, or the outputs of another task. */
export type Input = string | URL | Task;

/** What a task needs; shown by `explain`, and checked before anything runs. */
export interface Estimate {
  /** [byte] Most that arrays hold at once in the kernels' memory, which ends at 4 GiB. */
  kernelBytes: number;
  /** [byte] Most that is held outside of it (files being read, JavaScript). Default: 128 MiB. */
  otherBytes?: number;
  /** [s] Time on the threads that the run uses; left out if there is no good guess. */
  seconds?: number;
  /** What to do when memory does not suffice. Default: "use a smaller mesh". */
  remedy?: string;
}

/**
 * A step of work whose result is kept under a key made of all that decides it: name, version, parameters, the digests
 * of the code and of the input files, and the keys of the tasks it reads from.
 *
 * @example A step of one part
 * ```ts
 * import { runTasks, type Task } from "@cosmesh/cosmesh/runner";
 *
 * const folder = await Deno.makeTempDir();
 * const squares: Task = {
 *   name: "squares",
 *   version: 1,
 *   module: import.meta.url,
 *   inputs: {},
 *   parameters: { count: 3 },
 *   async run(context) {
 *     await context.part("squares.txt", (path) => Deno.writeTextFile(path, "1 4 9"));
 *   },
 * };
 * await runTasks([squares], { folder }); // writes folder/squares.txt; a second call does nothing
 * ```
 *
 * @example A step of many parts, reading from another
 * ```ts
 * import { runTasks, type Task } from "@cosmesh/cosmesh/runner";
 *
 * const folder = await Deno.makeTempDir();
 * const paint: Task = {
 *   name: "paint",
 *   version: 1,
 *   module: import.meta.url,
 *   inputs: {},
 *   parameters: { redshifts: [9, 8, 7] },
 *   async run(context) {
 *     const files = [9, 8, 7].map((z) => `cube_z${z.toFixed(3)}.txt`);
 *     // An interrupted run goes on here with the files that are missing.
 *     await context.parts(files, async (path, index) => {
 *       const cube = await context.phase("compute", () => `cube ${index}`);
 *       await context.phase("write", () => Deno.writeTextFile(path, cube));
 *     });
 *   },
 * };
 * const analyse: Task = {
 *   name: "analyse",
 *   version: 1,
 *   module: import.meta.url,
 *   inputs: { paint },
 *   parameters: {},
 *   async run(context) {
 *     const cube = await Deno.readTextFile(`${context.input("paint")}/cube_z7.000.txt`);
 *     await context.part("figures/slice.svg", (path) => Deno.writeTextFile(path, `<svg><!-- ${cube} --></svg>`));
 *   },
 * };
 * await runTasks([analyse], { folder }); // runs paint first
 * ```
 */
export interface Task {
  /** Short name for messages and folders: lower case, digits, `-`. Unique in a run. */
  readonly name: string;
  /** Raised by hand when results change for a reason that the other parts of the key do not see. */
  readonly version: number;
  /** `import.meta.url` of the module that holds `run`. What it imports, and so on, is the task's code. */
  readonly module: string;
  /** What it reads, by names that `context.input` takes. */
  readonly inputs: Readonly<Record<string, Input>>;
  /** All else that decides the result: plain JSON. Thread counts, paths and times do not belong here. */
  readonly parameters: Json;
  /**
   * Whether `run` may be called on all ranks at once, where each makes some of the parts. Its calls of `part` and `parts`
   * must then be the same, in the same order, on all ranks, and no result may depend on which rank makes what. What it
   * does outside of parts, every rank does. Default false: rank 0 runs it alone.
   */
  readonly distributed?: boolean;
  /** Makes the outputs, all through `context.part` or `context.parts`. */
  run(context: TaskContext): Promise<void>;
  /**
   * Memory and time that `run` will need.
   *
   * @param threads [1] Threads that it will use.
   * @param ranks [1] Ranks that will make it. Default: 1.
   * @param memoryBytes [byte] Memory of each, if that is known.
   * @returns What each rank needs.
   */
  estimate?(threads: number, ranks?: number, memoryBytes?: number): Estimate | Promise<Estimate>;
}

/** What a running task is given. */
export interface TaskContext {
  /** Path of an input file, or of the folder with the outputs of an input task. */
  input(name: string): string;
  /**
   * Makes one output, a file or a folder, named relative to the folder of results ("figures/slice.svg"). `body` writes
   * it at the path it is given; it becomes visible, synced to disk, when `body` is done. If an interrupted run made it
   * already, `body` is not called. One call of `part` or `parts` is made at a time. Of several ranks the first makes it,
   * while the others wait.
   */
  part(name: string, body: PartBody): Promise<void>;
  /**
   * As `part` for each name in turn; tells progress, and stops between two of them when interrupted. With `atOnce`, that
   * many are made at the same time, begun in order: for bodies that wait for other processes or workers.
   *
   * Several ranks take what is not taken yet one by one, from the last on, and go on when all is made; an error of one
   * ends it on all. Put what costs most last, so that they end at about the same time.
   */
  parts(names: readonly string[], body: PartBody, options?: PartsOptions): Promise<void>;
  /**
   * What `body` gives for 0 to `count` - 1, in this order: computed in turn, or by the ranks that take the numbers one by
   * one, which exchange it. It must be plain data, with typed arrays and NdArrays in it.
   *
   * @param count [1] Number of values.
   */
  map<T>(count: number, body: (index: number) => T | Promise<T>): Promise<T[]>;
  /**
   * Makes outputs one after the other, from the last on, each by all ranks together: `body` runs on all of them at the same
   * time, with the same path, in a folder of its own; what it writes beside the path, such as a file of each rank, becomes
   * an output as well. It exchanges numbers by `comm`, must not call `phase`, and an error of one rank must be an error of
   * all (`comm.agree`). An output that is there already is not made again.
   *
   * @param names As of `part`.
   * @param body As of `part`.
   */
  together(names: readonly string[], body: PartBody): Promise<void>;
  /** The ranks that make the step; used between calls of this context only where all use it. */
  readonly comm: Comm;
  /** [1] Ranks that make the step. */
  readonly ranks: number;
  /** [1] Threads that the run may use, on each rank. */
  readonly threads: number;
  /** [byte] Memory that the run may use on each rank, if that is known. */
  readonly memoryBytes: number | undefined;
  /** Path of an output that is already made, to read it back. */
  output(name: string): string;
  /** Runs `body` and adds its time to the phase's seconds in the summary; stops before it when interrupted. */
  phase<T>(name: string, body: () => T | Promise<T>): Promise<T>;
  /** Tells the user something about the result, as a warning. Of several ranks, the first is heard outside of parts. */
  note(text: string): void;
  /** Tells which fraction [1] of the present part is done. */
  progress(fraction: number): void;
}

/** Options of `TaskContext.parts`. */
export interface PartsOptions {
  /** [1] Parts that are made at the same time. Default 1. */
  atOnce?: number;
}

/** Writes one output at `path`; `index` counts the names given to `parts`. */
export type PartBody = (path: string, index: number) => void | Promise<void>;
