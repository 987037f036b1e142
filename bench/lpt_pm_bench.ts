/**
 * Initial conditions and second-order Lagrangian perturbation theory of the particle-mesh model beside the equations of JaxPM in
 * numba and scipy.fft, JaxPM itself, and ours with exact derivatives and backwards, in one run; float32.
 *
 *     deno run -A bench/lpt_pm_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--cells 128] [--json FILE]
 *
 * `--python none` measures ours alone.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { linearPower, planck18 } from "../lib/cosmology/mod.ts";
import type { Triple } from "../lib/fields/mod.ts";
import { memoryUse, ready, resetPeak } from "../lib/kernel/mod.ts";
import { gaussianInitialConditions, lpt, lptAdjoint, whiteNoise } from "../lib/pm/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface LptPmBenchOptions {
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
export async function benchLptPm(
  { python, threads, rounds, cells }: LptPmBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "lpt_pm_peer.py");
  await using jax = python === "none" ? undefined : await Peer.start(python, "lpt_jaxpm.py");
  const linear = linearPower(planck18);
  const mesh: Triple = [cells, cells, cells];
  const boxSize: Triple = [4 * cells, 4 * cells, 4 * cells];
  using noise = whiteNoise({ cells, key: 1 });
  using field = gaussianInitialConditions(linear, { mesh, boxSize, noise });
  const options = { cosmology: planck18, a: 0.1, order: 2 } as const;
  using particles = lpt(field, options);
  const bars = { displacement: particles.displacement.array, momentum: particles.momentum.array };
  const cases: Record<string, Record<string, () => Disposable>> = {
    initial: { ours: () => gaussianInitialConditions(linear, { mesh, boxSize, noise }) },
    lpt2: {
      ours: () => lpt(field, options),
      "ours, light cone": () => lpt(field, { ...options, a: "lightcone" }),
      "ours, spectral": () => lpt(field, { ...options, derivative: "spectral" }),
      "ours, adjoint": () => lptAdjoint(field, bars, options),
      "ours, adjoint without factors": () => lptAdjoint(field, bars, { ...options, factors: false }),
    },
  };
  const results: { operation: string; cells: number; bytesPerCell: Record<string, number>; times: Times[] }[] = [];
  for (const [operation, ours] of Object.entries(cases)) {
    const bytesPerCell: Record<string, number> = {};
    const contenders = Object.entries(ours).map(([name, run]): Contender => {
      resetPeak();
      const held = memoryUse().allocated;
      run()[Symbol.dispose]();
      bytesPerCell[name] = (memoryUse().peak - held) / cells ** 3;
      return [name, () => timed(() => run()[Symbol.dispose]())];
    });
    if (peer) contenders.push(["numba", () => peer.run({ case: operation, n: cells })]);
    if (jax && operation === "lpt2") contenders.push(["JaxPM", () => jax.run({ case: operation, n: cells })]);
    const times = await sideBySide(contenders, { rounds, repeats: 2 });
    results.push({ operation, cells, bytesPerCell, times });
    console.log(`${operation} ${cells}^3`);
    for (const { name, min, median } of times) {
      const ratio = (min / times[0].min).toFixed(2);
      const bytes = bytesPerCell[name] === undefined ? "" : `  ${bytesPerCell[name].toFixed(0)} bytes a cell`;
      console.log(
        `  ${name.padEnd(30)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms  this/ours ${ratio}${bytes}`,
      );
    }
  }
  return { machine: await machine(), threads, peers: { ...peer?.versions, ...jax?.versions }, results };
}

if (import.meta.main) {
  const { python, threads, rounds, cells, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "cells", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3", cells: "128" },
  });
  const options = { python, threads: Number(threads), rounds: Number(rounds), cells: Number(cells) };
  const record = await benchLptPm(options);
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
