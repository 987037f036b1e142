import { CommError } from "../base/mod.ts";
import { type Abi, TEXT_BYTES, UNDEFINED } from "./_abi.ts";
import { Comm } from "./comm.ts";
import { findLauncher, findLibrary, type Launcher } from "./_library.ts";
import { MpiCollectives } from "./_mpi_collectives.ts";
import { shareMemory } from "./_mpi_memory.ts";
import { MpiRequest, pending, readStatus, sourceOf, tagOf } from "./_mpi_request.ts";
import { address, Native } from "./_native.ts";
import {
  type Collectives,
  limits,
  type Numbers,
  type Probed,
  type Received,
  type Request,
  type SharedMemory,
  type Transport,
} from "./transport.ts";

/** Exit status of a program that ended without `finalize`, and of one that ended with an error. */
const UNFINISHED_STATUS = 70;
const UNCAUGHT_STATUS = 13;

const NO_BYTES = new Uint8Array(0);

/** Whether MPI has ended; calls after that would crash. */
let ended = false;

/** Ranks of one communicator of MPI. */
class MpiTransport implements Transport {
  readonly backend = "mpi";
  readonly rank: number;
  readonly size: number;
  readonly #collectives: Collectives;
  #freed = false;
  #toSelf: Request[] = [];

  constructor(private readonly mpi: Native, private readonly comm: number, readonly library: string) {
    mpi.check(mpi.fn.MPI_Comm_set_errhandler(comm, mpi.handle(mpi.table.errorsReturn)), "start");
    mpi.check(mpi.fn.MPI_Comm_rank(comm, mpi.outAddress), "start");
    this.rank = mpi.out[0];
    mpi.check(mpi.fn.MPI_Comm_size(comm, mpi.outAddress), "start");
    this.size = mpi.out[0];
    this.#collectives = new MpiCollectives(mpi, comm);
  }

  get host(): string {
    return this.mpi.host;
  }

  get collectives(): Collectives {
    this.#live();
    return this.#collectives;
  }

  send(data: Numbers, to: number, tag: number): void {
    const { mpi } = this.#live();
    if (to === this.rank) {
      // A blocking call would wait for a receive that can only come later.
      this.#toSelf = this.#toSelf.filter((request) => !request.test());
      this.#toSelf.push(this.isend(data.slice(), to, tag));
      return;
    }
    const send = (count: number, type: number) => mpi.fn.MPI_Send(address(data), count, type, to, tag, this.comm);
    mpi.check(mpi.described(data, limits.maxMessageBytes, send), "send");
  }

  recv(into: Numbers, from: number, tag: number): Received {
    const { mpi } = this.#live();
    const source = sourceOf(mpi, from);
    const code = mpi.described(into, limits.maxMessageBytes, (count, type) => {
      return mpi.fn.MPI_Recv(address(into), count, type, source, tagOf(mpi, tag), this.comm, mpi.statusAddress);
    });
    mpi.check(code, "receive");
    return readStatus(mpi, mpi.status, mpi.statusAddress, mpi.type(into));
  }

  probe(from: number, tag: number): Probed {
    const { mpi } = this.#live();
    mpi.check(mpi.fn.MPI_Probe(sourceOf(mpi, from), tagOf(mpi, tag), this.comm, mpi.statusAddress), "receive");
    const { count, ...found } = readStatus(mpi, mpi.status, mpi.statusAddress, mpi.type(NO_BYTES));
    return { ...found, bytes: count };
  }

  isend(data: Numbers, to: number, tag: number): Request {
    const { mpi } = this.#live();
    let handle = 0;
    const code = mpi.described(data, limits.maxMessageBytes, (count, type) => {
      const code = mpi.fn.MPI_Isend(address(data), count, type, to, tag, this.comm, mpi.outAddress);
      handle = mpi.outHandle();
      return code;
    });
    mpi.check(code, "send");
    return new MpiRequest(mpi, handle, data, { source: this.rank, tag, count: data.length });
  }

  irecv(into: Numbers, from: number, tag: number): Request {
    const { mpi } = this.#live();
    const source = sourceOf(mpi, from);
    let handle = 0;
    const code = mpi.described(into, limits.maxMessageBytes, (count, type) => {
      const code = mpi.fn.MPI_Irecv(address(into), count, type, source, tagOf(mpi, tag), this.comm, mpi.outAddress);
      handle = mpi.outHandle();
      return code;
    });
    mpi.check(code, "receive");
    return new MpiRequest(mpi, handle, into);
  }

  barrier(): void {
    const { mpi } = this.#live();
    mpi.check(mpi.fn.MPI_Barrier(this.comm), "wait for all ranks");
  }

  async barrierAsync(): Promise<void> {
    const { mpi } = this.#live();
    mpi.checkThreads();
    mpi.check(await mpi.fn.barrierAsync(this.comm), "wait for all ranks");
  }

  split(color: number | undefined, key: number): Transport | undefined {
    const { mpi } = this.#live();
    mpi.check(mpi.fn.MPI_Comm_split(this.comm, color ?? UNDEFINED, key, mpi.outAddress), "split");
    const group = mpi.outHandle();
    return color === undefined ? undefined : new MpiTransport(mpi, group, this.library);
  }

  splitNode(): Transport {
    const { mpi } = this.#live();
    const { commTypeShared, infoNull } = mpi.table;
    const info = mpi.handle(infoNull);
    mpi.check(mpi.fn.MPI_Comm_split_type(this.comm, commTypeShared, 0, info, mpi.outAddress), "split by machine");
    return new MpiTransport(mpi, mpi.outHandle(), this.library);
  }

