import { type Arguments, call, type Exports } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";
import { agreeOn, type Comm } from "../mpi/mod.ts";
import { shareOf } from "../decomposition/mod.ts";

/** Half spectrum of a real field, `[n, n, floor(n / 2) + 1]`, or the planes of x of it that a rank holds. */
export type HalfSpectrum = NdArray<"complex64"> | NdArray<"complex128">;

/** Axis of a mesh: 0 is x, 1 is y, 2 is z. */
export type Axis = 0 | 1 | 2;

/** Planes of x that spectra hold: all of them, or those of a rank's slab. */
export interface Planes {
  /** [1] Cells along one axis of the whole mesh. */
  cells: number;
  /** [1] First plane. */
  first: number;
  /** Ranks among which planes are divided, if they are. */
  comm?: Comm;
}

/** Two spectra for a kernel: 1 if they are complex128, cells, first plane, number of planes, and their addresses. */
type Spectra = readonly [wide: number, cells: number, first: number, planes: number];

/**
 * Calls a kernel over two spectra, which may be the same, that gives `width` sums for each plane of x; then adds those of
 * all planes of all ranks.
 */
function overPlanes(
  a: HalfSpectrum,
  b: HalfSpectrum,
  { cells, first, comm }: Planes,
  width: number,
  body: (k: Exports, args: Arguments, spectra: Spectra, pa: number, pb: number, out: number) => void,
): Float64Array {
  const sumOwn = () => {
    const own = new Float64Array(a.shape[0] * width);
    if (own.length === 0) return own;
    call("powerSpectrum", (k, args) => {
      const pa = args.in(a.data);
      const spectra = [Number(a.dtype === "complex128"), cells, first, a.shape[0]] as const;
      body(k, args, spectra, pa, a === b ? pa : args.in(b.data), args.out(own));
    });
    return own;
  };
  const all = comm ? gatherPlanes(comm, cells, width, sumOwn) : sumOwn();
  const sums = new Float64Array(width);
  call("powerSpectrum", (k, args) => k.power_add_planes(args.in(all), cells, width, args.out(sums)));
  return sums;
}

/** Sums of the planes of all ranks, in order. */
function gatherPlanes(comm: Comm, cells: number, width: number, sumOwn: () => Float64Array): Float64Array {
  const own = agreeOn(comm, "measure power", () => `${width} sums over ${cells} planes`, sumOwn);
  const counts = Array.from({ length: comm.size }, (_, rank) => shareOf(cells, comm.size, rank).length * width);
  return comm.allgatherv(own, { counts });
}

/** Sums over the modes of each bin of Re(a conj(b)) times a factor for each axis; both spectra have the same type. */
export function sumBins(
  a: HalfSpectrum,
  b: HalfSpectrum,
  planes: Planes,
  window: Float64Array,
  limits: Uint32Array,
): Float64Array {
  const bins = limits.length - 1;
  return overPlanes(a, b, planes, bins, (k, args, spectra, pa, pb, out) => {
    k.power_sums(...spectra, pa, pb, args.in(window), args.in(limits), bins, out);
  });
}

/** As `sumBins` over bins across (bounds of m^2) and along (bounds of |m|) an axis: `[across, along]`. */
export function sumCylinder(
  a: HalfSpectrum,
  b: HalfSpectrum,
  planes: Planes,
  axis: Axis,
  window: Float64Array,
  across: Uint32Array,
  along: Uint32Array,
): Float64Array {
  const [wideBins, deepBins] = [across.length - 1, along.length - 1];
  return overPlanes(a, b, planes, wideBins * deepBins, (k, args, spectra, pa, pb, out) => {
    const [pw, pc, pl] = [args.in(window), args.in(across), args.in(along)];
    k.power_cylindrical(...spectra, axis, pa, pb, pw, pc, wideBins, pl, deepBins, out);
  });
}

/** As `sumBins`, times 1, mu^2 and mu^4: `[bins, 3]`. */
export function sumMultipoles(
  a: HalfSpectrum,
  b: HalfSpectrum,
  planes: Planes,
  axis: Axis,
  window: Float64Array,
  limits: Uint32Array,
): Float64Array {
  const bins = limits.length - 1;
  return overPlanes(a, b, planes, 3 * bins, (k, args, spectra, pa, pb, out) => {
    k.power_multipoles(...spectra, axis, pa, pb, args.in(window), args.in(limits), bins, out);
  });
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
