import { address, type Native } from "./_native.ts";
import type { Collectives, NumberBox, Numbers, Operation } from "./transport.ts";

/** Counts and places of pieces that lie one after another. */
function layout(counts: readonly number[]): { counts: Int32Array; places: Int32Array } {
  let start = 0;
  const places = Int32Array.from(counts, (count) => (start += count) - count);
  return { counts: Int32Array.from(counts), places };
}

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
    const { counts: c, places } = layout(counts);
    const target = into ? address(into) : 0;
    const code = mpi.fn.MPI_Gatherv(
      ...[address(data), data.length, type, target, address(c), address(places), type, root, comm] as const,
    );
    mpi.check(code, "gather");
  }

  scatterv(data: Numbers | undefined, into: Numbers, counts: readonly number[], root: number): void {
    const { mpi, comm } = this;
    const type = mpi.type(into);
    const { counts: c, places } = layout(counts);
    const source = data ? address(data) : 0;
    const code = mpi.fn.MPI_Scatterv(
      ...[source, address(c), address(places), type, address(into), into.length, type, root, comm] as const,
    );
    mpi.check(code, "scatter");
  }

  allgatherv(data: Numbers, into: Numbers, counts: readonly number[]): void {
    const { mpi, comm } = this;
    const type = mpi.type(data);
    const { counts: c, places } = layout(counts);
    const code = mpi.fn.MPI_Allgatherv(
      ...[address(data), data.length, type, address(into), address(c), address(places), type, comm] as const,
    );
    mpi.check(code, "gather");
  }

  alltoallv(data: Numbers, sendCounts: readonly number[], into: Numbers, recvCounts: readonly number[]): void {
    const { mpi, comm } = this;
    const type = mpi.type(data);
    const [send, recv] = [layout(sendCounts), layout(recvCounts)];
    const code = mpi.fn.MPI_Alltoallv(
      ...[address(data), address(send.counts), address(send.places), type] as const,
      ...[address(into), address(recv.counts), address(recv.places), type, comm] as const,
    );
    mpi.check(code, "exchange");
  }

  alltoallw(data: Numbers, boxes: readonly NumberBox[], into: Numbers, from: readonly NumberBox[]): void {
    const { mpi, comm } = this;
    const made: number[] = [];
    // MPI has no boxes without elements: they are none of the element type.
    const describe = (boxes: readonly NumberBox[]) => {
      const types = boxes.map(({ lengths, shape, start }) => {
        if (shape.includes(0)) return mpi.type(data);
        const [l, n, s] = [lengths, shape, start].map((axes) => Int32Array.from(axes));
        const type = mpi.type(data);
        const { orderC } = mpi.table;
        mpi.check(
          mpi.fn.MPI_Type_create_subarray(
            ...[l.length, address(l), address(n), address(s), orderC, type, mpi.outAddress] as const,
          ),
          "describe a box",
        );
        made.push(mpi.outHandle());
        mpi.check(mpi.fn.MPI_Type_commit(mpi.outAddress), "describe a box");
        return made.at(-1)!;
      });
      return {
        types: mpi.handles(types),
        counts: Int32Array.from(boxes, ({ shape }) => shape.includes(0) ? 0 : 1),
        places: new Int32Array(boxes.length),
      };
    };
    try {
      const [send, recv] = [describe(boxes), describe(from)];
      const code = mpi.fn.MPI_Alltoallw(
        ...[address(data), address(send.counts), address(send.places), address(send.types)] as const,
        ...[address(into), address(recv.counts), address(recv.places), address(recv.types), comm] as const,
      );
      mpi.check(code, "exchange");
    } finally {
      for (const type of made) mpi.freeType(type);
    }
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
