import { CommError } from "../base/mod.ts";
import { copyBox, moveBox, sizeOfBox, wholeBox } from "./_boxes.ts";
import { MessageCollectives } from "./_collectives.ts";
import type { Mailbox } from "./_mailbox.ts";
import type { Group } from "./_pending.ts";
import { MAX_TAG, type NumberBox, type Numbers, type NumbersType, type Transport } from "./transport.ts";

/** Tag of messages about boxes, and of those that say that a box was read. */
const BOX_TAG = MAX_TAG + 3;
/** [1] Axes of an array, those of complex numbers included. */
const MAX_AXES = 33;
const NOTHING = new Uint8Array(0);

const typeOf = (data: Numbers) => data.constructor as NumbersType<Numbers>;

/** Collectives of threads: what others read lies in shared memory once, and is copied once. */
export class WorkerCollectives extends MessageCollectives {
  constructor(transport: Transport, private readonly mailbox: Mailbox, private readonly group: Group) {
    super(transport);
  }

  /** All others read one copy. */
  override allgatherv(data: Numbers, into: Numbers, counts: readonly number[]): void {
    if (this.transport.size <= 2 || this.mailbox.placeOf(data) !== undefined) {
      return super.allgatherv(data, into, counts);
    }
    const { block, place } = this.#lend(data, wholeBox([data.length]));
    super.allgatherv(this.#view(data, this.group.rank, place, data.length), into, counts);
    this.mailbox.outbox.free(block);
  }

  /** Each rank hears where its box lies, and copies from there into its own. */
  override alltoallw(data: Numbers, boxes: readonly NumberBox[], into: Numbers, from: readonly NumberBox[]): void {
    const { rank, size } = this.transport;
    const others = Array.from({ length: size - 1 }, (_, i) => (rank + 1 + i) % size);
    const targets = others.filter((r) => sizeOfBox(boxes[r]) > 0);
    const sources = others.filter((r) => sizeOfBox(from[r]) > 0).reverse();
    const blocks = targets.map((r) => this.#tell(data, boxes[r], r));
    if (sizeOfBox(boxes[rank]) > 0) moveBox(data, boxes[rank], into, from[rank]);
    const errors: unknown[] = [];
    for (const r of sources) {
      try {
        this.#read(into, from[r], r);
      } catch (error) {
        errors.push(error);
      }
      this.transport.send(NOTHING, r, BOX_TAG);
    }
    for (const r of targets) this.transport.recv(NOTHING, r, BOX_TAG);
    for (const block of blocks) if (block) this.mailbox.outbox.free(block);
    if (errors.length > 0) throw errors[0];
  }

  /** Tells a rank where its box lies; returns the block that holds it, if it was packed. */
  #tell(data: Numbers, box: NumberBox, to: number): number | undefined {
    const there = this.mailbox.placeOf(data);
    const { block, place } = there === undefined ? this.#lend(data, box) : { block: undefined, place: there };
    const { lengths, start, shape } = block === undefined ? box : wholeBox(box.shape);
    this.transport.send(Float64Array.of(place, ...lengths, ...start, ...shape), to, BOX_TAG);
    return block;
  }

  /** Copies the box that a rank told about. */
  #read(into: Numbers, to: NumberBox, source: number): void {
    const told = new Float64Array(1 + 3 * MAX_AXES);
    const { count } = this.transport.recv(told, source, BOX_TAG);
    const axes = (count - 1) / 3;
    const [lengths, start, shape] = [0, 1, 2].map((i) => [...told.subarray(1 + i * axes, 1 + (i + 1) * axes)]);
    const box = { lengths, start, shape };
    const [sent, room] = [sizeOfBox(box), sizeOfBox(to)];
    if (sent !== room) {
      const text = `rank ${source} sends a box of ${sent} numbers, the box for it has ${room}`;
      throw new CommError(`Cannot exchange: ${text}`, "exchange", this.group.rank);
    }
    moveBox(this.#view(into, source, told[0], sizeOfBox(wholeBox(lengths))), box, into, to);
  }

  /** A box in a block that others can read. */
  #lend(data: Numbers, box: NumberBox): { block: number; place: number } {
    const { outbox } = this.mailbox;
    const length = sizeOfBox(box);
    const block = outbox.take(length * data.BYTES_PER_ELEMENT);
    const place = outbox.room(block);
    copyBox(data, box, this.#view(data, this.group.rank, place, length), wholeBox(box.shape));
    return { block, place };
  }

  /** Numbers of a rank, of the type of `like`. */
  #view(like: Numbers, rank: number, place: number, length: number): Numbers {
    return this.mailbox.view(typeOf(like), this.group.members[rank], place, length);
  }
}
