/**
 * Initial value problems: single ones with a right-hand side of the user, and batches of 1e5 systems (1e4 for slow methods), beside
 * scipy.integrate.solve_ivp in one run. SciPy has no form for many systems: it solves a few of them, evenly chosen, in a
 * loop, and its time is scaled to the whole batch.
 *
 *     deno run -A bench/ode_bench.ts [--python PATH] [--threads 2] [--systems 100000] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { fromData } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { type BatchOptions, type BatchSystems, type OdeMethod, solveIvp, solveIvpBatch } from "../lib/ode/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface OdeBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads. */
  threads: number;
  /** [1] Systems of a batch. */
  systems: number;
  /** [1] Rounds. */
  rounds: number;
}

const RTOL = 1e-6;
const ATOL = 1e-8;

interface BatchCase {
  name: string;
  method: NonNullable<BatchOptions["method"]>;
  /** The method of the peer. */
  peerMethod: OdeMethod;
  y0: number[];
  span: [number, number];
  low: number;
  high: number;
  /** [1] Systems that the peer solves. */
  few: number;
  /** [1] Part of the batch that is solved, for slow cases. */
  part: number;
  systems: (parameter: Float64Array) => BatchSystems;
}

const lotkaVolterra = {
  ...{ name: "lotkaVolterra", y0: [10, 5], span: [0, 10] as [number, number], low: 0.8, high: 1.2 },
  systems: (b: Float64Array): BatchSystems => ({ name: "lotkaVolterra", a: 1.5, b, c: 1, d: 3 }),
};
const robertson = {
  ...{ name: "robertson", y0: [1, 0, 0], span: [0, 1e4] as [number, number], low: 0.02, high: 0.08 },
  systems: (k1: Float64Array): BatchSystems => ({ name: "robertson", k1 }),
};
const growth = {
  ...{ name: "growth", y0: [1e-3, 1], span: [1e-3, 1] as [number, number], low: -1.2, high: -0.8 },
  systems: (w0: Float64Array): BatchSystems => ({ name: "growth", matter: 0.3, darkEnergy: 0.7, w0 }),
};
const knots = Float64Array.from({ length: 100 }, (_, i) => 0.1 + 0.9 * i / 99);
const linear = {
  ...{ name: "linear", y0: [10], span: [0.1, 1] as [number, number], low: 10, high: 1000 },
  systems(source: Float64Array): BatchSystems {
    const values = new Float64Array(source.length * knots.length);
    for (let i = 0; i < values.length; i++) values[i] = source[Math.floor(i / 100)] * knots[i % 100];
    const table = fromData(values, [source.length, knots.length], "float64");
    return {
      name: "linear",
      decay: { t: knots, values: knots.map((a) => 2 / a) },
      source: { t: knots, values: table },
    };
  },
};
const BATCHES: BatchCase[] = [
  { ...lotkaVolterra, method: "RK45", peerMethod: "RK45", few: 20, part: 1 },
  { ...lotkaVolterra, method: "DOP853", peerMethod: "DOP853", few: 20, part: 1 },
  { ...lotkaVolterra, method: "LSODA", peerMethod: "LSODA", few: 40, part: 0.1 },
  { ...robertson, method: "LSODA", peerMethod: "LSODA", few: 40, part: 0.1 },
  { ...robertson, method: "BDF", peerMethod: "BDF", few: 4, part: 0.1 },
  { ...robertson, method: "Radau", peerMethod: "Radau", few: 4, part: 0.1 },
  { ...growth, method: "RK45", peerMethod: "RK45", few: 40, part: 1 },
  { ...linear, method: "RK45", peerMethod: "RK45", few: 20, part: 1 },
  { ...linear, method: "exact", peerMethod: "RK45", few: 20, part: 1 },
];

/** Parameters from low to high. */
function spread({ low, high }: BatchCase, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + (high - low) * i / (count - 1));
}

const SINGLES = [
  ...(["RK45", "DOP853", "LSODA"] as const).map((method) => ({
    ...{ name: "lotkaVolterra", method, parameter: 1, y0: [10, 5], span: [0, 10] as [number, number] },
    f: (_t: number, y: Float64Array, dy: Float64Array) => {
      dy[0] = 1.5 * y[0] - y[0] * y[1];
      dy[1] = y[0] * y[1] - 3 * y[1];
    },
  })),
  ...(["Radau", "BDF", "LSODA"] as const).map((method) => ({
    ...{ name: "vanDerPol", method, parameter: 1000, y0: [2, 0], span: [0, 2000] as [number, number] },
    f: (_t: number, y: Float64Array, dy: Float64Array) => {
      dy[0] = y[1];
      dy[1] = 1000 * (1 - y[0] * y[0]) * y[1] - y[0];
    },
  })),
];

interface Result {
  operation: string;
  times: Times[];
}

/** Measures and prints; returns the record. */
export async function benchOde(
  { python, threads, systems, rounds }: OdeBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "ode_peer.py");
  const tolerances = { rtol: RTOL, atol: ATOL };
  const results: Result[] = [];
  for (const { name, method, parameter, y0, span, f } of SINGLES) {
    const options = { method, ...tolerances };
    const ours: Contender = ["ours", () => timed(() => void solveIvp(f, span, y0, options))];
    const request = { case: "many", name, method, low: parameter, high: parameter, systems: 1, ...tolerances };
    const theirs: Contender[] = peer ? [["scipy", () => peer.run(request)]] : [];
    results.push({
      operation: `${name} ${method}`,
      times: await sideBySide([ours, ...theirs], { rounds, repeats: 2 }),
    });
    report(results.at(-1)!);
  }
  for (const c of BATCHES) {
    const count = Math.ceil(systems * c.part);
    const y0 = fromData(Array.from({ length: count }, () => c.y0).flat(), [count, c.y0.length], "float64");
    const given = c.systems(spread(c, count));
    const ours: Contender = ["ours", () =>
      timed(() => {
        const { y, success } = solveIvpBatch(given, c.span, y0, { method: c.method, ...tolerances });
        if (!success) throw new Error(`a system of ${c.name} failed`);
        y.dispose();
      })];
    const { name, peerMethod: method, low, high, few } = c;
    const request = { case: "many", name, method, low, high, systems: few, ...tolerances };
    const theirs: Contender[] = peer
      ? [[`scipy, scaled from ${few}`, async () => await peer.run(request) * count / few]]
      : [];
    const times = await sideBySide([ours, ...theirs], { rounds, repeats: 1 });
    results.push({ operation: `${count} of ${name} ${c.method}`, times });
    report(results.at(-1)!);
    y0.dispose();
    if (given.name === "linear") (given.source as { values: { dispose(): void } }).values.dispose();
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, ...tolerances, results };
}

function report({ operation, times }: Result): void {
  console.log(operation);
  for (const { name, min, median } of times) {
    const ratio = (min / times[0].min).toFixed(1);
    console.log(`  ${name.padEnd(26)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  this/ours ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, threads, systems, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "systems", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", systems: "100000", rounds: "3" },
  });
  const record = await benchOde({
    python,
    ...{ threads: Number(threads), systems: Number(systems), rounds: Number(rounds) },
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
