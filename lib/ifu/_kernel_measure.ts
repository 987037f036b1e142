import { call } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";
import type { SortedStars } from "./_kernel_cube.ts";
import type { CubeArray } from "./cube.ts";

const wide = (array: NdArray) => Number(array.dtype === "float64");

/** Fills an image `[y, x]` with `sum_k weights[k] cube[y, x, k]`. */
export function weightedSum(cube: CubeArray, weights: Float64Array, out: NdArray<"float64">): void {
  // Wavelengths without weight are not read: they may be most of them.
  const from = Math.max(weights.findIndex((w) => w !== 0), 0);
  const to = weights.findLastIndex((w) => w !== 0) + 1;
  call("sum over wavelength", (k, a) => {
    const [spectra, factors, image] = [a.in(cube.data), a.in(weights), a.out(out.data)];
    k.ifu_weighted(wide(cube), out.size, weights.length, spectra, factors, Math.min(from, to), to, image);
  });
}

/** Fills spectra `[bin, wavelength]` with sums over the spaxels of each bin; bins of spaxels are -1 or below their number. */
export function binnedSum(cube: CubeArray, bins: Int32Array, out: NdArray<"float64">): void {
  call("sum spectra", (k, a) => {
    const [spectra, numbers, sums] = [a.in(cube.data), a.in(bins), a.out(out.data)];
    k.ifu_binned(wide(cube), bins.length, out.shape[1], spectra, numbers, out.shape[0], sums);
  });
}

/** What `voronoi` fills; arrays have room for as many bins as there are spaxels. */
export interface BinArrays {
  readonly bins: Int32Array;
  /** [spaxel] Middles, x and y in turn. */
  readonly place: Float64Array;
  readonly ratio: Float64Array;
  readonly spaxels: Uint32Array;
}

/** Bins spaxels `[y, x]`, those with a positive noise; returns the number of bins. */
export function voronoi(
  [ny, nx]: readonly number[],
  signal: Float64Array,
  noise: Float64Array,
  target: number,
  weighted: boolean,
  iterations: number,
  out: BinArrays,
): number {
  let count = 0;
  call("bin spaxels", (k, a) => {
    const [light, error, bins] = [a.in(signal), a.in(noise), a.out(out.bins)];
    const [place, ratio, spaxels] = [a.out(out.place), a.out(out.ratio), a.out(out.spaxels)];
    count = k.ifu_voronoi(nx, ny, light, error, target, Number(weighted), iterations, bins, place, ratio, spaxels);
  });
  return count;
}

/** Numbers of a spaxel that `gatherStars` adds to: the count, then for mass and for light those of `MEANS`. */
export const STATE = 19;

/** Light of populations. */
export interface PopulationLight {
  /** Nodes of metallicity and of age, and 1 for each of them whose logarithm is interpolated over. */
  readonly sizes: Uint32Array;
  /** Nodes of metallicity, of age, and light `[metallicity, age]`. */
  readonly numbers: Float64Array;
}

/** Adds stars of a block to the state `[spaxel, STATE]`. */
export function gatherStars(stars: SortedStars, light: PopulationLight | undefined, state: Float64Array): void {
  const { sizes, numbers } = light ?? { sizes: new Uint32Array(4), numbers: new Float64Array() };
  call("gather stars", (k, a) => {
    const [block, start, order] = [a.in(stars.block), a.in(stars.start), a.in(stars.order)];
    const spaxels = stars.start.length - 1;
    k.ifu_gather(spaxels, stars.capacity, block, start, order, a.in(sizes), a.in(numbers), a.inout(state));
  });
}
