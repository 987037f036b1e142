/**
 * Halos drawn from the conditional mass function in 128^3 cells, and a table of halos read from text: ours beside BEoRN's
 * sampler and NumPy's reader, in one run.
 *
 *     deno run -A bench/halo_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. BEoRN gives all halos of one of 40 bins the same mass; ours are continuous.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { Field, fromData } from "../lib/array/mod.ts";
import { beornCosmology, linearPower, meanMatterDensity, sigmaM } from "../lib/cosmology/mod.ts";
import { readHaloTable, sampleHalos } from "../lib/halo/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { randomNormal } from "../lib/rng/mod.ts";
import { machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface HaloBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds. */
  rounds: number;
}

const [CELLS, BOX, Z, MASS_MIN] = [128, 100, 8, 8e8];
const ROWS = 1_000_000;

/** Measures and prints; returns the record. */
export async function benchHalo({ python, threads, rounds }: HaloBenchOptions): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "halo_peer.py");
  const linear = linearPower(beornCosmology, { transfer: "eisensteinHuNoWiggle" });
  const std = sigmaM(linear, meanMatterDensity(beornCosmology) * (BOX / CELLS) ** 3, { z: Z });
  const noise = randomNormal(new Float32Array(CELLS ** 3), { key: 1, std });
  const array = fromData(noise, [CELLS, CELLS, CELLS], "float32");
  const density = new Field({ array, boxSize: BOX, quantity: "overdensity", unit: "1" });
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const numbers = randomNormal(4 * 1000, { key: 2, std: 0.1 });
  const row = (i: number) => Array.from({ length: 4 }, (_, k) => (50 + numbers[(4 * i + k) % 4000]).toPrecision(9));
  const part = Array.from({ length: 1000 }, (_, i) => row(i).join(",").replace(/$/, "e8\n")).join("");
  await Deno.writeTextFile(path, "x,y,z,mass\n" + part.repeat(ROWS / 1000));
  const sample = { cells: CELLS, box: BOX, z: Z, mass_min: MASS_MIN / beornCosmology.h, std };
  const units = { length: "Mpc/h", mass: "M_sun/h" } as const;
  const reading = async () => {
    const start = performance.now();
    await readHaloTable(path, { boxSize: 100, z: Z, units });
    return performance.now() - start;
  };
  const drawing = () => timed(() => void sampleHalos(linear, density, { z: Z, key: 1, minMass: MASS_MIN }));
  const { size } = sampleHalos(linear, density, { z: Z, key: 1, minMass: MASS_MIN });
  const cases: [string, number, () => number | Promise<number>, Record<string, string | number>][] = [
    ["sample", size, drawing, sample],
    ["table", ROWS, reading, { path }],
  ];
  const results: { operation: string; n: number; times: Times[] }[] = [];
  try {
    for (const [operation, n, run, request] of cases) {
      const times = await sideBySide([
        ["ours", run],
        ...(peer
          ? [["python", () => peer.run({ case: operation, ...request })] as [string, () => Promise<number>]]
          : []),
      ], { rounds, repeats: 1 });
      results.push({ operation, n, times });
      console.log(`${operation} ${n}`);
      for (const { name, min, median } of times) {
        const ratio = (times[0].min / min).toFixed(3);
        console.log(
          `  ${name.padEnd(10)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms  ours/this ${ratio}`,
        );
      }
    }
  } finally {
    await Deno.remove(path);
    array.dispose();
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3" },
  });
  const record = await benchHalo({ python, threads: Number(threads), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
