import { type DType, itemSize } from "../array/mod.ts";
import { checkInteger, DomainError } from "../base/mod.ts";
import { type Block, chooseBlock } from "./_block.ts";
import { numbersOf } from "./_buffers.ts";
import { checkChunkShape, type Edges, product, regularEdges } from "./_grid.ts";
import type { ChunkedArray } from "./chunked_array.ts";
import { toMemory } from "./memory.ts";
import type { Destination } from "./source.ts";

/** [byte] Memory that operations use unless another budget is given. */
export const DEFAULT_BUDGET_BYTES = 2 ** 28;

/** What handling one chunk costs beside its bytes, in bytes that could be moved in that time. */
export const CHUNK_COST = 1 << 16;

/** One end of a copy: its chunks, and the memory that one of them needs. */
export interface Side {
  /** Boundaries of the chunks. */
  edges: Edges;
  /** [byte] Buffer of a chunk and what its store needs beside it; 0 for arrays in memory. */
  bytes: number;
}

/** One pass over all chunks. */
export interface Pass {
  /** The blocks, in chunks of the output. */
  block: Block;
  /** Chunks that are loaded at a time. */
  depth: number;
  /** Buffers for chunks of the output. */
  slots: number;
  /** [byte] Memory at the most. */
  peakBytes: number;
}

/** How an array is going to be copied: see `planRechunk`. */
export interface CopyPlan {
  /** Lengths of the blocks of the last pass: so much of the output is put together at a time. */
  readonly blockShape: readonly number[];
  /** Lengths of the chunks in between, if the copy takes two passes. */
  readonly betweenShape?: readonly number[];
  /** [byte] Bytes read, over all passes. */
  readonly bytesRead: number;
  /** [byte] Bytes written, over all passes. */
  readonly bytesWritten: number;
  /** [byte] Memory for chunks at the most; not more than the budget. */
  readonly peakBytes: number;
  /** [1] Passes over the elements: 1, or 2 with an array in between. */
  readonly passes: number;
}

/** A plan with what it takes to carry it out. */
export interface DetailedPlan extends Omit<CopyPlan, "passes"> {
  /** The passes. */
  readonly passes: readonly Pass[];
}

/** Options of plans. */
export interface PlanOptions {
  /** Place for the output; it tells what memory its chunks need. Default: memory. */
  out?: Destination;
  /** [byte] Most memory for chunks. Default: 256 MiB. */
  budgetBytes?: number;
}

/** Checks a budget; the error names the least one. */
export function checkBudget(operation: string, budgetBytes: number, leastBytes: number): void {
  checkInteger(budgetBytes, "budgetBytes", 1);
  if (budgetBytes >= leastBytes) return;
  throw new DomainError(
    `Cannot ${operation}: "budgetBytes" must be at least ${leastBytes}, as chunks are handled whole, got ${budgetBytes}; ` +
      "allow more, or use smaller chunks",
    `at least ${leastBytes}`,
    String(budgetBytes),
  );
}

/** [byte] Memory for a chunk of a source or a sink. */
export function sideBytes(
  dtype: DType,
  { bufferLength, extraBytes }: { bufferLength: number; extraBytes: number },
): number {
  return bufferLength * itemSize(dtype) / numbersOf(dtype) + extraBytes;
}

/** The cheapest pass within the budget, which must be enough for one chunk of each. */
function planPass(from: Side, to: Side, budget: number): Pass {
  const input = { edges: from.edges, cost: from.bytes > 0 ? from.bytes + CHUNK_COST : 0 };
  if (to.bytes === 0) {
    const depth = from.bytes > 0 ? Math.min(4, Math.floor(budget / from.bytes)) : 1;
    const block = chooseBlock(to.edges, [input], Infinity);
    return { block, depth, slots: 1, peakBytes: depth * from.bytes };
  }
  const room = (depth: number) => Math.floor((budget - depth * from.bytes) / to.bytes);
  // Half of the room for a block, so that the one before it is written at the same time; all of it if that saves loads.
  const depths = [3, 2, 1].filter((depth) => room(depth) >= 1);
  const blocks = [
    ...depths.map((depth) => ({ depth, most: Math.floor(room(depth) / 2) })),
    ...depths.map((depth) => ({ depth, most: room(depth) })),
  ].filter(({ most }) => most >= 1).map(({ depth, most }) => ({ depth, block: chooseBlock(to.edges, [input], most) }));
  const { depth, block } = blocks.reduce((best, next) => next.block.cost < best.block.cost ? next : best);
  // Chunks of the block before are written while a block is filled.
  const filled = product(block.multiple);
  const slots = Math.min(room(depth), filled + Math.max(4, filled >> 1));
  return { block, depth, slots, peakBytes: depth * from.bytes + slots * to.bytes };
}

