import { CommError } from "../base/mod.ts";

/** [1] Messages that a ring holds, and numbers that describe one. */
const SLOTS = 128;
const FIELDS = 6;
/** [1] Words of a cache line: words that different ranks write lie in different lines. */
const LINE = 16;
const TEXT_BYTES = 4096;

/** Words of all ranks: whether one fails, 1 + rank that failed first, bytes of its text, number of the next group. */
const CLAIMED = 0;
const FAILED = 1;
const TEXT_LENGTH = 2;
const NEXT_GROUP = 3;
/** Words of a rank, each in its line: what happened to it so far, whether it sleeps, and how. */
const EVENTS = 0;
const ASLEEP = LINE;
const SEEN = ASLEEP + 1;
const FOR = ASLEEP + 2;
const LISTENERS = ASLEEP + 3;
const ENDED = ASLEEP + 4;
const RANK_WORDS = 2 * LINE;
/** Words of a ring: messages taken out so far, whether the sender waits for room, messages put in so far. */
const HEAD = 0;
const WANTS_ROOM = 1;
const TAIL = LINE;
const RING_WORDS = 2 * LINE + 2 * SLOTS * FIELDS;

const RANKS_AT = LINE + TEXT_BYTES / 4;

/** A message as it is announced. */
export interface Announced {
  /** Number of the group of ranks. */
  group: number;
  /** Rank in the group that sends. */
  source: number;
  tag: number;
  /** Place of the numbers: in the sender's outbox, or, below 0, -1 - place in the sender's kernels' memory. */
  place: number;
  bytes: number;
  /** Block in the sender's outbox that is marked when the message was read; 0 if none. */
  block: number;
}

/** Words that all ranks share: what happens to each, and rings of announced messages for each pair. */
export class Control {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #text: Uint8Array;

  constructor(readonly buffer: SharedArrayBuffer, readonly size: number) {
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
    this.#text = new Uint8Array(buffer, 4 * LINE, TEXT_BYTES);
  }

  /** A new one; group 0 is that of all ranks. */
  static of(size: number): Control {
    const words = RANKS_AT + size * RANK_WORDS + size * size * RING_WORDS;
    const control = new Control(new SharedArrayBuffer(4 * words), size);
    control.#words[NEXT_GROUP] = 1;
    return control;
  }

