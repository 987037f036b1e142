import { astype, empty } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { LinearPower } from "../cosmology/mod.ts";
import { DensityField, type Metadata, metadata, type RealArray, type Triple } from "../fields/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import { amplitudesOf, type PowerPoints } from "./_amplitudes.ts";
import { filterMesh } from "./_kernel_gaussian.ts";
import { checkNoise, whiteNoise } from "./noise.ts";

export type { PowerPoints } from "./_amplitudes.ts";

/** Options of `gaussianInitialConditions`: one of `key` and `noise`. */
export interface GaussianOptions {
  /** [1] Cells along x, y, z. */
  mesh: Triple;
  /** [Mpc/h] Sides of the periodic box; cells must be cubes. */
  boxSize: Triple;
  /** [1] Observer, as fractions of the box. Default the middle. */
  observer?: Triple;
  /** Key (or seed) of white noise; `randomKey(seed, "threefry")` gives that of JAX. */
  key?: RandomKey | number;
  /** Instead of `key`: white noise of one's own, `[nx, ny, nz]`. */
  noise?: RealArray;
  /** Precision. Default: that of `noise`, or "float32". */
  dtype?: "float32" | "float64";
}

/** Checked metadata and noise; `held` gives the noise back where it is not the user's. */
export function noiseOf(options: GaussianOptions, held: DisposableStack): { meta: Metadata; noise: RealArray } {
  const { mesh, boxSize, observer, key, noise: given } = options;
  const meta = metadata({ mesh, boxSize, ...observer ? { observer } : {}, status: "initialField" });
  if ((key === undefined) === (given === undefined)) {
    const actual = key === undefined ? "neither" : "both";
    throw new DomainError(`Cannot make initial conditions: give "key" or "noise", got ${actual}`, "one of them", actual);
  }
  if (given === undefined) return { meta, noise: held.use(whiteNoise({ cells: mesh, key: key!, dtype: options.dtype })) };
  checkNoise(given, mesh);
  const dtype = options.dtype ?? given.dtype;
  return { meta, noise: dtype === given.dtype ? given : held.use(astype(given, dtype) as RealArray) };
}

/**
 * A Gaussian field of linear overdensity at a = 1 on a mesh of any three lengths: white noise of which each mode is
 * multiplied by sqrt(P(k) N/V) for N cells in the volume V, and no mean.
 */
export function gaussianInitialConditions(power: LinearPower | PowerPoints, options: GaussianOptions): DensityField {
  using temporary = new DisposableStack();
  using held = new DisposableStack();
  const { meta, noise } = noiseOf(options, temporary);
  const { table } = amplitudesOf(power, meta);
  const out = held.use(empty(meta.mesh, noise.dtype) as RealArray);
  filterMesh(meta.mesh, table, noise, out);
  held.move();
  return new DensityField(out, meta, "overdensity");
}
