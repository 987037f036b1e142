import { empty } from "../array/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { Decomposition, redistribute } from "../decomposition/mod.ts";
import { bounds, type SlabCells } from "./_kernel.ts";

/** Excess that is left where it is. */
const NEGLIGIBLE = 1e-8;
/** Numbers of the room of shells that a rank keeps at once. */
const ROOMS = 1 << 22;

/** Planes of each rank. */
export type Planes = readonly { readonly start: number; readonly length: number }[];

/** What is known of a region's filling before it is done by all ranks. */
export interface Begun {
  /** Its excess, if that was taken already. */
  readonly excess: number;
  /** Bound to begin with, 0 if the excess was not taken. */
  readonly bound: number;
}

/** Part of a region's box: places along its first axis that a rank has. */
interface Part {
  readonly rank: number;
  /** Number among the parts of that rank. */
  readonly index: number;
  readonly from: number;
}

/** Parts of a box of `len` planes from `lo` on, in the order of its planes. */
function partsOf(planes: Planes, n: number, lo: number, len: number): Part[] {
  const parts = planes.flatMap(({ start, length }, rank) =>
    [lo, lo - n].map((low) => ({
      rank,
      from: Math.max(start, low) - low,
      to: Math.min(start + length, low + len) - low,
    })).filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
      .map(({ rank, from }, index) => ({ rank, from, index }))
  );
  return parts.sort((a, b) => a.from - b.from);
}

/**
 * Spreads the excess of a region by all ranks together. Sums go from rank to rank in the order of planes, so that they are
 * those of one rank.
 *
 * @param region The region on this rank, -1 if it has no cell of it.
 * @returns [cell] What was moved.
 */
export function spreadTogether(
  comm: Comm,
  cells: SlabCells | undefined,
  planes: Planes,
  n: number,
  region: number,
  begun: Begun,
): number {
  // Excesses are whole numbers of 2^-24 cells, so that their sum is exact below 2^29 cells, whatever its order.
  const part = attempt(() => cells?.take(region, begun.bound === 0) ?? new Float64Array(3 + 3 * n));
  const own = new Float64Array(4 + 3 * n);
  if (part.value) own.set(part.value);
  own[3 + 3 * n] = part.error ? 1 : 0;
  const sums = comm.allreduce(own);
  if (sums[3 + 3 * n] > 0) comm.agree(part.error);
  const [taken, size, runs] = sums;
  const excess = begun.bound === 0 ? taken : begun.excess;
  if (!(excess > NEGLIGIBLE)) return 0;
  const places = sums.subarray(3, 3 + 3 * n);
  const [reach, far] = [bounds.farthest(n), bounds.far()];
  const active = planes.filter(({ length }) => length > 0).length;
  for (let bound = begun.bound || bounds.first(size, runs, excess);; bound = bounds.next(bound)) {
    const isFar = bound > far;
    const own = cells?.choose(places, bound);
    const box = active < comm.size ? comm.bcast(Float64Array.of(own?.lo ?? 0, own?.len ?? 0)) : undefined;
    const parts = partsOf(planes, n, box?.[0] ?? own!.lo, box?.[1] ?? own!.len);
    const limit = isFar ? reach : Math.min(bound * bound, reach);
    if (isFar) findFar(comm, cells, n, region);
    const near = isFar ? undefined : nearRuns(comm, cells, planes, n, region, bound, parts);
    const placed = fillShells(
      comm,
      cells,
      planes,
      parts,
      { limit, reach, excess },
      () => near && cells?.near(near, bound),
    );
    if (placed !== undefined) return placed;
  }
}

