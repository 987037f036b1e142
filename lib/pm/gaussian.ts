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
    throw new DomainError(
      `Cannot make initial conditions: give "key" or "noise", got ${actual}`,
      "one of them",
      actual,
    );
  }
  if (given === undefined) {
    return { meta, noise: held.use(whiteNoise({ cells: mesh, key: key!, dtype: options.dtype })) };
  }
  checkNoise(given, mesh);
  const dtype = options.dtype ?? given.dtype;
  return { meta, noise: dtype === given.dtype ? given : held.use(astype(given, dtype) as RealArray) };
}

/**
 * A Gaussian field of linear overdensity at a = 1 on a mesh of any three lengths: white noise of which each mode is multiplied
 * by sqrt(P(k) N/V), for N cells in the volume V, and no mean.
 *
 * P of a `LinearPower` is evaluated at each |k| of the mesh. Where the lengths have a large common multiple (more than 2^20
 * different squares of whole wavenumbers, as 101, 103 and 107 have), sqrt(P) is evaluated at 2^18 wavenumbers instead, with
 * straight lines between them: within 1e-6 of it. Points of P are as they are, linear in k and P between them; the 128 that
 * jax_fli takes, even in the logarithm from 1e-4 to 10 h/Mpc, give up to 1.4 % more than the P they are made of.
 *
 * Number i of the key's stream belongs to cell i (C order), so that neither threads nor ranks matter.
 *
 * @param power Linear power, or points of it.
 * @param options Mesh, box, and key or noise.
 * @throws {DomainError} for a mesh or a box that is not or of other proportions than the other, an observer outside, noise that
 * is not finite (with its place), without or with both of `key` and `noise`; {ShapeError} and {DtypeError} for noise of another
 * kind; {MemoryError} without room.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { gaussianInitialConditions } from "@cosmesh/cosmesh/pm";
 * import { randomKey } from "@cosmesh/cosmesh/rng";
 * await ready();
 * const box = { mesh: [32, 32, 16], boxSize: [200, 200, 100] } as const;
 * using field = gaussianInitialConditions(linearPower(planck18), { ...box, key: randomKey(0, "threefry") });
 * console.log(field.unit); // overdensity
 * ```
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
