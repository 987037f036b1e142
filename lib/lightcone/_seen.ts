import { NdArray } from "../array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { cellSize, type Metadata, type ParticleField } from "../fields/mod.ts";
import type { Box } from "../mpi/mod.ts";
import type { RealArray, Seen } from "./_kernel_shells.ts";
import { type DriftOptions, driftTable } from "./drift.ts";
import { lightconeReach, type Shells } from "./shells.ts";
import type { CellBounds, Pass, TilingOptions } from "./tiling.ts";

/** Options of all paintings of shells. */
export interface ShellPaintOptions extends TilingOptions {
  /** Weight of each particle `[nx, ny, nz]`, of the type of the displacement. Default 1. */
  weights?: RealArray;
  /** Moves each particle to where it crosses the light cone. Default: all are where the displacement says. */
  drift?: DriftOptions;
}

/** What is painted: particles of all lattice sites, or of a box of them. */
export interface SeenParticles extends Pick<ParticleField, "array" | "meta" | "unit"> {
  /** Which lattice sites `array` and others alike have. Default: all. */
  sites?: Box;
}

/** Cotangents of what was painted; the adjoint adds to them. */
export interface ShellCotangents {
  /** [1/cell] Of the displacement, `[3, nx, ny, nz]`. */
  displacement: RealArray;
  /** [1/cell] Of the drift's momentum, `[3, nx, ny, nz]`. Default: not wanted. */
  momentum?: RealArray;
  /** [1] Of the weights, `[nx, ny, nz]`. Default: not wanted. */
  weights?: RealArray;
}

/** [1] Pixels that are painted in one pass over the particles: 128 MiB for each thread. */
const PIXELS = 1 << 24;

/** [cell] Bounds of the shells. */
export function inCells(meta: Metadata, { near, far, centers }: Shells): CellBounds {
  const cell = cellSize(meta);
  return { near: near.map((r) => r / cell), far: far.map((r) => r / cell), centers };
}

/** Checks what is to be painted. `reach` is how far shells may go without copies of the box [Mpc/h]. */
export function checkParticles(
  operation: string,
  { array, meta, unit, sites }: SeenParticles,
  shells: Shells,
  options: ShellPaintOptions,
  [reach, reason]: readonly [number, string],
): void {
  const fail = (rule: string, actual: string): never => {
    throw new DomainError(`Cannot ${operation}: ${rule}, got ${actual}`, rule, actual);
  };
  if (unit !== "gridRelative") fail(`displacements from the lattice ("gridRelative") are wanted`, `"${unit}"`);
  const shape = [3, ...sites?.shape ?? meta.mesh];
  sameArray(operation, "displacement", array, shape, array.dtype);
  if (options.weights) sameArray(operation, "weights", options.weights, shape.slice(1), array.dtype);
  if (options.drift) sameArray(operation, "momentum", options.drift.momentum.array, shape, array.dtype);
  const last = shells.far.length - 1;
  if (last < 0) fail("there must be a shell", "none");
  for (let i = 0; i <= last; i++) {
    if (!(shells.near[i] < shells.far[i] && (i === 0 || shells.near[i] >= shells.far[i - 1]))) {
      fail("shells must rise and not overlap", `shell ${i} from ${shells.near[i]} to ${shells.far[i]} Mpc/h`);
    }
  }
  if ((options.tiling ?? "none") === "none" && shells.far[last] > reach * (1 + 1e-9)) {
    fail(
      `without tiling all shells must end within ${reach} Mpc/h, ${reason}; take fewer, or give "tiling"`,
      `${shells.far[last]} Mpc/h`,
    );
  }
}

/** The reach of spheres, with its arithmetic. */
export function sphereReach(meta: Metadata): readonly [number, string] {
  const { boxSize, observer } = meta;
  const terms = boxSize.map((length, i) => `${length}/(1 + 2 * ${Math.min(observer[i], 1 - observer[i])})`);
  return [lightconeReach(meta), `the reach of the box, the smallest of ${terms.join(", ")}`];
}

function sameArray(operation: string, name: string, array: RealArray, shape: readonly number[], dtype: string): void {
  if (array.shape.join() !== shape.join()) {
    const [expected, actual] = [shape, array.shape].map((s) => `[${s.join(", ")}]`);
    throw new ShapeError(
      `Cannot ${operation}: "${name}" must be ${expected} as the mesh is, got ${actual}`,
      expected,
      actual,
    );
  }
  if (array.dtype !== dtype) {
    const message = `Cannot ${operation}: "${name}" must be ${dtype} as the displacement is, got ${array.dtype}`;
    throw new DtypeError(message, dtype, array.dtype);
  }
}

/** Checks cotangents. */
export function checkCotangents(
  operation: string,
  { array }: ParticleField,
  maps: RealArray,
  shape: number[],
  to: ShellCotangents,
): void {
  sameArray(operation, "maps", maps, shape, array.dtype);
  sameArray(operation, "cotangent of the displacement", to.displacement, array.shape, array.dtype);
  if (to.momentum) sameArray(operation, "cotangent of the momentum", to.momentum, array.shape, array.dtype);
  if (to.weights) sameArray(operation, "cotangent of the weights", to.weights, array.shape.slice(1), array.dtype);
}

/**
 * Calls `body` for each pass over the particles, with what the kernel is to see and the first shell of the maps; `factor`
 * gives the factor of each shell's map, of so many pixels.
 */
export function eachPass(
  { array, meta, sites }: SeenParticles,
  shells: Shells,
  options: ShellPaintOptions,
  passes: Pass[],
  { pixels, factor }: { pixels: number; factor: (shell: number) => number },
  body: (seen: Seen, first: number, count: number) => void,
): void {
  const { near, far } = inCells(meta, shells);
  const most = Math.max(1, Math.floor(PIXELS / pixels));
  const last = shells.far[shells.far.length - 1];
  const drift = options.drift && driftTable(options.drift, 1.25 * last, cellSize(meta));
  for (const { images, first, count } of passes) {
    for (let start = first; start < first + count; start += most) {
      const indices = Array.from({ length: Math.min(most, first + count - start) }, (_, i) => start + i);
      const bounds = indices.map((i) => [near[i], far[i], factor(i)] as const);
      const { weights, drift: moved } = options;
      const [x = 0, y = 0, z = 0] = sites?.start ?? [];
      const lattice = { displacement: array, mesh: meta.mesh, first: [x, y, z] as const };
      body(
        { ...lattice, momentum: moved?.momentum.array, weights, images, shells: bounds, drift },
        start,
        bounds.length,
      );
    }
  }
}

/** Maps `first ..` of a stack, sharing memory with it. */
export function part(stack: RealArray, first: number, count: number): RealArray {
  const one = stack.size / stack.shape[0];
  const data = stack.data.subarray(first * one, (first + count) * one);
  return new NdArray(data, [count, ...stack.shape.slice(1)], stack.dtype);
}
