/**
 * Power spectrum of a float32 cube: ours beside scipy.fft and numpy.histogram, and across and along a line of sight beside
 * tools21cm (up to 128^3), in one run.
 *
 *     deno run -A bench/power_bench.ts [--python PATH] [--threads 2] [--sizes 128,256] [--rounds 5] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { Field, zeros } from "../lib/array/mod.ts";
import { rfftn } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { cylindricalPower, powerMultipoles, powerOfHalfSpectra, powerSpectrum } from "../lib/power/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface PowerBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of all contenders. */
  threads: number;
  /** [1] Sides of the cubes. */
  sizes: number[];
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
}

/** Measures and prints; returns the record. */
export async function benchPower(options: PowerBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, sizes, rounds } = options;
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "power_peer.py");
  const results: { operation: string; n: number; times: Times[] }[] = [];
  for (const n of sizes) {
    using array = zeros([n, n, n], "float32");
    for (let i = 0; i < array.size; i++) array.data[i] = (i * 48271 % 65537) / 65537;
    const field = new Field({ array, boxSize: 100, quantity: "other", unit: "1" });
    using spectrum = rfftn(array);
    const mesh = { cells: n, boxSize: 100 };
    const contenders: Contender[] = [
      ["ours", () => timed(() => void powerSpectrum(field))],
      ["ours, without transform", () => timed(() => void powerOfHalfSpectra(spectrum, spectrum, mesh))],
    ];
    if (peer) contenders.push(["scipy + numpy", () => peer.run({ case: "numpy", n, threads })]);
    const add = async (operation: string, contenders: Contender[], turns: { rounds: number; repeats: number }) => {
      const times = await sideBySide(contenders, turns);
      results.push({ operation, n, times });
      console.log(`${operation} of ${n}^3 float32`);
      for (const { name, min, median } of times) {
        const ratio = (min / times[0].min).toFixed(2);
        console.log(
          `  ${name.padEnd(24)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  this/ours ${ratio}`,
        );
      }
    };
    await add("power spectrum", contenders, { rounds, repeats: 2 });
    const cylinders: Contender[] = [
      ["ours", () => timed(() => void cylindricalPower(field, { perpendicularBins: 10, parallelBins: 10 }))],
      ["ours, multipoles", () => timed(() => void powerMultipoles(field))],
    ];
    const tools21cm = peer && n <= 128;
    if (tools21cm) cylinders.push(["tools21cm", () => peer.run({ case: "cylinder", n, threads })]);
    // A turn of tools21cm is seconds.
    await add("cylindrical power", cylinders, tools21cm ? { rounds: 2, repeats: 1 } : { rounds, repeats: 2 });
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, sizes, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "sizes", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", sizes: "128,256", rounds: "5" },
  });
  const record = await benchPower({
    python,
    threads: Number(threads),
    sizes: sizes.split(",").map(Number),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
