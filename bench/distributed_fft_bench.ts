/**
 * Distributed transforms of a cube, ours and mpi4py-fft's, under each MPI that is installed:
 *
 *     deno run -A bench/distributed_fft_bench.ts [--python PATH] [--side 256] [--ranks 1,2] [--rounds 3] [--json FILE]
 *
 * Frequencies are left in transposed order by both. Each rank has one thread, and each time is that of the slowest. The
 * programs are started in turn; mpi4py-fft needs the headers of FFTW to be installed.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { deno, findMpis, hasModule, launch, peerEnvironment, python } from "./_launch.ts";
import { machine, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface DistributedFftBenchOptions {
  /** Interpreter with mpi4py-fft; "none" for no peer. */
  python: string;
  /** [1] Points along each axis. */
  side: number;
  /** [1] Numbers of ranks. */
  ranks: number[];
  /** [1] Rounds; each contender is started once in each, and runs seven times in both directions. */
  rounds: number;
}

/** What a contender prints: [ms] times. */
interface Answer {
  forward: number[];
  inverse: number[];
  versions?: Record<string, string>;
}

interface Result {
  mpi: string;
  ranks: number;
  dtype: string;
  operation: "forward" | "inverse";
  times: Times[];
}

const REPEATS = 7;

/** Measures and prints; returns the record. */
export async function benchDistributedFft(
  { python: interpreter, side, ranks, rounds }: DistributedFftBenchOptions,
): Promise<unknown> {
  const results: Result[] = [];
  let versions: Record<string, string> = {};
  const withPeer = interpreter !== "none" && await hasModule(interpreter, "mpi4py_fft");
  if (interpreter !== "none" && !withPeer) console.log("mpi4py-fft is not installed: ours alone");
  for (const mpi of await findMpis()) {
    const env = await peerEnvironment(mpi);
    for (const n of ranks) {
      for (const dtype of ["complex128", "complex64", "float64"]) {
        const ours = (grid: string) => deno("_distributed_fft_ranks.ts", side, dtype, REPEATS, grid, "transposed");
        const contenders: [string, string[]][] = [["ours", ours("auto")]];
        if (n > 1) contenders.push(["ours, pencils", ours(`1,${n}`)]);
        if (withPeer) {
          contenders.push(["mpi4py-fft", python(interpreter, "distributed_fft_peer.py", side, dtype, REPEATS)]);
        }
        const answers = contenders.map((): Answer[] => []);
        for (let round = 0; round < rounds; round++) {
          for (const [i, [name, program]] of contenders.entries()) {
            answers[i].push(await launch(mpi, n, program, name === "mpi4py-fft" ? env : {}) as Answer);
          }
        }
        versions = answers.at(-1)![0].versions ?? versions;
        for (const operation of ["forward", "inverse"] as const) {
          const times = contenders.map(([name], i) => {
            const sorted = answers[i].flatMap((answer) => answer[operation]).sort((a, b) => a - b);
            return { name, min: sorted[0], median: sorted[sorted.length >> 1], runs: sorted.length };
          });
          results.push({ mpi: mpi.name, ranks: n, dtype, operation, times });
          report(results.at(-1)!, side);
        }
      }
    }
  }
  return { machine: await machine(), side, peers: versions, results };
}

function report({ mpi, ranks, dtype, operation, times }: Result, side: number): void {
  console.log(`${mpi}, ${ranks} ranks, ${side}^3 ${dtype}, ${operation}`);
  for (const { name, min, median } of times) {
    const figures = `min ${min.toFixed(0).padStart(5)} ms  median ${median.toFixed(0).padStart(5)} ms`;
    console.log(`  ${name.padEnd(16)} ${figures}  ours/this ${(times[0].min / min).toFixed(2)}`);
  }
}

if (import.meta.main) {
  const { python, side, ranks, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "side", "ranks", "rounds", "json"],
    default: { python: "build/peers/bin/python", side: "256", ranks: "1,2", rounds: "3" },
  });
  const record = await benchDistributedFft({
    python,
    side: Number(side),
    ranks: ranks.split(",").map(Number),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2));
}
