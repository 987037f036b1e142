// Written by `deno task kernels` from kernels/abi/src; not to be edited.
/** The exported functions of the binary. Addresses are byte offsets in the shared memory. */
export interface Exports {
  /** Fills `out[0..5]` with sum, sum of squared deviations, minimum, maximum and count of non-finite values. */
  array_stats_f32(data: number, len: number, out: number): void;
  /** As `array_stats_f32`. */
  array_stats_f64(data: number, len: number, out: number): void;
  /** Address of a plan for f32, or 0 if a length is not supported. `axes` holds 1 for each axis to transform. */
  fft_plan_new_f32(shape: number, axes: number, rank: number, real: number): number;
  /** As `fft_plan_new_f32`, for f64. */
  fft_plan_new_f64(shape: number, axes: number, rank: number, real: number): number;
  /** Gives a plan back. */
  fft_plan_free_f32(plan: number): void;
  /** As `fft_plan_free_f32`. */
  fft_plan_free_f64(plan: number): void;
  /** Runs a plan, in place if `src` is `dst`; a Status. */
  fft_run_f32(plan: number, src: number, dst: number, inverse: number, scale: number): number;
  /** As `fft_run_f32`. */
  fft_run_f64(plan: number, src: number, dst: number, inverse: number, scale: number): number;
  /** Address of `bytes` bytes, all zero when `zero` is not 0; 0 when there is no room. */
  memory_alloc(bytes: number, zero: number): number;
  /** Gives back what `memory_alloc` gave for the same number of bytes. */
  memory_free(ptr: number, bytes: number): void;
  /** Adds `count` particles to a mesh `[nx, ny, nz]`. `order` is 1 NGP, 2 CIC, 3 TSC, 4 PCS; positions are f64 when bit 0 of
   * `wide` is set, else f32, mesh and masses when bit 1 is; an address of 0 for `masses` means 1 each. If a number is not
   * finite, `failed` becomes its kind (0 position, 1 mass) and the particle's index. */
  paint_add(order: number, wide: number, boxSize: number, nx: number, ny: number, nz: number, positions: number, masses: number, count: number, mesh: number, failed: number): number;
  /** Fills `out` (of the mesh's type) with the mesh at `count` particles; the other arguments as for `paint_add`. */
  paint_read(order: number, wide: number, boxSize: number, nx: number, ny: number, nz: number, positions: number, out: number, count: number, mesh: number, failed: number): number;
  /** Fills `out[m]` with the window of a scheme at mode m of an axis of `n` cells. */
  paint_window(order: number, n: number, out: number, len: number): number;
  /** Fills `out` with `values / mean - 1`; f64 when `wide` is not 0, else f32. */
  paint_overdensity(wide: number, values: number, mean: number, out: number, len: number): void;
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
  /** Fills `out` with the sum of `Re(a conj(b))` times the window factors over the modes of each bin, but mode 0. The spectra
   * are `[n, n, n/2 + 1]` pairs, f64 when `wide` is not 0, else f32; `window` has n/2 + 1 factors, `limits` has bins + 1 bounds. */
  power_sums(wide: number, n: number, a: number, b: number, window: number, limits: number, bins: number, out: number): void;
  /** Fills `counts` with the modes of each bin (full sphere) and `lengths` with the sum of their lengths |m|. */
  power_modes(n: number, limits: number, bins: number, counts: number, lengths: number): void;
  /** Fills `edges` with powers of ten from `least` to `most`, evenly spaced in the exponent (as NumPy's logspace of log10). */
  power_log_edges(least: number, most: number, edges: number, len: number): void;
}
