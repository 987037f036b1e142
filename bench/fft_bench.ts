/**
 * Fourier transforms of real float32 cubes, and of lines of all kinds: ours beside FFTW (MEASURE) and scipy.fft, in one run.
 *
 *     deno run -A bench/fft_bench.ts [--python PATH] [--threads 2] [--sizes 128,256,512] [--lengths all] [--rounds 5]
 *         [--json FILE]
 *
 * `--sizes none` and `--lengths none` leave cubes or lines out; `--lengths 1009,65537` measures lines of those lengths only.
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty, zeros } from "../lib/array/mod.ts";
import { Plan } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { benchLines, type LineCase, lineCases } from "./_fft_lines.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface FftBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of all contenders. */
  threads: number;
  /** [1] Sides of the cubes. */
  sizes: number[];
  /** [1] Lengths of the lines, of those that `_fft_lines.ts` names; all if undefined. */
  lengths?: number[];
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** Measures and prints; returns the record. */
export async function benchFft(
  { python, threads, sizes, lengths, rounds }: FftBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "fft_peer.py");
  const results: Result[] = [];
  for (const n of sizes) {
    using plan = new Plan([n, n, n], { kind: "real", dtype: "float32" });
    using spectrum = zeros(plan.spectrumShape, "complex64");
    const peers = (...cases: string[]): Contender[] =>
      peer ? cases.map((name) => [name, () => peer.run({ case: name, n, threads })]) : [];
    {
      using mesh = empty([n, n, n], "float32");
      for (let i = 0; i < mesh.size; i++) mesh.data[i] = (i * 48271 % 65537) / 65537;
      const ours: Contender = ["ours", () => timed(() => void plan.forward(mesh, { out: spectrum }))];
      const times = await sideBySide([ours, ...peers("fftw", "scipy")], { rounds });
      results.push({ operation: "r2c", n, times });
      report(results.at(-1)!);
    }
    // Forward again before each, without the clock: the numbers stay as they are.
    const inverse = () => {
      const mesh = plan.inverseInPlace(spectrum);
      const forward = timed(() => void plan.forwardInPlace(mesh));
      return { forward, inverse: timed(() => void plan.inverseInPlace(spectrum)), again: plan.forwardInPlace(mesh) };
    };
    const ours: Contender[] = [["ours, in place", () => inverse().inverse], [
      "ours, r2c in place",
      () => inverse().forward,
    ]];
    const times = await sideBySide([...ours, ...peers("fftw_inverse", "scipy_inverse")], { rounds });
    results.push({ operation: "c2r", n, times });
    report(results.at(-1)!);
  }
  const lines: (LineCase & { times: Times[] })[] = [];
  for (const one of lineCases()) {
    const { kind, dtype, shape, axis } = one;
    if (lengths !== undefined && !lengths.includes(shape.length > 1 ? shape[axis] : shape[0])) continue;
    const times = await benchLines(one, peer, threads, Math.min(rounds, 2));
    lines.push({ ...one, times });
    print(`${kind} ${shape.join(" x ")}${shape.length > 1 ? ` axis ${axis}` : ""} ${dtype}`, times, 4);
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results, lines };
}

interface Result {
  operation: string;
  n: number;
  times: Times[];
}

function report({ operation, n, times }: Result): void {
  print(`${operation} ${n}^3 float32`, times, 2);
}

function print(title: string, times: Times[], digits: number): void {
  console.log(title);
  for (const { name, min, median } of times) {
    const ratio = (times[0].min / min).toFixed(2);
    const [least, middle] = [min.toFixed(digits), median.toFixed(digits)];
    console.log(`  ${name.padEnd(30)} min ${least} ms  median ${middle} ms  ours/this ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, threads, sizes, lengths, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "sizes", "lengths", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", sizes: "128,256,512", lengths: "all", rounds: "5" },
  });
  const numbers = (text: string) => text === "none" ? [] : text.split(",").map(Number);
  const record = await benchFft({
    python,
    threads: Number(threads),
    sizes: numbers(sizes),
    lengths: lengths === "all" ? undefined : numbers(lengths),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
