import { checkInteger, KernelError, sha256 } from "../base/mod.ts";
import type { Exports } from "./exports.ts";
import { hostImport } from "./host.ts";
import { adviseHugePages } from "./huge_pages.ts";
import { instantiate, startWorker } from "./worker.ts";

const PAGE = 65536;
/** 4 GiB, all that 32-bit addresses reach. */
export const MAX_MEMORY_BYTES = 65536 * PAGE;
const STACK_BYTES = 1 << 20;

/** What an instance of the kernels is made of; another thread of the program can be given it. */
export interface KernelParts {
  /** The compiled kernels, which any number of instances share. */
  readonly module: WebAssembly.Module;
  /** Shared memory of one instance and its threads. */
  readonly memory: WebAssembly.Memory;
}

/** Options of `ready`. */
export interface ReadyOptions {
  /** [1] Threads of the pool, the caller's included. Default: all cores, or those of the first call that gave `parts`. */
  threads?: number;
  /** Where the kernels come from, used by the first call. Default: they are compiled, with a new memory. */
  parts?: KernelParts;
}

interface Loaded {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  exports: Exports;
  slots: number;
  threads: number;
}

let loaded: Loaded | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;
let defaultThreads: number | undefined;

async function compile(): Promise<WebAssembly.Module> {
  const { binary, binaryDigest } = await import("./wasm.ts");
  const bytes = Uint8Array.fromBase64(binary);
  if (sha256(bytes) !== binaryDigest) {
    throw new KernelError(
      "Cannot load the kernels: their digest differs from the recorded one; fetch them again",
      "load",
      0,
    );
  }
  return new WebAssembly.Module(bytes);
}

/**
 * The compiled kernels and a new memory, for a worker that gives them to its own `ready`: it need not compile, and this
 * thread sees what lies in the memory.
 */
export async function kernelParts(): Promise<KernelParts> {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: MAX_MEMORY_BYTES / PAGE, shared: true });
  adviseHugePages(memory.buffer, MAX_MEMORY_BYTES);
  return { module: await (compiled ??= compile()), memory };
}

function load({ module, memory }: KernelParts): Loaded {
  const exports = instantiate(module, memory, STACK_BYTES, hostImport(memory)) as unknown as Exports;
  exports.pool_init();
  return { module, memory, exports, slots: exports.pool_slots() >>> 0, threads: 1 };
}

/**
 * Loads the kernels and sets the number of threads; to be awaited once before any numerics. All numerics are
 * synchronous after that: each call blocks, and uses the pool's threads inside.
 *
 * Workers start with the first parallel call and leave after a quarter of a second without work, so a program ends by
 * itself. Calling it again changes the number of threads. Results do not depend on that number.
 *
 * @param options Number of threads, and where the kernels come from.
 * @throws {DomainError} if `threads` is not a whole number of at least 1.
 * @example
 * ```ts
 * await ready({ threads: 2 });
 * ```
 */
export async function ready(options: ReadyOptions = {}): Promise<void> {
  const { threads = defaultThreads ?? navigator.hardwareConcurrency, parts } = options;
  const wanted = checkInteger(threads, "threads", 1);
  if (!loaded) {
    const from = parts ?? await kernelParts();
    if (parts) defaultThreads = wanted;
    loaded ??= load(from);
  }
  loaded.threads = Math.min(wanted, loaded.exports.pool_max_threads());
  loaded.exports.pool_set_threads(loaded.threads);
}

/** Number of threads that numerics use. */
export function threadCount(): number {
  return state().threads;
}

function state(): Loaded {
  if (!loaded) throw new KernelError('Cannot compute yet: write "await ready()" once at the start', "load", 0);
  return loaded;
}

/** The shared memory. Its buffer is replaced when it grows; older views stay valid. */
export function sharedMemory(): WebAssembly.Memory {
  return state().memory;
}

/** The exported functions, with the workers of the pool running. */
export function kernel(): Exports {
  const { module, memory, exports, slots, threads } = state();
  if (threads > 1) {
    const flags = new Int32Array(memory.buffer, slots, threads - 1);
    for (let index = 0; index < threads - 1; index++) {
      if (Atomics.compareExchange(flags, index, 0, 1) === 0) {
        startWorker({ module, memory, index, stackBytes: STACK_BYTES });
      }
    }
  }
  return exports;
}

/** After a trap: ends the open region and returns the text of the panic, if there was one. */
export function recover(): string {
  const { exports, memory } = state();
  exports.pool_recover();
  const length = exports.pool_take_text_len();
  // TextDecoder takes no shared memory, so the text is copied.
  return new TextDecoder().decode(new Uint8Array(memory.buffer, exports.pool_text() >>> 0, length).slice());
}
