/**
 * Paints one snapshot of a plan after the other: in this thread, or as the work of a worker.
 *
 * @module
 */
import { stats } from "../../lib/array/mod.ts";
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import { toRedshiftSpace, toRedshiftSpaceDistributed } from "../../lib/lightcone/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { distributedMoments } from "../../lib/decomposition/mod.ts";
import {
  type PaintedCube,
  type PaintPhase,
  paintSnapshot,
  paintSnapshotDistributed,
  type ProfileSlice,
  readProfileSlices,
  universeOf,
  writeCoevalCube,
  writeCoevalCubeParts,
} from "../../lib/radiation/mod.ts";
import {
  type ReadOptions,
  readSnapshotParts,
  type Snapshot,
  type SnapshotInfo,
  type SnapshotSource,
} from "../../lib/simulation/mod.ts";
import type { Plan } from "./sources.ts";

const PHASES: readonly PaintPhase[] = ["bin halos", "bubbles", "spread", "profiles", "couplings"];

/** What is told while a snapshot is painted; a `TaskContext` is one. */
export interface Listener {
  /** Runs a phase. */
  phase<T>(name: string, body: () => T | Promise<T>): Promise<T>;
  /** Takes a sentence about the result. */
  note(text: string): void;
  /** Takes the fraction [1] that is done. */
  progress(fraction: number): void;
}

/** A source and its profiles, ready to be painted. Close it with `using`. */
export class Painter implements Disposable {
  private constructor(
    private readonly plan: Plan,
    /** Where the snapshots come from. */
    readonly source: SnapshotSource,
    /** Profiles of each snapshot of the plan. */
    readonly slices: readonly ProfileSlice[],
    /** What the file of profiles says about itself. */
    readonly grid: Awaited<ReturnType<typeof readProfileSlices>>["grid"],
  ) {}

