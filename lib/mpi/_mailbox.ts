import { CommError } from "../base/mod.ts";
import { isShared, type TypedArray } from "../kernel/mod.ts";
import type { Announced, Control } from "./_rank_control.ts";
import { liesInBlock, markRead, Outbox } from "./_rank_outbox.ts";
import { type Group, type Pending, Probing, Receiving, Sending } from "./_pending.ts";
import type { Numbers, NumbersType, Probed, Request } from "./transport.ts";

/** [byte] Messages up to this are copied by the sender also from the kernels' memory, so that it need not wait. */
const EAGER_BYTES = 16384;
/** [1] Looks before a rank sleeps: a few microseconds. */
const SPINS = 1500;

/** What a rank has in common with the others, and who it is. */
export interface RankParts {
  readonly rank: number;
  readonly size: number;
  readonly control: Control;
  /** Outboxes of all ranks. */
  readonly outboxes: readonly SharedArrayBuffer[];
  /** Memories of the kernels of all ranks. */
  readonly memories: readonly WebAssembly.Memory[];
  /** Machines of all ranks. */
  readonly hosts: readonly string[];
}

const bytesOf = (data: Numbers) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A message that arrived before it was asked for. */
interface Arrived {
  readonly message: Announced;
  /** World rank of its sender. */
  readonly sender: number;
}

/** Messages of one rank: those it sends, those that arrive, and the waiting for both. */
export class Mailbox {
  readonly outbox: Outbox;
  readonly #control: Control;
  readonly #spins: number;
  /** Words of all outboxes, which grow with them. */
  readonly #words: Int32Array[];
  readonly #arrived: Arrived[] = [];
  readonly #posted: Receiving[] = [];

  constructor(readonly parts: RankParts) {
    this.#control = parts.control;
    this.outbox = new Outbox(parts.outboxes[parts.rank]);
    this.#words = parts.outboxes.map((outbox) => new Int32Array(outbox));
    // Where ranks share cores, looking keeps others from working.
    this.#spins = parts.size <= navigator.hardwareConcurrency ? SPINS : 0;
  }

  /** Number of receives that have not ended. */
  get open(): number {
    return this.#posted.length;
  }

