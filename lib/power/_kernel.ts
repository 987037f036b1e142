import { type Arguments, call, type Exports } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";

/** Half spectrum of a real field, `[n, n, floor(n / 2) + 1]`. */
export type HalfSpectrum = NdArray<"complex64"> | NdArray<"complex128">;

/** Axis of a mesh: 0 is x, 1 is y, 2 is z. */
export type Axis = 0 | 1 | 2;

/** Calls a kernel over two spectra, which may be the same, with: 1 if they are complex128, cells, and their addresses. */
function overSpectra(
  a: HalfSpectrum,
  b: HalfSpectrum,
  body: (k: Exports, args: Arguments, wide: number, cells: number, pa: number, pb: number) => void,
): void {
  call("powerSpectrum", (k, args) => {
    const pa = args.in(a.data);
    body(k, args, Number(a.dtype === "complex128"), a.shape[0], pa, a === b ? pa : args.in(b.data));
  });
}

/** Sums over the modes of each bin of Re(a conj(b)) times a factor for each axis; both spectra have the same type. */
export function sumBins(a: HalfSpectrum, b: HalfSpectrum, window: Float64Array, limits: Uint32Array): Float64Array {
  const out = new Float64Array(limits.length - 1);
  overSpectra(a, b, (k, args, wide, cells, pa, pb) => {
    k.power_sums(wide, cells, pa, pb, args.in(window), args.in(limits), out.length, args.out(out));
  });
  return out;
}

/** As `sumBins` over bins across (bounds of m^2) and along (bounds of |m|) an axis: `[across, along]`. */
export function sumCylinder(
  a: HalfSpectrum,
  b: HalfSpectrum,
  axis: Axis,
  window: Float64Array,
  across: Uint32Array,
  along: Uint32Array,
): Float64Array {
  const [wideBins, deepBins] = [across.length - 1, along.length - 1];
  const out = new Float64Array(wideBins * deepBins);
  overSpectra(a, b, (k, args, wide, cells, pa, pb) => {
    const [pw, pc, pl, po] = [args.in(window), args.in(across), args.in(along), args.out(out)];
    k.power_cylindrical(wide, cells, axis, pa, pb, pw, pc, wideBins, pl, deepBins, po);
  });
  return out;
}

/** As `sumBins`, times 1, mu^2 and mu^4: `[bins, 3]`. */
export function sumMultipoles(
  a: HalfSpectrum,
  b: HalfSpectrum,
  axis: Axis,
  window: Float64Array,
  limits: Uint32Array,
): Float64Array {
  const bins = limits.length - 1;
  const out = new Float64Array(3 * bins);
  overSpectra(a, b, (k, args, wide, cells, pa, pb) => {
    k.power_multipoles(wide, cells, axis, pa, pb, args.in(window), args.in(limits), bins, args.out(out));
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
