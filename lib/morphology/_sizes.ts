import { geomspace, log, NdArray } from "../array/mod.ts";
import { checkInteger, DomainError } from "../base/mod.ts";

/** Edges of bins of sizes: those given, or so many in equal ratios between two sizes, which `range` describes. */
export function sizeEdges(
  bins: number | readonly number[] | Float64Array,
  least: number,
  most: number,
  range: string,
): Float64Array {
  if (typeof bins === "number") {
    checkInteger(bins, "bins", 1);
    if (most > least) {
      using edges = geomspace(least, most, bins + 1);
      return Float64Array.from(edges.data);
    }
    const got = `${least} to ${most}`;
    throw new DomainError(`Cannot make bins from ${range}: they must rise, got ${got}; give edges`, "rising", got);
  }
  const edges = Float64Array.from(bins);
  const bad = edges.findIndex((e, i) => !(e > 0 && e < Infinity && (i === 0 || e > edges[i - 1])));
  if (edges.length < 2 || bad >= 0) {
    const rule = "two or more rising sizes above 0";
    const actual = edges.length < 2 ? `${edges.length} of them` : `${edges[bad]} at place ${bad}`;
    throw new DomainError(`Cannot use "bins" as edges: they must be ${rule}, got ${actual}`, rule, actual);
  }
  return edges;
}

/** Widths of bins in the natural logarithm. */
export function logWidths(edges: Float64Array): Float64Array {
  using logs = log(new NdArray(edges, [edges.length], "float64"));
  return logs.data.slice(1).map((l, i) => l - logs.data[i]);
}
