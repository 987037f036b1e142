import { empty } from "../array/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { type Arguments, call } from "../kernel/mod.ts";
import { checkPainted, type Green, scalarShape } from "./_kernel_steps.ts";
import { ForceMesh } from "./force.ts";

/** Displacements and momenta of particles, and the derivatives by both; each `[3, nx, ny, nz]`. */
export interface Walked {
  readonly x: RealArray;
  readonly p: RealArray;
  readonly xBar: RealArray;
  readonly pBar: RealArray;
}

const wide = (array: RealArray) => Number(array.dtype === "float64");
const shapeOf = (a: Arguments, mesh: Triple) => a.in(Uint32Array.from(mesh));
const addresses = (a: Arguments, { x, p, xBar, pBar }: Walked) =>
  [a.inout(x.data), a.inout(p.data), a.inout(xBar.data), a.inout(pBar.data)] as const;

/** Room for a step back: meshes of a force, and another one of scalars; 24 bytes a cell (float64: 48). */
export class BackwardMeshes implements Disposable {
  /** Force and its potential. */
  readonly force: ForceMesh;
  /** Derivatives by the potential. */
  readonly phiBar: RealArray;
  readonly #held: DisposableStack;

  /** @param force Meshes to work on instead of new ones. */
  constructor(mesh: Triple, dtype: "float32" | "float64", force?: ForceMesh) {
    using held = new DisposableStack();
    this.force = force ?? held.use(new ForceMesh(mesh, dtype));
    this.phiBar = held.use(empty(scalarShape(mesh), dtype) as RealArray);
    this.#held = held.move();
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** Takes x += `by` p back with its derivatives; returns that by `by`. */
export function undrift(mesh: Triple, state: Walked, by: number): number {
  let slope = 0;
  call("drift backwards", (k, a) => {
    slope = k.pm_adjoint_drift(wide(state.x), shapeOf(a, mesh), ...addresses(a, state), by);
  });
  return slope;
}

/** Derivatives by a factor of a kick's force, by the drift before it, and by the numbers of the filter. */
export interface KickSlopes {
  readonly force: number;
  readonly drift: number;
  readonly gravity: number;
  readonly correction: number;
  readonly low: number;
  readonly high: number;
}

/** Takes p += F(x) and the drift before it, if there is one, back; `filter`: whether derivatives by the filter are wanted. */
export function unkick(
  state: Walked,
  { force: { mesh, scalars, vectors }, phiBar }: BackwardMeshes,
  green: Green,
  { drift, filter }: { drift?: number; filter: boolean },
): KickSlopes {
  const { gravity = 1, split = 0, difference = false, correction = 0, low = 0, high = 1 } = green;
  const out = new Float64Array(7);
  call("kick backwards", (k, a) => {
    const meshes = [a.out(scalars.data), a.out(phiBar.data), a.out(vectors.data)] as const;
    const flags = Number(drift !== undefined) + 2 * Number(filter);
    return k.pm_adjoint_kick(
      ...[wide(state.x), shapeOf(a, mesh), ...addresses(a, state), ...meshes] as const,
      ...[gravity, split, Number(difference), correction, low, high, drift ?? 0, flags, a.out(out)] as const,
    );
  });
  const [bad, byForce, byDrift, byGravity, byCorrection, byLow, byHigh] = out;
  checkPainted(bad, mesh, state.x);
  const ofFilter = { gravity: byGravity, correction: byCorrection, low: byLow, high: byHigh };
  return { force: byForce, drift: byDrift, ...ofFilter };
}

/** Adds to `xBar` the derivatives by displacements of the sum of `values` `[nx, ny, nz]` times the painted particles. */
export function addDensityAdjoint(mesh: Triple, values: RealArray, x: RealArray, xBar: RealArray): void {
  call("painting backwards", (k, a) => {
    const [shape, from, at] = [shapeOf(a, mesh), a.in(values.data), a.in(x.data)];
    k.pm_adjoint_density(wide(x), shape, from, at, a.inout(xBar.data));
  });
}
