import { broadcastTo, type DType, permuteAxes, type Range, slice, View } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { chunkAt } from "./_grid.ts";
import type { ChunkSource } from "./source.ts";

/** A view that stands for the indices alone: its offset and strides tell how indices are mapped. */
function axisView(n: number): View<"uint8"> {
  return new View(new Uint8Array(0), "uint8", [n], [1], 0);
}

/** A source that shows another one with its axes changed; `load` changes what the other one loads. */
function derived<D extends DType>(
  base: ChunkSource<D>,
  parts: Pick<ChunkSource<D>, "shape" | "chunkShape" | "edges" | "load">,
): ChunkSource<D> {
  const { name, dtype, bufferLength, extraBytes } = base;
  return { name, dtype, bufferLength, extraBytes, ...parts, close: () => {} };
}

/** A view of what is loaded, now or later. */
function then<D extends DType>(loaded: View<D> | Promise<View<D>>, change: (view: View<D>) => View<D>) {
  return loaded instanceof Promise ? loaded.then(change) : change(loaded);
}

const widest = (edges: readonly number[]): number =>
  edges.slice(1).reduce((most, edge, k) => Math.max(most, edge - edges[k]), 1);

/** See `ChunkedArray.permuteAxes`. */
export function permutedSource<D extends DType>(base: ChunkSource<D>, axes?: readonly number[]): ChunkSource<D> {
  // The order of the axes, checked: the strides of the permuted view are the numbers of the axes.
  const { strides: order } = permuteAxes(
    new View(new Uint8Array(0), "uint8", base.shape, base.shape.map((_, axis) => axis), 0),
    axes,
  );
  return derived(base, {
    shape: order.map((axis) => base.shape[axis]),
    chunkShape: order.map((axis) => base.chunkShape[axis]),
    edges: order.map((axis) => base.edges[axis]),
    load: (chunk, buffer: TypedArray) => {
      const inner = base.shape.map((_, axis) => chunk[order.indexOf(axis)]);
      return then(base.load(inner, buffer), (view) => permuteAxes(view, order));
    },
  });
}

/** See `ChunkedArray.broadcastTo`. */
export function broadcastSource<D extends DType>(base: ChunkSource<D>, shape: readonly number[]): ChunkSource<D> {
  const { shape: full } = broadcastTo(
    new View(new Uint8Array(0), "uint8", base.shape, base.shape.map(() => 0), 0),
    shape,
  );
  const lead = full.length - base.shape.length;
  const repeated = full.map((n, axis) => axis < lead || n !== base.shape[axis - lead]);
  const edges = full.map((n, axis) => repeated[axis] ? (n === 0 ? [0] : [0, n]) : base.edges[axis - lead]);
  return derived(base, {
    shape: full,
    chunkShape: edges.map(widest),
    edges,
    load: (chunk, buffer: TypedArray) => {
      const count = chunk.map((k, axis) => edges[axis][k + 1] - edges[axis][k]);
      return then(base.load(chunk.slice(lead), buffer), (view) => broadcastTo(view, count));
    },
  });
}

/** One axis of a slice: where its chunks are, and what part of each is taken. */
interface SlicedAxis {
  /** Chunk of the base for each chunk. */
  chunks: number[];
  /** First element within that chunk. */
  starts: number[];
  /** Boundaries; for an index alone, one chunk of one element. */
  edges: number[];
  step: number;
  dropped: boolean;
}

function sliceAxis(range: Exclude<Range, null>, edges: readonly number[]): SlicedAxis {
  const n = edges[edges.length - 1];
  const { offset, shape: [length = 1], strides: [step = 1] } = slice(axisView(n), range);
  const axis: SlicedAxis = { chunks: [], starts: [], edges: [0], step, dropped: typeof range === "number" };
  for (let i = 0; i < length;) {
    const at = offset + i * step;
    const chunk = chunkAt(edges, at);
    const room = step > 0 ? edges[chunk + 1] - 1 - at : at - edges[chunk];
    const taken = Math.min(length - i, Math.floor(room / Math.abs(step)) + 1);
    axis.chunks.push(chunk);
    axis.starts.push(at - edges[chunk]);
    axis.edges.push(i += taken);
  }
  return axis;
}

/** See `ChunkedArray.slice`. */
export function slicedSource<D extends DType>(
  base: ChunkSource<D>,
  ranges: readonly Exclude<Range, null>[],
): ChunkSource<D> {
  if (ranges.some((range) => range === null) || ranges.length > base.shape.length) {
    const [rule, got] = [`at most ${base.shape.length} indices and ranges`, ranges.map((r) => r ?? "null").join("; ")];
    throw new DomainError(
      `Cannot slice an array of shape [${base.shape.join(", ")}]: it takes ${rule}, got ${got}`,
      rule,
      got,
    );
  }
  const axes = base.edges.map((edges, axis) => sliceAxis(ranges[axis] ?? [], edges));
  const kept = axes.flatMap((axis, i) => axis.dropped ? [] : [i]);
  const edges = kept.map((axis) => axes[axis].edges);
  return derived(base, {
    shape: edges.map((e) => e[e.length - 1]),
    chunkShape: edges.map(widest),
    edges,
    load: (chunk, buffer: TypedArray) => {
      const places = base.shape.map((_, axis) => axes[axis].dropped ? 0 : chunk[kept.indexOf(axis)]);
      const inner = axes.map((axis, i) => axis.chunks[places[i]]);
      return then(base.load(inner, buffer), (view) => {
        const start = axes.reduce((sum, axis, i) => sum + axis.starts[places[i]] * view.strides[i], view.offset);
        const strides = kept.map((axis) => view.strides[axis] * axes[axis].step);
        const count = chunk.map((k, axis) => edges[axis][k + 1] - edges[axis][k]);
        return new View(view.data, view.dtype, count, strides, start);
      });
    },
  });
}
