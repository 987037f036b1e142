/**
 * Measures the gradient of a forward model, by noise, sigma8 and w0, beside the forward run itself: initial conditions, 2LPT, N-body
 * from a = 0.1 to 1, and the density, in float32.
 *
 *     deno run -A bench/gradient_bench.ts [--threads 2] [--rounds 3] [--cases 128x10,256x3] [--json FILE]
 *
 * A case is cells along an axis and steps, with 3.9 Mpc/h a cell. The peak is that of arrays in the kernels' memory.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { multiply, subtract, sum } from "../lib/array/mod.ts";
import { planck18 } from "../lib/cosmology/mod.ts";
import type { RealArray } from "../lib/fields/mod.ts";
import { ForwardModel, type Loss } from "../lib/forward/mod.ts";
import { memoryUse, ready, resetPeak } from "../lib/kernel/mod.ts";
import { whiteNoise } from "../lib/pm/mod.ts";
import { machine, sideBySide, timed } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface GradientBenchOptions {
  /** [1] Threads. */
  threads: number;
  /** [1] Rounds. */
  rounds: number;
  /** [1] Cells along an axis, and steps. */
  cases: (readonly [cells: number, steps: number])[];
}

/** Half the variance of the density. */
const variance: Loss = ({ array }, cotangent) => {
  subtract(array, 1, { out: cotangent });
  using squares = multiply(cotangent, cotangent) as RealArray;
  return sum(squares) / 2;
};

/** Measures and prints; returns the record. */
export async function benchGradient(
  { threads, rounds, cases }: GradientBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  const results: Record<string, unknown>[] = [];
  for (const [n, steps] of cases) {
    const side = 500 / 128 * n;
    const model = new ForwardModel({
      mesh: [n, n, n],
      boxSize: [side, side, side],
      observe: { target: "density", dt0: 0.9 / steps },
    });
    using noise = whiteNoise({ cells: [n, n, n], key: 1 });
    const input = { cosmology: planck18, noise };
    const forward = () => model.run(input).dispose();
    const gradient = () => model.valueAndGrad(input, variance).dispose();
    const universe = () => model.valueAndGrad(input, variance, { parameters: ["sigma8", "w0"] }).dispose();
    const runs = { forward, gradient, "gradient, sigma8, w0": universe };
    const peakMiB = Object.fromEntries(
      Object.entries(runs).map(([name, run]) => {
        resetPeak();
        run();
        return [name, memoryUse().peak / 2 ** 20];
      }),
    );
    const times = await sideBySide(
      Object.entries(runs).map(([name, run]) => [name, () => timed(run)]),
      { rounds, repeats: 1 },
    );
    results.push({ cells: n, steps, times, peakMiB });
    console.log(`${n}^3, 2LPT and ${steps} steps`);
    for (const { name, min, median } of times) {
      const [ratio, peak] = [(min / times[0].min).toFixed(2), peakMiB[name]];
      const bytes = (peak * 2 ** 20 / n ** 3).toFixed(1);
      console.log(
        `  ${name.padEnd(20)} min ${min.toFixed(0)} ms  median ${median.toFixed(0)} ms  this/forward ${ratio}` +
          `  peak ${peak.toFixed(0)} MiB, ${bytes} bytes a cell (4 of them the noise)`,
      );
    }
  }
  return { machine: await machine(), threads, results };
}

if (import.meta.main) {
  const { threads, rounds, cases, json } = parseArgs(Deno.args, {
    string: ["threads", "rounds", "cases", "json", "python"],
    default: { threads: "2", rounds: "3", cases: "128x10,256x3" },
  });
  const pairs = cases.split(",").map((text: string) => text.split("x").map(Number) as [number, number]);
  const record = await benchGradient({ threads: Number(threads), rounds: Number(rounds), cases: pairs });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
