/**
 * HEALPix functions of a million points or pixels, and of whole maps: ours beside healpy (one thread), in one run.
 *
 *     deno run -A bench/healpix_bench.ts [--python PATH] [--threads 2] [--nside 512] [--rounds 5] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { allocate, ready } from "../lib/kernel/mod.ts";
import {
  ang2pix,
  interpolateMap,
  interpolationWeights,
  neighbours,
  pixelCount,
  ring2nest,
  udGrade,
  vec2pix,
} from "../lib/sphere/mod.ts";
import { machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

const COUNT = 1_000_000;

/** Options of the benchmark. */
export interface HealpixBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Resolution. */
  nside: number;
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
}

/** An array in the kernels' memory. */
function shared(length: number, value: (i: number) => number): Float64Array {
  const array = allocate(Float64Array, length, "points");
  for (let i = 0; i < length; i++) array[i] = value(i);
  return array;
}

/** Measures and prints; returns the record. */
export async function benchHealpix(options: HealpixBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, nside, rounds } = options;
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "healpix_peer.py");
  const theta = shared(COUNT, (i) => Math.acos(1 - 2 * (i * 0.6180339887498949 % 1)));
  const phi = shared(COUNT, (i) => 2 * Math.PI * (i * 0.7548776662466927 % 1));
  const vectors = shared(3 * COUNT, (i) => {
    const [t, p] = [theta[Math.floor(i / 3)], phi[Math.floor(i / 3)]];
    return [Math.sin(t) * Math.cos(p), Math.sin(t) * Math.sin(p), Math.cos(t)][i % 3];
  });
  const pixels = shared(COUNT, (i) => i % pixelCount(nside));
  const map = shared(pixelCount(nside), (i) => i);
  const cases: [name: string, run: () => unknown][] = [
    ["ang2pix", () => ang2pix(nside, theta, phi)],
    ["vec2pix", () => vec2pix(nside, vectors)],
    ["weights", () => interpolationWeights(nside, theta, phi)],
    ["values", () => interpolateMap(map, theta, phi)],
    ["grade", () => udGrade(map, nside / 4)],
    ["neighbours", () => neighbours(nside, pixels)],
    ["ring2nest", () => ring2nest(nside, pixels)],
  ];
  const results: { name: string; times: Times[] }[] = [];
  for (const [name, run] of cases) {
    const ours = () => timed(() => void run());
    const theirs = () => peer!.run({ case: name, nside });
    const times = await sideBySide([["ours", ours], ...peer ? [["healpy", theirs] as [string, typeof theirs]] : []], {
      rounds,
      repeats: 2,
    });
    results.push({ name, times });
    const each = times.map(({ name, min, median }) =>
      `${name} min ${min.toFixed(1)} ms, median ${median.toFixed(1)} ms`
    );
    const ratio = times.length > 1 ? `; healpy/ours ${(times[1].min / times[0].min).toFixed(2)}` : "";
    console.log(`${name.padEnd(12)}${each.join("; ")}${ratio}`);
  }
  return { machine: await machine(), threads, nside, points: COUNT, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, nside, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "nside", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", nside: "512", rounds: "5" },
  });
  const record = await benchHealpix({
    python,
    threads: Number(threads),
    nside: Number(nside),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
