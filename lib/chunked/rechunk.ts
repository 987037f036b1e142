import { assign, type DType } from "../array/mod.ts";
import { part } from "./_buffers.ts";
import { boxOf, chunksOf, counts, type Edges, indices, overlap, product, regularEdges } from "./_grid.ts";
import { loadAll, Writer } from "./_stream.ts";
import { blocksOf, type Target, target } from "./_targets.ts";
import type { ChunkedArray } from "./chunked_array.ts";
import { toMemory } from "./memory.ts";
import { type Pass, planCopy, type PlanOptions } from "./plan.ts";
import type { ChunkSink, ChunkSource } from "./source.ts";
import { toZarr } from "./zarr_output.ts";

/** Called after each chunk that was written, with the number of those and of all, over all passes. */
export type ChunkProgress = (done: number, total: number) => void;

/** Options of `rechunk`. */
export interface RechunkOptions extends PlanOptions {
  /** Called after each chunk. */
  progress?: ChunkProgress;
  /** Folder for what is stored between two passes. Default: that of the output, or one for temporary files. */
  betweenFolder?: string;
}

/** Options of `transpose`. */
export interface TransposeOptions extends RechunkOptions {
  /** Lengths of the chunks of the output. Default: those of the input, with the axes in the new order. */
  chunkShape?: readonly number[];
}

/** Copies all chunks. */
async function run<D extends DType>(
  source: ChunkSource<D>,
  sink: ChunkSink<D>,
  { block, depth, slots }: Pass,
  stored: () => void,
): Promise<void> {
  const blocks = () => blocksOf(sink.edges, block.multiple);
  function* wanted() {
    for (const { box } of blocks()) {
      const { first, end } = chunksOf(source.edges, box);
      yield* indices(first, end);
    }
  }
  const loads = loadAll(source, wanted(), depth);
  const writer = new Writer(sink, slots, stored);
  try {
    for (const { box, ...out } of blocks()) {
      const targets: Target<D>[] = [];
      for (const chunk of indices(out.first, out.end)) targets.push(await target(sink, writer, chunk));
      // Place of a chunk among the targets.
      const at = (chunk: number[]) =>
        chunk.reduce((sum, k, axis) => sum * (out.end[axis] - out.first[axis]) + k - out.first[axis], 0);
      const { first, end } = chunksOf(source.edges, box);
      for (const from of indices(first, end)) {
        const { value: view } = await loads.next();
        const place = boxOf(source.edges, from);
        const met = chunksOf(sink.edges, overlap(place, box));
        for (const chunk of indices(met.first, met.end)) {
          const to = targets[at(chunk)];
          const shared = overlap(place, to.box);
          assign(part(to.view, to.box, shared), part(view!, place, shared));
        }
      }
      for (const { chunk, buffer } of targets) {
        if (buffer) writer.store(chunk, buffer);
        else stored();
      }
    }
    await writer.flush();
  } finally {
    await loads.return(undefined);
    await writer.end();
  }
}

const chunksIn = (edges: Edges): number => product(counts(edges));

async function copy<D extends DType>(
  operation: string,
  array: ChunkedArray<D>,
  chunkShape: readonly number[],
  options: RechunkOptions,
): Promise<ChunkedArray<D>> {
  const { out = toMemory(), progress = () => {} } = options;
  const { passes, betweenShape } = planCopy(operation, array, chunkShape, options);
  const { shape, dtype, unit, attributes } = array;
  const sink = await out.create<D>({ shape, dtype, chunkShape, ...unit === undefined ? {} : { unit }, attributes });
  const all = chunksIn(sink.edges) + (betweenShape ? chunksIn(regularEdges(shape, betweenShape)) : 0);
  let done = 0;
  const stored = () => progress(++done, all);
  try {
    if (betweenShape) {
      const dir = options.betweenFolder ?? out.folder;
      const folder = await Deno.makeTempDir({ ...dir === undefined ? {} : { dir }, prefix: "between.tmp-" });
      try {
        const middle = await toZarr(`${folder}/chunks.zarr`).create<D>({ shape, dtype, chunkShape: betweenShape });
        await run(array.source, middle, passes[0], stored);
        await run((await middle.finish()).source, sink, passes[1], stored);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    } else await run(array.source, sink, passes[0], stored);
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/**
 * Writes an array with chunks of another shape, within a budget of memory, as `planRechunk` says.
 *
 * @param array Array to copy.
 * @param chunkShape [1] Lengths of the chunks of the output.
 * @param options Place, budget and progress.
 * @returns The output, opened. On an error nothing is left of it.
 * @throws {ShapeError} if the chunks do not fit the array.
 * @throws {DomainError} if the budget is too small; it names the least.
 * @throws {InputError} if the output cannot be written; {FormatError} if a chunk cannot be read.
 * @example Columns from rows
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { inMemory, rechunk, toZarr } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using rows = inMemory(fromData([1, 2, 3, 4, 5, 6], [2, 3], "float64"), { chunkShape: [1, 3] });
 * using columns = await rechunk(rows, [2, 1], { out: toZarr(`${await Deno.makeTempDir()}/columns.zarr`) });
 * using last = await columns.read([], 2);
 * console.log(last.data[0], last.data[1]); // 3 6
 * ```
 */
export function rechunk<D extends DType>(
  array: ChunkedArray<D>,
  chunkShape: readonly number[],
  options: RechunkOptions = {},
): Promise<ChunkedArray<D>> {
  return copy("rechunk", array, chunkShape, options);
}

/**
 * Writes an array with its axes in another order: NumPy's `transpose`, within a budget of memory.
 *
 * @param array Array to copy.
 * @param axes [1] Axis `i` of the output is axis `axes[i]` of the array. Default: reversed order.
 * @param options Chunks, place, budget and progress.
 * @returns The output, opened. On an error nothing is left of it.
 * @throws {RangeError} if `axes` is not a permutation; and as `rechunk`.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { inMemory, transpose } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using cube = inMemory(zeros([4, 6, 8], "float32"), { chunkShape: [2, 3, 4] });
 * using turned = await transpose(cube, [2, 0, 1]);
 * console.log(turned.shape, turned.chunkShape); // [ 8, 4, 6 ] [ 4, 2, 3 ]
 * ```
 */
export async function transpose<D extends DType>(
  array: ChunkedArray<D>,
  axes?: readonly number[],
  options: TransposeOptions = {},
): Promise<ChunkedArray<D>> {
  const turned = array.permuteAxes(axes);
  const own = turned.chunkShape.map((c, axis) => Math.min(c, Math.max(turned.shape[axis], 1)));
  return await copy("transpose", turned, options.chunkShape ?? own, options);
}
