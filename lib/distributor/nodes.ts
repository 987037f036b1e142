import { constructorOf, type DataOf, type DType, itemSize, NdArray, sizeOf, zeros } from "../array/mod.ts";
import { checkInteger } from "../base/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { widthOf } from "./_rows.ts";
import type { Comm } from "../mpi/mod.ts";
import { shareOf } from "../decomposition/mod.ts";
import { together } from "../mpi/mod.ts";

/** Options of `nodeAwareSizes`. */
export interface NodeOptions {
  /** Name of this rank's machine. Default: `comm.host`. */
  host?: string;
}

/**
 * Lengths of the ranks' parts of an axis that is divided among machines first, in the order of their names, then among
 * the ranks of each: as even as can be, the longer parts first, both times. All ranks call it, and get the same.
 *
 * @param length [element] Length of the axis.
 * @returns [element] One length for each rank, such as `Distributor` takes as `sizes`.
 * @example
 * ```ts
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { nodeAwareSizes } from "@cosmesh/cosmesh/distributor";
 * nodeAwareSizes(selfComm(), 7); // [7]; [3, 2, 2] on three ranks of one machine
 * ```
 */
export function nodeAwareSizes(comm: Comm, length: number, { host }: NodeOptions = {}): number[] {
  if (comm.size === 1) return [checkInteger(length, "length")];
  agreeOn(comm, "divide an axis among nodes", () => `a length of ${checkInteger(length, "length")}`, () => {});
  const nodes = groups(comm.allgatherObject((host ?? comm.host).trim()) as string[]);
  const sizes = new Array<number>(comm.size).fill(0);
  nodes.forEach((ranks, node) => {
    const part = shareOf(length, nodes.length, node).length;
    ranks.forEach((rank, i) => sizes[rank] = shareOf(part, ranks.length, i).length);
  });
  return sizes;
}

/** Ranks of equal names, in the order of names. */
function groups(names: readonly string[]): number[][] {
  const ranks = new Map<string, number[]>();
  names.forEach((name, rank) => ranks.set(name, [...ranks.get(name) ?? [], rank]));
  return [...ranks].sort(([a], [b]) => a < b ? -1 : 1).map(([, members]) => members);
}

/** An array that the ranks of a node have in common. */
export interface NodeSharedArray<D extends DType = DType> {
  /** The array, the same memory on all ranks; it must not be used after `free`. */
  readonly array: NdArray<D>;
  /** Waits for all ranks of the node; what they wrote before is seen by all after. */
  sync(): void;
  /** Gives the memory back; all ranks of the node call it. */
  free(): void;
}

/**
 * An array that is computed once on each machine, in memory that its ranks have in common: large tables that all read.
 * The node of one rank has an array of its own in the kernels' memory; shared memory lies outside of it, so kernels copy
 * what they are given of it.
 *
 * @param node Ranks of one machine, as `splitNode` gives; all of them call it.
 * @param shape [1] Lengths of the axes.
 * @param dtype Element type.
 * @param fill Fills the array, zeros at first; called on the node's rank 0 only. Its error is thrown by all ranks.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { nodeSharedArray } from "@cosmesh/cosmesh/distributor";
 * await ready();
 * const node = selfComm().splitNode();
 * const table = nodeSharedArray(node, [1000], "float64", (array) => array.data.fill(0.5));
 * table.array.data[999]; // 0.5
 * table.free();
 * ```
 */
export function nodeSharedArray<D extends DType>(
  node: Comm,
  shape: readonly number[],
  dtype: D,
  fill: (array: NdArray<D>) => void,
): NodeSharedArray<D> {
  if (node.size === 1) {
    const array = zeros(shape, dtype);
    try {
      fill(array);
    } catch (error) {
      array.dispose();
      throw error;
    }
    return { array, sync() {}, free: () => array.dispose() };
  }
  const bytes = agreeOn(node, "share an array", () => `${dtype} [${shape}]`, () => sizeOf(shape) * itemSize(dtype));
  const memory = node.shareMemory(Math.max(8, bytes)); // MPI may give no place to nothing
  const numbers = memory.array(constructorOf(dtype)).subarray(0, widthOf(shape, dtype));
  const array = new NdArray(numbers as DataOf<D>, shape, dtype);
  try {
    together(node, () => {
      if (node.isRoot) fill(array);
    });
  } catch (error) {
    memory.free();
    throw error;
  }
  memory.sync();
  return { array, sync: () => memory.sync(), free: () => memory.free() };
}
