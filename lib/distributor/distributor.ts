import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkRange, ShapeError } from "../base/mod.ts";
import { updateHdf5 } from "../io/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { checkRank } from "../mpi/mod.ts";
import { copyNumbers } from "../mpi/mod.ts";
import { chunksOf, fillRows, postReceives, postSends } from "./_chunks.ts";
import { checkRowCount, kindText, makeRows, type RowKind, rowRange, type Rows, rowsOf } from "./_rows.ts";
import { bcastRows, type ChunkOptions, type RootedChunkOptions, type TaggedChunkOptions } from "./chunks.ts";
import type { Comm } from "../mpi/mod.ts";
import { bcastLargeObject, recvLargeObject, sendLargeObject } from "./objects.ts";
import { waitAll } from "../mpi/mod.ts";
import { SpillFile } from "./spill_file.ts";
import { limits, MAX_TAG, type Payload } from "../mpi/mod.ts";
import { commWorld } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";

/** Tag of the messages of `gather` and `scatter`. */
const TAG = MAX_TAG;
/** MPI's counts and places are 32-bit. */
const MAX_COUNT = 2 ** 31 - 1;

/** Tasks from `start` to before `stop`. */
export interface TaskSlice {
  /** [task] The first. */
  readonly start: number;
  /** [task] The one behind the last. */
  readonly stop: number;
}

/** Options of a `Distributor`. */
export interface DistributorOptions {
  /** Ranks. Default: `commWorld()`. */
  comm?: Comm;
  /** [task] Tasks of each rank. Default: `taskSizes`. */
  sizes?: readonly number[];
  /** Folder of the files of ranks. Default: there are none. */
  folder?: string;
  /** Beginning of the files' names. Default "". */
  name?: string;
}

/**
 * How many tasks each rank has: as even as can be, the larger numbers last. (`shareOf` has them first.)
 *
 * @param tasks [task] Number of tasks.
 * @param ranks [1] Number of ranks.
 * @example
 * ```ts
 * import { taskSizes } from "@cosmesh/cosmesh/distributor";
 * taskSizes(7, 3); // [2, 2, 3]
 * ```
 */
export function taskSizes(tasks: number, ranks: number): number[] {
  checkInteger(tasks, "tasks");
  checkInteger(ranks, "ranks", 1);
  const [base, excess] = [Math.floor(tasks / ranks), tasks % ranks];
  return Array.from({ length: ranks }, (_, rank) => base + (rank >= ranks - excess ? 1 : 0));
}

/**
 * Tasks that are divided among ranks in slices, one after another, and the exchange of arrays whose first axis is the
 * task. Arrays are NdArrays, or typed arrays of one number for each task; those that come back are new ones, NdArrays in
 * the kernels' memory, to be disposed of. Messages have at most `limit` bytes each, but one row at least; all ranks give
 * the same limit.
 *
 * All that gathers, deals out, sums or copies is called by all ranks. Arrays that do not suit on one rank, other divisions
 * or another root are an error on all, before anything is sent. One rank exchanges nothing. Messages have the tag `MAX_TAG`.
 *
 * Each rank can have an HDF5 file of its own for what it does not keep in memory: `<name>_Rank00000.hdf5` in `folder`.
 *
 * @example Seven tasks
 * ```ts
 * import { Distributor } from "@cosmesh/cosmesh/distributor";
 * const distributor = new Distributor(7);
 * const squares = Float64Array.from(distributor.myTasks, (task) => task ** 2);
 * distributor.allgather(squares); // 0, 1, 4, 9, 16, 25, 36 on all ranks
 * ```
 */
export class Distributor implements Disposable {
  /** The ranks. */
  readonly comm: Comm;
  /** [task] Number of tasks of all ranks. */
  readonly taskCount: number;
  /** Path of this rank's file; undefined without a folder. */
  readonly filePath?: string;
  #slices: readonly TaskSlice[];
  #division?: string;
  #file?: SpillFile;