  shareMemory(bytes: number): SharedMemory {
    const { mpi } = this.#live();
    const memory = shareMemory(mpi, this.comm, this.rank, bytes);
    if (this.rank === 0) memory.bytes.fill(0);
    memory.sync();
    return memory;
  }

  abort(status: number): never {
    const { mpi } = this.#live();
    ended = true;
    mpi.fn.MPI_Abort(this.comm, status);
    Deno.exit(status);
  }

  free(): void {
    const { mpi } = this.#live();
    if (this.comm === mpi.handle(mpi.table.world)) return;
    const out = mpi.handles([this.comm]);
    mpi.check(mpi.fn.MPI_Comm_free(address(out)), "give a group of ranks back");
    this.#freed = true;
  }

  finalize(): void {
    const { mpi } = this.#live();
    for (const request of [...pending]) request.test();
    if (pending.size > 0) {
      const text = `messages that have not ended: ${pending.size}; wait for them first`;
      throw new CommError(`Cannot end MPI: ${text}`, "end", this.rank);
    }
    mpi.check(mpi.fn.MPI_Finalize(), "end MPI");
    ended = true;
  }

  /** Checks that calls may be made. */
  #live(): this {
    if (!ended && !this.#freed) return this;
    const text = ended ? "MPI has ended on this rank" : "this group of ranks was given back";
    throw new CommError(`Cannot use the ranks: ${text}`, "use", this.rank);
  }
}

/** Options of `mpiComm`. */
export interface MpiOptions {
  /** Name or path of the library. Default: MPI_LIB of the environment, else what suits the launcher. */
  library?: string;
  /** Its binary interface. Default: MPI_ABI of the environment, else what the library's name and version say. */
  abi?: Abi;
}

let world: Comm | undefined;

/** What the environment says about a launcher. */
export function launcher(): Launcher | undefined {
  return findLauncher((name) => Deno.env.get(name));
}

/** Ends all ranks where this one fails, or leaves the others waiting. */
function watch(mpi: Native): void {
  const abort = (status: number, ...why: unknown[]) => {
    if (ended) return;
    ended = true;
    console.error(...why);
    mpi.fn.MPI_Abort(mpi.handle(mpi.table.world), status);
  };
  const fail = (error: unknown) => abort(UNCAUGHT_STATUS, `Uncaught on rank ${mpi.rank}:`, error);
  addEventListener("error", (event) => fail(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => fail(event.reason));
  addEventListener("unload", () => abort(UNFINISHED_STATUS, `Rank ${mpi.rank} ended without finalize()`));
}

/**
 * All ranks of the MPI that launched this program; further calls return the same. It needs the permissions
 * `--allow-ffi --allow-env`. The library is opened as it is, without a compiled part of ours: MPICH and those of its
 * binary interface (Intel MPI, MVAPICH, Cray), Open MPI, or the standard's own interface (MPI 5).
 *
 * An uncaught error ends all ranks with status 13, and an end without `finalize` with status 70. MPI is asked for
 * threads, which the `...Async` calls need.
 *
 * @throws {CommError} if no library suits, or if it sees another number of ranks than were launched.
 * @example Under `mpirun -n 2 deno run --allow-ffi --allow-env program.ts`
 * ```ts
 * import { mpiComm } from "@cosmesh/cosmesh/mpi";
 * function program() {
 *   const comm = mpiComm({ library: "libmpich.so.12" });
 *   console.log(`rank ${comm.rank} of ${comm.size}, ${comm.library}`);
 *   comm.finalize();
 * }
 * ```
 */
export function mpiComm(options: MpiOptions = {}): Comm {
  if (world) return world;
  const started = launcher();
  const library = options.library ?? (Deno.env.get("MPI_LIB") || undefined);
  const abi = options.abi ?? abiOf(Deno.env.get("MPI_ABI"));
  const found = findLibrary({ library, abi, launcher: started });
  const mpi = new Native(found.path, found.abi);
  mpi.check(mpi.fn.MPI_Initialized(mpi.outAddress), "start MPI");
  const first = mpi.out[0] === 0;
  if (first) {
    mpi.check(mpi.fn.MPI_Init_thread(0, 0, mpi.table.threadMultiple, mpi.outAddress), "start MPI");
  }
  mpi.check(mpi.fn.MPI_Query_thread(mpi.outAddress), "start MPI");
  mpi.threads = mpi.out[0] >= mpi.table.threadMultiple;
  const name = new Uint8Array(TEXT_BYTES);
  mpi.check(mpi.fn.MPI_Get_processor_name(address(name), mpi.outAddress), "start MPI");
  mpi.host = new TextDecoder().decode(name.subarray(0, mpi.out[0]));
  const transport = new MpiTransport(mpi, mpi.handle(mpi.table.world), found.version);
  mpi.rank = transport.rank;
  if (started?.size !== undefined && started.size !== transport.size) {
    transport.finalize();
    const remedy = "use the mpirun of that library, or name the library of this mpirun with MPI_LIB";
    throw new CommError(
      `Cannot start MPI: ${started.name} launcher started ${started.size} ranks, but ${found.path} (${found.version}) ` +
        `sees ${transport.size}; ${remedy}`,
      "start",
      transport.rank,
    );
  }
  // A worker that joins may end before the program does.
  if (first) watch(mpi);
  return world = new Comm(transport);
}

function abiOf(text: string | undefined): Abi | undefined {
  if (!text) return;
  if (text === "mpich" || text === "openmpi" || text === "standard") return text;
  throw new CommError(`Cannot use MPI_ABI="${text}": it must be mpich, openmpi or standard`, "start", 0);
}
