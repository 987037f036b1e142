/**
 * Paints the snapshots of a file with radiation profiles: one CoevalCube file per snapshot.
 *
 * @module
 */
import { stats } from "../../lib/array/mod.ts";
import { InputError, isToolkitError, type Json } from "../../lib/base/mod.ts";
import type { PaintedCube, PaintPhase } from "../../lib/radiation/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import type { SnapshotFile, SnapshotInfo } from "../../lib/simulation/mod.ts";
import type { Config } from "../registry.ts";
import { paintSettings } from "./config.ts";

/** [s] Time per cell and thread, and per snapshot, measured on two cores at 2.6 GHz; for estimates only. */
const SECONDS_PER_CELL = 1e-7;
const SECONDS_PER_SNAPSHOT = 0.3;

/** What to do when memory does not suffice. */
export const TOO_LARGE = "use snapshots with fewer cells, and a smaller simulation.Ncell";

const PHASES: readonly PaintPhase[] = ["bin halos", "bubbles", "spread", "profiles", "couplings"];

/** The step that paints. */
export function paintTask(config: Config): Task {
  const { parameters, tolerance } = paintSettings(config);
  const { Ncell: cells, Lbox: boxSize } = parameters.simulation;
  const inputs = {
    snapshots: config.values.input.snapshots as string,
    profiles: config.values.input.profiles as string,
  };
  const wanted = parameters.cosmo_sim.snapshot_redshifts;

  async function estimate(threads: number): Promise<Estimate> {
    const { paintBytes } = await import("../../lib/radiation/mod.ts");
    const chosen = await snapshotsOf(config);
    const halos = Math.max(...chosen.map((snapshot) => snapshot.halos));
    const profiles = (await Deno.stat(inputs.profiles)).size;
    return {
      kernelBytes: paintBytes(cells, halos),
      // The program; a slab of a file; the catalogue; profiles, which are read as float64.
      otherBytes: 150 * 2 ** 20 + Math.min(4 * cells ** 3, 2 ** 26) + 40 * halos + 2 * profiles,
      remedy: TOO_LARGE,
      seconds: chosen.length * (SECONDS_PER_SNAPSHOT + SECONDS_PER_CELL * cells ** 3 * (1 + 1 / threads)),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const radiation = await import("../../lib/radiation/mod.ts");
    const { openSnapshots } = await import("../../lib/simulation/mod.ts");
    const { snapshots, profiles } = inputs;
    using file = await context.phase("open", () => openSnapshots(snapshots, { boxSize, cells }));
    const chosen = chooseSnapshots(file, wanted);
    const grid = await context.phase("open", () => radiation.readProfiles(profiles));
    radiation.checkProfileParameters(grid, parameters, profiles);
    if (!grid.parameters) {
      context.note("the profiles do not say what they were made with, so cosmology and sources are not checked");
    }
    const slices = chosen.map(({ z }) => radiation.sliceProfiles(grid, z));
    const names = slices.map(({ z }) => radiation.cubeFileName(z));
    checkDistinct(names, chosen, snapshots, profiles);
    slices.forEach(({ warning }) => warning && context.note(warning));
    await context.parts(names, async (path, index) => {
      using snapshot = await context.phase("read", () => file.read(file.snapshots.indexOf(chosen[index])));
      const onPhase = (phase: PaintPhase) => context.progress(PHASES.indexOf(phase) / PHASES.length);
      using cube = await context.phase("paint", () => {
        try {
          return radiation.paintSnapshot(snapshot, slices[index], parameters, { tolerance, onPhase });
        } catch (error) {
          throw namingCatalogue(error, file.path, chosen[index].name);
        }
      });
      context.note(resultText(cube));
      await context.phase("write", () => radiation.writeCoevalCube(path, cube, parameters));
    });
  }

  return {
    name: "paint",
    version: 2,
    module: import.meta.url,
    inputs,
    parameters: { parameters: parameters as unknown as Json, tolerance },
    estimate,
    run,
  };
}

/** The snapshots that a configuration paints. */
export async function snapshotsOf(config: Config): Promise<SnapshotInfo[]> {
  const { openSnapshots } = await import("../../lib/simulation/mod.ts");
  const { simulation: { Ncell: cells, Lbox: boxSize }, cosmo_sim } = paintSettings(config).parameters;
  using file = await openSnapshots(config.values.input.snapshots as string, { boxSize, cells });
  return chooseSnapshots(file, cosmo_sim.snapshot_redshifts);
}

/** The error for halos that lie in no bin, with the file they come from. */
function namingCatalogue(error: unknown, path: string, group: string): unknown {
  if (!isToolkitError(error, "InputError") || !error.message.startsWith("Cannot bin halos at")) return error;
  const message = error.message.replace("Cannot bin halos", `Cannot bin the halos of "${path}" (${group})`);
  return new InputError(message, path, error.key, { cause: error });
}

/** The main numbers of a cube, in a line. */
function resultText({ z, ionisedFraction, temperature, brightnessTemperature, report }: PaintedCube): string {
  const mean = ({ array }: { array: PaintedCube["density"]["array"] }) => stats(array).mean.toPrecision(4);
  return `z = ${z.toFixed(3)}: mean x_HII ${mean(ionisedFraction)}, T ${mean(temperature)} K, ` +
    `dTb ${mean(brightnessTemperature)} mK; ${report.halos} halos`;
}

/** Snapshots at the wanted redshifts (to 0.001), or all. */
function chooseSnapshots(file: SnapshotFile, wanted: readonly number[] | null): SnapshotInfo[] {
  if (wanted === null) return [...file.snapshots];
  return wanted.map((z) => {
    const found = file.snapshots.find((snapshot) => Math.abs(snapshot.z - z) < 1e-3);
    if (found) return found;
    const key = "cosmo_sim.snapshot_redshifts";
    const known = file.snapshots.map((snapshot) => snapshot.z).join(", ");
    throw new InputError(
      `Cannot paint z = ${z} ("${key}"): "${file.path}" has snapshots at z = ${known}`,
      file.path,
      key,
    );
  });
}

/** Two snapshots that are painted at the same redshift would share a file. */
function checkDistinct(
  names: readonly string[],
  chosen: readonly SnapshotInfo[],
  snapshots: string,
  profiles: string,
): void {
  const second = names.findIndex((name, i) => names.indexOf(name) < i);
  if (second < 0) return;
  const first = names.indexOf(names[second]);
  throw new InputError(
    `Cannot paint "${snapshots}": the snapshots at z = ${chosen[first].z} and z = ${
      chosen[second].z
    } are both nearest to ` +
      `one redshift of "${profiles}"; leave one out by cosmo_sim.snapshot_redshifts, or make profiles for both`,
    snapshots,
    chosen[second].name,
  );
}
