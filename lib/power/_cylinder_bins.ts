import { checkInteger, checkOneOf } from "../base/mod.ts";
import { logEdges } from "./_kernel.ts";
import { type BinOptions, checkEdges, defaultBins, wholeLimits } from "./bins.ts";

/** Bins of one direction of a cylinder: across the line of sight, of whole numbers m^2, or along it, of |m|. */
export interface CylinderBins {
  /** [h/Mpc] Edges. */
  edges: Float64Array;
  /** [h/Mpc] Middles of the edges. */
  middles: Float64Array;
  /** Bounds of the whole numbers of each bin. */
  limits: Uint32Array;
  /** [1] Whole wavenumbers of this direction in each bin; a mode has one of each direction. */
  counts: Float64Array;
  /** [h/Mpc] Their mean length; NaN where there are none. */
  means: Float64Array;
}

/**
 * Bins across or along a line of sight. A number of bins goes from 2 pi / L to the highest wavenumber of that direction,
 * both included whatever the rounding; modes without a component in that direction are in no such bin.
 */
export function cylinderBins(
  direction: "across" | "along",
  cells: number,
  boxSize: number,
  { bins = defaultBins(cells), spacing = "log" }: BinOptions,
): CylinderBins {
  checkOneOf(spacing, "spacing", ["log", "linear"]);
  const unit = 2 * Math.PI / boxSize;
  const found = direction === "across" ? countAcross(cells) : countAlong(cells);
  const most = found.length - 1;
  const length = direction === "across" ? Math.sqrt : (m: number) => m;
  const edges = typeof bins !== "number"
    ? checkEdges(Float64Array.from(bins))
    : evenEdges(unit, length(most) * unit, checkInteger(bins, "bins", 1), spacing);
  const numberOf = (k: number) => direction === "across" ? (k / unit) ** 2 : k / unit;
  const limits = wholeLimits(edges, most, (m) => length(m) * unit, numberOf);
  const counts = new Float64Array(limits.length - 1);
  const lengths = new Float64Array(limits.length - 1);
  for (let bin = 0; bin < counts.length; bin++) {
    for (let m = limits[bin]; m < limits[bin + 1]; m++) {
      counts[bin] += found[m];
      lengths[bin] += found[m] * length(m);
    }
  }
  return {
    edges,
    middles: counts.map((_, i) => (edges[i] + edges[i + 1]) / 2),
    limits,
    counts,
    means: lengths.map((s, i) => s / counts[i] * unit),
  };
}

function evenEdges(least: number, most: number, bins: number, spacing: "log" | "linear"): Float64Array {
  const edges = spacing === "log"
    ? logEdges(least, most, bins)
    : Float64Array.from({ length: bins + 1 }, (_, i) => least + i * ((most - least) / bins));
  edges[0] = least;
  edges[bins] = most;
  return checkEdges(edges);
}

/** Pairs (x, y) for each x^2 + y^2. */
function countAcross(cells: number): Float64Array {
  const half = Math.floor(cells / 2);
  const found = new Float64Array(2 * half * half + 1);
  for (let x = 0; x <= half; x++) {
    for (let y = 0; y <= half; y++) found[x * x + y * y] += multiplicity(x, cells) * multiplicity(y, cells);
  }
  return found;
}

function countAlong(cells: number): Float64Array {
  return Float64Array.from({ length: Math.floor(cells / 2) + 1 }, (_, m) => multiplicity(m, cells));
}

/** Whole numbers m and -m that an axis has. */
function multiplicity(m: number, cells: number): number {
  return m === 0 || 2 * m === cells ? 1 : 2;
}
