/**
 * One snapshot painted: ours beside BEoRN, in one run, arrays in memory to arrays in memory; and 512^3 cells, ours alone,
 * with the peak of memory.
 *
 *     deno run -A bench/reionization_bench.ts [--python PATH] [--threads 2] [--rounds 5] [--cases 128,128-nbody,256,512]
 *         [--peer-cases 128,128-nbody,256] [--inputs build/bench/reionization] [--json FILE]
 *
 * BEoRN takes about 20 s for 128^3 and 3 minutes for 256^3, so it runs once for each. The inputs are made the first time,
 * by bench/peers/reionization_inputs.py with BEoRN's own sampler of halos and profile solver. The peer needs the packages
 * of bench/peers/requirements.txt; `--python none` measures ours alone, if the inputs are there.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { ready } from "../lib/kernel/mod.ts";
import { type PaintCase, type Painted, painter } from "./_painter.ts";
import { machine, Peer } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ReionizationBenchOptions {
  /** Interpreter with the peer's packages; "none" for no peer. */
  python: string;
  /** [1] Threads of ours; BEoRN uses all cores for its transforms. */
  threads: number;
  /** [1] Rounds of ours, of three runs each; the first before the peer's run and the others after it. */
  rounds: number;
  /** Names of the cases to measure. */
  cases: string[];
  /** Names of those that BEoRN paints, too. */
  peerCases: string[];
  /** Folder of the inputs. */
  inputs: string;
}

/** The cases by name. */
function casesIn(folder: string): Record<string, PaintCase & { what: string }> {
  const of = (n: number, name: string) => ({
    n,
    snapshots: `${folder}/${name}.h5`,
    profiles: `${folder}/profiles.h5`,
    parameters: `${folder}/parameters.json`,
  });
  const nbody = new URL("../examples/nbody/", import.meta.url).pathname;
  return {
    "128": { ...of(128, "four_alphas"), what: "128^3 cells, 791 741 halos in 62 bins" },
    "128-nbody": {
      ...{ n: 128, snapshots: `${nbody}inputs.h5`, profiles: `${nbody}profiles.h5` },
      parameters: `${nbody}parameters.json`,
      what: "128^3 cells, 66 390 halos of an N-body run in 23 bins",
    },
    "256": { ...of(256, "one_alpha"), what: "256^3 cells, 791 741 halos in 17 bins" },
    "512": { ...of(512, "one_alpha"), what: "512^3 cells, 791 741 halos in 17 bins" },
  };
}

/** Measures and prints; returns the record. */
export async function benchReionization(options: ReionizationBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, rounds, cases, peerCases, inputs } = options;
  await makeInputs(python, inputs);
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "beorn_peer.py");
  const results: Record<string, unknown>[] = [];
  for (const name of cases) {
    const { what, ...paintCase } = casesIn(inputs)[name];
    console.log(what);
    if (name === "512") {
      results.push({ case: name, what, ...await inItsOwnProcess(paintCase, threads) });
      continue;
    }
    using paint = await painter(paintCase);
    const runs: Painted[] = [];
    const round = () => runs.push(paint.run(), paint.run(), paint.run());
    paint.run();
    round();
    let beorn: number | undefined;
    if (peer && peerCases.includes(name)) beorn = await peer.run({ case: "paint", ...paintCase, cores: 1 });
    for (let i = 1; i < rounds; i++) round();
    runs.sort((a, b) => a.milliseconds - b.milliseconds);
    const [best, middle] = [runs[0], runs[runs.length >> 1]];
    const { halos, bins, transforms, spread } = best.report;
    const times = { min: best.milliseconds, median: middle.milliseconds, runs: runs.length, phases: best.phases };
    const ratio = beorn === undefined ? undefined : { min: beorn / times.min, median: beorn / times.median };
    results.push({ case: name, what, halos, bins, transforms, spread, ours: times, beorn, ratio });
    report(times.min, times.median, best.phases);
    if (ratio) {
      console.log(
        `  BEoRN ${(beorn! / 1000).toFixed(2)} s: ${ratio.min.toFixed(1)} (median ${ratio.median.toFixed(1)})`,
      );
    }
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

function report(min: number, median: number, phases: Record<string, number>): void {
  console.log(`  ours: min ${min.toFixed(0)} ms, median ${median.toFixed(0)} ms`);
  console.log(`  ${Object.entries(phases).map(([phase, ms]) => `${phase} ${ms.toFixed(0)}`).join(", ")} ms`);
}

/** Makes the inputs if they are not there. */
async function makeInputs(python: string, folder: string): Promise<void> {
  const there = await Deno.stat(`${folder}/parameters.json`).then(() => true, () => false);
  if (there) return;
  if (python === "none") throw new Error(`Cannot measure: there are no inputs in ${folder}; run it with a peer once`);
  const script = new URL("./peers/reionization_inputs.py", import.meta.url).pathname;
  const { success } = await new Deno.Command(python, { args: [script, folder], stdout: "inherit" }).output();
  if (!success) throw new Error("Cannot measure: the inputs could not be made; what Python wrote is above");
}

/** Paints in a process of its own, so that its peak of memory is that of painting. */
async function inItsOwnProcess(paintCase: PaintCase, threads: number): Promise<Record<string, unknown>> {
  const script = new URL("./_paint_once.ts", import.meta.url).pathname;
  const args = ["run", "-A", script, JSON.stringify(paintCase), String(threads), "4"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  if (!success) throw new Error("Cannot measure: painting in another process failed; what it wrote is above");
  const { milliseconds, phases, ...memory } = JSON.parse(new TextDecoder().decode(stdout));
  const sorted = (milliseconds as number[]).sort((a, b) => a - b);
  report(sorted[0], sorted[sorted.length >> 1], phases);
  console.log(
    `  peak of the process ${memory.processPeakMiB} MiB, of the kernels' memory ${memory.kernelMemoryMiB} MiB`,
  );
  return { ours: { min: sorted[0], median: sorted[sorted.length >> 1], runs: sorted.length, phases }, ...memory };
}

if (import.meta.main) {
  const { python, threads, rounds, cases, inputs, json, "peer-cases": peerCases } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "cases", "peer-cases", "inputs", "json"],
    default: {
      python: "build/peers/bin/python",
      threads: "2",
      rounds: "5",
      cases: "128,128-nbody,256,512",
      "peer-cases": "128,128-nbody,256",
      inputs: "build/bench/reionization",
    },
  });
  const names = (list: string) => list.split(",").filter((s) => s !== "");
  const record = await benchReionization({
    python,
    threads: Number(threads),
    rounds: Number(rounds),
    cases: names(cases),
    peerCases: names(peerCases),
    inputs,
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
