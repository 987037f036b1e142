/**
 * Random numbers into given arrays: ours beside NumPy's Generator(PCG64), in one run.
 *
 *     deno run -A bench/rng_bench.ts [--python PATH] [--threads 2] [--count 1e7] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. NumPy's generator works on one thread; its `integers`, `poisson`, `permutation` and
 * `choice` take no `out`, so their time includes a new array.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  randomChoice,
  randomExponential,
  randomIntegers,
  randomKey,
  randomNormal,
  randomPermutation,
  randomPoisson,
  randomUniform,
} from "../lib/rng/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface RngBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Numbers of a draw. */
  count: number;
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** Measures and prints; returns the record. */
export async function benchRng({ python, threads, count, rounds }: RngBenchOptions): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "rng_peer.py");
  using f64 = empty([count], "float64");
  using f32 = empty([count], "float32");
  using i32 = empty([count], "int32");
  using few = empty([1000], "int32");
  const [key, jax] = [randomKey(1), randomKey(1, "threefry")];
  const ours: { [operation: string]: { [name: string]: () => unknown } } = {
    "normal f64": { philox: () => randomNormal(f64, { key }), threefry: () => randomNormal(f64, { key: jax }) },
    "normal f32": { philox: () => randomNormal(f32, { key }), threefry: () => randomNormal(f32, { key: jax }) },
    "uniform f64": { philox: () => randomUniform(f64, { key }), threefry: () => randomUniform(f64, { key: jax }) },
    "uniform f32": { philox: () => randomUniform(f32, { key }), threefry: () => randomUniform(f32, { key: jax }) },
    "exponential f64": { philox: () => randomExponential(f64, { key }) },
    "integers below 1000": { philox: () => randomIntegers(i32, { key, high: 1000 }) },
    "poisson of 3": { philox: () => randomPoisson(i32, { key, lam: 3 }) },
    "poisson of 100": { philox: () => randomPoisson(i32, { key, lam: 100 }) },
    "permutation": { philox: () => randomPermutation(i32, { key }) },
    "choice of 1000": { philox: () => randomChoice(count, few, { key, replace: false }) },
  };
  const results: { operation: string; count: number; times: Times[] }[] = [];
  for (const [operation, ways] of Object.entries(ours)) {
    const contenders: Contender[] = Object.entries(ways).map(([name, run]) => [name, () => timed(() => void run())]);
    if (peer) contenders.push(["numpy", () => peer.run({ case: operation, count })]);
    const times = await sideBySide(contenders, { rounds });
    results.push({ operation, count, times });
    console.log(`${operation}, ${count.toExponential()} numbers`);
    for (const { name, min, median } of times) {
      const [ns, ratio] = [(min / count * 1e6).toFixed(2), (min / times[0].min).toFixed(2)];
      console.log(
        `  ${name.padEnd(10)} min ${min.toFixed(2)} ms (${ns} ns)  median ${median.toFixed(2)} ms  this/ours ${ratio}`,
      );
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, count, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "count", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", count: "1e7", rounds: "3" },
  });
  const record = await benchRng({
    python,
    threads: Number(threads),
    count: Number(count),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
