import { empty, type Field, type NdArray } from "../array/mod.ts";
import { call } from "../kernel/mod.ts";

type Mesh = Field["array"];

/** Fills slices `first ..` of a light-cone into places `offset ..` of the rows of `out` `[n, n, pitch]`. */
export function blendSlices(
  axis: number,
  low: Mesh,
  high: Mesh,
  first: number,
  weights: { low: Float32Array; high: Float32Array },
  out: NdArray<"float32">,
  offset: number,
): void {
  const [count, pitch] = [weights.low.length, out.shape[2]];
  const both = new Float32Array(2 * count);
  both.set(weights.low);
  both.set(weights.high, count);
  call("light-cone", (k, a) => {
    const pLow = a.in(low.data);
    const pHigh = high === low ? pLow : a.in(high.data);
    // `inout`: the other places of the rows stay.
    k.lightcone_blend(
      ...[Number(low.dtype === "float64"), low.shape[0], axis, pLow, pHigh, first] as const,
      ...[a.in(both), count, a.inout(out.data), pitch, offset] as const,
    );
  });
}

/** Displacement in cells `cells v (1 + second v)`, value that is added before and taken off after, particles or 0. */
export interface Shift {
  cells: number;
  second: number;
  mean: number;
  particles: number;
}

/** The field, or a part of it with whole skewers, in redshift space; undefined if a number is not finite. */
export function moveAlong(axis: number, field: Mesh, velocity: Mesh, shift: Shift): Mesh | undefined {
  const out = empty(field.shape, field.dtype) as Mesh;
  const wide = Number(field.dtype === "float64") + 2 * Number(velocity.dtype === "float64");
  const { cells, second, mean, particles } = shift;
  let finite = true;
  if (field.size === 0) return out;
  try {
    call("redshift space", (k, a) => {
      const [pf, pv, po] = [a.in(field.data), a.in(velocity.data), a.out(out.data)];
      const [nx, ny, nz] = field.shape;
      finite = k.lightcone_redshift_space(wide, nx, ny, nz, axis, pf, pv, cells, second, mean, particles, po) === 0;
    });
  } catch (error) {
    out.dispose();
    throw error;
  }
  if (finite) return out;
  out.dispose();
}

/** Fills `out` `[n, n, n]` with slices `start ..` of a light-cone, without means and tapered. */
export function cutChunk(
  cone: NdArray<"float32">,
  start: number,
  out: NdArray<"float32">,
  mean: "none" | "slice" | "chunk",
  taper: "none" | "blackmanHarris",
): void {
  const [n, , slices] = cone.shape;
  const which = ["none", "slice", "chunk"].indexOf(mean);
  call("light-cone", (k, a) => {
    k.lightcone_chunk(a.in(cone.data), n, slices, start, which, Number(taper !== "none"), a.out(out.data));
  });
}
