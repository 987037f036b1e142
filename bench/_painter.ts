/**
 * Snapshots that benchmarks paint.
 *
 * @module
 */
import { empty, Field, type NdArray } from "../lib/array/mod.ts";
import {
  checkParameters,
  type PaintPhase,
  type PaintReport,
  paintSnapshot,
  type ParameterGroups,
  readProfileSlice,
} from "../lib/radiation/mod.ts";
import { openSnapshots, type Snapshot } from "../lib/simulation/mod.ts";

/** What to paint: paths, and cells along an axis (a multiple of the file's; the density is repeated). */
export interface PaintCase {
  n: number;
  snapshots: string;
  profiles: string;
  parameters: string;
}

/** One painted snapshot. */
export interface Painted {
  /** [ms] Time of all. */
  milliseconds: number;
  /** [ms] Time of each phase. */
  phases: Record<string, number>;
  report: PaintReport;
}

/** The mesh `[n, n, n]` with each cell of `mesh` repeated. */
function repeated(mesh: NdArray<"float32">, n: number): NdArray<"float32"> {
  const m = mesh.shape[0];
  const times = n / m;
  const out = empty([n, n, n], "float32");
  for (let row = 0; row < n * n; row++) {
    const from = (Math.floor(row / n / times) * m + Math.floor(row % n / times)) * m;
    for (let k = 0; k < n; k++) out.data[row * n + k] = mesh.data[from + Math.floor(k / times)];
  }
  return out;
}

async function read(path: string, n: number): Promise<Snapshot> {
  using file = await openSnapshots(path);
  const snapshot = file.read(0);
  if (n === file.cells) return snapshot;
  const array = repeated(snapshot.density.array as NdArray<"float32">, n);
  snapshot[Symbol.dispose]();
  const density = new Field({ array, boxSize: file.boxSize, quantity: "overdensity", unit: "1" });
  return { z: snapshot.z, halos: snapshot.halos, density, [Symbol.dispose]: () => array.dispose() };
}

/** Reads a case; `run` paints it once, arrays in memory to arrays in memory. */
export async function painter(paintCase: PaintCase): Promise<{ run: () => Painted } & Disposable> {
  const given = JSON.parse(await Deno.readTextFile(paintCase.parameters));
  const groups = (given.parameters ?? given) as ParameterGroups;
  const { parameters } = checkParameters({ ...groups, simulation: { ...groups.simulation, Ncell: paintCase.n } });
  const snapshot = await read(paintCase.snapshots, paintCase.n);
  const profiles = await readProfileSlice(paintCase.profiles, snapshot.z);
  const run = () => {
    const phases: Record<string, number> = {};
    let [phase, start]: [PaintPhase | undefined, number] = [undefined, 0];
    const onPhase = (next?: PaintPhase) => {
      const now = performance.now();
      if (phase) phases[phase] = now - start;
      [phase, start] = [next, now];
    };
    const begin = performance.now();
    using cube = paintSnapshot(snapshot, profiles, parameters, { onPhase });
    onPhase();
    return { milliseconds: performance.now() - begin, phases, report: cube.report };
  };
  return { run, [Symbol.dispose]: () => snapshot[Symbol.dispose]() };
}
