import { assign, constructorOf, type DType, itemSize, NdArray, type View } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { allocate, release, type TypedArray } from "../kernel/mod.ts";
import { chooseBlock } from "./_block.ts";
import { numbersOf, part, viewOver } from "./_buffers.ts";
import {
  type Box,
  boxOf,
  checkChunkShape,
  chunksOf,
  counts,
  indices,
  overlap,
  product,
  regularEdges,
} from "./_grid.ts";
import { Writer } from "./_stream.ts";
import { blocksOf, target } from "./_targets.ts";
import type { ChunkedArray } from "./chunked_array.ts";
import { toMemory } from "./memory.ts";
import { checkBudget, CHUNK_COST, DEFAULT_BUDGET_BYTES, type PlanOptions, sideBytes } from "./plan.ts";
import type { ChunkProgress } from "./rechunk.ts";
import type { Attributes, ChunkSource } from "./source.ts";

/** Options of `map`. */
export interface MapOptions<D extends DType = DType> extends PlanOptions {
  /** Element type of the output. Default: that of the first input. */
  dtype?: D;
  /** Lengths of the chunks of the output. Default: those of the first input that has the shape of the output. */
  chunkShape?: readonly number[];
  /** Unit of the output; "1" for numbers without one. Default: none is written. */
  unit?: string;
  /** Attributes of the output. */
  attributes?: Attributes;
  /** Called after each chunk. */
  progress?: ChunkProgress;
}

/** Blocks of the inputs as arrays. */
export type BlocksOf<I extends readonly ChunkedArray[]> = {
  [K in keyof I]: I[K] extends ChunkedArray<infer E> ? NdArray<E> : never;
};

/** [1] Most chunks that are written at a time. */
const SLOTS = 4;

/**
 * Applies a function of elements to arrays, block by block: `fn` fills `out`, a part of the output, from the same parts
 * of the inputs, which are broadcast by NumPy's rules. Blocks are whole chunks of the output, so many that chunks of the
 * inputs are loaded as few times as the budget allows; so `fn` must treat each element by itself.
 *
 * @param inputs Arrays.
 * @param fn Called with the block of the output and those of the inputs; they are overwritten afterwards. Memory that it
 * takes itself is not part of the budget.
 * @param options Place, element type and chunks of the output, unit, budget, progress.
 * @returns The output, opened. On an error nothing is left of it.
 * @throws {ShapeError} if the inputs do not broadcast, or the chunks do not fit.
 * @throws {DomainError} if the budget is too small; it names the least.
 * @example Temperature contrast
 * ```ts
 * import { fromData, subtract } from "@cosmesh/cosmesh/array";
 * import { inMemory, map } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using field = inMemory(fromData([1, 2, 3, 6], [2, 2], "float32"), { chunkShape: [1, 2] });
 * using means = inMemory(fromData([1.5, 4.5], [2, 1], "float32"));
 * using contrast = await map([field, means], (out, x, mean) => subtract(x, mean, { out }), { unit: "K" });
 * using last = await contrast.read(1);
 * console.log(last.data[0], last.data[1]); // -1.5 1.5
 * ```
 */
