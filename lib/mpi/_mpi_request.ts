import { CommError } from "../base/mod.ts";
import { address, type Native } from "./_native.ts";
import { ANY_SOURCE, ANY_TAG, type Numbers, type Received, type Request } from "./transport.ts";

/** Requests that have not ended: they keep buffers alive that MPI knows by address only. */
export const pending = new Set<Request>();

/** What a status says; `at` is its address. */
export function readStatus(mpi: Native, status: Int32Array, at: number, type: number): Received {
  const [source, tag] = mpi.table.status;
  mpi.check(mpi.fn.MPI_Get_elements_x(at, type, mpi.outAddress), "count what was received");
  const count = (mpi.out[0] >>> 0) + mpi.out[1] * 2 ** 32;
  return { source: status[source / 4], tag: status[tag / 4], count };
}

/** A message on its way through MPI. */
export class MpiRequest implements Request {
  #result?: Received;
  #error?: unknown;
  #waiting?: Promise<Received>;

  /** `sent` is what a send gives back, whose status is empty. */
  constructor(
    private readonly mpi: Native,
    private readonly handle: number,
    private readonly data: Numbers,
    private readonly sent?: Received,
  ) {
    pending.add(this);
  }

  wait(): Received {
    if (this.#ended()) return this.#result!;
    const { mpi } = this;
    mpi.setHandle(this.handle);
    return this.#end(mpi.fn.MPI_Wait(mpi.outAddress, mpi.statusAddress), mpi.status);
  }

  test(): Received | undefined {
    if (this.#waiting || this.#ended()) return this.#result;
    const { mpi } = this;
    mpi.setHandle(this.handle);
    // The flag lies behind the handle.
    const code = mpi.fn.MPI_Test(mpi.outAddress, mpi.outAddress + 8, mpi.statusAddress);
    if (code !== 0 || mpi.out[2] !== 0) return this.#end(code, mpi.status);
  }

  async waitAsync(): Promise<Received> {
    if (!this.#waiting && this.#ended()) return this.#result!;
    this.mpi.checkThreads();
    return await (this.#waiting ??= this.#waitAside());
  }

  async #waitAside(): Promise<Received> {
    const handle = this.mpi.handles([this.handle]);
    const status = new Int32Array(this.mpi.status.length);
    return this.#end(await this.mpi.fn.waitAsync(address(handle), address(status)), status);
  }

  /** Whether it has ended; throws the error that ended it. */
  #ended(): boolean {
    if (this.#error) throw this.#error;
    if (this.#result) return true;
    if (!this.#waiting) return false;
    throw new CommError("Cannot wait for a message: waitAsync waits for it already", "wait", this.mpi.rank);
  }

  #end(code: number, status: Int32Array): Received {
    pending.delete(this);
    try {
      this.mpi.check(code, this.sent ? "send" : "receive");
      this.#result = this.sent ?? readStatus(this.mpi, status, address(status), this.mpi.type(this.data));
      return this.#result;
    } catch (error) {
      this.#error = error;
      throw error;
    }
  }
}

/** Tag as MPI has it. */
export const tagOf = (mpi: Native, tag: number): number => tag === ANY_TAG ? mpi.table.anyTag : tag;

/** Source as MPI has it. */
export const sourceOf = (mpi: Native, from: number): number => from === ANY_SOURCE ? mpi.table.anySource : from;
