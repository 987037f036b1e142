import type { Field } from "../array/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";

/** Fields of one redshift, by name; those that can be disposed of are, once they are done with. */
export type CoevalFields<F extends string> = { readonly [name in F]: Field } & Partial<Disposable> & {
  /** [1] Redshift of the fields. */
  readonly z: number;
};

/** Coeval fields of several redshifts, read one redshift at a time: a `TemporalCube`, or an object that computes them. */
export interface CoevalSource<F extends string> {
  /** [1] Redshifts, rising; three decimals are enough to find them by, the fields say their own. */
  readonly redshifts: ArrayLike<number>;
  /** The fields at a place of `redshifts`; those that were not asked for may be missing. */
  read(index: number, names: readonly F[]): CoevalFields<F> | Promise<CoevalFields<F>>;
}

/** What a light-cone is to be made of. */
export interface LightconeOptions<F extends string> {
  /** Universe, for distances. */
  cosmology: Cosmology;
  /** Names of the fields, as the source has them. */
  quantities: readonly F[];
  /** Axis of the coeval fields along which to look. Default 2. */
  axis?: 0 | 1 | 2;
  /** [1] Redshift of the first slice. Default: the lowest of the source. */
  zLow?: number;
  /** [1] Redshift up to which there are slices. Default: the highest of the source. */
  zHigh?: number;
  /** Between two coeval fields: linear in redshift, linear in comoving distance, or the one nearer in redshift. Default "redshift". */
  interpolation?: "redshift" | "distance" | "nearest";
}
