/**
 * Radiation profiles of the default grid (99 masses, 9 accretion rates, 38 redshifts) and a modest one: ours beside
 * BEoRN's solver on the same parameters, in one run; and the time to compute and write the file.
 *
 *     deno run -A bench/profiles_bench.ts [--python PATH] [--threads 2] [--rounds 1] [--json FILE]
 *
 * `--python none` measures ours alone. Accuracies differ: ours are converged; BEoRN has 50 frequencies, nodes 0.1 apart and
 * a tolerance of 1e-2. `ours_nodes` has BEoRN's nodes.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { ready } from "../lib/kernel/mod.ts";
import {
  computeProfiles,
  type ProfileOptions,
  type ReionizationParameters,
  reionizationParameters,
  writeComputedProfiles,
} from "../lib/radiation/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ProfilesBenchOptions {
  /** Interpreter with the peer's packages; "none" for no peer. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs at least once in each. */
  rounds: number;
}

const NODES: ProfileOptions = { xrayStep: 0.1, lymanStep: 0.01, xrayFrequencies: 50 };

/** Parameters of the modest grid. */
const MODEST = {
  redshifts: Array.from({ length: 19 }, (_, i) => 25 - i),
  halo_mass_accretion_alpha: [0.1, 0.3, 0.5, 0.7, 0.9],
  ...{ halo_mass_bin_min: 1e7, halo_mass_bin_max: 1e13, halo_mass_nbin: 41 },
};

function solve(parameters: ReionizationParameters, options?: ProfileOptions): void {
  using _profiles = computeProfiles(parameters, options);
}

/** Measures and prints; returns the record. */
export async function benchProfiles(
  { python, threads, rounds }: ProfilesBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "profiles_peer.py");
  const folder = await Deno.makeTempDir();
  const file = `${folder}/profiles.h5`;
  const write = async (parameters: ReionizationParameters) => {
    const start = performance.now();
    await writeComputedProfiles(file, parameters);
    return performance.now() - start;
  };
  const grids: [string, object, number][] = [["default", {}, 1], ["modest", MODEST, 3]];
  const results: { operation: string; grid: string; times: Times[] }[] = [];
  try {
    for (const [grid, solver, repeats] of grids) {
      const parameters = reionizationParameters({ solver });
      const asked = (name: string) => () => peer!.run({ case: name, solver: JSON.stringify(solver) });
      const operations: [string, Contender[]][] = [
        ["solve", [
          ["ours", () => timed(() => solve(parameters))],
          ["ours_nodes", () => timed(() => solve(parameters, NODES))],
          ...(peer ? [["beorn", asked("solve")] as Contender] : []),
        ]],
        ["write", [
          ["ours_solve_and_write", () => write(parameters)],
          ...(peer ? [["beorn_write", asked("write")] as Contender] : []),
        ]],
      ];
      for (const [operation, contenders] of operations) {
        const times = await sideBySide(contenders, { rounds, repeats });
        results.push({ operation, grid, times });
        console.log(`${grid} ${operation}`);
        for (const { name, min, median } of times) {
          const ratio = (min / times[0].min).toFixed(1);
          console.log(
            `  ${name.padEnd(21)} min ${min.toFixed(0)} ms  median ${median.toFixed(0)} ms  this/ours ${ratio}`,
          );
        }
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "1" },
  });
  const record = await benchProfiles({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
