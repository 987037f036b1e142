import { fromData } from "../../lib/array/mod.ts";
import { metadata, ParticleField, type RealArray } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { Particles, type StepFactors } from "../../lib/pm/mod.ts";

/** Numbers of `pm_small_steps.h5`. */
export const file = await openHdf5(new URL("reference/pm_small_steps.h5", import.meta.url));
export const read = (name: string) => file.readNumbers(name);
export const n = 24;
export const meta = metadata({ mesh: [n, n, n], boxSize: [180, 180, 180], status: "lpt2" });

/** Displacements or momenta in memory of their own. */
export function fieldOf(data: ArrayLike<number>, dtype: "float32" | "float64", mesh = meta): ParticleField {
  return new ParticleField(fromData(data, [3, ...mesh.mesh], dtype) as RealArray, mesh, "gridRelative");
}

/** The reference's particles of second order at a = 0.1. */
export function start(dtype: "float32" | "float64"): Particles {
  return new Particles(fieldOf(read("lpt2/dx"), dtype), fieldOf(read("lpt2/p"), dtype), 0.1);
}

/** Every `by`-th particle along each axis of `[3, n, n, n]` (or of `[n, n, n]`). */
export function thinned(data: ArrayLike<number>, by: number, parts = 3): Float64Array {
  const m = n / by;
  return Float64Array.from({ length: parts * m ** 3 }, (_, l) => {
    const [c, i, j, k] = [Math.floor(l / m ** 3), Math.floor(l / m ** 2) % m, Math.floor(l / m) % m, l % m];
    return data[((c * n + i * by) * n + j * by) * n + k * by];
  });
}

/** The reference's factors of a run, which takes growth from tables by straight lines. */
export function referenceFactors(solver: "rkdk" | "efdk"): StepFactors {
  const [times, kick, drift] = [read("times"), read(`${solver}/kick`), read(`${solver}/drift`)];
  return { times, kick, drift, momentumTimes: Float64Array.from([times[0], ...times]) };
}

/** Largest difference over the largest value. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers, ${expected.length} expected`);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

/** Root mean square of a difference. */
export function rms(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < expected.length; i++) sum += (actual[i] - expected[i]) ** 2;
  return Math.sqrt(sum / expected.length);
}