  /**
   * Divides tasks; nothing is exchanged, and no file is made.
   *
   * @param taskCount [task] Number of tasks, below 2^31.
   * @throws {ShapeError} if `sizes` has not one number for each rank, or they are not all tasks.
   */
  constructor(taskCount: number, { comm = commWorld(), sizes, folder, name = "" }: DistributorOptions = {}) {
    this.comm = comm;
    this.taskCount = checkRange(checkInteger(taskCount, "taskCount"), "taskCount", 0, MAX_COUNT);
    const given = sizes ?? taskSizes(taskCount, comm.size);
    const sum = given.reduce((sum, size) => sum + checkInteger(size, "sizes"), 0);
    if (given.length !== comm.size || sum !== taskCount) {
      const rule = `${comm.size} sizes with the sum ${taskCount}`;
      const got = `${given.length} with the sum ${sum}`;
      throw new ShapeError(`Cannot distribute tasks: "sizes" must be ${rule}, got ${got}`, rule, got);
    }
    let start = 0;
    this.#slices = given.map((size) => ({ start, stop: start += size }));
    if (folder !== undefined) this.filePath = `${folder}/${name}_Rank${String(comm.rank).padStart(5, "0")}.hdf5`;
  }

  /** Tasks of each rank. */
  get slices(): readonly TaskSlice[] {
    return this.#slices;
  }
  /** [task] Number of tasks of each rank. */
  get sizes(): number[] {
    return this.slices.map(({ start, stop }) => stop - start);
  }
  /** This rank. */
  get myRank(): number {
    return this.comm.rank;
  }
  /** Number of ranks. */
  get rankCount(): number {
    return this.comm.size;
  }
  /** Whether this is rank 0. */
  get isRoot(): boolean {
    return this.comm.isRoot;
  }
  /** Tasks of this rank. */
  get mySlice(): TaskSlice {
    return this.slices[this.comm.rank];
  }
  /** [task] Number of tasks of this rank. */
  get mySize(): number {
    return this.mySlice.stop - this.mySlice.start;
  }
  /** Numbers of this rank's tasks. */
  get myTasks(): Int32Array<ArrayBuffer> {
    return Int32Array.from({ length: this.mySize }, (_, i) => this.mySlice.start + i);
  }
  /** Whether the slices are all tasks, one after another; those of a part of the ranks are not. */
  get isComplete(): boolean {
    return this.slices.every(({ start }, rank) => start === (this.slices[rank - 1]?.stop ?? 0)) &&
      this.slices.at(-1)!.stop === this.taskCount;
  }

