/**
 * A rank of `runRanks`: loads the module, runs its function, and tells how it ended.
 *
 * @module
 */
import { type PlainError, plainError } from "../base/mod.ts";
import { type KernelParts, ready } from "../kernel/mod.ts";
import { Comm } from "./comm.ts";
import { Mailbox } from "./_mailbox.ts";
import { Control } from "./_rank_control.ts";
import { setRankWorld } from "./_rank_world.ts";
import { decodeValue, encodeValue } from "./_values.ts";
import { WorkersTransport } from "./_workers.ts";

/** What a rank is started with. */
export interface RankStart {
  module: string;
  rank: number;
  threads: number;
  data: Uint8Array;
  control: SharedArrayBuffer;
  outboxes: SharedArrayBuffer[];
  hosts: string[];
  memories: WebAssembly.Memory[];
  kernels: WebAssembly.Module;
}

/** How a rank ended. */
export type RankEnd = { result: Uint8Array } | { error: PlainError };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<RankStart>) => void;
  postMessage(end: RankEnd): void;
};

scope.onmessage = async ({ data: start }) => {
  const { rank, hosts, outboxes, memories } = start;
  const size = hosts.length;
  const control = new Control(start.control, size);
  const fail = (error: unknown) => {
    const plain = plainError(error);
    control.fail(rank, `failed: ${plain.name}: ${plain.message}`);
    scope.postMessage({ error: plain });
  };
  addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.error ?? event.message);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  let returned = false;
  addEventListener("unload", () => returned || control.fail(rank, "ended without a result"));
  try {
    const parts: KernelParts = { module: start.kernels, memory: memories[rank] };
    await ready({ threads: start.threads, parts });
    const mailbox = new Mailbox({ rank, size, control, outboxes, memories, hosts });
    const members = Array.from({ length: size }, (_, r) => r);
    const comm = new Comm(new WorkersTransport(mailbox, { number: 0, rank, members }));
    setRankWorld(comm);
    const { default: run } = await import(start.module);
    const value = typeof run === "function" ? await run(comm, decodeValue(start.data)) : undefined;
    scope.postMessage({ result: encodeValue(value) });
    returned = true;
    control.end(rank);
  } catch (error) {
    fail(error);
  }
};
