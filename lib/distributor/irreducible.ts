import type { DType, NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { copyNumbers } from "../mpi/mod.ts";
import { postReceives, postSends } from "./_chunks.ts";
import { checkRowCount, kindText, makeRows, rowRange, type Rows, rowsOf } from "./_rows.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Distributor, TaskSlice } from "./distributor.ts";
import { waitAll } from "../mpi/mod.ts";
import { MAX_TAG, type Request } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";

/** Tag of the messages. */
const TAG = MAX_TAG;

/** Options of the maps from irreducible points to all. */
export interface UnfoldOptions<D extends DType> {
  /**
   * Changes rows of the full zone in place, such as `orbitalTransform`; called once on each rank that has rows.
   *
   * @param rows Rows of this rank, `[point, ...]`.
   * @param slice Which points they are.
   */
  transform?: (rows: NdArray<D>, slice: TaskSlice) => void;
  /** [byte] The most that one message has; at least one row. Default: `limits.maxMessageBytes`. */
  limit?: number;
}

/**
 * Rows of all points of a Brillouin zone from those of its irreducible points, by way of rank 0, which holds all for a
 * while: gathered, copied to equivalent points, and dealt out. `exchangeIrreducibleToFull` gives the same without that.
 *
 * @param rows This rank's rows of irreducible points, `[point, ...]`; left as they are.
 * @param irreducible How irreducible points are divided among ranks.
 * @param full How all points are.
 * @param toIrreducible [1] Irreducible point of each point, the same list on all ranks.
 * @returns This rank's rows of all points, `[point, ...]`, to be disposed of.
 * @throws {ShapeError} on all ranks, if arguments of one do not suit.
 */
export function mapIrreducibleToFull<D extends DType>(
  rows: NdArray<D>,
  irreducible: Distributor,
  full: Distributor,
  toIrreducible: ArrayLike<number>,
  { transform, limit }: UnfoldOptions<D> = {},
): NdArray<D> {
  const { comm } = irreducible;
  agreeOn(comm, "map irreducible points to all", () => full.division, () => {
    checkMap(irreducible, full, toIrreducible);
  });
  using gathered = irreducible.gather(rows, { limit });
  using unfolded = together(comm, () => {
    if (!gathered) return;
    const all = takeRows(gathered, toIrreducible);
    return full.taskCount > 0 ? changed(all, { start: 0, stop: full.taskCount }, transform) : all;
  });
  return full.scatter(unfolded, { limit });
}

/**
 * As `mapIrreducibleToFull`, from rank to rank: each irreducible row travels once to each rank that needs it, and is
 * copied to equivalent points there, so that no rank ever holds more than its own points and what they are made from.
 *
 * @param rows This rank's rows of irreducible points, `[point, ...]`; left as they are.
 * @param irreducible How irreducible points are divided among ranks.
 * @param full How all points are.
 * @param toIrreducible [1] Irreducible point of each point; of it, only those of this rank's points are used.
 * @returns This rank's rows of all points, `[point, ...]`, to be disposed of.
 * @throws {ShapeError} on all ranks, if arguments of one do not suit.
 * @example Four points, of which two are equivalent
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { Distributor, exchangeIrreducibleToFull } from "@cosmesh/cosmesh/distributor";
 * await ready();
 * const [irreducible, full] = [new Distributor(3), new Distributor(4)];
 * const rows = fromData([...irreducible.myTasks], [irreducible.mySize, 1], "float64");
 * exchangeIrreducibleToFull(rows, irreducible, full, [0, 1, 1, 2]).data; // 0, 1, 1, 2
 * ```
 */
export function exchangeIrreducibleToFull<D extends DType>(
  rows: NdArray<D>,
  irreducible: Distributor,
  full: Distributor,
  toIrreducible: ArrayLike<number>,
  { transform, limit }: UnfoldOptions<D> = {},
): NdArray<D> {
  const { comm, slices, mySlice } = irreducible;
  const operation = "exchange rows";
  const checkOwn = () => {
    const own = rowsOf(rows, operation);
    checkRowCount(own, irreducible.mySize, operation, `the rows of rank ${comm.rank}`);
    return own;
  };
  const check = () => {
    checkMap(irreducible, full, toIrreducible);
    return checkOwn();
  };
  const own = agreeOn(
    comm,
    operation,
    () => `${kindText(checkOwn().kind)} of ${irreducible.division} for ${full.division}`,
    check,
  );

  const wanted = Int32Array.from({ length: full.mySize }, (_, i) => toIrreducible[full.mySlice.start + i]);
  const unique = Int32Array.from(new Set(wanted)).sort();
  // Slices lie one after another, so what comes from a rank is one part of the sorted list; an empty slice gives none.
  const incoming = slices.map(({ start, stop }) => ({
    start: firstFrom(unique, start),
    stop: firstFrom(unique, stop),
  }));
  const mine = incoming[comm.rank];
  const asked = askRows(comm, unique, incoming);

  using room = together(comm, () => makeRows(own.kind, unique.length) as NdArray<D>);
  using packed = together(comm, () => takeRows(rows, asked.points, mySlice.start));
  const [into, from] = [rowsOf(room, operation), rowsOf(packed, operation)];
  const requests: Request[] = [];
  incoming.forEach(({ start, stop }, rank) => {
    if (rank === comm.rank) return;
    requests.push(...postReceives(comm, rowRange(into, start, stop), rank, { limit, tag: TAG }));
  });
  asked.slices.forEach(({ start, stop }, rank) => {
    requests.push(...postSends(comm, rowRange(from, start, stop), rank, { limit, tag: TAG }));
  });
  copyRows(rowRange(into, mine.start, mine.stop), own, unique.subarray(mine.start, mine.stop), mySlice.start);
  waitAll(requests);
  return together(comm, () => {
    const result = takeRows(room, wanted.map((point) => firstFrom(unique, point)));
    return full.mySize > 0 ? changed(result, full.mySlice, transform) : result;
  });
}

/** Tells each rank which points are wanted of it; what is wanted of this rank, and by whom. Own points are left out. */
function askRows(comm: Comm, unique: Int32Array<ArrayBuffer>, parts: readonly TaskSlice[]) {
  if (comm.size === 1) return { points: new Int32Array(0), slices: [] };
  const counts = parts.map(({ start, stop }, rank) => rank === comm.rank ? 0 : stop - start);
  const { start, stop } = parts[comm.rank];
  const others = unique.filter((_, i) => i < start || i >= stop);
  const from = [...comm.alltoall(Float64Array.from(counts))];
  const points = comm.alltoallv(others, counts, { from });
  let at = 0;
  return { points, slices: from.map((count): TaskSlice => ({ start: at, stop: at += count })) };
}

/** Place of the first number of a sorted list that is not below a value. */
export function firstFrom(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Checks that points of one zone are mapped on those of the other, and that both are divided among the same ranks. */
export function checkMap(irreducible: Distributor, full: Distributor, toIrreducible: ArrayLike<number>): void {
  const operation = "map irreducible points to all";
  const shape = (holds: boolean, rule: string, expected: unknown, actual: unknown) => {
    if (!holds) {
      throw new ShapeError(`Cannot ${operation}: ${rule} ${expected}, got ${actual}`, `${expected}`, `${actual}`);
    }
  };
  const { taskCount, rankCount } = irreducible;
  shape(full.rankCount === rankCount, "both must be divided among as many ranks:", rankCount, full.rankCount);
  for (const { isComplete } of [irreducible, full]) {
    shape(isComplete, "ranks must have all points, one after another:", true, isComplete);
  }
  const { length } = toIrreducible;
  shape(length === full.taskCount, '"toIrreducible" must have the length', full.taskCount, length);
  for (let i = 0; i < length; i++) {
    if (checkInteger(toIrreducible[i], "toIrreducible") < taskCount) continue;
    const [rule, got] = [`points below ${taskCount}`, `${toIrreducible[i]} at ${i}`];
    throw new DomainError(`Cannot ${operation}: "toIrreducible" must have ${rule}, got ${got}`, rule, got);
  }
}

/** Copies the rows at `places`, counted from `first`. */
function copyRows(into: Rows, { numbers, width }: Rows, places: ArrayLike<number>, first = 0): void {
  for (let i = 0; i < places.length; i++) {
    const start = (places[i] - first) * width;
    copyNumbers(into.numbers.subarray(i * width, (i + 1) * width), numbers.subarray(start, start + width));
  }
}

/** The rows at `places`, counted from `first`, as a new array. */
export function takeRows<D extends DType>(array: NdArray<D>, places: ArrayLike<number>, first = 0): NdArray<D> {
  const rows = rowsOf(array, "take rows");
  const result = makeRows(rows.kind, places.length) as NdArray<D>;
  copyRows(rowsOf(result, "take rows"), rows, places, first);
  return result;
}

/** Rows after the transform, if there is one. */
function changed<D extends DType>(
  rows: NdArray<D>,
  slice: TaskSlice,
  transform: UnfoldOptions<D>["transform"],
): NdArray<D> {
  try {
    transform?.(rows, slice);
    return rows;
  } catch (error) {
    rows.dispose();
    throw error;
  }
}
