import { together } from "../mpi/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { DomainError } from "../base/mod.ts";

/** Adding it to a number leaves the nearest whole one, half to even, as kernels do it. */
const WHOLE = 1.5 * 2 ** 52;

/** Halos at nodes, as `MeshHalos.atNodes` takes them: pairs x 2^16 + y and bin 2^s + z, without those not painted. */
export function nodesOf(
  positions: Float32Array | Float64Array,
  bin: Int32Array,
  n: number,
  boxSize: number,
  bins: number,
): Uint32Array {
  const shift = 32 - Math.clz32(n - 1);
  if (bins * 2 ** shift > 2 ** 32) {
    const rule = `at most ${2 ** (32 - shift)} bins on a mesh of ${n}^3 cells`;
    throw new DomainError(`Cannot place halos: there may be ${rule}, got ${bins}`, rule, String(bins));
  }
  let painted = 0;
  for (let h = 0; h < bin.length; h++) if (bin[h] >= 0) painted++;
  const nodes = new Uint32Array(2 * painted);
  const node = (at: number) => {
    const i = positions[at] * n / boxSize + WHOLE - WHOLE;
    return i >= 0 && i < n ? i : i - Math.floor(i / n) * n;
  };
  for (let h = 0, at = 0; h < bin.length; h++) {
    if (bin[h] < 0) continue;
    nodes[at++] = node(3 * h) * 65536 + node(3 * h + 1);
    nodes[at++] = bin[h] * 2 ** shift + node(3 * h + 2);
  }
  return nodes;
}

/** Slabs of a mesh: planes of each rank, and the rank of each plane. */
export interface Slabs {
  readonly planes: readonly { readonly start: number; readonly length: number }[];
  readonly owner: Uint32Array;
}

/**
 * Brings halos at nodes to the rank of their plane, and to those whose planes their bubbles reach into. They arrive in the
 * order of the ranks they come from, and of each in their order there. Collective.
 *
 * @param reaches [cell] How far the bubbles of each bin reach along an axis.
 */
export function routeHalos(comm: Comm, nodes: Uint32Array, n: number, slabs: Slabs, reaches: Int32Array): Uint32Array {
  const { leaving, counts } = together(comm, () => {
    const counts = new Array<number>(comm.size).fill(0);
    eachTarget(nodes, n, slabs, reaches, (rank) => counts[rank] += 2);
    const leaving = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
    let start = 0;
    const next = counts.map((count) => (start += count) - count);
    eachTarget(nodes, n, slabs, reaches, (rank, at) => {
      leaving[next[rank]++] = nodes[at];
      leaving[next[rank]++] = nodes[at + 1];
    });
    return { leaving, counts };
  });
  return comm.alltoallv(leaving, counts);
}

/** Calls `visit` with each rank that needs a halo, and the place of the halo. */
function eachTarget(
  nodes: Uint32Array,
  n: number,
  { planes, owner }: Slabs,
  reaches: Int32Array,
  visit: (rank: number, at: number) => void,
): void {
  const shift = 32 - Math.clz32(n - 1);
  const active = planes.filter(({ length }) => length > 0).length;
  for (let at = 0; at < nodes.length; at += 2) {
    const x = nodes[at] >>> 16;
    const reach = Math.max(0, reaches[nodes[at + 1] >>> shift]);
    const first = owner[(x - reach + n) % n];
    const last = owner[(x + reach) % n];
    // Once around, if it ends in the slab where it begins and is longer than that.
    const all = 2 * reach + 1 >= n || (first === last && 2 * reach + 1 > planes[first].length);
    const count = all ? active : (last - first + active) % active + 1;
    for (let i = 0; i < count; i++) visit((first + i) % active, at);
  }
}
