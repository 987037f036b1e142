import type { DType, View } from "../array/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { Pool } from "./_buffers.ts";
import type { ChunkSink, ChunkSource } from "./source.ts";

/**
 * Loads chunks one after the other, `depth` of them at a time: while one is used, the next ones are read. A loaded chunk
 * is valid until the next one is asked for.
 */
export async function* loadAll<D extends DType>(
  source: ChunkSource<D>,
  chunks: Iterable<readonly number[]>,
  depth: number,
): AsyncGenerator<View<D>> {
  const pool = new Pool(source.dtype, source.bufferLength, depth);
  const queue: { loaded: Promise<View<D>>; buffer: TypedArray }[] = [];
  const remaining = chunks[Symbol.iterator]();
  const start = async () => {
    const { value, done } = remaining.next();
    if (done) return;
    const buffer = await pool.take();
    const loaded = (async () => await source.load(value, buffer))();
    // An error is thrown when its chunk is asked for; until then it is not an unhandled one.
    loaded.catch(() => {});
    queue.push({ loaded, buffer });
  };
  try {
    for (let i = 0; i < depth; i++) await start();
    for (let head = queue.shift(); head; head = queue.shift()) {
      yield await head.loaded;
      pool.give(head.buffer);
      await start();
    }
  } finally {
    // Reads that are under way write into the buffers.
    await Promise.allSettled(queue.map(({ loaded }) => loaded));
    pool.release();
  }
}

/** Writes chunks from buffers of a pool, several at a time. */
export class Writer {
  readonly #pool: Pool;
  readonly #sink: ChunkSink;
  readonly #pending = new Set<Promise<void>>();
  #failure: { cause: unknown } | undefined;

  /** A writer with `slots` buffers. */
  constructor(sink: ChunkSink, slots: number, private readonly stored: () => void = () => {}) {
    this.#sink = sink;
    this.#pool = new Pool(sink.dtype, sink.bufferLength, slots);
  }

  /** A buffer for a chunk, when one is free. */
  async take(): Promise<TypedArray> {
    const buffer = await this.#pool.take();
    if (this.#failure) throw this.#failure.cause;
    return buffer;
  }

  /** Starts to write a chunk; its buffer goes back to the pool afterwards. */
  store(chunk: readonly number[], buffer: TypedArray): void {
    const write = async () => {
      try {
        await this.#sink.store(chunk, buffer);
        this.stored();
      } catch (cause) {
        this.#failure ??= { cause };
      } finally {
        this.#pool.give(buffer);
      }
    };
    const pending = write();
    this.#pending.add(pending);
    pending.then(() => this.#pending.delete(pending));
  }

  /** Waits for all writes. */
  async flush(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.cause;
  }

  /** Waits for all writes, whatever comes of them, and gives the buffers back. */
  async end(): Promise<void> {
    await Promise.all(this.#pending);
    this.#pool.release();
  }
}
