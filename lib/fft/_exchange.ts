import { copyInto, type NdArray } from "../array/mod.ts";
import { type Box, type Comm, type Decomposition, intersectBoxes } from "../mpi/mod.ts";

/** Where a box of the whole lies within a part of it. */
const within = (box: Box | undefined, part: Box): Box | undefined =>
  box && { start: box.start.map((s, i) => s - part.start[i]), shape: box.shape };

/** Boxes of one direction: what goes to each rank, what comes from each, and the own part, which is copied. */
interface Way {
  to: (Box | undefined)[];
  from: (Box | undefined)[];
  own?: { to: Box; from: Box };
}

function wayOf(comm: Comm, from: Decomposition, to: Decomposition): Way {
  const [has, wants] = [from.box(comm.rank), to.box(comm.rank)];
  const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
  const outgoing = ranks.map((rank) => within(intersectBoxes(has, to.box(rank)), has));
  const incoming = ranks.map((rank) => within(intersectBoxes(from.box(rank), wants), wants));
  const [own, place] = [outgoing[comm.rank], incoming[comm.rank]];
  outgoing[comm.rank] = incoming[comm.rank] = undefined;
  return { to: outgoing, from: incoming, own: own && place && { to: own, from: place } };
}

/** An array's change from one decomposition to another and back, with the boxes of all ranks worked out. */
export class Exchange implements Disposable {
  /** [byte] Work arrays that it owns. */
  readonly workBytes: number = 0;
  readonly #there: Way;
  readonly #back: Way;

  constructor(private readonly comm: Comm, from: Decomposition, to: Decomposition) {
    this.#there = wayOf(comm, from, to);
    this.#back = wayOf(comm, to, from);
  }

  /** Fills `into` from `data`, which lies apart. */
  run(data: NdArray, into: NdArray, back: boolean): void {
    const { to, from, own } = back ? this.#back : this.#there;
    if (own) copyInto(into, own.from.start, data, own.to.start, own.to.shape);
    this.comm.alltoallw(data, to, into, from);
  }

  [Symbol.dispose](): void {}
}
