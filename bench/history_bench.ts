/**
 * A history of reionization, ten redshifts: ours beside BEoRN. The peer goes from noise to spectra and writes its halos,
 * densities and profiles; ours paints the very same, and then makes a history of its own from noise to files. Times of
 * each part, and how far the two are apart.
 *
 *     deno run -A bench/history_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--cells 128]
 *         [--inputs build/bench/history] [--json FILE]
 *
 * BEoRN takes about two minutes for 128^3 cells (100 Mpc/h; smaller meshes have smaller boxes), and runs once. With
 * `--python none` what it wrote last is used. The peer needs the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { stats } from "../lib/array/mod.ts";
import { linearPower } from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { powerSpectrum } from "../lib/power/mod.ts";
import {
  checkParameters,
  computeProfiles,
  paintSnapshot,
  type ParameterGroups,
  readProfileSlice,
  sliceProfiles,
  universeOf,
  writeCoevalCube,
} from "../lib/radiation/mod.ts";
import { openInitialConditions, openSnapshots } from "../lib/simulation/mod.ts";
import { machine } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface HistoryBenchOptions {
  /** Interpreter with the peer's packages; "none" for what it wrote last. */
  python: string;
  /** [1] Threads of ours; BEoRN uses all cores for its transforms. */
  threads: number;
  /** [1] Rounds of ours. */
  rounds: number;
  /** [1] Cells along an axis. */
  cells: number;
  /** Folder of what the peer writes. */
  inputs: string;
}

/** What `peers/history_peer.py` tells. */
interface PeerRecord {
  /** [s] Time of each part. */
  seconds: Record<string, number>;
  /** [s] Time of all its threads, which depends less on what else the machine does. */
  cpuSeconds: Record<string, number>;
  peakMiB: number;
  /** [h/Mpc] */
  k: number[];
  snapshots: {
    z: number;
    halos: number;
    mean: Record<string, number>;
    std: Record<string, number>;
    /** [unit^2 (Mpc/h)^3] */
    power: Record<string, number[]>;
  }[];
  versions: Record<string, string>;
}

/** One snapshot of ours. */
interface Painted {
  z: number;
  mean: { xHII: number; Temp: number; xal: number; dTb: number };
  /** [mK^2 (Mpc/h)^3] In the peer's bins. */
  power: Float64Array;
}

/** Writes the case's parameters, and lets the peer run unless there is none. */
async function runPeer({ python, cells, inputs }: HistoryBenchOptions): Promise<PeerRecord> {
  const parameters = JSON.parse(await Deno.readTextFile(new URL("./history_parameters.json", import.meta.url)));
  parameters.simulation = { Ncell: cells, Lbox: 100 * cells / 128 };
  const json = `${inputs}/beorn.json`;
  if (python !== "none") {
    await Deno.mkdir(inputs, { recursive: true });
    await Deno.writeTextFile(`${inputs}/parameters.json`, JSON.stringify(parameters, null, 2) + "\n");
    await Deno.remove(`${inputs}/profiles.h5`).catch(() => {});
    const script = new URL("./peers/history_peer.py", import.meta.url).pathname;
    const files = ["--snapshots-out", `${inputs}/snapshots.h5`, "--profiles", `${inputs}/profiles.h5`, "--json", json];
    const args = [script, `${inputs}/parameters.json`, ...files];
    const { success } = await new Deno.Command(python, { args, stdout: "inherit", stderr: "null" }).output();
    if (!success) throw new Error(`Cannot measure: ${python} ${args.join(" ")} failed`);
  }
  return JSON.parse(await Deno.readTextFile(json));
}

/** Reads, paints and measures all snapshots; adds the times to `seconds`. */
async function paintAll(inputs: string, seconds: Record<string, number>): Promise<Painted[]> {
  const given = JSON.parse(await Deno.readTextFile(`${inputs}/parameters.json`));
  const { initial: _initial, cosmo_sim: _snapshots, ...groups } = given;
  const { parameters } = checkParameters(groups as ParameterGroups);
  let start = performance.now();
  const lap = (name: string) => {
    const now = performance.now();
    seconds[name] = (seconds[name] ?? 0) + (now - start) / 1000;
    start = now;
  };
  using file = await openSnapshots(`${inputs}/snapshots.h5`);
  const results: Painted[] = [];
  for (let i = 0; i < file.snapshots.length; i++) {
    const profiles = await readProfileSlice(`${inputs}/profiles.h5`, file.snapshots[i].z);
    using snapshot = file.read(i);
    lap("read");
    using cube = paintSnapshot(snapshot, profiles, parameters);
    lap("paint");
    const mean = {
      xHII: stats(cube.ionisedFraction.array).mean,
      Temp: stats(cube.temperature.array).mean,
      xal: stats(cube.lymanAlphaCoupling.array).mean,
      dTb: stats(cube.brightnessTemperature.array).mean,
    };
    const { power } = powerSpectrum(cube.brightnessTemperature);
    lap("measure");
    results.push({ z: cube.z, mean, power });
  }
  return results;
}

