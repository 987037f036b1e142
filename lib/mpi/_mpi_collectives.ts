import { address, type Native } from "./_native.ts";
import type { Collectives, NumberBox, Numbers, Operation } from "./transport.ts";

/** Collectives of MPI itself, for counts within its own. */
export class MpiCollectives implements Collectives {
  constructor(private readonly mpi: Native, private readonly comm: number) {}

  bcast(data: Numbers, root: number): void {
    const { mpi, comm } = this;
    mpi.check(mpi.fn.MPI_Bcast(address(data), data.length, mpi.type(data), root, comm), "broadcast");
  }

  gatherv(data: Numbers, into: Numbers | undefined, counts: readonly number[], root: number): void {
    const { mpi, comm } = this;
    const type = mpi.type(data);
    const [c, places] = this.#layout(counts);
    const target = into ? address(into) : 0;
    const code = mpi.fn.MPI_Gatherv(
      ...[address(data), data.length, type, target, c, places, type, root, comm] as const,
    );
    mpi.check(code, "gather");
  }

  scatterv(data: Numbers | undefined, into: Numbers, counts: readonly number[], root: number): void {
    const { mpi, comm } = this;
    const type = mpi.type(into);
    const [c, places] = this.#layout(counts);
    const source = data ? address(data) : 0;
    const code = mpi.fn.MPI_Scatterv(
      ...[source, c, places, type, address(into), into.length, type, root, comm] as const,
    );
    mpi.check(code, "scatter");
  }

  allgatherv(data: Numbers, into: Numbers, counts: readonly number[]): void {
    const { mpi, comm } = this;
    const type = mpi.type(data);
    const [c, places] = this.#layout(counts);
    const code = mpi.fn.MPI_Allgatherv(
      ...[address(data), data.length, type, address(into), c, places, type, comm] as const,
    );
    mpi.check(code, "gather");
  }

  alltoallv(data: Numbers, sendCounts: readonly number[], into: Numbers, recvCounts: readonly number[]): void {
    const { mpi, comm } = this;
    const type = mpi.type(data);
    const [send, sendPlaces] = this.#layout(sendCounts);
    const [recv, recvPlaces] = this.#layout(recvCounts, false);
    const code = mpi.fn.MPI_Alltoallv(
      ...[address(data), send, sendPlaces, type] as const,
      ...[address(into), recv, recvPlaces, type, comm] as const,
    );
    mpi.check(code, "exchange");
  }

  alltoallw(data: Numbers, boxes: readonly NumberBox[], into: Numbers, from: readonly NumberBox[]): void {
    const { mpi, comm } = this;
    const made: number[] = [];
    try {
      const [send, recv] = [boxes, from].map((boxes) => boxes.map((box) => this.#describe(box, mpi.type(data), made)));
      mpi.lists.clear();
      const one = ({ shape }: NumberBox) => shape.includes(0) ? 0 : 1;
      const lists = [boxes, from].map((boxes) => mpi.lists.ints(boxes.map(one)));
      const places = mpi.lists.ints(boxes.map(() => 0));
      const types = [send, recv].map((types) => mpi.lists.handles(types));
      const code = mpi.fn.MPI_Alltoallw(
        ...[address(data), lists[0], places, types[0], address(into), lists[1], places, types[1], comm] as const,
      );
      mpi.check(code, "exchange");
    } finally {
      for (const type of made) mpi.freeType(type);
    }
  }

  /** Type of a box, which is put among `made`. MPI has none without elements; they are none of the element type. */
  #describe({ lengths, shape, start }: NumberBox, type: number, made: number[]): number {
    if (shape.includes(0)) return type;
    const { mpi } = this;
    mpi.lists.clear();
    const [l, n, s] = [lengths, shape, start].map((axes) => mpi.lists.ints(axes));
    const { orderC } = mpi.table;
    mpi.check(
      mpi.fn.MPI_Type_create_subarray(lengths.length, l, n, s, orderC, type, mpi.outAddress),
      "describe a box",
    );
    const box = mpi.outHandle();
    made.push(box);
    mpi.check(mpi.fn.MPI_Type_commit(mpi.outAddress), "describe a box");
    return box;
  }

  /** Counts of pieces that lie one after another, and their places; the first lists of a call, or further ones. */
  #layout(counts: readonly number[], first = true): [counts: number, places: number] {
    const { lists } = this.mpi;
    if (first) lists.clear();
    let start = 0;
    return [lists.ints(counts), lists.ints(counts.map((count) => (start += count) - count))];
  }

  reduce(data: Numbers, into: Numbers | undefined, operation: Operation, root: number): void {
    const { mpi, comm } = this;
    const op = mpi.handle(mpi.table.operations[operation]);
    const target = into ? address(into) : 0;
    const source = target === address(data) && into ? mpi.table.inPlace : address(data);
    const code = mpi.fn.MPI_Reduce(...[source, target, data.length, mpi.type(data), op, root, comm] as const);
    mpi.check(code, "reduce");
  }

  allreduce(data: Numbers, into: Numbers, operation: Operation): void {
    const { mpi, comm } = this;
    const op = mpi.handle(mpi.table.operations[operation]);
    const source = address(into) === address(data) ? mpi.table.inPlace : address(data);
    mpi.check(
      mpi.fn.MPI_Allreduce(source, address(into), data.length, mpi.type(data), op, comm),
      "reduce",
    );
  }
}
