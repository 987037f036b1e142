import type { NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { call } from "../kernel/mod.ts";

/** A real array. */
export type RealArray = NdArray<"float32" | "float64">;

/** What both directions of assignment need. */
export interface Assignment {
  operation: string;
  /** 1 NGP, 2 CIC, 3 TSC, 4 PCS. */
  order: number;
  positions: RealArray;
  boxSize: number;
  mesh: RealArray;
}

function types(positions: RealArray, mesh: RealArray): number {
  return Number(positions.dtype === "float64") + 2 * Number(mesh.dtype === "float64");
}

function checkOutcome(operation: string, [kind, index]: Float64Array, positions: RealArray): void {
  if (index < 0) return;
  const p = positions.data.slice(3 * index, 3 * index + 3).join(", ");
  const what = kind === 0 ? `position ${index} is (${p})` : `weight ${index} is not a finite number`;
  throw new DomainError(
    `Cannot ${operation}: all positions and weights must be finite, ${what}`,
    "finite numbers",
    what,
  );
}

/** Adds particles to the mesh. `weights` has the mesh's type. */
export function addParticles(a: Assignment, weights?: RealArray): void {
  const { operation, order, positions, boxSize, mesh } = a;
  const failed = Float64Array.of(-1, -1);
  const [nx, ny, nz] = mesh.shape;
  call(operation, (k, args) => {
    const at = args.in(positions.data);
    const masses = weights ? args.in(weights.data) : 0;
    const count = positions.shape[0];
    const nodes = args.inout(mesh.data);
    return k.paint_add(
      ...[order, types(positions, mesh), boxSize, nx, ny, nz, at, masses, count, nodes] as const,
      args.inout(failed),
    );
  });
  checkOutcome(operation, failed, positions);
}

/** Fills `out`, of the mesh's type, with the mesh at the particles. */
export function readParticles(a: Assignment, out: RealArray): void {
  const { operation, order, positions, boxSize, mesh } = a;
  const failed = Float64Array.of(-1, -1);
  const [nx, ny, nz] = mesh.shape;
  call(operation, (k, args) => {
    const at = args.in(positions.data);
    const values = args.out(out.data);
    const count = positions.shape[0];
    const nodes = args.in(mesh.data);
    return k.paint_read(
      ...[order, types(positions, mesh), boxSize, nx, ny, nz, at, values, count, nodes] as const,
      args.inout(failed),
    );
  });
  checkOutcome(operation, failed, positions);
}

/** Fills `out[m]` with the window of order `order` at mode m of an axis of `cells`. */
export function fillWindow(order: number, cells: number, out: Float64Array): void {
  call("assignmentWindow", (k, args) => k.paint_window(order, cells, args.out(out), out.length));
}

/** Fills `out` with `values / mean - 1`. */
export function fillOverdensity(values: RealArray, mean: number, out: RealArray): void {
  call("overdensity", (k, args) => {
    const wide = Number(values.dtype === "float64");
    k.paint_overdensity(wide, args.in(values.data), mean, args.out(out.data), values.size);
  });
}
