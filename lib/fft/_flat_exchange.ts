import { isComplex, type NdArray } from "../array/mod.ts";
import type { Box, Comm } from "../mpi/mod.ts";
import type { Decomposition } from "../decomposition/mod.ts";
import { flatShare } from "../distributor/mod.ts";

/** Where a run begins: among the points of the flat layout, or in a box. */
type Side = "flat" | "place";

/** A run of points: where it begins among those of the flat layout and of a box, and how long it is. */
interface Run {
  flat: number;
  place: number;
  length: number;
}

/** The runs of one side, for one rank after another. */
interface Pieces {
  /** Points for each rank. */
  counts: number[];
  runs: [place: number, length: number][];
  /** Whether they follow one another, so that nothing is packed. */
  inOrder: boolean;
}

/** Points that a flat range and a box, whole along z, have in common: a run for each x, or one if y is whole too. */
function* runs(start: number, end: number, { start: [x0, y0], shape }: Box, ny: number): Generator<Run> {
  const [lx, ly, nz] = shape;
  const [count, length] = ly === ny ? [1, lx * ly * nz] : [lx, ly * nz];
  for (let i = 0; i < count; i++) {
    const first = ((x0 + i) * ny + y0) * nz;
    const from = Math.max(start, first);
    const to = Math.min(end, first + length);
    if (to > from) yield { flat: from - start, place: from - first + i * length, length: to - from };
  }
}

/** Moves rows between the flat layout, a range of the points in row-major order, and boxes. */
export class FlatExchange {
  readonly #flat: { start: number; length: number }[];

  constructor(private readonly comm: Comm, private readonly boxes: Decomposition) {
    const [nx, ny, nz] = boxes.shape;
    this.#flat = Array.from({ length: comm.size }, (_, rank) => flatShare(nx * ny * nz, comm.size, rank));
  }

  /** From rows `[point, batch]` to this rank's box. */
  toBox(rows: NdArray, box: NdArray): void {
    this.#exchange(rows, this.#common("flat"), box, this.#common("place"));
  }

  /** From this rank's box to rows. */
  toFlat(box: NdArray, rows: NdArray): void {
    this.#exchange(box, this.#common("place"), rows, this.#common("flat"));
  }

  /** What this rank, having a range of the flat layout or a box, has in common with each. */
  #common(side: Side): Pieces {
    const { comm, boxes } = this;
    const common = this.#flat.map((flat, rank) => {
      const [range, box] = side === "flat" ? [this.#flat[comm.rank], rank] : [flat, comm.rank];
      return [...runs(range.start, range.start + range.length, boxes.box(box), boxes.shape[1])];
    });
    let at = 0;
    const inOrder = common.flat().every((run) => run[side] === at && (at += run.length) > 0);
    return {
      counts: common.map((runs) => runs.reduce((sum, { length }) => sum + length, 0)),
      runs: common.flat().map((run) => [run[side], run.length]),
      inOrder,
    };
  }

  #exchange(data: NdArray, outgoing: Pieces, into: NdArray, incoming: Pieces): void {
    const width = (this.boxes.shape[3] ?? 1) * (isComplex(data.dtype) ? 2 : 1);
    // Both are of one type, of which float64 stands for all.
    const [source, target] = [data.data as Float64Array, into.data as Float64Array];
    const room = (like: Float64Array) => new (like.constructor as Float64ArrayConstructor)(like.length);
    const packed = outgoing.inOrder ? source : room(source);
    const received = incoming.inOrder ? target : room(target);
    const inNumbers = (counts: readonly number[]) => counts.map((count) => count * width);
    if (!outgoing.inOrder) {
      eachRun(outgoing, width, (place, at, count) => packed.set(source.subarray(place, place + count), at));
    }
    this.comm.alltoallv(packed, inNumbers(outgoing.counts), { from: inNumbers(incoming.counts), into: received });
    if (!incoming.inOrder) {
      eachRun(incoming, width, (place, at, count) => target.set(received.subarray(at, at + count), place));
    }
  }
}

/** Copies runs of numbers between their places and those of the packed pieces. */
function eachRun({ runs }: Pieces, width: number, copy: (place: number, packed: number, count: number) => void): void {
  let at = 0;
  for (const [place, length] of runs) {
    copy(place * width, at, length * width);
    at += length * width;
  }
}
