/** Small inputs of the reionization pipeline, made from the reference catalogue, and runs of the command line. */
import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { openHdf5 } from "../../lib/io/mod.ts";
import { type Dataset, reference, writeDatasets } from "../radiation/_files.ts";

const ROOT = join(dirname(fromFileUrl(import.meta.url)), "..", "..");
/** Path of the reference profiles: z = 24, 22, ..., 9, 8, 7. */
export const PROFILES = fromFileUrl(reference("profiles.h5"));

/** What a snapshot file holds; tests change it before it is written. */
export interface Inputs {
  root: Record<string, number>;
  /** Redshift of each group. */
  z: Record<string, number>;
  datasets: Record<string, Dataset>;
}

/** Side of the mesh of `smallInputs`. */
export const CELLS = 16;

/** Mean over blocks of `step`^3 cells. */
function coarse(fine: Float64Array, n: number, step: number): Float32Array {
  const m = n / step;
  const out = new Float32Array(m ** 3);
  fine.forEach((value, i) => {
    const [x, y, z] = [Math.floor(i / (n * n)), Math.floor(i / n) % n, i % n].map((c) => Math.floor(c / step));
    out[(x * m + y) * m + z] += value / step ** 3;
  });
  return out;
}

/** Every 16th halo of the reference catalogue at z = 9 and 7, with the density on 16^3 cells. */
export async function smallInputs(): Promise<Inputs> {
  using file = await openHdf5(reference("inputs.h5"));
  const datasets: Record<string, Dataset> = {};
  for (const group of ["snap_0", "snap_1"]) {
    for (
      const [name, width, unit] of [["halo_positions", 3, "cMpc/h"], ["halo_masses", 1], ["halo_alphas", 1]] as const
    ) {
      const all = file.readNumbers(`${group}/${name}`);
      const data = Float32Array.from(
        { length: Math.ceil(all.length / width / 16) * width },
        (_, i) => all[Math.floor(i / width) * 16 * width + i % width],
      );
      const shape = width === 1 ? [data.length] : [data.length / width, width];
      datasets[`${group}/${name}`] = { data, shape, ...(unit ? { unit } : {}) };
    }
    const data = coarse(file.readNumbers(`${group}/delta_b`), 64, 64 / CELLS);
    datasets[`${group}/delta_b`] = { data, shape: [CELLS, CELLS, CELLS] };
  }
  return { root: { Lbox_Mpc_per_h: 50, Ncell: CELLS }, z: { snap_0: 9, snap_1: 7 }, datasets };
}

/** Writes a snapshot file. */
export async function writeInputs(path: string, { root, z, datasets }: Inputs): Promise<void> {
  await writeDatasets(path, datasets, (file) => {
    file.setAttributes("/", root);
    for (const [group, value] of Object.entries(z)) file.setAttributes(group, { z: value });
  });
}

/** A configuration for files written by `writeInputs`. */
export function config(snapshots = "inputs.h5", profiles = PROFILES) {
  return {
    pipeline: "reionization",
    input: { snapshots, profiles },
    simulation: { Ncell: CELLS, Lbox: 50 },
    source: { halo_mass_min: 2e9, halo_mass_max: 2e12 },
    solver: { halo_mass_accretion_alpha: [0.1, 0.5, 0.7, 0.9] },
    cosmology: { Om: 0.315, Ob: 0.045, Ol: 0.685, h0: 0.673 },
  };
}

/** What a run said. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command of the program, with the permissions of deno.json. */
export function commandOf(...args: string[]): { command: string; args: string[] } {
  const permissions = ["--allow-read", "--allow-write"];
  if (!["list", "clean"].includes(args[0])) permissions.push("--allow-env", "--allow-sys=systemMemoryInfo");
  if (["precompute", "paint", "analyse"].includes(args[0])) permissions.push("--allow-ffi");
  const options = ["run", "--no-prompt", "--quiet", "--config", join(ROOT, "deno.json"), ...permissions];
  return { command: Deno.execPath(), args: [...options, join(ROOT, "tasks/main.ts"), ...args] };
}

/** Starts a command in a folder. */
export function start(cwd: string, ...words: string[]): Deno.ChildProcess {
  const { command, args } = commandOf(...words);
  return new Deno.Command(command, { args, cwd, stdout: "piped", stderr: "piped" }).spawn();
}

/** Waits for the end of a command. */
export async function end(process: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a command. */
export const run = (cwd: string, ...args: string[]): Promise<Outcome> => end(start(cwd, ...args));

/** A run that must succeed. */
export async function good(cwd: string, ...args: string[]): Promise<Outcome> {
  const outcome = await run(cwd, ...args);
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome;
}

/** Files that a folder of results shows, with their SHA-256. */
export async function shown(folder: string, prefix = ""): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${prefix}`)) {
    if (name === ".cosmesh") continue;
    if (isDirectory) Object.assign(files, await shown(folder, `${prefix}${name}/`));
    else {
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${prefix}${name}`));
      files[prefix + name] = new Uint8Array(digest).toHex();
    }
  }
  return files;
}
