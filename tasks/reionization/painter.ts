/**
 * Paints one snapshot of a plan after the other: in this thread, or as the work of a worker.
 *
 * @module
 */
import { stats } from "../../lib/array/mod.ts";
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import { toRedshiftSpace } from "../../lib/lightcone/mod.ts";
import {
  type PaintedCube,
  type PaintPhase,
  paintSnapshot,
  type ProfileSlice,
  readProfileSlices,
  universeOf,
  writeCoevalCube,
} from "../../lib/radiation/mod.ts";
import type { Snapshot, SnapshotInfo, SnapshotSource } from "../../lib/simulation/mod.ts";
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
    listener.note(resultText(cube));
    using distorted = await listener.phase("paint", () => inRedshiftSpace(plan, snapshot, cube));
    const written = distorted ? { ...cube, redshiftSpace: distorted.brightness } : cube;
    await listener.phase("write", () => writeCoevalCube(path, written, parameters));
  }

  #read({ name }: SnapshotInfo): Snapshot | Promise<Snapshot> {
    const { source, plan: { settings } } = this;
    const index = source.snapshots.findIndex((snapshot) => snapshot.name === name);
    const wanted = settings.redshift_space && source.hasVelocities;
    return source.read(index, wanted ? { velocityAxis: settings.line_of_sight } : {});
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
function resultText({ z, ionisedFraction, temperature, brightnessTemperature, report }: PaintedCube): string {
  const mean = ({ array }: { array: PaintedCube["density"]["array"] }) => stats(array).mean.toPrecision(4);
  return `z = ${z.toFixed(3)}: mean x_HII ${mean(ionisedFraction)}, T ${mean(temperature)} K, ` +
    `dTb ${mean(brightnessTemperature)} mK; ${report.halos} halos`;
}
