/**
 * Distances, growth and sigma(M) of many redshifts and masses: ours beside astropy, SciPy and NumPy, in one run.
 *
 *     deno run -A bench/cosmology_bench.ts [--python PATH] [--threads 2] [--rounds 5] [--json FILE]
 *
 * `--python none` measures ours alone. Accuracies differ: ours are those of docs/accuracy.md; astropy's quad has 1e-8, the
 * trapezoid sum of 1000 wavenumbers, which is how BEoRN finds sigma, about 1e-4.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { comovingDistance, cosmology, growthFactor, linearPower, planck18, sigmaR } from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface CosmologyBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** Measures and prints; returns the record. */
export async function benchCosmology(
  { python, threads, rounds }: CosmologyBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "cosmology_peer.py");
  const dynamic = cosmology({ h: 0.6766, omegaM: 0.3111, omegaB: 0.049, w0: -0.9, wa: -0.2 });
  const linear = linearPower(planck18);
  const redshifts = (n: number) => Float64Array.from({ length: n }, (_, i) => 10 * i / (n - 1));
  const radii = (n: number) => Float64Array.from({ length: n }, (_, i) => 0.01 * 5000 ** (i / (n - 1)));
  const cases: [string, number, (x: Float64Array) => unknown, (n: number) => Float64Array][] = [
    ["distance", 1_000_000, (z) => comovingDistance(planck18, z), redshifts],
    ["distance_dynamic", 10_000, (z) => comovingDistance(dynamic, z), redshifts],
    ["growth", 1000, (z) => growthFactor(planck18, z), redshifts],
    ["sigma", 1000, (r) => sigmaR(linear, r), radii],
  ];
  const results: { operation: string; n: number; times: Times[] }[] = [];
  for (const [operation, n, run, points] of cases) {
    const x = points(n);
    const times = await sideBySide([
      ["ours", () => timed(() => void run(x))],
      ...(peer ? [["python", () => peer.run({ case: operation, n })] as [string, () => Promise<number>]] : []),
    ], { rounds });
    results.push({ operation, n, times });
    console.log(`${operation} ${n}`);
    for (const { name, min, median } of times) {
      const ratio = (times[0].min / min).toFixed(3);
      console.log(`  ${name.padEnd(10)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  ours/this ${ratio}`);
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "5" },
  });
  const record = await benchCosmology({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
