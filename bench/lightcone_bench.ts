/**
 * A light-cone of ten cubes, and a field in redshift space: ours beside tools21cm, in one run.
 *
 *     deno run -A bench/lightcone_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. Both have all cubes in memory; ours are float32 as theirs. In redshift space ours
 * are exact sums, theirs 20 particles per cell; ours with 20 particles are measured too. The peer's rest of one second in
 * make_lightcone is left out.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty, Field } from "../lib/array/mod.ts";
import { cosmology } from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { makeLightcone, toRedshiftSpace } from "../lib/lightcone/mod.ts";
import { machine, Peer, sideBySide, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface LightconeBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs once in each. */
  rounds: number;
}

// tools21cm's own.
const theirs = cosmology({ h: 0.7, omegaM: 0.27, omegaB: 0.044 });
const REDSHIFTS = Array.from({ length: 10 }, (_, i) => 6.5 + 0.5 * i);

function mesh(n: number, unit: string, valueAt: (x: number, y: number, z: number) => number): Field {
  const array = empty([n, n, n], "float32");
  for (let i = 0; i < array.size; i++) array.data[i] = valueAt(Math.floor(i / n / n), Math.floor(i / n) % n, i % n);
  return new Field({ array, boxSize: 100, quantity: unit === "mK" ? "brightnessTemperature" : "other", unit });
}

/** Numbers without a pattern. */
const noise = (n: number, seed: number) =>
  mesh(n, "mK", (x, y, z) => (seed + x * 7919 + y * 104_729 + z * z * 31) % 1009);

/** Measures and prints; returns the record. */
export async function benchLightcone(
  { python, threads, rounds }: LightconeBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "lightcone_peer.py");
  const results: { operation: string; n: number; axis: number; times: Times[] }[] = [];
  const n = 128;
  const cubes = REDSHIFTS.map((_, i) => noise(n, i));
  const signal = noise(n, 1);
  const velocity = mesh(n, "km/s", (x, y, z) => 300 * Math.sin(2 * Math.PI * (2 * x + 3 * y + 5 * z) / n));
  const source = { redshifts: REDSHIFTS, read: (i: number) => ({ z: REDSHIFTS[i], dTb: cubes[i] }) };
  for (const axis of [2, 0] as const) {
    const move = (method: "cells" | "particles") => () => {
      const start = performance.now();
      using _ = toRedshiftSpace(signal, velocity, { z: 8, cosmology: theirs, axis, method }).array;
      return performance.now() - start;
    };
    const cone = async () => {
      const start = performance.now();
      using _ = (await makeLightcone(source, { cosmology: theirs, quantities: ["dTb"], axis })).dTb;
      return performance.now() - start;
    };
    for (
      const [operation, ours] of [
        ["lightcone", [["ours", cone]]],
        ["redshift_space", [["ours", move("cells")], ["ours, 20 particles", move("particles")]]],
      ] as [string, [string, () => number | Promise<number>][]][]
    ) {
      const times = await sideBySide([
        ...ours,
        ...(peer
          ? [["tools21cm", () => peer.run({ case: operation, n, axis })] as [string, () => Promise<number>]]
          : []),
      ], { rounds, repeats: 1 });
      results.push({ operation, n, axis, times });
      console.log(`${operation} ${n}^3 along axis ${axis}`);
      for (const { name, min, median } of times) {
        const ratio = (times[0].min / min).toFixed(4);
        console.log(
          `  ${name.padEnd(19)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  ours/this ${ratio}`,
        );
      }
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3" },
  });
  const record = await benchLightcone({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