  /** Says how tasks are divided, the same for the same division; ranks that say otherwise cannot exchange rows. */
  get division(): string {
    if (this.#division !== undefined) return this.#division;
    const sizes = taskSizes(this.taskCount, this.rankCount);
    const even = this.isComplete && this.sizes.every((size, rank) => size === sizes[rank]);
    const parts = this.slices.map(({ start, stop }) => `${start}-${stop}`);
    return this.#division = `${this.taskCount} tasks${even ? "" : ` as ${parts.join(", ")}`}`;
  }

  /**
   * The same tasks for some of the ranks, each with the slice it has here; the tasks of others are nobody's, and rows of
   * theirs are 0 in what is gathered. It has no files.
   *
   * @param comm Some of the ranks, such as `split` gives.
   * @param members [1] Their ranks here, in the order of their ranks in `comm`.
   */
  restrictedTo(comm: Comm, members: readonly number[]): Distributor {
    if (members.length !== comm.size || new Set(members).size !== comm.size) {
      const rule = `${comm.size} different ranks`;
      const got = `[${members}]`;
      throw new ShapeError(`Cannot restrict tasks: "members" must be ${rule}, got ${got}`, rule, got);
    }
    const part = new Distributor(this.taskCount, { comm });
    part.#slices = members.map((rank) => this.slices[checkRank(rank, "members", this.rankCount)]);
    return part;
  }

  /**
   * The rows of all ranks, in the order of tasks, on all: as one collective where the longest slice is within the limit,
   * else slice after slice in chunks.
   *
   * @param own This rank's rows, `[mySize, ...]`; also without rows, type and further axes are those of the others.
   * @returns `[taskCount, ...]`.
   * @throws {ShapeError} on all ranks if the rows of one do not suit.
   */
  allgather<P extends Payload>(own: P, { limit = limits.maxMessageBytes }: ChunkOptions = {}): P {
    const all = this.#agree(own, "all ranks", () => this.#room(own));
    const [rows, into] = [rowsOf(own, "gather"), rowsOf(all, "gather")];
    const counts = this.sizes.map((size) => size * rows.width);
    const fit = counts.every((count) => count * rows.numbers.BYTES_PER_ELEMENT <= limit);
    if (this.rankCount > 1 && this.isComplete && fit && into.numbers.length <= MAX_COUNT) {
      this.comm.allgatherv(rows.numbers, { counts, into: into.numbers });
      return all;
    }
    copyNumbers(part(into, this.mySlice).numbers, rows.numbers);
    if (this.rankCount > 1) {
      this.slices.forEach((slice, root) => fillRows(this.comm, part(into, slice), { limit, root }));
    }
    return all;
  }

  /**
   * The rows of all ranks, in the order of tasks, on one.
   *
   * @param own This rank's rows, `[mySize, ...]`.
   * @returns `[taskCount, ...]` on `root`, undefined elsewhere.
   * @throws {ShapeError} on all ranks if the rows of one do not suit.
   */
  gather<P extends Payload>(own: P, { root = 0, limit }: RootedChunkOptions = {}): P | undefined {
    checkRank(root, "root", this.rankCount);
    const all = this.#agree(own, `rank ${root}`, () => this.myRank === root ? this.#room(own) : undefined);
    const rows = rowsOf(own, "gather");
    if (!all) {
      waitAll(postSends(this.comm, rows, root, { limit, tag: TAG }));
      return;
    }
    const into = rowsOf(all, "gather");
    // All receives stand before anything is waited for.
    const requests = this.slices.flatMap((slice, rank) =>
      rank === root ? [] : postReceives(this.comm, part(into, slice), rank, { limit, tag: TAG })
    );
    copyNumbers(part(into, this.mySlice).numbers, rows.numbers);
    waitAll(requests);
    return all;
  }

  /**
   * Deals the rows of one rank out.
   *
   * @param full `[taskCount, ...]`; used on `root` only. One rank alone may give the rows of its own tasks.
   * @returns This rank's rows, `[mySize, ...]`; zeros of float64, `[mySize]`, if `root` gives nothing.
   * @throws {DtypeError} on all ranks if something else than an array is given on any.
   * @throws {ShapeError} on all ranks if `root` has another number of rows.
   */
  scatter<P extends Payload = NdArray<"float64">>(full?: P, { root = 0, limit }: RootedChunkOptions = {}): P {
    checkRank(root, "root", this.rankCount);
    const { comm } = this;
    const sender = this.myRank === root;
    const rows = agreeOn(comm, "scatter", () => `${this.division} of rank ${root}`, () => {
      const rows = full === undefined ? undefined : rowsOf(full, "scatter");
      const short = this.rankCount === 1 && rows?.count === this.mySize;
      if (sender && rows && !short) checkRowCount(rows, this.taskCount, "scatter", "the rows of all tasks");
      return rows;
    });
    const known = this.rankCount === 1 ? rows?.kind : comm.bcastObject(sender ? rows?.kind : undefined, root);
    const kind = known as RowKind | undefined;
    const own = together(comm, () => {
      return makeRows(kind ?? { type: "float64", shape: [] }, this.mySize, !kind) as P;
    });
    if (!kind) return own;
    const into = rowsOf(own, "scatter");
    if (!sender) {
      waitAll(postReceives(comm, into, root, { limit, tag: TAG }));
      return own;
    }
    const all = rows!;
    const requests = this.slices.flatMap((slice, rank) =>
      rank === root ? [] : postSends(comm, part(all, slice), rank, { limit, tag: TAG })
    );
    copyNumbers(into.numbers, all.count === this.mySize ? all.numbers : part(all, this.mySlice).numbers);
    waitAll(requests);
    return own;
  }

  /**
   * Sums arrays of one shape element by element, in place, in parts of at most `limit` bytes.
   *
   * @param array This rank's numbers, which become the sum.
   * @param options `ordered`: add in the order of ranks, for the same bits on any backend.
   * @returns `array`.
   * @throws {ShapeError} on all ranks if shapes or types differ.
   */
  allreduce<P extends Payload>(array: P, { limit, ordered }: ChunkOptions & { ordered?: boolean } = {}): P {
    const operation = "reduce";
    const same = () => {
      const { count, kind } = rowsOf(array, operation);
      return `${count} ${kindText(kind)}`;
    };
    const { numbers } = agreeOn(this.comm, operation, same, () => rowsOf(array, operation));
    if (this.rankCount === 1) return array;
    // Element by element: a part may end within a row.
    for (const chunk of chunksOf(rowsOf(numbers, operation), limit)) {
      this.comm.allreduce(chunk, "sum", { into: chunk, ordered });
    }
    return array;
  }

  /**
   * Copies plain data of one rank to all, with arrays of any size in it (`bcastLargeObject`).
   *
   * @param value What to copy; used on `root` only.
   * @returns On `root`, and on one rank, the very same; on others a copy.
   */
  bcast(value?: unknown, options: RootedChunkOptions = {}): unknown {
    return bcastLargeObject(this.comm, value, options);
  }

  /** Copies an array of one rank to all (`bcastRows`). */
  bcastRows<P extends Payload = NdArray>(array?: P, options: RootedChunkOptions = {}): P {
    return bcastRows(this.comm, array, options);
  }

  /**
   * Sends plain data with arrays of any size in it (`sendLargeObject`).
   *
   * @param to [1] Rank that receives it, with `recvFromRank`.
   */
  sendToRank(value: unknown, to: number, options: TaggedChunkOptions = {}): void {
    sendLargeObject(this.comm, value, to, options);
  }

  /**
   * Receives what `sendToRank` sent.
   *
   * @param from [1] Rank that sends.
   */
  recvFromRank(from: number, options: TaggedChunkOptions = {}): unknown {
    return recvLargeObject(this.comm, from, options);
  }

  /** Returns when all ranks have called it. */
  barrier(): void {
    this.comm.barrier();
  }

  /**
   * Opens this rank's file to read and write; it is made if it is missing. Only this rank uses it, so ranks need not
   * call it together.
   *
   * @returns The open file, for `using`; undefined without a folder.
   * @throws {InputError} if it cannot be written.
   */
  async openFile(): Promise<SpillFile | undefined> {
    if (this.filePath === undefined) return;
    this.closeFile();
    return this.#file = new SpillFile(await updateHdf5(this.filePath));
  }

  /** Closes this rank's file, if it is open. */
  closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
  }

  /** Removes this rank's file, if there is one. */
  deleteFile(): void {
    this.closeFile();
    if (this.filePath === undefined) return;
    try {
      Deno.removeSync(this.filePath);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** As `closeFile`. */
  [Symbol.dispose](): void {
    this.closeFile();
  }

  /** Checks this rank's rows and makes room, on all ranks or none. */
  #agree<T>(own: Payload, to: string, run: () => T): T {
    const check = () => {
      const rows = rowsOf(own, "gather");
      checkRowCount(rows, this.mySize, "gather", `the rows of rank ${this.myRank}`);
      return `${kindText(rows.kind)} of ${this.division} for ${to}`;
    };
    if (this.rankCount === 1) check();
    return agreeOn(this.comm, "gather", check, run);
  }

  /** Room for the rows of all tasks. */
  #room<P extends Payload>(own: P): P {
    return makeRows(rowsOf(own, "gather").kind, this.taskCount, !this.isComplete) as P;
  }
}

/** The rows of a slice, in place. */
const part = (rows: Rows, { start, stop }: TaskSlice): Rows => rowRange(rows, start, stop);
