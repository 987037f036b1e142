/**
 * Evaluation of splines at random points: ours beside SciPy's CubicSpline and RectBivariateSpline, and numpy.interp.
 *
 *     deno run -A bench/spline_bench.ts [--python PATH] [--threads 2] [--points 10000000] [--knots 1000] [--rounds 2] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt; they use one thread,
 * as those functions do.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty, NdArray } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { bicubicSpline, cubicSpline, type KnotKind, linearSpline, type Points } from "../lib/spline/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface SplineBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Points; a tenth of them on surfaces. */
  points: number;
  /** [1] Knots. */
  knots: number;
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
}

/** Numbers in (0, 1) by a fixed multiplicative sequence (Park and Miller 1988). */
function* random(): Generator<number> {
  for (let state = 1;;) yield (state = state * 48271 % 2147483647) / 2147483647;
}

function knotsOf(kind: string, n: number): Float64Array {
  if (kind === "uniform") return Float64Array.from({ length: n }, (_, i) => 1 + 999 * i / (n - 1));
  if (kind === "logarithmic") return Float64Array.from({ length: n }, (_, i) => 1000 ** (i / (n - 1)));
  let sum = 0;
  const numbers = random();
  return Float64Array.from({ length: n }, () => sum += 0.2 + numbers.next().value!);
}

/** Fills with random points in [low, high). */
function scatter<P extends Points>(points: P, low: number, high: number): P {
  let state = 7;
  for (let i = 0; i < points.length; i++) {
    state = state * 48271 % 2147483647;
    points[i] = low + state / 2147483647 * (high - low);
  }
  return points;
}

/** Measures and prints; returns the record. */
export async function benchSpline(
  { python, threads, points, knots, rounds }: SplineBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "spline_peer.py");
  const results: { operation: string; times: Times[] }[] = [];
  const compare = async (operation: string, ours: [string, () => void][], names: string[], kind = "arbitrary") => {
    const request = { kind, knots, points };
    const peers: Contender[] = peer
      ? names.map((name) => [`SciPy/NumPy ${name}`, () => peer.run({ case: name, ...request })])
      : [];
    const own: Contender[] = ours.map(([name, body]) => [name, () => timed(body)]);
    const times = await sideBySide([...own, ...peers], { rounds, repeats: 2 });
    results.push({ operation, times });
    report(results.at(-1)!);
  };

  using t64 = empty([points], "float64");
  using out64 = empty([points], "float64");
  using t32 = empty([points], "float32");
  using out32 = empty([points], "float32");
  for (const kind of ["arbitrary", "uniform", "logarithmic"] as KnotKind[]) {
    const x = knotsOf(kind, knots);
    const y = x.map((x) => Math.sin(0.01 * x));
    const last = x[x.length - 1];
    scatter(t64.data, x[0], last);
    scatter(t32.data, x[0], last);
    const [cubic, linear] = [cubicSpline(x, y), linearSpline(x, y, { extrapolation: "constant" })];
    await compare(
      `cubic, ${knots} ${kind} knots, ${points} random points`,
      [
        ["ours", () => void cubic.evaluate(t64.data, { out: out64.data })],
        ["ours, float32", () => void cubic.evaluate(t32.data, { out: out32.data })],
      ],
      ["cubic"],
      kind,
    );
    await compare(
      `linear, ${knots} ${kind} knots, ${points} random points`,
      [
        ["ours", () => void linear.evaluate(t64.data, { out: out64.data })],
        ["ours, float32", () => void linear.evaluate(t32.data, { out: out32.data })],
      ],
      ["linear"],
      kind,
    );
    if (kind !== "arbitrary") continue;
    t64.data.sort();
    await compare(`cubic, ${knots} arbitrary knots, ${points} sorted points`, [
      ["ours", () => void cubic.evaluate(t64.data, { out: out64.data })],
    ], ["cubic_sorted"]);
    scatter(t64.data, x[0], last);
    const some = t64.data.subarray(0, points / 8);
    const table = Float64Array.from({ length: 8 * knots }, (_, i) => y[Math.floor(i / 8)] * (1 + i % 8));
    const eight = cubicSpline(x, new NdArray(table, [knots, 8], "float64"));
    await compare(`cubic of 8 columns, ${points / 8} random points`, [
      ["ours", () => void eight.evaluate(some, { out: out64.data.subarray(0, 8 * some.length) })],
    ], ["columns"]);
    await compare(`making a cubic spline of ${knots} knots`, [["ours", () => void cubicSpline(x, y)]], ["build"]);
  }
  const n = 200;
  const side = Float64Array.from({ length: n }, (_, i) => i / (n - 1));
  const z = Float64Array.from(
    { length: n * n },
    (_, i) => Math.sin(5 * side[Math.floor(i / n)]) * Math.cos(3 * side[i % n]),
  );
  const surface = bicubicSpline(side, side, z);
  const few = points / 10;
  const [px, py] = [t64.data.subarray(0, few), t64.data.subarray(few, 2 * few)];
  scatter(t64.data.subarray(0, 2 * few), 0, 1);
  await compare(`bicubic on ${n}^2, ${few} random points`, [
    ["ours", () => void surface.evaluate(px, py, { out: out64.data.subarray(0, few) })],
  ], ["bicubic"]);
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

function report({ operation, times }: { operation: string; times: Times[] }): void {
  console.log(operation);
  for (const { name, min, median } of times) {
    const ratio = (min / times[0].min).toFixed(2);
    console.log(`  ${name.padEnd(26)} min ${min.toFixed(3)} ms  median ${median.toFixed(3)} ms  this/ours ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, threads, points, knots, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "points", "knots", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", points: "10000000", knots: "1000", rounds: "2" },
  });
  const record = await benchSpline({
    python,
    threads: Number(threads),
    points: Number(points),
    knots: Number(knots),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
