import { empty } from "../array/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { type Arguments, call } from "../kernel/mod.ts";
import { checkPainted, type Green, scalarShape, vectorShape } from "./_kernel_steps.ts";

/** Displacements and momenta of particles, and the derivatives by both; each `[3, nx, ny, nz]`. */
export interface Walked {
  readonly mesh: Triple;
  readonly x: RealArray;
  readonly p: RealArray;
  readonly xBar: RealArray;
  readonly pBar: RealArray;
}

const wide = (array: RealArray) => Number(array.dtype === "float64");
const shapeOf = (a: Arguments, mesh: Triple) => a.in(Uint32Array.from(mesh));
const addresses = (a: Arguments, { x, p, xBar, pBar }: Walked) =>
  [a.inout(x.data), a.inout(p.data), a.inout(xBar.data), a.inout(pBar.data)] as const;

/** Room for one step back: two meshes of scalars and one of vectors, 24 bytes a cell (float64: 48). */
export class BackwardMeshes implements Disposable {
  /** Of scalars. */
  readonly density: RealArray;
  /** Of scalars. */
  readonly phiBar: RealArray;
  /** Of vectors. */
  readonly vectors: RealArray;
  readonly #held = new DisposableStack();

  constructor(mesh: Triple, dtype: "float32" | "float64") {
    using held = new DisposableStack();
    const room = (shape: readonly number[]) => held.use(empty(shape, dtype) as RealArray);
    [this.density, this.phiBar, this.vectors] = [scalarShape(mesh), scalarShape(mesh), vectorShape(mesh)].map(room);
    this.#held = held.move();
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** Takes x += `by` p back with its derivatives; returns that by `by`. */
export function undrift(state: Walked, by: number): number {
  let slope = 0;
  call("drift backwards", (k, a) => {
    slope = k.pm_adjoint_drift(wide(state.x), shapeOf(a, state.mesh), ...addresses(a, state), by);
  });
  return slope;
}

/** Derivatives by the numbers of a kick and of the drift before it. */
export interface KickSlopes {
  kick: number;
  drift: number;
  gravity: number;
  correction: number;
  low: number;
  high: number;
}

/** A kick p += `kick` F(x), the drift before it if there is one, and whether derivatives by the filter are wanted. */
export interface Kick {
  kick: number;
  drift?: number;
  green?: Green;
  slopes?: boolean;
}

/** Takes a kick back, and the drift before it, with the derivatives. */
export function unkick(state: Walked, room: BackwardMeshes, { kick, drift, green = {}, slopes }: Kick): KickSlopes {
  const { gravity = 1, split = 0, difference = false, correction = 0, low = 0, high = 1 } = green;
  const out = new Float64Array(7);
  call("kick backwards", (k, a) => {
    const meshes = [a.out(room.density.data), a.out(room.phiBar.data), a.out(room.vectors.data)] as const;
    const flags = Number(drift !== undefined) + 2 * Number(slopes ?? false);
    return k.pm_adjoint_kick(
      ...[wide(state.x), shapeOf(a, state.mesh), ...addresses(a, state), ...meshes] as const,
      ...[gravity, split, Number(difference), correction, low, high, kick, drift ?? 0, flags, a.out(out)] as const,
    );
  });
  const [bad, ...found] = out;
  checkPainted(bad, state.mesh, state.x);
  const [byKick, byDrift, byGravity, byCorrection, byLow, byHigh] = found;
  return {
    kick: byKick,
    drift: byDrift,
    gravity: byGravity,
    correction: byCorrection,
    low: byLow,
    high: byHigh,
  };
}

/** Adds to `xBar` the derivatives by displacements of the sum of `values` `[nx, ny, nz]` times the painted particles. */
export function addDensityAdjoint(mesh: Triple, values: RealArray, x: RealArray, xBar: RealArray): void {
  call("painting backwards", (k, a) => {
    const [shape, from, at] = [shapeOf(a, mesh), a.in(values.data), a.in(x.data)];
    k.pm_adjoint_density(wide(x), shape, from, at, a.inout(xBar.data));
  });
}
