import { call } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";
import type { RealArray } from "../fields/mod.ts";

const wide = (array: NdArray) => Number(array.dtype === "float64" || array.dtype === "complex128");

/** How rays meet planes. */
export interface Rays {
  /** Rays along x and y, and pixels of a plane along x and y. */
  readonly shape: Uint32Array;
  /** For each plane [pixel] start and step of rays along x, then along y; left out where rays keep their pixel. */
  readonly fan?: Float64Array;
}

/** Fills maps `[source, ray]` with `constant[s] + sum_j matrix[s, j] plane_j(ray)`. */
export function combine(
  { shape, fan }: Rays,
  planes: RealArray,
  depth: number,
  matrix: Float64Array,
  constant: Float64Array,
  out: RealArray,
): void {
  call("sum planes", (k, a) => {
    const [rays, rows] = [a.in(shape), fan ? a.in(fan) : 0];
    const [from, factors, constants, to] = [a.in(planes.data), a.in(matrix), a.in(constant), a.out(out.data)];
    k.lensing_combine(wide(planes), rays, rows, depth, constant.length, from, factors, constants, to);
  });
}

/** Fills `out`, `[source, plane]`, with sums over rays of maps times planes, and `totals` with sums of maps. */
export function products(
  { shape, fan }: Rays,
  planes: RealArray,
  depth: number,
  bar: RealArray,
  out: Float64Array,
  totals: Float64Array,
): void {
  call("sum planes", (k, a) => {
    const [rays, rows] = [a.in(shape), fan ? a.in(fan) : 0];
    const [from, maps, sums, all] = [a.in(planes.data), a.in(bar.data), a.out(out), a.out(totals)];
    k.lensing_products(wide(planes), rays, rows, depth, totals.length, from, maps, sums, all);
  });
}

/** Adds to planes the adjoint of `combine`, and a constant for each. */
export function addAdjoint(
  { shape, fan }: Rays,
  matrix: Float64Array,
  constant: Float64Array,
  bar: RealArray,
  planes: RealArray,
): void {
  const depth = constant.length;
  call("adjoint of a sum of planes", (k, a) => {
    const [rays, rows] = [a.in(shape), fan ? a.in(fan) : 0];
    const [factors, constants, maps, to] = [a.in(matrix), a.in(constant), a.in(bar.data), a.inout(planes.data)];
    k.lensing_adjoint(wide(planes), rays, rows, depth, matrix.length / depth, factors, constants, maps, to);
  });
}

/** Turns half spectra of E and B modes to those of the components of shear, or back. */
export function rotateInPlace(first: NdArray, second: NdArray, ny: number, aspect: number, back: boolean): void {
  call("shear", (k, a) => {
    const [one, two] = [a.inout(first.data), a.inout(second.data)];
    k.lensing_rotate(wide(first), first.shape[0], ny, aspect, Number(back), one, two);
  });
}
