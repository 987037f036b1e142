import { assign, copyInto, empty, isComplex, itemSize, NdArray, slice } from "../array/mod.ts";
import type { DataOf, DType } from "../array/mod.ts";
import type { Box, Comm } from "../mpi/mod.ts";
import { boxWithin, type Decomposition, intersectBoxes } from "../decomposition/mod.ts";

/** How parts travel: where they are, as boxes, or packed. */
export type ExchangeMethod = "alltoallw" | "alltoallv";

/** [byte] Open MPI reads and writes boxes as fast as packing does, if their runs are this long or longer. */
const LONG_RUN = 512;

/** Libraries whose boxes travel fast. MPICH and its kin take up to twice the time of packed parts (bench/record). */
const FAST_BOXES = /Open MPI/;

type Boxes = readonly (Box | undefined)[];

const product = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);
const sizeOf = (box: Box | undefined) => box ? product(box.shape) : 0;

/** Elements that lie together in a box of an array. */
function runOf({ shape }: Box, whole: readonly number[]): number {
  let run = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    run *= shape[axis];
    if (shape[axis] !== whole[axis]) break;
  }
  return run;
}

/** About the shortest run of a box that two ranks exchange, in elements; the same on all ranks. */
function runBetween(a: Decomposition, b: Decomposition): number {
  let run = 1;
  for (let axis = a.shape.length - 1; axis >= 0; axis--) {
    const parts = Math.max(a.grid[axis], b.grid[axis]);
    run *= Math.max(1, Math.floor(a.shape[axis] / parts));
    if (parts > 1) break;
  }
  return run;
}

/** Boxes of this rank's part, one for each rank. */
class Side {
  readonly counts: number[];
  /** Whether the boxes are the whole part in the order of ranks, so that nothing is to be packed. */
  readonly inOrder: boolean;

  constructor(readonly boxes: Boxes, readonly shape: readonly number[]) {
    this.counts = boxes.map(sizeOf);
    const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
    let at = 0;
    const follow = boxes.every((box) => {
      if (!box) return true;
      const place = box.start.reduce((sum, s, axis) => sum + s * strides[axis], 0);
      const follows = place === at && runOf(box, shape) === sizeOf(box);
      at += sizeOf(box);
      return follows;
    });
    this.inOrder = follow && at === product(shape);
  }

  /** Without the box of a rank. */
  without(rank: number): Side {
    return new Side(this.boxes.map((box, r) => r === rank ? undefined : box), this.shape);
  }

  /** Room for the boxes packed, in elements. */
  get packedSize(): number {
    return this.inOrder ? 0 : this.counts.reduce((sum, count) => sum + count, 0);
  }
}

/** Boxes of this rank's part that go to the others, and come back from them, and of the other part that they become. */
interface Pair {
  from: Side;
  to: Side;
  own?: { from: Box; to: Box };
}

/** A change from one decomposition to another and back, with the boxes of all ranks worked out. */
export class Exchange implements Disposable {
  /** How parts travel. */
  readonly method: ExchangeMethod;
  readonly #pair: Pair;
  #areas: NdArray[] = [];

  constructor(
    private readonly comm: Comm,
    before: Decomposition,
    after: Decomposition,
    private readonly dtype: DType,
    method: "auto" | ExchangeMethod,
  ) {
    const [has, wants] = [before.box(comm.rank), after.box(comm.rank)];
    const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
    const from = new Side(ranks.map((rank) => boxWithin(intersectBoxes(has, after.box(rank)), has)), has.shape);
    const to = new Side(ranks.map((rank) => boxWithin(intersectBoxes(before.box(rank), wants), wants)), wants.shape);
    const best = FAST_BOXES.test(comm.library) && runBetween(before, after) * itemSize(dtype) >= LONG_RUN;
    this.method = method !== "auto" ? method : best ? "alltoallw" : "alltoallv";
    this.#pair = { from, to };
    const [a, b] = [from.boxes[comm.rank], to.boxes[comm.rank]];
    // Where one side is in order, the own part goes with the others.
    if (this.method === "alltoallw" || !(from.inOrder || to.inOrder)) {
      this.#pair = { from: from.without(comm.rank), to: to.without(comm.rank), own: a && b && { from: a, to: b } };
    }
    if (this.method === "alltoallv") {
      this.#areas = [this.#pair.from, this.#pair.to].map((side) => empty([side.packedSize], dtype));
    }
  }

  /** [byte] Areas for packed parts. */
  get workBytes(): number {
    return this.#areas.reduce((sum, { data }) => sum + data.byteLength, 0);
  }

  /** Fills `into` from `data`, which lies apart. */
  run(data: NdArray, into: NdArray, back: boolean): void {
    const { from, to, own } = this.#pair;
    const [out, come] = back ? [to, from] : [from, to];
    if (own) {
      const [source, target] = back ? [own.to, own.from] : [own.from, own.to];
      copyInto(into, target.start, data, source.start, source.shape);
    }
    if (this.method === "alltoallw") return this.comm.alltoallw(data, out.boxes, into, come.boxes);
    const [packed, room] = back ? this.#areas.toReversed() : this.#areas;
    const width = isComplex(this.dtype) ? 2 : 1;
    const counts = (side: Side) => side.counts.map((count) => count * width);
    if (!out.inOrder) eachPiece(out, packed, (piece, box) => assign(piece, part(data, box)));
    this.comm.alltoallv(out.inOrder ? data : packed, counts(out), {
      from: counts(come),
      into: come.inOrder ? into : room,
    });
    if (!come.inOrder) eachPiece(come, room, (piece, box) => assign(part(into, box), piece));
  }

  [Symbol.dispose](): void {
    this.#areas.forEach((area) => area.dispose());
    this.#areas = [];
  }
}

const part = (array: NdArray, { start, shape }: Box) =>
  slice(array, ...start.map((s, i): [number, number] => [s, s + shape[i]]));

/** The packed pieces of a side, each with its box. */
function eachPiece(side: Side, packed: NdArray, run: (piece: NdArray, box: Box) => void): void {
  const width = isComplex(packed.dtype) ? 2 : 1;
  let at = 0;
  side.boxes.forEach((box, rank) => {
    if (!box) return;
    const numbers = packed.data.subarray(at, at += side.counts[rank] * width) as DataOf<DType>;
    run(new NdArray(numbers, box.shape, packed.dtype), box);
  });
}
