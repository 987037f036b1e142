/**
 * Cores of this rank.
 *
 * @module
 */
import type { Comm } from "../lib/mpi/mod.ts";

/** [byte] Room for the cores of the system, a bit each. */
const MASK_BYTES = 1024;

/** Numbers of the cores that the launcher lets this program use; undefined where the system does not tell. */
function allowedCores(): number[] | undefined {
  if (Deno.build.os !== "linux") return;
  try {
    const symbols = { sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" } } as const;
    const libc = Deno.dlopen("libc.so.6", symbols);
    const mask = new Uint8Array(MASK_BYTES);
    const status = libc.symbols.sched_getaffinity(0, BigInt(MASK_BYTES), mask);
    libc.close();
    const cores = Array.from({ length: 8 * MASK_BYTES }, (_, i) => i).filter((i) => mask[i >> 3] >> (i & 7) & 1);
    // Where a container gives less time than these cores have, their numbers say nothing.
    return status === 0 && cores.length === navigator.hardwareConcurrency ? cores : undefined;
  } catch {
    return;
  }
}

/**
 * [1] Cores that a rank has for itself: of each core that it may use, its share among the ranks that may use it.
 *
 * @param allowed Numbers of the cores that each rank of the machine may use.
 */
export function shareOfCores(allowed: readonly (readonly number[])[], rank: number): number {
  const users = (core: number) => allowed.filter((cores) => cores.includes(core)).length;
  const share = allowed[rank].reduce((sum, core) => sum + 1 / users(core), 0);
  // Thirds of cores do not quite add up.
  return Math.max(1, Math.floor(share + 1e-6));
}

/** Ranks on the machine of this one, and cores that it has for itself. All ranks call it. */
export function coresOf(comm: Comm | undefined): { ranks: number; cores: number } {
  const all = navigator.hardwareConcurrency;
  if (!comm) return { ranks: 1, cores: all };
  const node = comm.splitNode();
  const { size: ranks, rank } = node;
  const allowed = node.allgatherObject(comm.backend === "mpi" ? allowedCores() ?? null : null) as (number[] | null)[];
  node.free();
  const known = allowed.filter((cores) => cores !== null);
  const cores = known.length === ranks ? shareOfCores(known, rank) : Math.max(1, Math.floor(all / ranks));
  return { ranks, cores };
}
