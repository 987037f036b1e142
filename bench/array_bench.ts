/**
 * Array operations beside NumPy (and numba for rows and elementary functions), in one run.
 *
 *     deno run -A bench/array_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. NumPy's elementwise functions and reductions use one thread, its products two.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import {
  add,
  contiguous,
  type DType,
  exp,
  log,
  matmul,
  mean,
  multiply,
  type NdArray,
  slice,
  sort,
  subtract,
  sum,
  transpose,
  zeros,
} from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ArrayBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours, of numba and of NumPy's products. */
  threads: number;
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

const [DETECTORS, SAMPLES] = [100, 100_000];
/** Operations that the peer also does with numba, on all threads. */
const NUMBA = ["rows times gains, in place", "exp", "log"];
type Float = "float32" | "float64";

function numbers<D extends Float>(shape: readonly number[], dtype: D): NdArray<D> {
  const array = zeros(shape, dtype);
  for (let i = 0; i < array.size; i++) array.data[i] = 0.5 + (i * 48271 % 65537) / 65537;
  return array;
}

/** Name, and what runs once. All work on `[detector, sample]`, or on the mesh that has its number of elements, about. */
function cases(dtype: Float): [string, () => void][] {
  const tod = numbers([DETECTORS, SAMPLES], dtype);
  const other = numbers([DETECTORS, SAMPLES], dtype);
  const out = zeros([DETECTORS, SAMPLES], dtype);
  // Ones, as the rows are scaled in place many times.
  const gain = zeros([DETECTORS], dtype);
  gain.data.fill(1);
  const common = zeros([SAMPLES], dtype);
  const mixing = numbers([DETECTORS, DETECTORS], dtype);
  const mesh = numbers([216, 216, 216], dtype);
  const turned = zeros([216, 216, 216], dtype);
  const [left, right, product] = [0, 1, 2].map(() => numbers([768, 768], dtype));
  const line = numbers([1_000_000], dtype);
  const any = (a: NdArray<Float>) => a as NdArray<DType & Float>;
  return [
    ["copy", () => void contiguous(any(tod), { out: any(out) })],
    ["add", () => void add(tod, other, { out })],
    ["rows times gains, in place", () => void multiply(tod, slice(gain, [], null), { out: tod })],
    ["common mode taken away", () => {
      mean(any(tod), { axis: 0, out: common as never });
      subtract(tod, common, { out });
    }],
    ["sum", () => void sum(tod)],
    ["sum over detectors", () => void sum(any(tod), { axis: 0, out: common as never })],
    ["exp", () => void exp(tod, { out })],
    ["log", () => void log(tod, { out })],
    ["transpose 216^3, axes 2 1 0", () => void transpose(any(mesh), [2, 1, 0], { out: any(turned) })],
    ["matmul 768^3", () => void matmul(left, right, { out: product as never })],
    ["cross-talk (100, 100) (100, 100000)", () => void matmul(mixing, tod, { out: out as never })],
    ["sort 1e6", () => sort(line).dispose()],
  ];
}

/** Measures and prints; returns the record. */
export async function benchArray({ python, threads, rounds }: ArrayBenchOptions): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "array_peer.py");
  const results: { operation: string; dtype: Float; times: Times[] }[] = [];
  for (const dtype of ["float32", "float64"] as const) {
    for (const [operation, run] of cases(dtype)) {
      const names = NUMBA.includes(operation) ? ["numpy", "numba"] : ["numpy"];
      const peers = names.map((name): Contender => [
        name,
        () => peer!.run({ case: `${name}: ${operation}`, dtype, threads }),
      ]);
      const times = await sideBySide([["ours", () => timed(run)], ...(peer ? peers : [])], { rounds });
      results.push({ operation, dtype, times });
      const text = times.map(({ name, min }) =>
        `${name} ${min.toFixed(2)} ms (ours/this ${(times[0].min / min).toFixed(2)})`
      );
      console.log(`${operation.padEnd(36)} ${dtype}  ${text.join("  ")}`);
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3" },
  });
  const record = await benchArray({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
