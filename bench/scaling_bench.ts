/**
 * Strong and weak scaling over ranks of one machine, and what a model makes of it for many:
 *
 *     deno run -A bench/scaling_bench.ts [--python PATH] [--ranks 1,2,3,4] [--sides 128,256] [--preset default]
 *         [--rounds 2] [--json FILE]
 *
 * Distributed transforms of complex128 cubes, beside mpi4py-fft where the interpreter has it, and `deno task paint`. Each
 * rank has one thread. Programs are started in turn, and the shortest times over all rounds count. With more ranks than
 * cores, ranks wait for each other's time slices; MPICH does so spinning, and is left out there.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { fromFileUrl } from "@std/path";
import { empty } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  deno,
  findMpis,
  hasModule,
  inTurn,
  launch,
  type Mpi,
  peerEnvironment,
  type Program,
  python,
  timesOf,
} from "./_launch.ts";
import { bytesOfRank, flopsOf, modelTransform, type RankSpeed, type TransformCase } from "./_scaling_model.ts";
import { machine, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ScalingBenchOptions {
  /** Interpreter with mpi4py-fft; "none" for no peer. */
  python: string;
  /** [1] Numbers of ranks. */
  ranks: number[];
  /** [1] Sides of the cubes that all ranks share. */
  sides: number[];
  /** Size of the example to paint, "none" for none. */
  preset: string;
  /** [1] Rounds; each program is started once in each. */
  rounds: number;
}

interface Result {
  mpi: string;
  what: "transform" | "paint";
  /** Of one problem, or of one that grows with the ranks. */
  scaling: "strong" | "weak";
  ranks: number;
  side?: number;
  /** [ms] Forward and inverse of each contender, or all of a painting. */
  times: Times[];
}

/** [1] Sides of cubes with about 128^3 points for each of so many ranks, of lengths that transform well. */
const WEAK_SIDES: Record<number, number> = { 1: 128, 2: 160, 3: 180, 4: 200 };

/** A machine that is not here: 16 nodes of 64 ranks, a network of 200 Gbit/s for each node. */
const LARGE = { ranks: 1024, side: 4096, memory: 4e9, network: 25e9 / 64, latency: 2e-6 };

/** Transforms of a complex128 cube, ours and the peer's in turn. */
async function transforms(mpi: Mpi, ranks: number, side: number, peer: string, rounds: number): Promise<Times[]> {
  const repeats = 5;
  const programs: Program[] = [["ours", deno("_distributed_fft_ranks.ts", side, "complex128", repeats)]];
  if (peer !== "none") {
    const command = python(peer, "distributed_fft_peer.py", side, "complex128", repeats);
    programs.push(["mpi4py-fft", command, await peerEnvironment(mpi)]);
  }
  const answers = await inTurn<{ forward: number[]; inverse: number[] }>(mpi, ranks, programs, rounds);
  return programs.flatMap(([name], i) =>
    (["forward", "inverse"] as const).map((way) => timesOf(`${name}, ${way}`, answers[i].flatMap((one) => one[way])))
  );
}

/** Paints the example, each time into a new folder. */
async function paintings(mpi: Mpi, ranks: number, preset: string, rounds: number): Promise<Times[]> {
  const main = fromFileUrl(new URL("../tasks/main.ts", import.meta.url));
  const folder = await Deno.makeTempDir();
  const task = (verb: string, out: string, ...more: string[]) => [
    ...[Deno.execPath(), "run", "--quiet", "-A", main, verb, "--preset", preset, "--out", `${folder}/${out}`],
    ...["--threads", "1", "--quiet", "--json", ...more],
  ];
  await launch(mpi, 1, task("precompute", "profiles"));
  const profiles = `input.profiles=${folder}/profiles/RadiationProfiles.h5`;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { seconds } = await launch(mpi, ranks, task("paint", "cubes", "--set", profiles)) as { seconds: number };
    times.push(1000 * seconds);
    await Deno.remove(`${folder}/cubes`, { recursive: true });
  }
  await Deno.remove(folder, { recursive: true });
  return [timesOf("ours", times)];
}

