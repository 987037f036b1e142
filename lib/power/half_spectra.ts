import { checkOneOf } from "../base/mod.ts";
import type { Scheme } from "../paint/mod.ts";
import { countModes, type HalfSpectrum, sumBins } from "./_kernel.ts";
import { prepare, type SpectrumMesh, unitsOf } from "./_prepare.ts";
import { binEdges, type BinOptions, modeLimits } from "./bins.ts";

/** Options of all power spectra. */
export interface PowerOptions extends BinOptions {
  /** What bins without modes hold: NaN, or the value of the nearest bin that has some (the lower of two). Default "nan". */
  emptyBins?: "nan" | "nearest";
  /** Scheme with which the fields were painted; its window is divided out. Default: none. */
  deconvolve?: Scheme;
  /** [unit of the power] Shot noise to subtract: V / N for N particles of overdensity. Default 0. */
  shotNoise?: number;
}

/** Power in bins of wavenumber. */
export interface PowerSpectrum {
  /** [h/Mpc] Edges of the bins, one more than bins. */
  edges: Float64Array;
  /** [h/Mpc] Arithmetic middle of each bin's edges. */
  k: Float64Array;
  /** [h/Mpc] Mean wavenumber of each bin's modes; NaN in a bin without modes. */
  kMean: Float64Array;
  /** Mean power of each bin's modes, in `unit`. */
  power: Float64Array;
  /** k^3 P(k) / (2 pi^2) at `k`, in `dimensionlessUnit`. */
  dimensionless: Float64Array;
  /** [1] Modes of each bin, both of each pair k and -k. */
  modes: Float64Array;
  /** Unit of `power`, as "mK^2 (Mpc/h)^3". */
  unit: string;
  /** Unit of `dimensionless`, as "mK^2"; "1" for fields without a unit. */
  dimensionlessUnit: string;
}

/**
 * Power of two real fields from their half spectra: P(k) = V / N^2 <Re(A conj(B))>, with N = n^3 cells, unnormalised
 * forward transforms A and B, and the mean over all modes of a bin. The mode k = 0 counts as 0, as if the means had been
 * subtracted.
 *
 * @param a Half spectrum `[n, n, floor(n / 2) + 1]`, for example from `rfftn`.
 * @param b The other one, of the same type; `a` itself for the auto power.
 * @param mesh `cells` n, `boxSize` [Mpc/h], and the units of both fields.
 * @param options Bins, empty bins, window, shot noise.
 * @returns Power in bins.
 * @throws {ShapeError} if a shape is not that of the mesh; {DtypeError} if the types differ; {DomainError} for bad bins.
 */
export function powerOfHalfSpectra(
  a: HalfSpectrum,
  b: HalfSpectrum,
  mesh: SpectrumMesh,
  options: PowerOptions = {},
): PowerSpectrum {
  const { cells, boxSize, planes, window, norm } = prepare(a, b, mesh, options.deconvolve);
  const { emptyBins = "nan", shotNoise = 0 } = options;
  checkOneOf(emptyBins, "emptyBins", ["nan", "nearest"]);
  const edges = binEdges(cells, boxSize, options);
  const limits = modeLimits(edges, cells, boxSize);
  const sums = sumBins(a, b, planes, window, limits);
  const { counts: modes, lengths } = countModes(cells, limits);
  const power = sums.map((s, i) => s * norm / modes[i] - shotNoise);
  if (emptyBins === "nearest") fillEmpty(power, modes);
  const k = Float64Array.from(power, (_, i) => (edges[i] + edges[i + 1]) / 2);
  return {
    edges,
    k,
    kMean: lengths.map((s, i) => s / modes[i] * (2 * Math.PI / boxSize)),
    power,
    dimensionless: power.map((p, i) => p * k[i] ** 3 / (2 * Math.PI ** 2)),
    modes,
    ...unitsOf(mesh),
  };
}

function fillEmpty(power: Float64Array, modes: Float64Array): void {
  const filled = [...modes.keys()].filter((i) => modes[i] > 0);
  for (const i of modes.keys()) {
    if (modes[i] > 0 || filled.length === 0) continue;
    power[i] = power[filled.reduce((best, j) => Math.abs(j - i) < Math.abs(best - i) ? j : best)];
  }
}
