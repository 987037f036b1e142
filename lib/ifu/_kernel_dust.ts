import { call } from "../kernel/mod.ts";

/** Cells of the sky. */
export interface Sky {
  /** `[center (3), matrix (9), side of a cell]`. */
  readonly numbers: Float64Array;
  /** Cells along a side of the grid. */
  readonly cells: number;
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
export function countGas({ numbers, cells }: Sky, coords: Float64Array, count: Uint32Array): number {
  const found = new Uint32Array(1);
  call("count gas", (k, a) => {
    return k.dust_count(a.in(numbers), cells, coords.length / 3, a.in(coords), a.inout(count), a.out(found));
  });
  return found[0];
}

/** Writes depth and extinction of gas to its places; place of the first that is not sound, else the number of gas cells. */
export function fillColumns(
  { numbers, cells }: Sky,
  gas: GasBlock,
  law: Law,
  factor: number,
  next: Uint32Array,
  z: Float64Array,
  column: Float64Array,
): number {
  const found = new Uint32Array(1);
  call("columns of dust", (k, a) => {
    const [sky, coords, mass, metallicity] = [numbers, gas.coords, gas.mass, gas.metallicity].map((v) => a.in(v));
    const [hydrogen, oxygen] = [gas.hydrogen, gas.oxygen].map((v) => v ? a.in(v) : 0);
    const parameters = a.in(law.parameters);
    return k.dust_fill(
      ...[sky, cells, gas.mass.length, coords, mass, metallicity, hydrogen, oxygen] as const,
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
