import { copyNumbers, moveBox, pack, sizeOfBox, unpack } from "./_boxes.ts";
import { combineInto } from "./_combine.ts";
import { waitAll } from "./requests.ts";
import {
  type Collectives,
  MAX_TAG,
  type NumberBox,
  type Numbers,
  type Operation,
  type Request,
  type Transport,
} from "./transport.ts";

/** Tag of messages inside of collectives, which users cannot name. */
const TAG = MAX_TAG + 1;

/** [byte] Arrays up to this are combined by one rank. */
const SHORT_BYTES = 16384;

/** The pieces of numbers that lie one after another. */
export function pieces(data: Numbers, counts: readonly number[]): Numbers[] {
  let start = 0;
  return counts.map((count) => data.subarray(start, start += count));
}

/**
 * Collectives made from messages: for backends without their own, for counts beyond those of MPI, and for sums in the
 * order of ranks. Own pieces are copied, so that one rank sends nothing.
 */
export class MessageCollectives implements Collectives {
  constructor(protected readonly transport: Transport) {}

  /** A binomial tree: in round k, ranks below 2^k (counted from root) send to those 2^k further on. */
  bcast(data: Numbers, root: number): void {
    const { rank, size } = this.transport;
    const place = (rank - root + size) % size;
    for (let reach = 1; reach < size; reach *= 2) {
      if (place < reach && place + reach < size) this.transport.send(data, (rank + reach) % size, TAG);
      else if (place >= reach && place < 2 * reach) this.transport.recv(data, (rank - reach + size) % size, TAG);
    }
  }

  gatherv(data: Numbers, into: Numbers | undefined, counts: readonly number[], root: number): void {
    this.#exchange((r) => r === root ? data : undefined, into && pieces(into, counts));
  }

  scatterv(data: Numbers | undefined, into: Numbers, counts: readonly number[], root: number): void {
    const parts = data && pieces(data, counts);
    this.#exchange((r) => parts?.[r], [], (r) => r === root ? into : undefined);
  }

  allgatherv(data: Numbers, into: Numbers, counts: readonly number[]): void {
    this.#exchange(() => data, pieces(into, counts));
  }

  alltoallv(data: Numbers, sendCounts: readonly number[], into: Numbers, recvCounts: readonly number[]): void {
    const parts = pieces(data, sendCounts);
    this.#exchange((r) => parts[r], pieces(into, recvCounts));
  }

  /** Boxes travel packed. */
  alltoallw(data: Numbers, boxes: readonly NumberBox[], into: Numbers, from: readonly NumberBox[]): void {
    const { rank } = this.transport;
    const parts = boxes.map((box, r) => r === rank ? undefined : pack(data, box));
    const rooms = from.map((box, r) =>
      new (into.constructor as Float64ArrayConstructor)(r === rank ? 0 : sizeOfBox(box))
    );
    this.#exchange((r) => parts[r], rooms);
    rooms.forEach((room, r) => room.length > 0 && unpack(room, into, from[r]));
    moveBox(data, boxes[rank], into, from[rank]);
  }

  /** The root combines in the order of ranks, with room for one more piece. */
  reduce(data: Numbers, into: Numbers | undefined, operation: Operation, root: number): void {
    const { rank, size } = this.transport;
    if (rank !== root) return this.transport.send(data, root, TAG);
    const own = data.slice();
    const other = data.slice();
    for (let r = 0; r < size; r++) {
      if (r !== root) this.transport.recv(other, r, TAG);
      const next = r === root ? own : other;
      if (r === 0) copyNumbers(into!, next);
      else combineInto(into!, next, operation);
    }
  }

  /** Of long arrays, each rank combines a share in the order of ranks: the same bits as from one root. */
  allreduce(data: Numbers, into: Numbers, operation: Operation): void {
    const { rank, size } = this.transport;
    if (size === 1 || data.byteLength <= SHORT_BYTES) {
      this.reduce(data, into, operation, 0);
      this.bcast(into, 0);
      return;
    }
    const places = Array.from({ length: size + 1 }, (_, r) => Math.floor(data.length * r / size));
    const counts = Array.from({ length: size }, (_, r) => places[r + 1] - places[r]);
    const own = new Array<number>(size).fill(counts[rank]);
    const rooms = new (data.constructor as Float64ArrayConstructor)(size * counts[rank]);
    this.alltoallv(data, counts, rooms, own);
    const [total, ...others] = pieces(rooms, own);
    others.forEach((other) => combineInto(total, other, operation));
    this.allgatherv(total, into, counts);
  }

  /** All messages at once: `outgoing(r)` to r, `incoming[r]` from r; pieces without numbers do not travel. */
  #exchange(
    outgoing: (rank: number) => Numbers | undefined,
    incoming: readonly Numbers[] = [],
    into: (rank: number) => Numbers | undefined = (r) => incoming[r],
  ): void {
    const { rank, size } = this.transport;
    const requests: Request[] = [];
    for (let shift = 1; shift < size; shift++) {
      const source = (rank - shift + size) % size;
      const room = into(source);
      if (room?.length) requests.push(this.transport.irecv(room, source, TAG));
    }
    for (let shift = 1; shift < size; shift++) {
      const target = (rank + shift) % size;
      const data = outgoing(target);
      if (data?.length) requests.push(this.transport.isend(data, target, TAG));
    }
    const [own, room] = [outgoing(rank), into(rank)];
    if (own && room) copyNumbers(room, own);
    waitAll(requests);
  }
}
