import { call } from "../kernel/mod.ts";
import type { SpaxelGrid } from "./spaxels.ts";

/** Where the observer sees gas. */
export interface Sky {
  /** `[center (3), matrix (9)]`. */
  readonly frame: Float64Array;
  readonly grid: SpaxelGrid;
}

/** How much dust there is in gas. */
export interface Law {
  /** 0: by the abundance of oxygen, five numbers; 1: a ratio; 2: a share of the metals. */
  readonly kind: number;
  /** `[5]` */
  readonly parameters: Float64Array;
}

/** Columns of a block of gas. */
export interface GasBlock {
  readonly coords: Float64Array;
  readonly mass: Float64Array;
  readonly metallicity: Float64Array;
  readonly hydrogen?: Float64Array;
  readonly oxygen?: Float64Array;
}

/** Adds gas to the counts of cells; place of the first position that is not finite, else the number of positions. */
export function countGas({ frame, grid }: Sky, coords: Float64Array, count: Uint32Array): number {
  const found = new Uint32Array(1);
  call("count gas", (k, a) => {
    const [turn, edges, rows] = [a.in(frame), a.in(grid.edges), a.in(coords)];
    return k.dust_count(turn, edges, grid.side, grid.margin, coords.length / 3, rows, a.inout(count), a.out(found));
  });
  return found[0];
}

/** Writes depth and extinction of gas to its places; place of the first that is not sound, else the number of gas cells. */
export function fillColumns(
  { frame, grid }: Sky,
  gas: GasBlock,
  law: Law,
  factor: number,
  next: Uint32Array,
  z: Float64Array,
  column: Float64Array,
): number {
  const found = new Uint32Array(1);
  call("columns of dust", (k, a) => {
    const [turn, edges] = [a.in(frame), a.in(grid.edges)];
    const [coords, mass, metallicity] = [gas.coords, gas.mass, gas.metallicity].map((v) => a.in(v));
    const [hydrogen, oxygen] = [gas.hydrogen, gas.oxygen].map((v) => v ? a.in(v) : 0);
    const parameters = a.in(law.parameters);
    return k.dust_fill(
      ...[turn, edges, grid.side, grid.margin, gas.mass.length, coords, mass, metallicity, hydrogen, oxygen] as const,
      ...[law.kind, parameters, factor, z.length, a.inout(next), a.inout(z), a.inout(column), a.out(found)] as const,
    );
  });
  return found[0];
}

/** Sorts the gas of each cell by depth, and sums its extinction from the front. */
export function sumColumns(start: Uint32Array, z: Float64Array, column: Float64Array): void {
  call("columns of dust", (k, a) => {
    k.dust_sum(start.length - 1, z.length, a.in(start), a.inout(z), a.inout(column));
  });
}
