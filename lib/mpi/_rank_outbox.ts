import { MemoryError } from "../base/mod.ts";

/** [byte] What lies in front of the room of a block: whether it was read, and its size. Keeps rooms aligned. */
const HEADER = 64;
/** [byte] The most of a block that is reserved; only what is used takes memory. */
const MOST = 2 ** 36;

/** Memory for an outbox, which its owner lets grow. */
export function outboxBuffer(): SharedArrayBuffer {
  for (let maxByteLength = MOST;; maxByteLength /= 2) {
    try {
      return new SharedArrayBuffer(2 ** 16, { maxByteLength });
    } catch (error) {
      // A system that gives less address space.
      if (maxByteLength <= 2 ** 30) throw error;
    }
  }
}

/** Sizes of blocks: four steps for each power of two, so that freed ones fit again. */
function sizeClass(bytes: number): number {
  const step = Math.max(HEADER, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return Math.ceil(bytes / step) * step;
}

/** Places for messages of one rank that others read. Only the owner takes and frees; readers mark blocks as read. */
export class Outbox {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #free = new Map<number, number[]>();
  /** Blocks that are free once they were read. */
  #sent: number[] = [];
  #sweepAt = 64;
  #end = HEADER;

  constructor(readonly buffer: SharedArrayBuffer) {
    // Without a length, they grow with the buffer.
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
  }

  /** A block with room for so many bytes. */
  take(bytes: number): number {
    const size = sizeClass(bytes + HEADER);
    let list = this.#free.get(size);
    if (!list?.length && (this.#sent.length >= this.#sweepAt || size > 2 ** 16)) {
      this.#sweep();
      list = this.#free.get(size);
    }
    const block = list?.pop() ?? this.#extend(size);
    this.#words[block / 4] = 0;
    return block;
  }

  /** Place of the room of a block. */
  room(block: number): number {
    return block + HEADER;
  }

  /** Leaves a block to its reader. */
  leave(block: number): void {
    this.#sent.push(block);
  }

  /** Whether a block was read. */
  wasRead(block: number): boolean {
    return Atomics.load(this.#words, block / 4) === 1;
  }

  /** Gives a block back. */
  free(block: number): void {
    const size = this.#numbers[block / 8 + 1];
    const list = this.#free.get(size);
    if (list) list.push(block);
    else this.#free.set(size, [block]);
  }

  #sweep(): void {
    this.#sent = this.#sent.filter((block) => {
      const read = this.wasRead(block);
      if (read) this.free(block);
      return !read;
    });
    this.#sweepAt = Math.max(64, 2 * this.#sent.length);
  }

  #extend(size: number): number {
    const block = this.#end;
    const { byteLength, maxByteLength } = this.buffer;
    if (block + size > byteLength) {
      const wanted = Math.max(block + size, Math.min(2 * byteLength, maxByteLength));
      try {
        this.buffer.grow(wanted);
      } catch {
        const text = "others have not received what was sent so far; let them receive between messages";
        throw new MemoryError(`Cannot send ${size} bytes more: ${text}`, size, maxByteLength - block);
      }
    }
    this.#end += size;
    this.#numbers[block / 8 + 1] = size;
    return block;
  }
}

/** Whether the numbers of a message lie in its own block. */
export function liesInBlock(place: number, block: number): boolean {
  return place === block + HEADER;
}

/** Marks a block of an outbox as read; `words` are its words. */
export function markRead(words: Int32Array, block: number): void {
  Atomics.store(words, block / 4, 1);
}
