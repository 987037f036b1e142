import { CommError } from "../base/mod.ts";
import { type Abi, ABIS, functions, handleSymbols, STATUS_BYTES, TEXT_BYTES } from "./_abi.ts";
import { Lists } from "./_lists.ts";
import type { Numbers } from "./transport.ts";

/** [1] Numbers in a block of a long message. */
const BLOCK = 2 ** 20;

type Symbols = Deno.DynamicLibrary<ReturnType<typeof functions>>["symbols"];
type Given<A extends unknown[]> = { [I in keyof A]: A[I] extends bigint ? number | bigint : A[I] };
/** Deno takes addresses as numbers as well as its types say bigint. */
type Functions = {
  [Name in keyof Symbols]: Symbols[Name] extends (...args: infer A) => infer R ? (...args: Given<A>) => R : never;
};

/** Bases of buffers, which do not move; asking costs more than a short message. */
const bases = new WeakMap<ArrayBufferLike, number>();

/** Address of an array, null (0) for one without elements. */
export function address(array: ArrayBufferView): number {
  if (array.byteLength === 0) return 0;
  const { buffer } = array;
  let base = bases.get(buffer);
  if (base === undefined) {
    base = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
    bases.set(buffer, base);
  }
  return base + array.byteOffset;
}

/** A loaded library: its functions, and its constants as numbers. */
export class Native {
  readonly fn: Functions;
  readonly table: (typeof ABIS)[Abi];
  /** Set by the world after its start. */
  rank = 0;
  /** Whether calls may be made by several threads at once; set by the world after its start. */
  threads = false;
  /** Name of the machine; set by the world after its start. */
  host = "";
  /** Room for what calls give back; used by blocking calls, one after another. */
  readonly out = new Int32Array(4);
  readonly outAddress = address(this.out);
  readonly status = new Int32Array(STATUS_BYTES / 4);
  readonly statusAddress = address(this.status);
  /** Room for lists that calls take; blocking calls clear it first. */
  readonly lists: Lists;
  readonly #types = new Map<unknown, number>();
  readonly #addresses = new Map<string, number>();

  constructor(path: string, abi: Abi) {
    this.table = ABIS[abi];
    this.lists = new Lists(address, this.table.handleBytes);
    const { symbols } = Deno.dlopen(path, functions(this.table.handleBytes === 4 ? "i32" : "usize"));
    this.fn = symbols as unknown as Functions;
    const names = handleSymbols(this.table);
    if (names.length === 0) return;
    const statics = Deno.dlopen(path, Object.fromEntries(names.map((name) => [name, { type: "pointer" } as const])));
    for (const name of names) this.#addresses.set(name, Number(Deno.UnsafePointer.value(statics.symbols[name])));
  }

  /** A constant handle. */
  handle(constant: number | string): number {
    return typeof constant === "number" ? constant : this.#addresses.get(constant)!;
  }

  /** Handle of the element type of numbers. */
  type(data: Numbers): number {
    let type = this.#types.get(data.constructor);
    if (type === undefined) {
      type = this.handle(this.table.types[data.constructor.name]);
      this.#types.set(data.constructor, type);
    }
    return type;
  }

  /** Room for handles. */
  handles(values: readonly number[]): Int32Array | BigUint64Array {
    return this.table.handleBytes === 4 ? Int32Array.from(values) : BigUint64Array.from(values, BigInt);
  }

  /** The handle that a call put at the start of `out`. */
  outHandle(): number {
    return this.table.handleBytes === 4 ? this.out[0] : (this.out[0] >>> 0) + (this.out[1] >>> 0) * 2 ** 32;
  }

  /** Puts a handle at the start of `out`. */
  setHandle(handle: number): void {
    this.out[0] = handle | 0;
    if (this.table.handleBytes === 8) {
      this.out[0] = handle % 2 ** 32 | 0;
      this.out[1] = Math.floor(handle / 2 ** 32);
    }
  }

  /** Checks that a call may be made aside. */
  checkThreads(): void {
    if (this.threads) return;
    const text = "this MPI gives no MPI_THREAD_MULTIPLE; use the call that blocks";
    throw new CommError(`Cannot wait aside: ${text}`, "wait", this.rank);
  }

  /** Throws MPI's text if a call failed. */
  check(code: number, operation: string): void {
    if (code === 0) return;
    const text = new Uint8Array(TEXT_BYTES);
    this.fn.MPI_Error_string(code, address(text), this.outAddress);
    const message = new TextDecoder().decode(text.subarray(0, this.out[0])).trim().replace(/\s*\n\s*/g, "; ");
    this.fn.MPI_Error_class(code, this.outAddress);
    throw new CommError(`Cannot ${operation} on rank ${this.rank}: ${message}`, operation, this.rank, this.out[0]);
  }

  /**
   * Calls with the count and the type that describe numbers: one count up to `most` bytes, else one element of a type
   * made for it, blocks and a rest.
   */
  described(data: Numbers, most: number, call: (count: number, type: number) => number): number {
    const type = this.type(data);
    const { length, byteLength, BYTES_PER_ELEMENT: size } = data;
    if (byteLength <= most && length < 2 ** 31) return call(length, type);
    const block = Math.min(BLOCK, Math.max(1, Math.floor(most / size)));
    const blocks = Math.floor(length / block);
    this.check(this.fn.MPI_Type_contiguous(block, type, this.outAddress), "describe a long message");
    const blockType = this.outHandle();
    const { lists } = this;
    lists.clear();
    const types = lists.handles([blockType, type]);
    const lengths = lists.ints([blocks, length % block]);
    const places = lists.longs([0, blocks * block * size]);
    const code = this.fn.MPI_Type_create_struct(2, lengths, places, types, this.outAddress);
    this.check(code, "describe a long message");
    const whole = this.outHandle();
    this.check(this.fn.MPI_Type_commit(this.outAddress), "describe a long message");
    try {
      return call(1, whole);
    } finally {
      this.freeType(whole);
      this.freeType(blockType);
    }
  }

  /** Gives a type back; what messages on their way need of it stays. */
  freeType(type: number): void {
    this.setHandle(type);
    this.fn.MPI_Type_free(this.outAddress);
  }
}
