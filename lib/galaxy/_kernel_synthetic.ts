import { call } from "../kernel/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import { type Column, COLUMN_WIDTH } from "./galaxy.ts";

/** What a galaxy is made of; see `kernels/galaxy/src/model.rs`. */
export interface ModelNumbers {
  readonly starMass: number;
  readonly gasMass: number;
  readonly discMass: number;
  readonly bulgeMass: number;
  readonly length: number;
  readonly height: number;
  readonly gasLength: number;
  readonly gasHeight: number;
  readonly bulgeRadius: number;
  readonly bulgeEnd: number;
  readonly haloVelocity: number;
  readonly haloCore: number;
  readonly dispersion: number;
  readonly gasDispersion: number;
  readonly oldest: number;
  readonly contrast: number;
  readonly winding: number;
  readonly metallicity: number;
}

/** A model as kernels take it. */
export interface Model {
  readonly numbers: Float64Array;
  readonly table: Float64Array;
  /** [kpc] */
  readonly halfMassRadius: number;
}

/** Tables of a model. */
export function modelOf(m: ModelNumbers): Model {
  const numbers = Float64Array.of(
    ...[m.starMass, m.gasMass, m.discMass, m.bulgeMass, m.length, m.height, m.gasLength, m.gasHeight],
    ...[m.bulgeRadius, m.bulgeEnd, m.haloVelocity, m.haloCore, m.dispersion, m.gasDispersion],
    ...[m.oldest, m.contrast, m.winding, m.metallicity],
  );
  let [table, halfMassRadius] = [new Float64Array(), 0];
  call("model of a galaxy", (k, a) => {
    table = new Float64Array(2 * ((k.galaxy_model_nodes() >>> 0) + 1));
    halfMassRadius = k.galaxy_model(a.in(numbers), a.out(table));
  });
  return { numbers, table, halfMassRadius };
}

const ORDER = Object.keys(COLUMN_WIDTH) as Column[];

/** Fills with rows of a column of stars or gas. */
export function syntheticRows(
  { numbers, table }: Model,
  { words, generator }: RandomKey,
  column: Column,
  gas: boolean,
  first: number,
  out: Float64Array,
): void {
  call("particles of a galaxy", (k, a) => {
    const key = [words[0], words[1], generator === "philox" ? 0 : 1] as const;
    const where = [ORDER.indexOf(column), Number(gas), first] as const;
    k.galaxy_synthetic(a.in(numbers), a.in(table), ...key, ...where, a.out(out), out.length);
  });
}
