// Written by `deno task kernels` from kernels/abi/src; not to be edited.
/** The exported functions of the binary. Addresses are byte offsets in the shared memory. */
export interface Exports {
  /** Fills `out[0..5]` with sum, sum of squared deviations, minimum, maximum and count of non-finite values. */
  array_stats_f32(data: number, len: number, out: number): void;
  /** As `array_stats_f32`. */
  array_stats_f64(data: number, len: number, out: number): void;
  /** Address of `bytes` bytes, all zero when `zero` is not 0; 0 when there is no room. */
  memory_alloc(bytes: number, zero: number): number;
  /** Gives back what `memory_alloc` gave for the same number of bytes. */
  memory_free(ptr: number, bytes: number): void;
  /** To be called once, by the main thread: keeps the text of a panic where the host can read it. */
  pool_init(): void;
  /** Address of the text of the last panic (UTF-8). */
  pool_text(): number;
  /** Length of the text in bytes; 0 if nothing panicked since the last call. */
  pool_take_text_len(): number;
  /** Sets how many threads regions may use, the caller included. */
  pool_set_threads(threads: number): void;
  /** Most threads of a pool. */
  pool_max_threads(): number;
  /** Address of the worker slots, one i32 each: 1 while a worker is starting or serving. */
  pool_slots(): number;
  /** The life of a worker: serves parallel regions until it was idle for a while. */
  pool_worker_loop(index: number): void;
  /** To be called by a worker whose loop ended in a trap. */
  pool_worker_failed(index: number): void;
  /** To be called by the main thread after a trap, before any other call. */
  pool_recover(): void;
  /** Runs a region that adds 1 to each of `len` numbers, `rounds` times; used to measure and test the pool.
   * Block `trap_at` panics (pass a number above the count of blocks to let none do so). */
  pool_probe(data: number, len: number, rounds: number, trapAt: number): void;
}
