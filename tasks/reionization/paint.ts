/**
 * Paints snapshots with radiation profiles: one CoevalCube file per snapshot.
 *
 * @module
 */
import { InputError, type Json } from "../../lib/base/mod.ts";
import {
  checkProfileParameters,
  cubeFileName,
  paintBytes,
  parametersYaml,
  type ReionizationParameters,
} from "../../lib/radiation/mod.ts";
import { type Estimate, type Task, type TaskContext, totalBytes } from "../../lib/runner/mod.ts";
import type { SnapshotInfo, SnapshotSource } from "../../lib/simulation/mod.ts";
import { profilesFile } from "./profiles.ts";
import type { Plan } from "./sources.ts";

/** [s] Time per cell and thread, and per snapshot, measured on two cores at 2.6 GHz; for estimates only. */
const SECONDS_PER_CELL = 1e-7;
const SECONDS_PER_SNAPSHOT = 0.3;

/** What to do when memory does not suffice. */
export const TOO_LARGE = "use snapshots with fewer cells, and a smaller simulation.Ncell";
const MORE_RANKS = "start more ranks, which then share each snapshot (mpirun -n N)";

/** [byte] What the kernels of a rank can hold. */
const KERNEL_LIMIT = 2 ** 32;

/** The parameters as BEoRN keeps them beside its cubes. */
const PARAMETER_FILE = "igm_params.yaml";

/** The step that paints. */
export function paintTask(plan: Plan, profiles: string | Task): Task {
  const { settings, snapshots, files } = plan;
  const { parameters } = settings;
  const { Ncell: cells } = parameters.simulation;

  /** What one snapshot takes of a rank at a time, if so many paint it together. */
  function estimateOne(ranks = 1): Estimate {
    const halos = Math.max(...snapshots.map((snapshot) => snapshot.halos));
    const painting = paintBytes(cells, halos, ranks) + plan.sourceBytes / ranks;
    return {
      kernelBytes: ranks > 1 ? Math.max(painting, plan.makingBytes / ranks) : painting,
      // The program; a slab of a file; the catalogue; profiles of the redshifts to paint.
      otherBytes: 150 * 2 ** 20 + Math.min(4 * cells ** 3, 2 ** 26) + 40 * halos / ranks +
        snapshots.length * profileSliceBytes(parameters),
      remedy: `${MORE_RANKS}, or ${TOO_LARGE}`,
    };
  }

  /** Whether all ranks paint each snapshot together. */
  function inSlabs(ranks: number, memoryBytes = Infinity): boolean {
    const one = estimateOne();
    const fits = one.kernelBytes <= KERNEL_LIMIT && totalBytes(one) <= memoryBytes;
    return settings.divide === "slabs" || (settings.divide === "auto" && ranks > 1 && !fits);
  }

  function estimate(threads: number, ranks = 1, memoryBytes?: number): Estimate {
    const seconds = SECONDS_PER_SNAPSHOT + SECONDS_PER_CELL * cells ** 3 * (1 + 1 / threads);
    return {
      ...estimateOne(inSlabs(ranks, memoryBytes) ? ranks : 1),
      seconds: Math.ceil(snapshots.length * seconds / ranks),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const { Painter } = await import("./painter.ts");
    const path = typeof profiles === "string" ? profiles : profilesFile(context.input("profiles"));
    using painter = await context.phase("open", () => Painter.open(plan, path));
    const { source, slices, grid } = painter;
    if (typeof profiles === "string") {
      checkProfileParameters(grid, parameters, path);
      if (!grid.parameters) {
        context.note("the profiles do not say what they were made with, so cosmology and sources are not checked");
      }
    }
    const names = slices.map(({ z }) => cubeFileName(z));
    checkDistinct(names, snapshots, source.path, path);
    slices.forEach(({ warning }) => warning && context.note(warning));
    const note = once(context);
    // One rank decides for all, whose free memory may differ.
    const [together] = await context.map(1, () => inSlabs(context.ranks, context.memoryBytes));
    if (together) {
      const { comm } = context;
      const listener = { note, progress: context.progress.bind(context) };
      await context.together(names, (file, index) => painter.paintTogether(index, file, comm, listener));
      return await writeParameters(context);
    }
    await context.phase("open", () => checkMasses(plan, source));
    const atOnce = workersFor(context, plan, totalBytes(estimateOne()));
    if (atOnce === 1) {
      const listener = {
        note,
        phase: context.phase.bind(context),
        progress: context.progress.bind(context),
      };
      await context.parts(names, (file, index) => painter.paint(index, file, listener));
    } else {
      const { PaintWorkers } = await import("./paint_workers.ts");
      const threads = Math.floor(context.threads / atOnce);
      const { config } = plan;
      using workers = await context.phase(
        "open",
        () => PaintWorkers.start(atOnce, { config, profiles: path, threads }),
      );
      const body = async (file: string, index: number) => {
        (await context.phase(`paint, ${atOnce} at once`, () => workers.paint(index, file))).forEach(note);
      };
      await context.parts(names, body, { atOnce });
    }
    await writeParameters(context);
  }

  const writeParameters = (context: TaskContext) =>
    context.part(PARAMETER_FILE, async (file) => Deno.writeTextFile(file, await parametersYaml(parameters)));

  return {
    name: "paint",
    version: 3,
    module: import.meta.url,
    inputs: { ...Object.fromEntries(files.map((file, i) => [`snapshots ${i}`, file])), profiles },
    parameters: { source: plan.sourceKey, ...settings as unknown as Record<string, Json> },
    estimate,
    distributed: true,
    run,
  };
}

/**
 * [1] Snapshots that a rank paints at the same time: as many as have a thread each and fit into half of the free memory,
 * as threads do more on a snapshot each than on one together. One if the memory is not known, or the program came from
 * the network.
 */
function workersFor({ ranks, threads, memoryBytes = 0 }: TaskContext, { snapshots }: Plan, bytesEach: number): number {
  if (!import.meta.url.startsWith("file:")) return 1;
  const most = Math.ceil(snapshots.length / ranks);
  return Math.max(1, Math.min(threads, most, Math.floor(memoryBytes / 2 / bytesEach)));
}

/** Notes of a run, each of which is told once. */
function once(context: TaskContext): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) context.note(text);
    said.add(text);
  };
}

/** [byte] Profiles at one redshift. */
function profileSliceBytes({ solver }: ReionizationParameters): number {
  return 8 * 1200 * solver.halo_mass_nbin * solver.halo_mass_accretion_alpha.length;
}

/** Refuses a run in which no halo would be painted, looking at the lowest redshift, where they are heaviest. */
async function checkMasses(plan: Plan, source: SnapshotSource): Promise<void> {
  const { name, settings, snapshots } = plan;
  const { halo_mass_min: least, halo_mass_max: most } = settings.parameters.source;
  const last = snapshots[snapshots.length - 1];
  if (name === "initial-conditions" || last.halos === 0) return;
  using snapshot = await source.read(source.snapshots.findIndex(({ name }) => name === last.name));
  const masses = snapshot.halos.masses as Float64Array;
  if (masses.length === 0 || masses.some((mass) => mass > least && mass < most)) return;
  const { unpainted } = await import("./painter.ts");
  const [low, high] = [masses.reduce((a, b) => Math.min(a, b)), masses.reduce((a, b) => Math.max(a, b))];
  throw unpainted(plan, source.path, low, high);
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
