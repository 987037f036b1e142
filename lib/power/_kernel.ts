import { call } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";

/** Half spectrum of a real field, `[n, n, floor(n / 2) + 1]`. */
export type HalfSpectrum = NdArray<"complex64"> | NdArray<"complex128">;

/** Sums over the modes of each bin of Re(a conj(b)) times a factor for each axis; both spectra have the same type. */
export function sumBins(a: HalfSpectrum, b: HalfSpectrum, window: Float64Array, limits: Uint32Array): Float64Array {
  const out = new Float64Array(limits.length - 1);
  call("powerSpectrum", (k, args) => {
    const [pa, pw, pl, po] = [args.in(a.data), args.in(window), args.in(limits), args.out(out)];
    const pb = a === b ? pa : args.in(b.data);
    k.power_sums(Number(a.dtype === "complex128"), a.shape[0], pa, pb, pw, pl, out.length, po);
  });
  return out;
}

/** For each bin, the number of modes of the full sphere and the sum of their whole lengths |m|. */
export function countModes(cells: number, limits: Uint32Array): { counts: Float64Array; lengths: Float64Array } {
  const counts = new Float64Array(limits.length - 1);
  const lengths = new Float64Array(limits.length - 1);
  call("powerSpectrum", (k, args) => {
    k.power_modes(cells, args.in(limits), counts.length, args.out(counts), args.out(lengths));
  });
  return { counts, lengths };
}

/** Edges from `least` to `most`, evenly spaced in the logarithm. */
export function logEdges(least: number, most: number, bins: number): Float64Array {
  const edges = new Float64Array(bins + 1);
  call("powerSpectrum", (k, args) => k.power_log_edges(least, most, args.out(edges), edges.length));
  return edges;
}
