/** What checks on ranks need: counted calls, a lower limit, and some of the ranks. */
import { Comm, limits, type Transport } from "../../lib/mpi/mod.ts";

/** Checks by what they show, on any number of ranks. */
export type Checks = [name: string, check: (comm: Comm) => void | Promise<void>][];

/** 0 to n - 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Calls of a transport, and the bytes of each one's first array. */
export interface Recording {
  /** The same ranks, whose calls are recorded. */
  comm: Comm;
  /** Each call of this rank. */
  calls: { name: string; bytes: number }[];
  /** Number of calls of one name. */
  count(name: string): number;
}

/** Records what a transport, and the collectives of its backend, are asked for. */
export function record(comm: Comm): Recording {
  const calls: Recording["calls"] = [];
  const listen = <T extends object>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name === "collectives" && value) return listen(value);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push({ name: String(name), bytes: ArrayBuffer.isView(args[0]) ? args[0].byteLength : 0 });
          return value.apply(target, args);
        };
      },
    });
  const { transport } = comm as unknown as { transport: Transport };
  return {
    comm: new Comm(listen(transport)),
    calls,
    count: (name) => calls.filter((call) => call.name === name).length,
  };
}

/** Runs with messages of at most so many bytes. */
export function withLimit<T>(bytes: number, run: () => T): T {
  const before = limits.maxMessageBytes;
  limits.maxMessageBytes = bytes;
  try {
    return run();
  } finally {
    limits.maxMessageBytes = before;
  }
}

/** Runs on the first `size` ranks, if there are so many. */
export function onRanks(comm: Comm, size: number, run: (some: Comm) => void): void {
  if (comm.size < size) return;
  const some = comm.split(comm.rank < size ? 0 : undefined);
  if (!some) return;
  run(some);
  some.free();
}
