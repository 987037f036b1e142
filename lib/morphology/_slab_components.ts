import { type Comm, together } from "../mpi/mod.ts";
import type { SlabCells } from "./_kernel.ts";

/** Regions of marked cells, as a rank knows them. */
export interface SlabRegions {
  /** Components of the whole mesh, those below the size limit, and cells of the largest. */
  readonly components: number;
  readonly small: number;
  readonly largest: number;
  /** Large components whose first cell is on this rank, which are its regions 1, 2, ... in the order of these cells. */
  readonly own: number;
  /** Component of each of them, by which ranks speak of it. */
  readonly ids: Float64Array;
  /** For each of them, and for region 0 of all small ones, 1 if all its cells are on this rank. */
  readonly whole: Uint8Array;
  /** Region on this rank of a component, -1 if it has no cell of it. */
  regionOf(id: number): number;
}

/** Sets of components that are one across faces. */
class Sets {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
  }

  root(i: number): number {
    const parents = this.#parents;
    while (parents[i] !== i) i = parents[i] = parents[parents[i]];
    return i;
  }

  /** The lowest becomes the root. */
  join(a: number, b: number): void {
    const [p, q] = [this.root(a), this.root(b)];
    this.#parents[Math.max(p, q)] = Math.min(p, q);
  }
}

/**
 * Merges the components of all ranks that touch across faces, and sorts this rank's into regions. A component is known by
 * the number of its first part, counted over the ranks in their order; as parts are numbered by their first cells, that
 * is the order of components on one rank.
 *
 * @param active Ranks that have planes, which are the first ones.
 */
export function mergeComponents(comm: Comm, cells: SlabCells | undefined, active: number, limit: number): SlabRegions {
  const { rank, size } = comm;
  const isActive = cells !== undefined;
  const counts = comm.allgather(Float64Array.of(cells?.components ?? 0));
  const bases = new Float64Array(size + 1);
  counts.forEach((count, r) => bases[r + 1] = bases[r] + count);
  const base = bases[rank];

  // The last plane of each rank is the one below the first plane of the next.
  const goes = isActive && active > 1;
  const face = together(comm, () => goes ? cells.lastFace() : new Uint32Array());
  const to = new Array<number>(size).fill(0);
  if (goes) to[(rank + 1) % active] = face.length;
  const below = comm.alltoallv(face, to);
  const local = together(comm, () => goes ? cells.pairs(below) : new Uint32Array());
  const other = bases[(rank + active - 1) % active];
  const pairs = comm.allgatherv(Float64Array.from(local, (label, i) => (i % 2 === 0 ? other : base) + label - 1));

  // Components that are in pairs, the same list on all ranks, and how many cells they have together.
  const touching = [...new Set(pairs)].sort((a, b) => a - b);
  const places = new Map(touching.map((id, i) => [id, i]));
  const sets = new Sets(touching.length);
  for (let i = 0; i < pairs.length; i += 2) sets.join(places.get(pairs[i])!, places.get(pairs[i + 1])!);
  const sizes = together(comm, () => isActive ? cells.sizes() : new Uint32Array());
  const parts = new Float64Array(touching.length);
  touching.forEach((id, i) => {
    if (id >= base && id < base + sizes.length) parts[i] = sizes[id - base];
  });
  const totals = new Float64Array(touching.length);
  comm.allreduce(parts).forEach((part, i) => totals[sets.root(i)] += part);

  const merged = touching.flatMap((id, i) => sets.root(i) === i ? [{ id, size: totals[i] }] : []);
  let [small, largest] = [merged.filter(({ size }) => size < limit).length, 0];
  merged.forEach(({ size }) => largest = Math.max(largest, size));
  let ownSmall = 0;
  // Region 0 holds the small ones; then come those that begin here, then what others have here.
  const [place, regions] = [new Uint32Array(sizes.length), new Map<number, number>()];
  const [ids, whole, foreign]: [number[], number[], number[]] = [[0], [Number(active === 1)], []];
  const rootOf = (label: number): [id: number, size: number, alone: boolean] => {
    const at = places.get(base + label);
    if (at === undefined) return [base + label, sizes[label], true];
    const root = sets.root(at);
    return [touching[root], totals[root], false];
  };
  for (let label = 0; label < sizes.length; label++) {
    const [id, size, alone] = rootOf(label);
    if (alone && size < limit) ownSmall++;
    if (alone) largest = Math.max(largest, size);
    if (size < limit || regions.has(id)) continue;
    if (id < base) foreign.push(id);
    else {
      ids.push(id);
      whole.push(Number(alone));
    }
    regions.set(id, -1);
  }
  [...ids, ...foreign].forEach((id, region) => region > 0 && regions.set(id, region));
  for (let label = 0; label < sizes.length; label++) {
    const [id, size] = rootOf(label);
    place[label] = size < limit ? 0 : regions.get(id)!;
  }
  together(comm, () => cells?.group(place, ids.length + foreign.length));
  small += comm.allreduce(Float64Array.of(ownSmall))[0];
  return {
    components: bases[size] - touching.length + merged.length,
    small,
    largest: comm.allreduce(Float64Array.of(largest), "max")[0],
    own: ids.length - 1,
    ids: Float64Array.from(ids),
    whole: Uint8Array.from(whole),
    regionOf: (id) => regions.get(id) ?? -1,
  };
}
