/**
 * Cosine transforms, convolutions and resampling: ours beside scipy.fft and scipy.signal, in one run.
 *
 *     deno run -A bench/convolve_bench.ts [--python PATH] [--threads 2] [--rounds 5] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt; scipy.signal takes its
 * transforms from scipy.fft with as many workers.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { type DType, empty, type NdArray } from "../lib/array/mod.ts";
import { convolve, correlate, dctn, dht, fftshift, oaconvolve, resample } from "../lib/fft/mod.ts";
import { dct } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ConvolveBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of all contenders. */
  threads: number;
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** A problem: its name, which the peer knows it by, the shapes of its arrays, and what we do. */
interface Case {
  name: string;
  dtype: "float32" | "float64";
  shapes: number[][];
  run(x: NdArray<"float64">, y: NdArray<"float64">): NdArray;
}

const CASES: Case[] = [
  { name: "dct", dtype: "float64", shapes: [[4096, 512]], run: (x) => dct(x) },
  { name: "dct", dtype: "float32", shapes: [[4096, 512]], run: (x) => dct(x) },
  { name: "dct", dtype: "float64", shapes: [[1 << 21]], run: (x) => dct(x) },
  { name: "dct4", dtype: "float64", shapes: [[4096, 512]], run: (x) => dct(x, { type: 4 }) },
  { name: "dctn", dtype: "float32", shapes: [[128, 128, 128]], run: (x) => dctn(x) },
  { name: "dctn", dtype: "float64", shapes: [[2048, 2048]], run: (x) => dctn(x) },
  { name: "fftconvolve", dtype: "float64", shapes: [[1 << 20], [1 << 20]], run: (x, y) => convolve(x, y) },
  { name: "oaconvolve", dtype: "float64", shapes: [[1 << 22], [1000]], run: (x, y) => oaconvolve(x, y) },
  { name: "convolve", dtype: "float64", shapes: [[1 << 20], [9]], run: (x, y) => convolve(x, y, { mode: "same" }) },
  { name: "fftconvolve", dtype: "float32", shapes: [[1024, 1024], [65, 65]], run: (x, y) => convolve(x, y) },
  { name: "rows", dtype: "float64", shapes: [[2000, 1000], [1, 100]], run: (x, y) => convolve(x, y, { axes: [1] }) },
  { name: "correlate", dtype: "float32", shapes: [[128, 128, 128], [32, 32, 32]], run: (x, y) => correlate(x, y) },
  { name: "resample", dtype: "float64", shapes: [[2000, 1000]], run: (x) => resample(x, [1500], { axes: [1] }) },
  { name: "dht", dtype: "float64", shapes: [[4096, 512]], run: (x) => dht(x) },
  { name: "fftshift", dtype: "float64", shapes: [[2048, 2048]], run: (x) => fftshift(x) },
];

/** Measures and prints; returns the record. */
export async function benchConvolve(
  { python, threads, rounds }: ConvolveBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "convolve_peer.py");
  const results: { operation: string; times: Times[] }[] = [];
  for (const { name, dtype, shapes, run } of CASES) {
    const arrays = shapes.map((shape) => empty<DType>(shape, dtype) as NdArray<"float64">);
    for (const x of arrays) for (let i = 0; i < x.size; i++) x.data[i] = (i * 48271 % 65537) / 65537 - 0.5;
    const ours: Contender = ["ours", () => timed(() => run(arrays[0], arrays[1]).dispose())];
    const peers: Contender[] = peer
      ? [["scipy", () => peer.run({ case: name, dtype, shapes: JSON.stringify(shapes), threads })]]
      : [];
    const times = await sideBySide([ours, ...peers], { rounds });
    arrays.forEach((x) => x.dispose());
    results.push({ operation: `${name} ${shapes.map((s) => s.join("x")).join(" * ")} ${dtype}`, times });
    report(results.at(-1)!);
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

function report({ operation, times }: { operation: string; times: Times[] }): void {
  console.log(operation);
  for (const { name, min, median } of times) {
    const ratio = (times[0].min / min).toFixed(2);
    console.log(`  ${name.padEnd(10)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  ours/this ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "5" },
  });
  const record = await benchConvolve({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
