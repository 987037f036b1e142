import { type DType, View } from "../array/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { viewOver } from "./_buffers.ts";
import { type Box, boxOf, counts, type Edges, indices } from "./_grid.ts";
import type { Writer } from "./_stream.ts";
import type { ChunkSink } from "./source.ts";

/** Some chunks of an output, side by side. */
export interface ChunkBlock {
  /** Where they lie. */
  readonly box: Box;
  /** First chunk on each axis. */
  readonly first: readonly number[];
  /** End of the chunks on each axis. */
  readonly end: readonly number[];
}

/** Blocks of an output. */
export function* blocksOf(edges: Edges, multiple: readonly number[]): Generator<ChunkBlock> {
  const n = counts(edges);
  const blocks = n.map((count, axis) => Math.ceil(count / multiple[axis]));
  for (const block of indices(n.map(() => 0), blocks)) {
    const first = block.map((b, axis) => b * multiple[axis]);
    const end = first.map((f, axis) => Math.min(f + multiple[axis], n[axis]));
    const offset = first.map((f, axis) => edges[axis][f]);
    const count = end.map((e, axis) => edges[axis][e] - offset[axis]);
    yield { box: { offset, count }, first, end };
  }
}

/** A chunk of the output that is being put together. */
export interface Target<D extends DType> {
  readonly chunk: readonly number[];
  readonly box: Box;
  readonly view: View<D>;
  readonly buffer?: TypedArray;
}

/** A buffer for a chunk of the output, or its place in memory. Padding is 0. */
export async function target<D extends DType>(
  sink: ChunkSink<D>,
  writer: Writer,
  chunk: readonly number[],
): Promise<Target<D>> {
  const box = boxOf(sink.edges, chunk);
  if (sink.bufferLength === 0) return { chunk, box, view: sink.place(chunk) };
  const buffer = await writer.take();
  const full = viewOver(buffer, sink.bufferShape(chunk), sink.dtype);
  const padded = full.shape.some((n, axis) => n !== box.count[axis]);
  if (padded) buffer.fill(0);
  return { chunk, box, view: new View(full.data, sink.dtype, box.count, full.strides, 0), buffer };
}