/** From initial conditions of our own to spectra and files, with the same parameters: times of each part. */
async function ownHistory(inputs: string): Promise<Record<string, number>> {
  const { initial, ...groups } = JSON.parse(await Deno.readTextFile(`${inputs}/parameters.json`));
  const { parameters } = checkParameters(groups as ParameterGroups);
  const { simulation: { Ncell: cells, Lbox: boxSize }, source } = parameters;
  const redshifts = parameters.cosmo_sim.snapshot_redshifts!;
  const seconds: Record<string, number> = {};
  let start = performance.now();
  const lap = (name: string) => {
    const now = performance.now();
    seconds[name] = (seconds[name] ?? 0) + (now - start) / 1000;
    start = now;
  };
  using profiles = computeProfiles(parameters);
  const slices = redshifts.map((z) => sliceProfiles(profiles, z));
  lap("profiles");
  using history = openInitialConditions(linearPower(universeOf(parameters)), {
    ...{ cells, boxSize, redshifts, key: initial.seed, order: initial.order, environmentRadius: initial.R_env },
    ...{ minMass: source.halo_mass_min, maxMass: source.halo_mass_max },
  });
  for (let i = 0; i < redshifts.length; i++) {
    using snapshot = await history.read(i);
    lap("load");
    using cube = paintSnapshot(snapshot, slices[i], parameters);
    lap("paint");
    powerSpectrum(cube.brightnessTemperature);
    lap("measure");
    await writeCoevalCube(`${inputs}/cube.h5`, cube, parameters);
    lap("write");
  }
  seconds.total = Object.values(seconds).reduce((sum, s) => sum + s, 0);
  return seconds;
}

/** Measures and prints; returns the record. */
export async function benchHistory(options: HistoryBenchOptions): Promise<Record<string, unknown>> {
  const { threads, rounds, cells, inputs } = options;
  const beorn = await runPeer(options);
  await ready({ threads });
  let [painted, best]: [Painted[], Record<string, number> | undefined] = [[], undefined];
  for (let round = 0; round < rounds; round++) {
    const seconds: Record<string, number> = {};
    painted = await paintAll(inputs, seconds);
    if (best === undefined || seconds.paint < best.paint) best = seconds;
  }
  let own: Record<string, number> | undefined;
  for (let round = 0; round < rounds; round++) {
    const seconds = await ownHistory(inputs);
    if (own === undefined || seconds.total < own.total) own = seconds;
  }
  const snapshots = painted.map((ours, i) => ({ z: ours.z, ...apart(ours, beorn, i) }));
  const ratio = beorn.seconds.paint / best!.paint;
  for (const { z, ours, theirs, power } of snapshots) {
    const numbers = Object.entries(ours).map(([name, mean]) => `${name} ${short(mean)} (${short(theirs[name])})`);
    console.log(`z = ${z}: ${numbers.join(", ")}; P of dTb ${power.map((p) => p.toFixed(3)).join(" ")}`);
  }
  console.log("in brackets BEoRN; P as ratio ours/BEoRN in bins of rising k");
  console.log(`BEoRN: ${timesText(beorn.seconds)}; peak ${beorn.peakMiB.toFixed(0)} MiB`);
  console.log(`       of its threads: ${timesText(beorn.cpuSeconds)}`);
  console.log(`ours, painting its halos: ${timesText(best!)}; painting ${ratio.toFixed(0)} times faster`);
  const ratioOfAll = beorn.seconds.total / own!.total;
  console.log(`ours, all of it: ${timesText(own!)}; ${ratioOfAll.toFixed(0)} times faster`);
  const { versions: peers, seconds, cpuSeconds, peakMiB, k } = beorn;
  return {
    machine: await machine(),
    threads,
    peers,
    cells,
    ours: best,
    beorn: { seconds, cpuSeconds, peakMiB },
    ratio,
    own,
    ratioOfAll,
    k,
    snapshots,
  };
}

/** Means of both, and the ratio of the spectra. */
function apart({ mean, power }: Painted, beorn: PeerRecord, i: number) {
  const theirs = beorn.snapshots[i];
  const ratios = theirs.power.dTb.map((p, bin) => p === 0 && power[bin] === 0 ? 1 : power[bin] / p);
  return { ours: { ...mean } as Record<string, number>, theirs: theirs.mean, power: ratios };
}

const short = (value: number) => Number(value.toPrecision(5));
const timesText = (seconds: Record<string, number>) =>
  Object.entries(seconds).map(([name, s]) => `${name} ${s.toFixed(2)}`).join(", ") + " s";

if (import.meta.main) {
  const { python, threads, rounds, cells, inputs, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "cells", "inputs", "json"],
    default: {
      python: "build/peers/bin/python",
      threads: "2",
      rounds: "3",
      cells: "128",
      inputs: "build/bench/history",
    },
  });
  const record = await benchHistory({
    python,
    threads: Number(threads),
    rounds: Number(rounds),
    cells: Number(cells),
    inputs,
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
