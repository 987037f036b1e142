/**
 * Lagrangian perturbation theory to the second and third order: ours beside BEoRN's, in one run. "field" makes initial
 * modes, the sources of all orders and the density of a first redshift; "snapshot" the density of one more.
 *
 *     deno run -A bench/lpt_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--cells 128] [--json FILE]
 *
 * `--python none` measures ours alone. Ours computes in float32, BEoRN in float64 with SciPy's transforms on all cores; both
 * paint with CIC on float32.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { beornCosmology, linearPower } from "../lib/cosmology/mod.ts";
import { memoryUse, ready, resetPeak } from "../lib/kernel/mod.ts";
import { type InitialField, initialField, type LptOrder, lptSnapshot } from "../lib/pm/mod.ts";
import { machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface LptBenchOptions {
  /** Interpreter with the peer's packages; "none" for no peer. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
  /** [1] Cells along an axis. */
  cells: number;
}

/** Measures and prints; returns the record. */
export async function benchLpt(
  { python, threads, rounds, cells }: LptBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "lpt_peer.py");
  const linear = linearPower(beornCosmology, { transfer: "eisensteinHuNoWiggle" });
  const make = () => initialField(linear, { cells, boxSize: cells, key: 1, fixed: true });
  const paint = (field: InitialField, order: LptOrder, z: number) => lptSnapshot(field, { z, order }).dispose();
  const results: { operation: string; cells: number; bytesPerCell: number; times: Times[] }[] = [];
  for (const order of [2, 3] as const) {
    using kept = make();
    paint(kept, order, 8);
    const fresh = () => {
      using field = make();
      paint(field, order, 8);
    };
    for (const [operation, run] of [["field", fresh], ["snapshot", () => paint(kept, order, 7)]] as const) {
      resetPeak();
      const held = operation === "field" ? memoryUse().allocated : 0;
      run();
      const bytesPerCell = (memoryUse().peak - held) / cells ** 3;
      const times = await sideBySide([
        ["ours", () => timed(run)],
        ...(peer
          ? [["BEoRN", () => peer.run({ case: operation, n: cells, order })] as [string, () => Promise<number>]]
          : []),
      ], { rounds, repeats: 2 });
      results.push({ operation: `${order}LPT ${operation}`, cells, bytesPerCell, times });
      console.log(`${order}LPT ${operation} ${cells}^3, ${bytesPerCell.toFixed(0)} bytes a cell at most`);
      for (const { name, min, median } of times) {
        const ratio = (min / times[0].min).toFixed(1);
        console.log(`  ${name.padEnd(8)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms  this/ours ${ratio}`);
      }
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, cells, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "cells", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3", cells: "128" },
  });
  const options = { python, threads: Number(threads), rounds: Number(rounds), cells: Number(cells) };
  const record = await benchLpt(options);
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
