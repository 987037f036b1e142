/**
 * Cloud-in-cell painting of n^3 float32 particles on n^3 cells: ours beside compiled numba loops, in one run, for
 * particles in lattice order (each displaced by a Gaussian of one cell) and in random order.
 *
 *     deno run -A bench/paint_bench.ts [--python PATH] [--threads 2] [--sizes 128,256] [--rounds 5] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty, Field, type NdArray, zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { interpolate, paintInto, type Scheme } from "../lib/paint/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

const BOX_SIZE = 100;

/** Options of the benchmark. */
export interface PaintBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Cells along an axis; as many particles. */
  sizes: number[];
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
}

function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

/** [Mpc/h] Positions `[particle, 3]`. */
function particles(order: string, n: number): NdArray<"float32"> {
  const positions = empty([n ** 3, 3], "float32");
  for (let p = 0, i = 0; p < n ** 3; p++) {
    for (const node of [Math.floor(p / n / n), Math.floor(p / n) % n, p % n]) {
      const cell = order === "lattice" ? (node + gaussian() + n) % n : Math.random() * n;
      positions.data[i++] = cell * BOX_SIZE / n;
    }
  }
  return positions;
}

/** Measures and prints; returns the record. */
export async function benchPaint(options: PaintBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, sizes, rounds } = options;
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "paint_peer.py");
  const results: { order: string; n: number; times: Times[] }[] = [];
  for (const n of sizes) {
    for (const order of ["lattice", "random"]) {
      using positions = particles(order, n);
      using mesh = zeros([n, n, n], "float32");
      const field = new Field({ array: mesh, boxSize: BOX_SIZE, quantity: "other", unit: "1" });
      const paint = (scheme: Scheme) => () => timed(() => paintInto(mesh, positions, { scheme, boxSize: BOX_SIZE }));
      const contenders: Contender[] = [["ours, CIC", paint("cic")]];
      for (const name of peer ? ["numba", "numba_2_threads"] : []) {
        contenders.push([`${name}, CIC`, () => peer!.run({ case: name, order, n })]);
      }
      contenders.push(["ours, TSC", paint("tsc")], ["ours, PCS", paint("pcs")]);
      contenders.push(["ours, CIC read", () => timed(() => interpolate(field, positions).dispose())]);
      const times = await sideBySide(contenders, { rounds, repeats: 2 });
      results.push({ order, n, times });
      report(results.at(-1)!);
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

function report({ order, n, times }: { order: string; n: number; times: Times[] }): void {
  console.log(`${n}^3 particles in ${order} order on ${n}^3 cells, float32`);
  for (const { name, min, median } of times) {
    const each = (min / n ** 3 * 1e6).toFixed(2);
    const ratio = (min / times[0].min).toFixed(2);
    console.log(
      `  ${name.padEnd(24)} min ${min.toFixed(1)} ms (${each} ns each)  median ${
        median.toFixed(1)
      } ms  this/ours ${ratio}`,
    );
  }
}

if (import.meta.main) {
  const { python, threads, sizes, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "sizes", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", sizes: "128,256", rounds: "5" },
  });
  const record = await benchPaint({
    python,
    threads: Number(threads),
    sizes: sizes.split(",").map(Number),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
