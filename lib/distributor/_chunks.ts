import { rowRange, type Rows } from "./_rows.ts";
import type { Comm } from "../mpi/mod.ts";
import { rowChunks } from "./row_chunks.ts";
import type { Numbers, Request } from "../mpi/mod.ts";

/** The chunks of rows, in place. */
export function* chunksOf(rows: Rows, limit: number | undefined): Generator<Numbers> {
  const { count, width, numbers: { BYTES_PER_ELEMENT } } = rows;
  for (const [start, stop] of rowChunks(count, BYTES_PER_ELEMENT, width, limit)) {
    yield rowRange(rows, start, stop).numbers;
  }
}

/** How chunks travel. */
interface Way {
  limit?: number;
  tag?: number;
}

/** Begins to send rows. */
export function postSends(comm: Comm, rows: Rows, to: number, { limit, tag }: Way): Request[] {
  return Array.from(chunksOf(rows, limit), (chunk) => comm.isend(chunk, to, tag));
}

/** Begins to receive rows. */
export function postReceives(comm: Comm, rows: Rows, from: number, { limit, tag }: Way): Request[] {
  return Array.from(chunksOf(rows, limit), (chunk) => comm.irecv(chunk, from, tag));
}

/** Copies rows of one rank to all; those of all agree. */
export function fillRows(comm: Comm, rows: Rows, { limit, root }: { limit?: number; root?: number }): void {
  for (const chunk of chunksOf(rows, limit)) comm.bcast(chunk, root);
}
