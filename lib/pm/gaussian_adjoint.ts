import { empty } from "../array/mod.ts";
import { DtypeError, ShapeError } from "../base/mod.ts";
import type { LinearPower } from "../cosmology/mod.ts";
import type { RealArray } from "../fields/mod.ts";
import { type Amplitudes, amplitudesOf, placeOf, type PowerPoints } from "./_amplitudes.ts";
import { filterMesh, tableGradient } from "./_kernel_gaussian.ts";
import { type GaussianOptions, noiseOf } from "./gaussian.ts";

/** Derivative of a loss by the linear power. */
export interface PowerGradient {
  /** [h/Mpc] The wavenumbers of the mesh, rising; or the points that were given. */
  readonly k: Float64Array;
  /** [1/(Mpc/h)^3] Derivative by P(k) there. */
  readonly gradient: Float64Array;
}

/** Derivatives of a loss by what `gaussianInitialConditions` takes. Give them back with `using` or `dispose()`. */
export class GaussianGradient implements Disposable {
  /** Takes over the array. */
  constructor(
    /** [1] By the white noise, `[nx, ny, nz]`. */
    readonly noise: RealArray,
    /** By the linear power, unless that was not wanted. */
    readonly power: PowerGradient | undefined,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.noise.dispose();
  }

  /** As `dispose`; called at the end of the block that declared them with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Options of `gaussianAdjoint`. */
export interface GaussianAdjointOptions extends GaussianOptions {
  /** Whether the derivative by the power is wanted. Default true. */
  power?: boolean;
}

/**
 * Adjoint of `gaussianInitialConditions`: from the derivative of a loss by the field those by the noise, which is the same
 * filter once more, and by the power: `dL/dP(k) = sum over modes of that k of Re(conj(w_k) bar delta_k) sqrt(N/V)/(2 N sqrt P)`.
 * With dP/dtheta at `k`, the derivative by a parameter is the sum of products. Where P is 0, so is the derivative.
 *
 * Four transforms, two without power. Memory besides the result: 8 bytes for each cell, 4 without power (and 4 for noise from
 * a key); in float64, twice that.
 *
 * @param power Linear power, or points of it, that the field was made with.
 * @param bar Derivative by the field, `[nx, ny, nz]`, in its precision.
 * @param options Those of the field, and whether the derivative by the power is wanted.
 * @throws {ShapeError} {DtypeError} for a derivative of another kind; as `gaussianInitialConditions`.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { gaussianAdjoint, gaussianInitialConditions } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const [linear, options] = [linearPower(planck18), { mesh: [16, 16, 16], boxSize: [100, 100, 100], key: 0 } as const];
 * using field = gaussianInitialConditions(linear, options);
 * // The loss sum delta^2/2, of which P makes the expected size.
 * using gradient = gaussianAdjoint(linear, field.array, options);
 * console.log(gradient.noise.shape, gradient.power?.k.length);
 * ```
 */
export function gaussianAdjoint(
  power: LinearPower | PowerPoints,
  bar: RealArray,
  { power: wantsPower = true, ...options }: GaussianAdjointOptions,
): GaussianGradient {
  const operation = "go back through initial conditions";
  using temporary = new DisposableStack();
  using held = new DisposableStack();
  const { meta: { mesh }, meta, noise } = noiseOf(options, temporary);
  const [expected, actual] = [mesh, bar.shape].map((shape) => `[${shape.join(", ")}]`);
  if (expected !== actual) {
    throw new ShapeError(
      `Cannot ${operation}: the derivative must have shape ${expected}, got ${actual}`,
      expected,
      actual,
    );
  }
  if (bar.dtype !== noise.dtype) {
    const message = `Cannot ${operation}: the derivative must be ${noise.dtype} as the field, got ${bar.dtype}`;
    throw new DtypeError(message, noise.dtype, bar.dtype);
  }
  const amplitudes = amplitudesOf(power, meta);
  const out = held.use(empty(mesh, bar.dtype) as RealArray);
  filterMesh(mesh, amplitudes.table, bar, out);
  const table = wantsPower ? tableGradient(mesh, amplitudes.table, noise, bar) : undefined;
  held.move();
  const perVolume = meta.boxSize.reduce((v, length, i) => v * mesh[i] / length, 1);
  return new GaussianGradient(out, table && powerGradient(power, amplitudes, table, perVolume));
}

function powerGradient(
  power: LinearPower | PowerPoints,
  { table: { values }, used, k }: Amplitudes,
  ofTable: Float64Array,
  perVolume: number,
): PowerGradient {
  // A = sqrt(P N/V), so that dA/dP = N/V/(2 A).
  const gradient = Float64Array.from(used, (i) => values[i] > 0 ? ofTable[i] * perVolume / (2 * values[i]) : 0);
  if ("cosmology" in power) return { k, gradient };
  const ofPoints = new Float64Array(power.k.length);
  k.forEach((k, i) => {
    const [at, t] = placeOf(power.k, k);
    ofPoints[at] += (1 - t) * gradient[i];
    if (t > 0) ofPoints[at + 1] += t * gradient[i];
  });
  return { k: power.k, gradient: ofPoints };
}
