/**
 * Linear algebra beside NumPy and SciPy, in one run.
 *
 *     deno run -A bench/linalg_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { type NdArray, zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { cholesky, eigh, lstsq, solve, solveBanded, svd } from "../lib/linalg/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface LinalgBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** A stack of matrices with numbers in [0, 1); symmetric ones get n on the diagonal. */
function matrices(shape: readonly number[], symmetric = false): NdArray<"float64"> {
  const a = zeros(shape);
  const [m, n] = shape.slice(-2);
  for (let i = 0; i < a.size; i++) a.data[i] = (i * 48271 % 65537) / 65537;
  for (let k = 0; symmetric && k < a.size; k += m * n) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < i; j++) a.data[k + j * n + i] = a.data[k + i * n + j];
      a.data[k + i * n + i] += n;
    }
  }
  return a;
}

function free(parts: object): void {
  Object.values(parts).forEach((part) => part?.dispose?.());
}

function cases(): [string, () => void][] {
  const tensors = matrices([200_000, 3, 3], true);
  const [middle, right] = [matrices([100, 100], true), matrices([100])];
  const many = matrices([2000, 10, 10], true);
  const sides = matrices([2000, 10, 1]);
  const [tall, data] = [matrices([500, 20]), matrices([500])];
  const [bands, line] = [matrices([3, 1_000_000]), matrices([1_000_000])];
  bands.data.subarray(1_000_000, 2_000_000).fill(4);
  return [
    ["eigh of 200000 matrices 3 x 3", () => free(eigh(tensors))],
    ["eigh 100 x 100", () => free(eigh(middle))],
    ["svd 100 x 100", () => free(svd(middle))],
    ["cholesky 100 x 100", () => cholesky(middle).dispose()],
    ["solve 100 x 100", () => solve(middle, right).dispose()],
    ["solve 2000 systems 10 x 10", () => solve(many, sides).dispose()],
    ["lstsq 500 x 20", () => free(lstsq(tall, data))],
    ["tridiagonal, n = 1e6", () => solveBanded([1, 1], bands, line).dispose()],
  ];
}

/** Measures and prints; returns the record. */
export async function benchLinalg({ python, threads, rounds }: LinalgBenchOptions): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "linalg_peer.py");
  const results: { operation: string; times: Times[] }[] = [];
  for (const [operation, run] of cases()) {
    const contenders: Contender[] = [["ours", () => timed(run)]];
    if (peer) contenders.push(["numpy or scipy", () => peer.run({ case: operation })]);
    const times = await sideBySide(contenders, { rounds });
    results.push({ operation, times });
    const text = times.map(({ name, min }) =>
      `${name} ${min.toFixed(2)} ms (ours/this ${(times[0].min / min).toFixed(2)})`
    );
    console.log(`${operation.padEnd(32)} ${text.join("  ")}`);
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3" },
  });
  const record = await benchLinalg({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
