/**
 * MUSE's cube of a galaxy at z = 0.1, from its file to the array in memory, each in a new process: ours beside RUBIX, with the
 * same file, templates (those of RUBIX's package) and configuration.
 *
 *     deno run -A bench/ifu_bench.ts [--python PATH] [--threads 2] [--rounds 5] [--stars 1000,100000,1000000,5800000]
 *         [--peer-stars 1000,100000,1000000] [--inputs build/bench/ifu] [--json FILE]
 *
 * RUBIX runs once for each but the smallest: a million stars take it four minutes. Times of ours are those of the whole
 * process as the system sees it, start-up included; RUBIX's are counted from its first import on. `--python none` measures
 * ours alone, if the inputs are there.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { machine } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface IfuBenchOptions {
  /** Interpreter with the peer's packages; "none" for no peer. */
  python: string;
  /** [1] Threads of ours; RUBIX uses all cores. */
  threads: number;
  /** [1] Runs of ours. */
  rounds: number;
  /** [1] Numbers of stars. */
  stars: number[];
  /** [1] Those that RUBIX paints, too. */
  peerStars: number[];
  /** Folder of the inputs. */
  inputs: string;
}

/** What a process told. */
interface Run {
  total: number;
  run: number;
  again?: number;
  peak_mb: number;
  sum: number;
  versions?: Record<string, string>;
}

const script = (name: string) => new URL(name, import.meta.url).pathname;

/** Runs a program whose last line is JSON; adds the seconds that it took as a whole. */
async function tell(command: string, args: string[]): Promise<Run & { process: number }> {
  const start = performance.now();
  const { success, stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
  const process = (performance.now() - start) / 1000;
  if (!success) throw new Error(`Cannot measure: ${command} ${args.join(" ")} failed; run it by hand to see why`);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return { ...JSON.parse(lines.at(-1)!), process };
}

/** What both are told, in RUBIX's words; ours are told where the templates are. */
const configuration = (folder: string, templates: string, method: string) => ({
  pipeline: { name: "calc_ifu" },
  simulation: { name: "IllustrisTNG" },
  output_path: folder,
  telescope: {
    name: "MUSE",
    psf: { name: "gaussian", size: 5, sigma: 0.6 },
    lsf: { sigma: 0.5 },
    noise: { signal_to_noise: 1, noise_distribution: "normal" },
  },
  cosmology: { name: "PLANCK15" },
  galaxy: { dist_z: 0.1, rotation: { type: "edge-on" } },
  ssp: { template: { name: "BruzualCharlot2003", path: templates }, method },
});

const SYNTHETIC = (stars: number) => ({ data: { synthetic: { stars, gas: 0 } }, ssp: {} });

/** Measures and prints; returns the record. */
export async function benchIfu(options: IfuBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, rounds, stars, peerStars, inputs } = options;
  const templates = `${inputs}/BC03lr.h5`;
  await makeInputs(options, templates);
  const results: Record<string, unknown>[] = [];
  let versions: Record<string, string> | undefined;
  for (const count of stars) {
    const folder = `${inputs}/${count}`;
    console.log(`${count} stars`);
    const peer = python === "none" || !peerStars.includes(count)
      ? undefined
      : await tell(python, [script("./peers/ifu_rubix.py"), folder, ...count < 1e6 ? ["again"] : []]);
    versions ??= peer?.versions;
    const ours: Record<string, unknown> = {};
    const files = configuration(folder, templates, "linear");
    const cases: Record<string, unknown> = { linear: files, cubic: configuration(folder, templates, "cubic") };
    // Galaxy and templates that the program makes, for which it need not load what reads HDF5.
    if (count <= 1000) cases.synthetic = { ...files, output_path: null, ...SYNTHETIC(count) };
    for (const [method, asked] of Object.entries(cases)) {
      const config = await Deno.makeTempFile({ suffix: ".json" });
      await Deno.writeTextFile(config, JSON.stringify(asked));
      const args = ["run", "-A", script("./_ifu_once.ts"), config, String(threads)];
      const runs: Awaited<ReturnType<typeof tell>>[] = [];
      for (let i = 0; i < (count > 1e5 ? Math.min(rounds, 3) : rounds); i++) {
        runs.push(await tell(Deno.execPath(), args));
      }
      await Deno.remove(config);
      runs.sort((a, b) => a.process - b.process);
      const [best, middle] = [runs[0], runs[runs.length >> 1]];
      const peak = Math.max(...runs.map((run) => run.peak_mb));
      ours[method] = { min: best.process, median: middle.process, run: best.run, runs: runs.length, peak_mb: peak };
      const ratio = peer ? `, RUBIX ${peer.total.toFixed(1)} s: ${(peer.total / best.process).toFixed(1)}` : "";
      console.log(
        `  ${method}: ${best.process.toFixed(2)} s (median ${middle.process.toFixed(2)}), of these without start-up ` +
          `${best.run.toFixed(2)}, peak ${peak.toFixed(0)} MB${ratio}`,
      );
    }
    if (peer?.again) console.log(`  RUBIX, compiled program run again: ${peer.again.toFixed(2)} s`);
    results.push({ stars: count, ours, ...peer ? { rubix: peer } : {} });
  }
  return { machine: await machine(), threads, peers: versions ?? {}, unit: "s", results };
}

/** Makes the galaxies and takes the templates of RUBIX's package, if they are not there. */
async function makeInputs({ python, stars, inputs }: IfuBenchOptions, templates: string): Promise<void> {
  const there = (path: string) => Deno.stat(path).then(() => true, () => false);
  const missing: string[][] = [];
  for (const count of stars) {
    const path = `${inputs}/${count}/rubix_galaxy.h5`;
    if (await there(path)) continue;
    await Deno.mkdir(`${inputs}/${count}`, { recursive: true });
    missing.push([script("./peers/ifu_galaxy.py"), String(count), path]);
  }
  if (!await there(templates)) {
    const copy =
      "import rubix, shutil, sys; from rubix.paths import TEMPLATE_PATH as t; shutil.copy(t + '/BC03lr.h5', sys.argv[1])";
    missing.push(["-c", copy, templates]);
  }
  if (missing.length > 0 && python === "none") {
    throw new Error(`Cannot measure: inputs are missing in ${inputs}; run it with a peer once`);
  }
  for (const args of missing) {
    const { success } = await new Deno.Command(python, { args, stdout: "null" }).output();
    if (!success) throw new Error(`Cannot measure: ${args.join(" ")} failed; what Python wrote is above`);
  }
}

if (import.meta.main) {
  const given = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "stars", "peer-stars", "inputs", "json"],
  });
  const numbers = (text: string) => text.split(",").map(Number);
  const record = await benchIfu({
    python: given.python ?? "python3",
    threads: Number(given.threads ?? 2),
    rounds: Number(given.rounds ?? 5),
    stars: numbers(given.stars ?? "1000,100000,1000000,5800000"),
    peerStars: numbers(given["peer-stars"] ?? "1000,100000,1000000"),
    inputs: given.inputs ?? new URL("../build/bench/ifu", import.meta.url).pathname,
  });
  if (given.json) await Deno.writeTextFile(given.json, JSON.stringify(record));
}