  /** Begins to send: long messages in the kernels' memory are read there, others are copied now. */
  send(data: Numbers, group: Group, to: number, tag: number, copy: boolean): Request {
    const { rank } = this.parts;
    const target = group.members[to];
    const bytes = data.byteLength;
    const there = copy || bytes <= EAGER_BYTES ? undefined : this.placeOf(data);
    const inPlace = there !== undefined;
    const block = bytes === 0 ? 0 : this.outbox.take(inPlace ? 0 : bytes);
    const place = there ?? this.outbox.room(block);
    if (bytes > 0 && !inPlace) {
      new Uint8Array(this.outbox.buffer, place, bytes).set(bytesOf(data));
      this.outbox.leave(block);
    }
    const message = { group: group.number, source: group.rank, tag, place, bytes, block };
    const sending = new Sending(this, group, to, { source: group.rank, tag, count: data.length }, inPlace ? block : 0);
    this.#control.check("send", rank);
    while (!this.#control.put(rank, target, message)) {
      const seen = this.#control.events(rank);
      this.#drain();
      if (this.#control.put(rank, target, message)) break;
      this.#refuse(sending);
      this.#control.sleep(rank, seen, sending.why, this.#spins);
      this.#control.check("send", rank);
    }
    return sending;
  }

  /** Begins to receive. */
  receive(into: Numbers, group: Group, from: number, tag: number): Request {
    const receiving = new Receiving(this, group, into, from, tag);
    this.#control.check("receive", this.parts.rank);
    const i = this.#arrived.findIndex(({ message }) => receiving.matches(message));
    if (i < 0) this.#posted.push(receiving);
    else {
      const [{ message, sender }] = this.#arrived.splice(i, 1);
      this.#deliver(message, sender, receiving);
    }
    return receiving;
  }

  /** Waits for a message, and leaves it. */
  probe(group: Group, from: number, tag: number): Probed {
    const probing = new Probing(this, group, from, tag);
    this.until(probing);
    const { source, tag: found, bytes } = this.arrived(probing)!;
    return { source, tag: found, bytes };
  }

  /** The first message for a receive that has arrived. */
  arrived(receiving: Receiving): Announced | undefined {
    return this.#arrived.find(({ message }) => receiving.matches(message))?.message;
  }

  /** Takes in what has arrived. */
  progress(pending: Pending): void {
    this.#control.check(pending.operation, this.parts.rank);
    this.#drain();
  }

  /** Sleeps until a message has ended. */
  until(pending: Pending): void {
    const { rank } = this.parts;
    for (;;) {
      const seen = this.#control.events(rank);
      const hopeless = this.#hopeless(pending, true);
      this.progress(pending);
      if (pending.ended()) return;
      if (hopeless) this.#giveUp(pending);
      this.#control.sleep(rank, seen, pending.why, this.#spins);
    }
  }

  /** As `until`, while the program goes on. */
  async untilAsync(pending: Pending): Promise<void> {
    const { rank } = this.parts;
    for (;;) {
      const seen = this.#control.events(rank);
      const hopeless = this.#hopeless(pending, false);
      this.progress(pending);
      if (pending.ended()) return;
      if (hopeless) this.#giveUp(pending);
      await this.#control.listen(rank, seen);
    }
  }

  /** Whether nobody is left who could end it; looked at before what they sent is taken in. */
  #hopeless({ peers }: Pending, blocks: boolean): boolean {
    return peers.every((peer) => peer === this.parts.rank ? blocks : this.#control.hasEnded(peer));
  }

  #refuse(pending: Pending): void {
    if (this.#hopeless(pending, true)) this.#giveUp(pending);
  }

  #giveUp(pending: Pending): never {
    const i = this.#posted.indexOf(pending as Receiving);
    if (i >= 0) this.#posted.splice(i, 1);
    const { operation, peers, group } = pending;
    const own = peers.length === 1 && peers[0] === this.parts.rank;
    const text = own
      ? operation === "send"
        ? "this rank waits for a receive of its own"
        : "this rank waits for a message to itself that was not sent"
      : peers.length === 1
      ? `rank ${group.members.indexOf(peers[0])} has ended`
      : "all other ranks have ended";
    throw pending.error = new CommError(`Cannot ${operation}: ${text}`, operation, group.rank);
  }

  #drain(): void {
    const { rank, size } = this.parts;
    for (let sender = 0; sender < size; sender++) {
      for (;;) {
        const message = this.#control.take(sender, rank);
        if (!message) break;
        const i = this.#posted.findIndex((posted) => posted.matches(message));
        if (i < 0) this.#arrived.push({ message, sender });
        else this.#deliver(message, sender, this.#posted.splice(i, 1)[0]);
      }
    }
  }

  #deliver({ source, tag, place, bytes, block }: Announced, sender: number, receiving: Receiving): void {
    const { into, group } = receiving;
    if (bytes > into.byteLength) {
      const text = `${bytes} bytes were sent, there is room for ${into.byteLength}`;
      receiving.error = new CommError(`Cannot receive: message truncated: ${text}`, "receive", group.rank);
    } else {
      if (bytes > 0) {
        new Uint8Array(into.buffer, into.byteOffset, bytes).set(this.view(Uint8Array, sender, place, bytes));
      }
      receiving.received = { source, tag, count: bytes / into.BYTES_PER_ELEMENT };
    }
    if (block === 0) return;
    markRead(this.#words[sender], block);
    // Nobody waits for copies.
    if (!liesInBlock(place, block)) this.#control.signal(sender);
  }

  /** Where others can read numbers in place: in the kernels' memory or the outbox. */
  placeOf(data: Numbers): number | undefined {
    if (data.buffer === this.outbox.buffer) return data.byteOffset;
    return isShared(data as TypedArray) ? -1 - data.byteOffset : undefined;
  }

  /** Numbers of another rank in place. */
  view<T extends Numbers>(type: NumbersType<T>, sender: number, place: number, length: number): T {
    if (place >= 0) return new type(this.parts.outboxes[sender], place, length);
    const memory = this.parts.memories[sender];
    // A memory that another thread let grow shows it after a call.
    if (memory.buffer.byteLength < length * type.BYTES_PER_ELEMENT - 1 - place) memory.grow(0);
    return new type(memory.buffer, -1 - place, length);
  }
}
