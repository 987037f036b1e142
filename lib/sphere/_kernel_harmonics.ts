import type { RealArray } from "../paint/mod.ts";
import { call } from "../kernel/mod.ts";
import type { Alm, AlmLimits } from "./alm.ts";

/** What a transform is between. */
export interface HarmonicShape extends Required<AlmLimits> {
  readonly nside: number;
  readonly spin: number;
}

const numbers = ({ nside, lmax, mmax, spin }: HarmonicShape) => [nside, lmax, mmax, spin] as const;
const wide = ([map]: readonly RealArray[]) => Number(map.dtype === "float64");

/** Fills maps from coefficients: one of each for spin 0, two for others. */
export function synthesise(shape: HarmonicShape, alm: readonly Alm[], maps: readonly RealArray[]): void {
  call("coefficients to a map", (k, a) => {
    const [a0, a1 = 0] = alm.map((one) => a.in(one.data));
    const [m0, m1 = 0] = maps.map((one) => a.out(one.data));
    return k.sphere_synthesise(wide(maps), ...numbers(shape), a0, a1, m0, m1);
  });
}

/** Fills coefficients from maps; `weights` of the 2 nside rings from the north pole to the equator. */
export function analyse(
  shape: HarmonicShape,
  maps: readonly RealArray[],
  weights: Float64Array,
  alm: readonly Alm[],
): void {
  call("a map to coefficients", (k, a) => {
    const [m0, m1 = 0] = maps.map((one) => a.in(one.data));
    const [a0, a1 = 0] = alm.map((one) => a.out(one.data));
    return k.sphere_analyse(wide(maps), ...numbers(shape), m0, m1, a.in(weights), a0, a1);
  });
}