/** What a function returns or throws. */
function attempt<T>(run: () => T): { value?: T; error?: Error } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Runs of the region within a bound of this rank's part of the box, undefined if it has none. */
function nearRuns(
  comm: Comm,
  cells: SlabCells | undefined,
  planes: Planes,
  n: number,
  region: number,
  bound: number,
  parts: readonly Part[],
): Uint32Array | undefined {
  const ranks = new Set(parts.map(({ rank }) => rank));
  const lists = planes.map(({ start, length }, rank) => {
    if (!cells || region < 0 || !ranks.has(rank)) return new Uint32Array();
    const whole = length + 2 * bound >= n;
    return cells.runs(region, whole ? 0 : (start + n - bound) % n, whole ? n : length + 2 * bound);
  });
  const counts = lists.map((list) => list.length);
  const leaving = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const list of lists) {
    leaving.set(list, at);
    at += list.length;
  }
  const near = comm.alltoallv(leaving, counts);
  return ranks.has(comm.rank) ? near : undefined;
}

/** Distances on the whole mesh: along z and y where planes are, along x where rows are. */
function findFar(comm: Comm, cells: SlabCells | undefined, n: number, region: number): void {
  const [slabs, rows] = [[comm.size, 1, 1], [1, comm.size, 1]].map((grid) => new Decomposition([n, n, n], grid));
  using held = new DisposableStack();
  const [own, turned] = together(comm, () => {
    const arrays = [slabs, rows].map((d) => held.use(empty(d.box(comm.rank).shape, "uint32")));
    cells?.farPlanes(region, arrays[0].data);
    return arrays;
  });
  redistribute(comm, own, slabs, turned, rows);
  together(comm, () => cells?.farRows(turned.data));
  redistribute(comm, turned, rows, own, slabs);
  turned.dispose();
  together(comm, () => cells?.far(own.data));
}

/**
 * Fills shells up to the squared distance `limit`; gives what found room, undefined if it is not enough.
 *
 * @param prepare What is to be done on this rank before.
 */
function fillShells(
  comm: Comm,
  cells: SlabCells | undefined,
  planes: Planes,
  parts: readonly Part[],
  { limit, reach, excess }: { limit: number; reach: number; excess: number },
  prepare: () => void,
): number | undefined {
  // All shells at once where the room of all blocks of planes can be kept, which are at most as many as planes.
  const most = Math.max(1024, Math.floor(ROOMS / planes[0].length));
  let before = 0;
  for (let from = 0; from <= limit; from += most) {
    const to = Math.min(from + most, limit + 1);
    together(comm, () => {
      if (from === 0) prepare();
      if (parts.some(({ rank }) => rank === comm.rank)) cells?.prepare(from, to);
    });
    const total = sumRoom(comm, cells, parts, from, to);
    const last = parts[parts.length - 1].rank;
    const found = new Float64Array(4);
    if (total) {
      let d = from;
      while (d < to && !(before + total[d - from] >= excess)) before += total[d++ - from];
      found.set(d < to ? [1, d, (excess - before) / total[d - from], before] : [0, 0, 0, before]);
    }
    const [isFound, shell, share, sum] = comm.bcast(found, last);
    before = sum;
    if (isFound === 0) continue;
    cells?.fill(shell, share);
    return excess;
  }
  if (limit < reach) return;
  cells?.fill(reach, 1);
  return before;
}

/** Room of the shells `from..to`, on the rank of the last part; others get undefined. */
function sumRoom(
  comm: Comm,
  cells: SlabCells | undefined,
  parts: readonly Part[],
  from: number,
  to: number,
): Float64Array | undefined {
  const count = to - from;
  let sums = new Float64Array(2 * count);
  for (const [i, { rank, index }] of parts.entries()) {
    if (rank !== comm.rank) continue;
    if (i > 0 && parts[i - 1].rank !== rank) {
      sums = new Float64Array(2 * count);
      comm.recv(sums, parts[i - 1].rank);
    }
    cells!.addRoom(index, from, to, sums);
    if (i + 1 === parts.length) return sums.subarray(0, count).map((sum, d) => sum + sums[count + d]);
    if (parts[i + 1].rank !== rank) comm.send(sums, parts[i + 1].rank);
  }
}