  /** Takes numbers for so many groups; returns the first. */
  takeGroups(count: number): number {
    return Atomics.add(this.#words, NEXT_GROUP, count);
  }

  /** Announces a message; false if there is no room, and then `from` is woken when there is. */
  put(from: number, to: number, message: Announced): boolean {
    const ring = this.#ring(from, to);
    const words = this.#words;
    const tail = words[ring + TAIL];
    if (((tail - Atomics.load(words, ring + HEAD)) | 0) >= SLOTS) {
      Atomics.store(words, ring + WANTS_ROOM, 1);
      if (((tail - Atomics.load(words, ring + HEAD)) | 0) >= SLOTS) return false;
    }
    const at = this.#slot(ring, tail);
    const numbers = this.#numbers;
    numbers[at] = message.group;
    numbers[at + 1] = message.source;
    numbers[at + 2] = message.tag;
    numbers[at + 3] = message.place;
    numbers[at + 4] = message.bytes;
    numbers[at + 5] = message.block;
    Atomics.store(words, ring + TAIL, (tail + 1) | 0);
    this.signal(to);
    return true;
  }

  /** The next message, if there is one. */
  take(from: number, to: number): Announced | undefined {
    const ring = this.#ring(from, to);
    const words = this.#words;
    const head = words[ring + HEAD];
    if (head === Atomics.load(words, ring + TAIL)) return;
    const at = this.#slot(ring, head);
    const numbers = this.#numbers;
    const message: Announced = {
      group: numbers[at],
      source: numbers[at + 1],
      tag: numbers[at + 2],
      place: numbers[at + 3],
      bytes: numbers[at + 4],
      block: numbers[at + 5],
    };
    Atomics.store(words, ring + HEAD, (head + 1) | 0);
    if (Atomics.load(words, ring + WANTS_ROOM) === 1) {
      Atomics.store(words, ring + WANTS_ROOM, 0);
      this.signal(from);
    }
    return message;
  }

  /** Tells a rank that something happened. */
  signal(rank: number): void {
    const at = this.#rank(rank);
    Atomics.add(this.#words, at + EVENTS, 1);
    if (Atomics.load(this.#words, at + ASLEEP) > 0 || Atomics.load(this.#words, at + LISTENERS) > 0) {
      Atomics.notify(this.#words, at + EVENTS);
    }
  }

  /** What happened to a rank so far. */
  events(rank: number): number {
    return Atomics.load(this.#words, this.#rank(rank) + EVENTS);
  }

  /**
   * Sleeps until more than `seen` has happened, after a short look. `why` tells the supervisor: 1 + the rank that shall
   * send, 0 for any, or -1 - the rank that shall receive.
   */
  sleep(rank: number, seen: number, why: number, spins: number): void {
    const words = this.#words;
    const at = this.#rank(rank);
    for (let i = 0; i < spins; i++) if (Atomics.load(words, at + EVENTS) !== seen) return;
    words[at + SEEN] = seen;
    words[at + FOR] = why;
    Atomics.store(words, at + ASLEEP, 1);
    Atomics.wait(words, at + EVENTS, seen);
    Atomics.store(words, at + ASLEEP, 0);
  }

  /** As `sleep`, while the program goes on. */
  async listen(rank: number, seen: number): Promise<void> {
    const at = this.#rank(rank);
    Atomics.add(this.#words, at + LISTENERS, 1);
    try {
      await Atomics.waitAsync(this.#words, at + EVENTS, seen).value;
    } finally {
      Atomics.sub(this.#words, at + LISTENERS, 1);
    }
  }

  /** Says that a rank sends and receives no more. */
  end(rank: number): void {
    Atomics.store(this.#words, this.#rank(rank) + ENDED, 1);
    this.#signalAll();
  }

  /** Whether a rank has ended. */
  hasEnded(rank: number): boolean {
    return Atomics.load(this.#words, this.#rank(rank) + ENDED) === 1;
  }

  /** Makes all calls of all ranks fail; the first that fails is kept. Returns whether it was this one. */
  fail(rank: number, text: string): boolean {
    const words = this.#words;
    if (Atomics.exchange(words, CLAIMED, 1) === 1) return false;
    const bytes = new TextEncoder().encode(text).subarray(0, TEXT_BYTES);
    this.#text.set(bytes);
    words[TEXT_LENGTH] = bytes.length;
    Atomics.store(words, FAILED, 1 + rank);
    this.#signalAll();
    return true;
  }

  /** The rank that failed first, if one did; `size` stands for the supervisor. */
  get failed(): number | undefined {
    const failed = Atomics.load(this.#words, FAILED);
    return failed === 0 ? undefined : failed - 1;
  }

  /** Throws if a rank has failed. */
  check(operation: string, rank: number): void {
    const { failed } = this;
    if (failed === undefined) return;
    const who = failed === this.size ? "" : failed === rank ? "this rank " : `rank ${failed} `;
    throw new CommError(`Cannot ${operation}: ${who}${this.text}`, operation, rank);
  }

  /** What the rank that failed says. */
  get text(): string {
    return new TextDecoder().decode(this.#text.slice(0, this.#words[TEXT_LENGTH]));
  }

  /** What each rank sleeps for, if all that have not ended do; undefined for those that have, and if some do not. */
  asleep(): ({ events: number; why: number } | undefined)[] | undefined {
    const list: ({ events: number; why: number } | undefined)[] = [];
    for (let rank = 0; rank < this.size; rank++) {
      const at = this.#rank(rank);
      if (this.hasEnded(rank)) {
        list.push(undefined);
        continue;
      }
      const sleeps = Atomics.load(this.#words, at + ASLEEP) === 1;
      const events = this.events(rank);
      if (!sleeps || events !== this.#words[at + SEEN]) return;
      list.push({ events, why: this.#words[at + FOR] });
    }
    return list.some((sleep) => sleep) ? list : undefined;
  }

  #signalAll(): void {
    for (let rank = 0; rank < this.size; rank++) this.signal(rank);
  }

  #rank(rank: number): number {
    return RANKS_AT + rank * RANK_WORDS;
  }

  #ring(from: number, to: number): number {
    return RANKS_AT + this.size * RANK_WORDS + (from * this.size + to) * RING_WORDS;
  }

  #slot(ring: number, count: number): number {
    return (ring + 2 * LINE) / 2 + (count & (SLOTS - 1)) * FIELDS;
  }
}