export async function map<const I extends readonly ChunkedArray[], D extends DType = DTypeOfFirst<I>>(
  inputs: I,
  fn: (out: NdArray<D>, ...blocks: BlocksOf<I>) => unknown,
  options: MapOptions<D> = {},
): Promise<ChunkedArray<D>> {
  if (inputs.length === 0) throw new DomainError('Cannot map: "inputs" must name an array, got []', "an array", "[]");
  const { out = toMemory(), budgetBytes = DEFAULT_BUDGET_BYTES, progress = () => {}, unit, attributes } = options;
  const shape = commonShape(inputs);
  const like = inputs.find((input) => String(input.shape) === String(shape));
  const chunkShape = options.chunkShape ?? like?.chunkShape.map((c, axis) => Math.min(c, Math.max(shape[axis], 1))) ??
    shape.map((n) => Math.max(n, 1));
  checkChunkShape("map", shape, chunkShape);
  const spec = { shape, chunkShape, dtype: options.dtype ?? inputs[0].dtype as D, unit, attributes };
  const sources = inputs.map((input) => input.broadcastTo(shape).source);
  // Memory: a buffer to load into, the blocks, and chunks that are written.
  const loads = sources.map((source) => sideBytes(source.dtype, source));
  const block = product(chunkShape) * [...sources, spec].reduce((sum, { dtype }) => sum + itemSize(dtype), 0);
  const stored = sideBytes(spec.dtype, out.needs(spec));
  checkBudget("map", budgetBytes, Math.max(...loads) + block + stored);
  const room = budgetBytes - Math.max(...loads);
  const slots = Math.max(1, Math.min(SLOTS, stored === 0 ? 1 : Math.floor((room - block) / stored)));
  const { multiple } = chooseBlock(
    regularEdges(shape, chunkShape),
    sources.map(({ edges }, i) => ({ edges, cost: loads[i] > 0 ? loads[i] + CHUNK_COST : 0 })),
    Math.floor((room - slots * stored) / block),
  );

  const sink = await out.create<D>(spec);
  const all = product(counts(sink.edges));
  let done = 0;
  const count = () => progress(++done, all);
  const held: TypedArray[] = [];
  let writer: Writer | undefined;
  try {
    const bytes = (length: number) => {
      const buffer = allocate(Uint8Array, length, "a block", { zero: false });
      held.push(buffer);
      return buffer;
    };
    const most = Math.min(product(multiple) * product(chunkShape), product(shape));
    const buffers = [spec, ...sources].map(({ dtype }) => bytes(most * itemSize(dtype)));
    const loading = bytes(Math.max(...sources.map(({ dtype, bufferLength }) => bufferLength * itemSize(dtype))));
    writer = new Writer(sink, slots, count);
    for (const { box, first, end } of blocksOf(sink.edges, multiple)) {
      const result = arrayOver(buffers[0], box.count, spec.dtype);
      const blocks: NdArray[] = [];
      for (const [i, source] of sources.entries()) blocks.push(await gather(source, box, buffers[i + 1], loading));
      await fn(result, ...blocks as unknown as BlocksOf<I>);
      for (const chunk of indices(first, end)) {
        const to = await target(sink, writer, chunk);
        assign(to.view, part(viewOver(result.data, box.count, spec.dtype), box, to.box));
        if (to.buffer) writer.store(chunk, to.buffer);
        else count();
      }
    }
    await writer.flush();
    return await sink.finish();
  } catch (error) {
    await writer?.end();
    writer = undefined;
    await sink.discard();
    throw error;
  } finally {
    await writer?.end();
    held.forEach(release);
  }
}

/** Element type of the first input. */
export type DTypeOfFirst<I extends readonly ChunkedArray[]> = I[0] extends ChunkedArray<infer E> ? E : DType;

/** The shape to which all inputs are broadcast. */
function commonShape(inputs: readonly ChunkedArray[]): number[] {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = inputs.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    return lengths.find((n) => n !== 1) ?? 1;
  });
}

function typed<D extends DType>(bytes: TypedArray, length: number, dtype: D): NdArray<D>["data"] {
  return new (constructorOf(dtype))(bytes.buffer, bytes.byteOffset, length) as NdArray<D>["data"];
}

function arrayOver<D extends DType>(bytes: TypedArray, shape: readonly number[], dtype: D): NdArray<D> {
  return new NdArray(typed(bytes, product(shape) * numbersOf(dtype), dtype), shape, dtype);
}

/** Reads a box of a source into a block. */
async function gather(source: ChunkSource, box: Box, bytes: TypedArray, loading: TypedArray): Promise<NdArray> {
  const block = arrayOver(bytes, box.count, source.dtype);
  const to = viewOver(block.data, box.count, source.dtype);
  const buffer = typed(loading, source.bufferLength, source.dtype);
  const { first, end } = chunksOf(source.edges, box);
  for (const chunk of indices(first, end)) {
    const place = boxOf(source.edges, chunk);
    const shared = overlap(place, box);
    const view: View = await source.load(chunk, buffer);
    assign(part(to, box, shared), part(view, place, shared));
  }
  return block;
}
