/**
 * Paints snapshots with radiation profiles: one CoevalCube file per snapshot.
 *
 * @module
 */
import { stats } from "../../lib/array/mod.ts";
import { InputError, isToolkitError, type Json } from "../../lib/base/mod.ts";
import type { PaintedCube, PaintPhase, ReionizationParameters } from "../../lib/radiation/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import type { Snapshot, SnapshotInfo, SnapshotSource } from "../../lib/simulation/mod.ts";
import { profilesFile } from "./profiles.ts";
import type { Plan } from "./sources.ts";

/** [s] Time per cell and thread, and per snapshot, measured on two cores at 2.6 GHz; for estimates only. */
const SECONDS_PER_CELL = 1e-7;
const SECONDS_PER_SNAPSHOT = 0.3;

/** What to do when memory does not suffice. */
export const TOO_LARGE = "use snapshots with fewer cells, and a smaller simulation.Ncell";

const PHASES: readonly PaintPhase[] = ["bin halos", "bubbles", "spread", "profiles", "couplings"];

/** The parameters as BEoRN keeps them beside its cubes. */
const PARAMETER_FILE = "igm_params.yaml";

/** The step that paints. */
export function paintTask(plan: Plan, profiles: string | Task): Task {
  const { settings, snapshots, files } = plan;
  const { parameters } = settings;
  const { Ncell: cells } = parameters.simulation;

  async function estimate(threads: number): Promise<Estimate> {
    const { paintBytes } = await import("../../lib/radiation/mod.ts");
    const halos = Math.max(...snapshots.map((snapshot) => snapshot.halos));
    return {
      kernelBytes: paintBytes(cells, halos) + plan.sourceBytes,
      // The program; a slab of a file; the catalogue; profiles of the redshifts to paint.
      otherBytes: 150 * 2 ** 20 + Math.min(4 * cells ** 3, 2 ** 26) + 40 * halos +
        snapshots.length * profileSliceBytes(parameters),
      remedy: TOO_LARGE,
      seconds: snapshots.length * (SECONDS_PER_SNAPSHOT + SECONDS_PER_CELL * cells ** 3 * (1 + 1 / threads)),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const radiation = await import("../../lib/radiation/mod.ts");
    using source = await context.phase("open", () => plan.open());
    const path = typeof profiles === "string" ? profiles : profilesFile(context.input("profiles"));
    const redshifts = snapshots.map(({ z }) => z);
    const { grid, slices } = await context.phase("open", () => radiation.readProfileSlices(path, redshifts));
    if (typeof profiles === "string") {
      radiation.checkProfileParameters(grid, parameters, path);
      if (!grid.parameters) {
        context.note("the profiles do not say what they were made with, so cosmology and sources are not checked");
      }
    }
    const names = slices.map(({ z }) => radiation.cubeFileName(z));
    checkDistinct(names, snapshots, source.path, path);
    slices.forEach(({ warning }) => warning && context.note(warning));
    await context.phase("open", () => checkMasses(plan, source));
    /** Notes on snapshots, each of which is told once. */
    const said = new Set<string>();
    const onPhase = (phase: PaintPhase) => context.progress(PHASES.indexOf(phase) / PHASES.length);
    await context.parts(names, async (file, index) => {
      using snapshot = await context.phase("read", () => read(plan, source, snapshots[index]));
      using cube = await context.phase("paint", () => {
        try {
          return radiation.paintSnapshot(snapshot, slices[index], parameters, {
            tolerance: settings.tolerance,
            onPhase,
          });
        } catch (error) {
          throw namingCatalogue(error, source.path, snapshots[index].name);
        }
      });
      snapshot.notes?.filter((note) => !said.has(note)).forEach((note) => {
        said.add(note);
        context.note(`z = ${snapshot.z}: ${note}`);
      });
      context.note(resultText(cube));
      using distorted = await context.phase("paint", () => inRedshiftSpace(plan, snapshot, cube));
      await context.phase("write", () =>
        radiation.writeCoevalCube(
          file,
          distorted ? { ...cube, redshiftSpace: distorted.brightness } : cube,
          parameters,
        ));
    });
    await context.part(
      PARAMETER_FILE,
      async (file) => Deno.writeTextFile(file, await radiation.parametersYaml(parameters)),
    );
  }

  return {
    name: "paint",
    version: 3,
    module: import.meta.url,
    inputs: { ...Object.fromEntries(files.map((file, i) => [`snapshots ${i}`, file])), profiles },
    parameters: { source: plan.sourceKey, ...settings as unknown as Record<string, Json> },
    estimate,
    run,
  };
}

/** [byte] Profiles at one redshift. */
function profileSliceBytes({ solver }: ReionizationParameters): number {
  return 8 * 1200 * solver.halo_mass_nbin * solver.halo_mass_accretion_alpha.length;
}

function read({ settings }: Plan, source: SnapshotSource, { name }: SnapshotInfo): Snapshot | Promise<Snapshot> {
  const index = source.snapshots.findIndex((snapshot) => snapshot.name === name);
  const wanted = settings.redshift_space && source.hasVelocities;
  return source.read(index, wanted ? { velocityAxis: settings.line_of_sight } : {});
}

/** Brightness with its cells moved by their velocities, if there are any. */
async function inRedshiftSpace({ settings }: Plan, { velocity }: Snapshot, cube: PaintedCube) {
  if (!velocity) return;
  const [{ toRedshiftSpace }, { universeOf }] = await Promise.all([
    import("../../lib/lightcone/mod.ts"),
    import("../../lib/radiation/mod.ts"),
  ]);
  const axis = settings.line_of_sight;
  const field = toRedshiftSpace(cube.brightnessTemperature, velocity, {
    z: cube.z,
    cosmology: universeOf(settings.parameters),
    axis,
  });
  return { brightness: { field, lineOfSight: axis }, [Symbol.dispose]: () => field.array.dispose() };
}

/** Refuses a run in which no halo would be painted, looking at the lowest redshift, where they are heaviest. */
async function checkMasses({ name, settings, snapshots }: Plan, source: SnapshotSource): Promise<void> {
  const { halo_mass_min: least, halo_mass_max: most } = settings.parameters.source;
  const last = snapshots[snapshots.length - 1];
  if (name === "initial-conditions" || last.halos === 0) return;
  using snapshot = await source.read(source.snapshots.findIndex(({ name }) => name === last.name));
  const masses = Float64Array.from(snapshot.halos.masses);
  if (masses.length === 0 || masses.some((mass) => mass > least && mass < most)) return;
  const range = [masses.reduce((a, b) => Math.min(a, b)), masses.reduce((a, b) => Math.max(a, b))];
  const [low, high] = range.map((mass) => mass.toExponential(2));
  throw new InputError(
    `Cannot paint "${source.path}": none of its ${masses.length} halos at z = ${last.z} (${last.name}), of ${low} to ` +
      `${high} M_sun/h, lies between source.halo_mass_min = ${least} and source.halo_mass_max = ${most}; change these`,
    source.path,
    "source.halo_mass_min",
  );
}

/** The error for halos that lie in no bin, with the file they come from. */
function namingCatalogue(error: unknown, path: string, name: string): unknown {
  if (!isToolkitError(error, "InputError") || !error.message.startsWith("Cannot bin halos at")) return error;
  const message = error.message.replace("Cannot bin halos", `Cannot bin the halos of "${path}" (${name})`);
  return new InputError(message, path, error.key, { cause: error });
}

/** The main numbers of a cube, in a line. */
function resultText({ z, ionisedFraction, temperature, brightnessTemperature, report }: PaintedCube): string {
  const mean = ({ array }: { array: PaintedCube["density"]["array"] }) => stats(array).mean.toPrecision(4);
  return `z = ${z.toFixed(3)}: mean x_HII ${mean(ionisedFraction)}, T ${mean(temperature)} K, ` +
    `dTb ${mean(brightnessTemperature)} mK; ${report.halos} halos`;
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
