import { assign, type DType, empty, itemSize, NdArray, viewOf } from "../array/mod.ts";
import { checkFinite, checkOneOf, DomainError, DtypeError } from "../base/mod.ts";
import { buffer, numbersOf, part, release, viewOver } from "./_buffers.ts";
import { type Box, boxOf, counts, indices, product } from "./_grid.ts";
import { Joined } from "./_joined.ts";
import { loadAll } from "./_stream.ts";
import type { ChunkedArray } from "./chunked_array.ts";
import { checkBudget, DEFAULT_BUDGET_BYTES, sideBytes } from "./plan.ts";
import type { ChunkProgress } from "./rechunk.ts";

/** What `reduce` finds. */
export type ReductionName = "sum" | "mean" | "variance" | "std" | "min" | "max";

/** Options of `reduce`. */
export interface ReduceOptions {
  /** [1] Axis or axes that vanish; negative ones count from the end. Default: all. */
  axis?: number | readonly number[];
  /** [1] For `variance` and `std`: squares are divided by the number of elements less this. Default: 0. */
  ddof?: number;
  /** [byte] Most memory for chunks and for results in progress; the result itself is beside it. Default: 256 MiB. */
  budgetBytes?: number;
  /** Called after each chunk. */
  progress?: ChunkProgress;
}

/**
 * Sum, mean, variance, standard deviation, minimum or maximum of all elements, or over axes, in float64.
 *
 * Each chunk is reduced by itself, in an order that depends on its shape alone, and the chunks are joined in the order of
 * their indices: sums with the error of each addition carried along (Neumaier 1974), variances by the formula of Chan,
 * Golub and LeVeque (1983). So the bits of the result depend on the elements and on the shape of the chunks, but not on
 * threads, budget, or the kind of store. Minimum and maximum are NaN if an element is.
 *
 * @param array Array of real numbers.
 * @param name What to find.
 * @param options Axes, `ddof`, budget, progress.
 * @returns A number, or an array of the remaining axes if `axis` is given. The mean of nothing is NaN.
 * @throws {DomainError} for an axis that is not there, the minimum of nothing, or a budget that is too small; it names
 * the least. {DtypeError} for complex numbers.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { inMemory, reduce } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using table = inMemory(fromData([1, 2, 3, 4, 5, 6], [2, 3], "float32"), { chunkShape: [1, 2] });
 * console.log(await reduce(table, "mean")); // 3.5
 * using sums = await reduce(table, "sum", { axis: 0 });
 * console.log(sums.data[2]); // 9
 * ```
 */
export function reduce(
  array: ChunkedArray,
  name: ReductionName,
  options: ReduceOptions & { axis: number | readonly number[] },
): Promise<NdArray<"float64">>;
/** As above, over all axes. */
export function reduce(array: ChunkedArray, name: ReductionName, options?: ReduceOptions): Promise<number>;
export async function reduce(
  array: ChunkedArray,
  name: ReductionName,
  options: ReduceOptions = {},
): Promise<number | NdArray<"float64">> {
  const { axis, ddof = 0, budgetBytes = DEFAULT_BUDGET_BYTES, progress = () => {} } = options;
  checkOneOf(name, "name", ["sum", "mean", "variance", "std", "min", "max"]);
  checkFinite(ddof, "ddof");
  const { source, shape, dtype } = array;
  if (numbersOf(dtype) === 2) {
    throw new DtypeError(`Cannot reduce: the elements must be real numbers, got ${dtype}`, "real numbers", dtype);
  }
  const gone = axesOf(axis, shape.length);
  const kept = shape.map((_, i) => i).filter((i) => !gone.includes(i));
  const each = product(gone.map((i) => shape[i]));
  const lengths = kept.map((i) => shape[i]);
  if (each === 0 && product(lengths) > 0 && (name === "min" || name === "max")) {
    const got = `shape [${shape.join(", ")}]`;
    throw new DomainError(`Cannot reduce: there must be an element to take, got ${got}`, "an element", got);
  }

  // A chunk as it is loaded, the same one contiguous, and its results: those of the chunk, and three arrays to join them.
  const loaded = sideBytes(dtype, source);
  const fixed = product(source.chunkShape) * itemSize(dtype) + 4 * 8 * product(kept.map((i) => source.chunkShape[i]));
  checkBudget("reduce", budgetBytes, loaded + fixed);
  const depth = loaded === 0 ? 1 : Math.min(3, Math.floor((budgetBytes - fixed) / loaded));

  const grid = counts(source.edges);
  const columns = () => indices(kept.map(() => 0), kept.map((i) => grid[i]));
  const chunksOf = function* (column: readonly number[]) {
    for (const along of indices(gone.map(() => 0), gone.map((i) => grid[i]))) {
      yield grid.map((_, i) => gone.includes(i) ? along[gone.indexOf(i)] : column[kept.indexOf(i)]);
    }
  };
  const wanted = function* () {
    for (const column of columns()) yield* chunksOf(column);
  };

  const result = empty(lengths, "float64");
  const whole: Box = { offset: lengths.map(() => 0), count: lengths };
  const loads = loadAll(source, wanted(), depth);
  const contiguous = buffer(dtype, product(source.chunkShape));
  const all = product(grid);
  let done = 0;
  try {
    for (const column of columns()) {
      const box = boxOf(kept.map((i) => source.edges[i]), column);
      const joined = new Joined(name, product(box.count));
      for (const chunk of chunksOf(column)) {
        const { value: view } = await loads.next();
        const { count } = boxOf(source.edges, chunk);
        const block = new NdArray<DType>(contiguous.subarray(0, product(count)) as Float64Array, count, dtype);
        assign(viewOf(block), view!);
        joined.take(block, gone);
        progress(++done, all);
      }
      const values = viewOver(joined.finish(each, ddof), box.count, "float64");
      assign(part(viewOf(result), whole, box), values);
    }
  } catch (error) {
    result.dispose();
    throw error;
  } finally {
    await loads.return(undefined);
    release(contiguous);
  }
  if (axis === undefined) {
    using scalar = result;
    return scalar.data[0];
  }
  return result;
}

/** Axes that vanish, in rising order. */
function axesOf(axis: number | readonly number[] | undefined, rank: number): number[] {
  const every = Array.from({ length: rank }, (_, i) => i);
  const given = axis === undefined ? every : typeof axis === "number" ? [axis] : axis;
  const axes = given.map((a) => a < 0 ? a + rank : a);
  if (axes.some((a) => !every.includes(a)) || new Set(axes).size !== axes.length) {
    const [rule, got] = [`different whole numbers from ${-rank} to ${rank - 1}`, `[${given.join(", ")}]`];
    throw new DomainError(`Cannot reduce: "axis" must have ${rule}, got ${got}`, rule, got);
  }
  return every.filter((i) => axes.includes(i));
}
