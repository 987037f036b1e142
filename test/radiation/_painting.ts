/** Painting in tests: the reference run, small synthetic profiles, and comparisons. */

import assert from "node:assert/strict";
import { empty, Field, NdArray } from "../../lib/array/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import {
  checkParameters,
  type CoevalCube,
  type PaintedCube,
  type PaintOptions,
  paintSnapshot,
  type ProfileSlice,
  readProfiles,
  type ReionizationParameters,
  reionizationParameters,
  sliceProfiles,
} from "../../lib/radiation/mod.ts";
import { openSnapshots, type Snapshot } from "../../lib/simulation/mod.ts";

/** Norm of `a - b` over that of `b`. */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let [difference, norm] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Numbers of a field. */
export const numbers = (field: Field): Float32Array => field.array.data as Float32Array;

/** The four painted fields. */
export const painted = (cube: CoevalCube): Field[] => [
  cube.ionisedFraction,
  cube.temperature,
  cube.lymanAlphaCoupling,
  cube.brightnessTemperature,
];

/** Digest of the painted fields' bits. */
export async function digest(fields: readonly Field[]): Promise<string[]> {
  const texts = fields.map(async (field) => {
    const bits = await crypto.subtle.digest("SHA-256", numbers(field).slice());
    return new Uint8Array(bits).toHex();
  });
  return await Promise.all(texts);
}

/** Parameters, snapshot and profiles of a run in a folder. */
export interface Run {
  parameters: ReionizationParameters;
  snapshot: Snapshot;
  profiles: ProfileSlice;
}

/** Calls `body` with a snapshot of the run in `folder`. */
export async function withRun(folder: URL, index: number, body: (run: Run) => void | Promise<void>): Promise<void> {
  const text = await Deno.readTextFile(new URL("parameters.json", folder));
  const { parameters } = checkParameters(JSON.parse(text).parameters);
  using inputs = await openSnapshots(new URL("inputs.h5", folder));
  using snapshot = inputs.read(index);
  const profiles = sliceProfiles(await readProfiles(new URL("profiles.h5", folder)), snapshot.z);
  await body({ parameters, snapshot, profiles });
}

/** What `small` makes a run of. */
export interface SmallOptions {
  /** Positions, `[halo, 3]`. Default: one halo. */
  positions?: Float64Array;
  /** Bubble radius. Default: 2.3. */
  bubble?: number;
  /** Cells along an axis, of side 0.5. Default: 16. */
  cells?: number;
  /** Overdensity of cell i. Default: none. */
  delta?: (i: number) => number;
  /** Parameters. */
  simulation?: Partial<ReionizationParameters["simulation"]>;
}

/** Halos of one bin: bubbles, T = 40 K/r^2 to 20 Mpc/h and x_alpha = 5/r^2, which ends at 13. */
export function small(options: SmallOptions = {}): Run {
  const { positions = Float64Array.of(1, 2, 3), bubble = 2.3, cells = 16, delta = () => 0, simulation = {} } = options;
  const z = 9;
  const boxSize = 0.5 * cells;
  const count = positions.length / 3;
  const grid = (first: number, last: number, nodes: number) =>
    Float64Array.from({ length: nodes }, (_, i) => first * (last / first) ** (i / (nodes - 1)));
  const table = (numbers: Float64Array, shape: number[]) => new NdArray(numbers, shape, "float64");
  const [temperatureRadii, xAlphaRadii] = [grid(0.05, 20, 120), grid(0.01, 15, 200)];
  const array = empty([cells, cells, cells], "float32");
  for (let i = 0; i < array.size; i++) array.data[i] = delta(i);
  return {
    parameters: reionizationParameters({
      source: { halo_mass_min: 1e8, halo_mass_max: 1e13 },
      solver: { halo_mass_accretion_alpha: [0.5, 1] },
      simulation: { Ncell: cells, Lbox: boxSize, ...simulation },
    }),
    snapshot: {
      z,
      halos: haloCatalog({ positions, masses: new Float64Array(count).fill(1e10), z, boxSize }),
      density: new Field({ array, boxSize, quantity: "overdensity", unit: "1" }),
      [Symbol.dispose]: () => array.dispose(),
    },
    profiles: {
      ...{ z, zIndex: 3, lowestZ: 6, massBins: 1, alphaBins: 1, temperatureRadii, xAlphaRadii },
      massEdges: table(Float64Array.of(1e9, 1e9, 1e12, 1e12), [2, 2]),
      bubbleRadius: table(Float64Array.of(bubble), [1, 1]),
      temperature: table(temperatureRadii.map((r) => 40 / r ** 2), [1, 1, 120]),
      xAlpha: table(xAlphaRadii.map((r) => r < 13 ? 5 / r ** 2 : 0), [1, 1, 200]),
    },
  };
}

/** Paints a run. */
export const paint = ({ snapshot, profiles, parameters }: Run, options?: PaintOptions): PaintedCube =>
  paintSnapshot(snapshot, profiles, parameters, options);

/** Trapezoid of 4 pi r^2 p over the nodes. */
export function integral(radii: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < radii.length; i++) {
    const [f, g] = [i - 1, i].map((j) => 4 * Math.PI * radii[j] ** 2 * values[j]);
    sum += (f + g) / 2 * (radii[i] - radii[i - 1]);
  }
  return sum;
}