/** What a rank of this machine does in a second. */
async function measureSpeed(mpi: Mpi, oneRank: number, side: number): Promise<RankSpeed> {
  await ready({ threads: 1 });
  const length = 2 ** 25;
  using from = empty([length], "float64");
  using into = empty([length], "float64");
  const copies = Array.from({ length: 5 }, () => timed(() => into.data.set(from.data)));
  const answer = await launch(mpi, 2, deno("_ping_pong.ts", `8,${2 ** 26}`));
  const [short, long] = (answer as { results: { message: number; exchange: number }[] }).results;
  return {
    flops: flopsOf(side ** 3, "complex") / oneRank,
    memory: 8 * length / Math.min(...copies) * 1e3,
    network: 2 ** 26 / long.exchange * 1e6,
    latency: short.message * 1e-6,
  };
}

/** The model for this machine, beside what was measured, and for a large one. */
function models(speed: RankSpeed, side: number) {
  const of = (problem: TransformCase, speed: RankSpeed) => ({
    ...problem,
    gigabytes: bytesOfRank(problem) / 1e9,
    ...modelTransform(problem, speed),
  });
  const common = { kind: "complex", itemBytes: 16, order: "transposed" } as const;
  const large: TransformCase[] = [];
  for (const grid of [[LARGE.ranks, 1], [32, LARGE.ranks / 32]] as const) {
    for (const order of ["transposed", "natural"] as const) {
      large.push({ ...common, side: LARGE.side, grid, order });
    }
  }
  const { memory, network, latency } = LARGE;
  const assumed: RankSpeed = { flops: speed.flops, memory, network, latency };
  return {
    here: { speed, times: of({ ...common, side, grid: [2, 1] }, speed) },
    large: { speed: assumed, ranks: LARGE.ranks, times: large.map((problem) => of(problem, assumed)) },
  };
}

/** Measures and prints; returns the record. */
export async function benchScaling(options: ScalingBenchOptions): Promise<Record<string, unknown>> {
  const { ranks, sides, preset, rounds } = options;
  const results: Result[] = [];
  const add = (result: Result) => report(results[results.push(result) - 1]);
  const mpis = await findMpis();
  const cores = navigator.hardwareConcurrency;
  const hasPeer = options.python !== "none" && await hasModule(options.python, "mpi4py_fft");
  const peer = hasPeer ? options.python : "none";
  for (const mpi of mpis) {
    const here = ranks.filter((n) => mpi.name !== "MPICH" || n <= cores);
    for (const n of here) {
      const common = { mpi: mpi.name, ranks: n };
      for (const side of sides) {
        const times = await transforms(mpi, n, side, n <= cores ? peer : "none", rounds);
        add({ ...common, what: "transform", scaling: "strong", side, times });
      }
      const side = WEAK_SIDES[n];
      if (side !== undefined) {
        const times = await transforms(mpi, n, side, "none", rounds);
        add({ ...common, what: "transform", scaling: "weak", side, times });
      }
      if (preset !== "none") {
        add({ ...common, what: "paint", scaling: "strong", times: await paintings(mpi, n, preset, rounds) });
      }
    }
  }
  const side = Math.max(...sides);
  const one = results.filter((r) => r.what === "transform" && r.side === side && r.ranks === 1);
  const shortest = Math.min(...one.map(({ times }) => times[0].min)) / 1000;
  const model = one.length === 0 ? undefined : models(await measureSpeed(mpis[0], shortest, side), side);
  return { machine: await machine(), threadsOfRank: 1, preset, results, model };
}

function report({ mpi, what, scaling, ranks, side, times }: Result): void {
  console.log(`${mpi}, ${what}${side ? ` of ${side}^3` : ""}, ${scaling} scaling, ranks: ${ranks}`);
  for (const { name, min, median } of times) {
    console.log(`  ${name.padEnd(20)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms`);
  }
}

if (import.meta.main) {
  const { python, ranks, sides, preset, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "ranks", "sides", "preset", "rounds", "json"],
    default: {
      python: "build/peers/bin/python",
      ranks: "1,2,3,4",
      sides: "128,256",
      preset: "default",
      rounds: "2",
    },
  });
  const numbers = (text: string) => text.split(",").map(Number);
  const record = await benchScaling({
    python,
    ranks: numbers(ranks),
    sides: numbers(sides),
    preset,
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