/** Grows chunks to blocks of at most `bytes`: axis by axis in `order`, by whole chunks, not beyond `limits`. */
function grow(
  chunk: readonly number[],
  limits: readonly number[],
  item: number,
  bytes: number,
  order: readonly number[],
): number[] {
  const grown = [...chunk];
  for (const axis of order) {
    const most = Math.max(1, Math.floor(bytes / (product(grown) * item)));
    const wanted = Math.ceil(limits[axis] / chunk[axis]);
    // Powers of two, as their edges fall on each other.
    grown[axis] *= wanted <= most ? Math.max(1, wanted) : 2 ** Math.floor(Math.log2(most));
  }
  return grown;
}

/** Chunks for an array in between, by the algorithm of the Python package rechunker: what both passes have in common. */
function between(
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
  item: number,
  budget: number,
): number[][] {
  const forward = shape.map((_, axis) => axis);
  return [forward, [...forward].reverse()].flatMap((order) =>
    [2, 3, 4, 8].map((part) => {
      const written = grow(to, shape, item, budget / part, order);
      const read = grow(from, written, item, budget / part, order);
      return shape.map((n, axis) => Math.min(n, read[axis], written[axis]));
    })
  );
}

/** Plans a copy of `array` to chunks of another shape; `operation` starts messages. */
export function planCopy(
  operation: string,
  array: ChunkedArray,
  chunkShape: readonly number[],
  { out = toMemory(), budgetBytes = DEFAULT_BUDGET_BYTES }: PlanOptions,
): DetailedPlan {
  const { shape, dtype, source } = array;
  checkChunkShape(operation, shape, chunkShape);
  const item = itemSize(dtype);
  const total = product(shape) * item;
  const from = { edges: source.edges, bytes: sideBytes(dtype, source) };
  const to = {
    edges: regularEdges(shape, chunkShape),
    bytes: sideBytes(dtype, out.needs({ shape, chunkShape, dtype })),
  };
  checkBudget(operation, budgetBytes, from.bytes + to.bytes);
  const loaded = ({ block: { loads } }: Pass, side: Side) => loads[0] * side.bytes;
  const direct = planPass(from, to, budgetBytes);
  let cost = direct.block.cost;
  let plan: DetailedPlan = {
    blockShape: blockShape(direct, shape, chunkShape),
    bytesRead: loaded(direct, from),
    bytesWritten: total,
    peakBytes: direct.peakBytes,
    passes: [direct],
  };
  // A second pass reads and writes everything once more; the first one alone cannot cost less than reading once.
  if (direct.block.cost < 3 * total) return plan;
  for (const chunks of between(shape, source.chunkShape, chunkShape, item, budgetBytes)) {
    const middle = { edges: regularEdges(shape, chunks), bytes: product(chunks) * item };
    if (Math.max(from.bytes, to.bytes) + middle.bytes > budgetBytes) continue;
    const passes = [planPass(from, middle, budgetBytes), planPass(middle, to, budgetBytes)];
    const stored = total + product(middle.edges.map((e) => e.length - 1)) * CHUNK_COST;
    const twice = passes[0].block.cost + stored + passes[1].block.cost;
    if (twice >= cost) continue;
    cost = twice;
    plan = {
      blockShape: blockShape(passes[1], shape, chunkShape),
      betweenShape: chunks,
      bytesRead: loaded(passes[0], from) + loaded(passes[1], middle),
      bytesWritten: 2 * total,
      peakBytes: Math.max(...passes.map((pass) => pass.peakBytes)),
      passes,
    };
  }
  return plan;
}

function blockShape({ block }: Pass, shape: readonly number[], chunkShape: readonly number[]): number[] {
  return chunkShape.map((c, axis) => Math.min(c * block.multiple[axis], shape[axis]));
}

/**
 * How `rechunk` would copy an array with the same arguments: passes, bytes and memory. For `transpose` plan with
 * `array.permuteAxes(axes)`.
 *
 * The output is put together in blocks of whole chunks. The block is chosen such that, within the budget, chunks of the
 * input are loaded as few times as possible: once each if the edges of blocks fall on theirs. Where that does not fit,
 * and two passes move fewer bytes, an array with chunks in between is stored for a while (the algorithm of the Python
 * package rechunker).
 *
 * @param array Array to copy.
 * @param chunkShape [1] Lengths of the chunks of the output.
 * @param options Place and budget.
 * @throws {ShapeError} if the chunks do not fit the array.
 * @throws {DomainError} if the budget is too small for one chunk of the input and one of the output; it names the least.
 * @example
 * ```ts
 * import { inMemory, planRechunk, toZarr } from "@cosmesh/cosmesh/chunked";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using rows = inMemory(zeros([64, 64], "float32"), { chunkShape: [1, 64] });
 * const plan = planRechunk(rows, [64, 1], { out: toZarr("columns.zarr"), budgetBytes: 8192 });
 * console.log(plan.peakBytes <= 8192); // true
 * ```
 */
export function planRechunk(array: ChunkedArray, chunkShape: readonly number[], options: PlanOptions = {}): CopyPlan {
  const { passes, ...plan } = planCopy("rechunk", array, chunkShape, options);
  return { ...plan, passes: passes.length };
}