  /** Opens the source and reads the profiles. */
  static async open(plan: Plan, profiles: string): Promise<Painter> {
    const source = await plan.open();
    try {
      const { grid, slices } = await readProfileSlices(profiles, plan.snapshots.map(({ z }) => z));
      return new Painter(plan, source, slices, grid);
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
  }

  /** Paints a snapshot of the plan, and writes its cube. */
  async paint(index: number, path: string, listener: Listener): Promise<void> {
    const { plan, source } = this;
    const { parameters, tolerance } = plan.settings;
    const info = plan.snapshots[index];
    const onPhase = (phase: PaintPhase) => listener.progress(PHASES.indexOf(phase) / PHASES.length);
    using snapshot = await listener.phase("read", () => this.#read(info));
    using cube = await listener.phase("paint", () => {
      try {
        return paintSnapshot(snapshot, this.slices[index], parameters, { tolerance, onPhase });
      } catch (error) {
        throw namingCatalogue(error, source.path, info.name);
      }
    });
    snapshot.notes?.forEach((note) => listener.note(note));
    const { ionisedFraction, temperature, brightnessTemperature, report } = cube;
    const means = [ionisedFraction, temperature, brightnessTemperature].map(({ array }) => stats(array).mean);
    listener.note(resultText(cube.z, means, report.halos));
    using distorted = await listener.phase("paint", () => inRedshiftSpace(plan, snapshot, cube));
    const written = distorted ? { ...cube, redshiftSpace: distorted.brightness } : cube;
    await listener.phase("write", () => writeCoevalCube(path, written, parameters));
  }

  /** As `paint`, by all ranks together, each of which has slabs of the fields and writes a file of its own. */
  async paintTogether(
    index: number,
    path: string,
    comm: Comm,
    listener: Pick<Listener, "note" | "progress">,
  ): Promise<void> {
    const { plan, source } = this;
    const { parameters, tolerance, line_of_sight: axis } = plan.settings;
    const info = plan.snapshots[index];
    const onPhase = (phase: PaintPhase) => listener.progress(PHASES.indexOf(phase) / PHASES.length);
    const [place, options] = this.#place(info);
    using snapshot = await readSnapshotParts(source, place, comm, options);
    using cube = (() => {
      try {
        return paintSnapshotDistributed(snapshot, this.slices[index], parameters, { tolerance, onPhase });
      } catch (error) {
        throw namingCatalogue(error, source.path, info.name);
      }
    })();
    if (index === plan.snapshots.length - 1 && cube.report.halos === 0 && plan.name !== "initial-conditions") {
      checkRange(plan, source, snapshot.halos.masses, comm);
    }
    snapshot.notes?.forEach((note) => listener.note(note));
    const means = [cube.ionisedFraction, cube.temperature, cube.brightnessTemperature]
      .map((field) => distributedMoments(field).mean);
    listener.note(resultText(cube.z, means, cube.report.halos));
    const { velocity } = snapshot;
    const cosmology = universeOf(parameters);
    const field = velocity &&
      toRedshiftSpaceDistributed(cube.brightnessTemperature, velocity, { z: cube.z, cosmology, axis });
    using _array = field?.array;
    const redshiftSpace = field && { redshiftSpace: { field, lineOfSight: axis } };
    await writeCoevalCubeParts(path, { ...cube, ...redshiftSpace }, parameters);
  }

  #read(info: SnapshotInfo): Snapshot | Promise<Snapshot> {
    return this.source.read(...this.#place(info));
  }

  /** Where a snapshot is in the source, and what to read with it. */
  #place({ name }: SnapshotInfo): [index: number, options: ReadOptions] {
    const { source, plan: { settings } } = this;
    const index = source.snapshots.findIndex((snapshot) => snapshot.name === name);
    const wanted = settings.redshift_space && source.hasVelocities;
    return [index, wanted ? { velocityAxis: settings.line_of_sight } : {}];
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
  }
}

/** Brightness with its cells moved by their velocities, if there are any. */
function inRedshiftSpace({ settings }: Plan, { velocity }: Snapshot, cube: PaintedCube) {
  if (!velocity) return;
  const axis = settings.line_of_sight;
  const cosmology = universeOf(settings.parameters);
  const field = toRedshiftSpace(cube.brightnessTemperature, velocity, { z: cube.z, cosmology, axis });
  return { brightness: { field, lineOfSight: axis }, [Symbol.dispose]: () => field.array.dispose() };
}

/** The error for halos that lie in no bin, with the file they come from. */
function namingCatalogue(error: unknown, path: string, name: string): unknown {
  if (!isToolkitError(error, "InputError") || !error.message.startsWith("Cannot bin halos at")) return error;
  const message = error.message.replace("Cannot bin halos", `Cannot bin the halos of "${path}" (${name})`);
  return new InputError(message, path, error.key, { cause: error });
}

/** The main numbers of a cube, in a line. */
function resultText(z: number, [x, temperature, brightness]: readonly number[], halos: number): string {
  const text = (mean: number) => mean.toPrecision(4);
  return `z = ${z.toFixed(3)}: mean x_HII ${text(x)}, T ${text(temperature)} K, dTb ${
    text(brightness)
  } mK; ${halos} halos`;
}

/** Refuses a snapshot of which no halo is painted, though it has some. */
function checkRange(plan: Plan, source: SnapshotSource, masses: Float32Array | Float64Array, comm: Comm): void {
  const [low, high] = [-1, 1].map((sign) => {
    let most = -Infinity;
    for (const mass of masses) most = Math.max(most, sign * mass);
    return sign * comm.allreduce(Float64Array.of(most), "max")[0];
  });
  if (Number.isFinite(low)) throw unpainted(plan, source.path, low, high);
}

/** The error for a run in which no halo would be painted, as all are lighter or heavier than the limits. */
export function unpainted({ settings, snapshots }: Plan, path: string, low: number, high: number): InputError {
  const { halo_mass_min: least, halo_mass_max: most } = settings.parameters.source;
  const last = snapshots[snapshots.length - 1];
  const range = [low, high].map((mass) => mass.toExponential(2)).join(" to ");
  return new InputError(
    `Cannot paint "${path}": none of its ${last.halos} halos at z = ${last.z} (${last.name}), of ${range} M_sun/h, lies ` +
      `between source.halo_mass_min = ${least} and source.halo_mass_max = ${most}; change these`,
    path,
    "source.halo_mass_min",
  );
}
