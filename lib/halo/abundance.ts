import { checkPositive, DomainError } from "../base/mod.ts";
import type { HaloCatalog } from "./catalog.ts";
import { exponentials, logarithms } from "./_elementary.ts";

/** Options of `haloMassFunctionPoints`. */
export interface MassFunctionPointsOptions {
  /** [1] Bins in a factor of ten of mass. Default 10. */
  binsPerDecade?: number;
  /** [M_sun/h] Edges of the first and last bin. Default: 0.9 of the least, 1.1 of the largest mass. */
  range?: readonly [low: number, high: number];
}

/** A mass function in bins, an element per bin. */
export interface MassFunctionPoints {
  /** [M_sun/h] Edges, one more than bins. */
  readonly edges: Float64Array;
  /** [M_sun/h] Geometric means of the edges. */
  readonly masses: Float64Array;
  /** [1] Halos. */
  readonly counts: Float64Array;
  /** [(h/Mpc)^3] dn/dln M: counts per volume and ln M. */
  readonly density: Float64Array;
  /** [(h/Mpc)^3] Standard deviation of a Poisson number: sqrt(counts) per volume and ln M. */
  readonly error: Float64Array;
}

/**
 * Mass function dn/dln M of a catalogue in bins of equal width in ln M, with Poisson errors.
 *
 * @param halos Catalogue.
 * @param options Width and range of the bins. The width is that of `binsPerDecade` or a little less, so that a whole number
 * of bins fills the range.
 * @returns Points; none for an empty catalogue without a range.
 * @throws {DomainError} for a range that is not rising, or a width out of its range.
 * @example
 * ```ts
 * import { artificialHalos, haloMassFunctionPoints } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { masses, density, error } = haloMassFunctionPoints(artificialHalos({ count: 100, boxSize: 50, z: 8 }));
 * ```
 */
export function haloMassFunctionPoints(
  halos: HaloCatalog,
  { binsPerDecade = 10, range }: MassFunctionPointsOptions = {},
): MassFunctionPoints {
  checkPositive(binsPerDecade, "binsPerDecade");
  const [low, high] = range ?? extremes(halos.masses);
  if (halos.size === 0 && !range) {
    const none = new Float64Array();
    return { edges: none, masses: none, counts: none, density: none, error: none };
  }
  if (!(low > 0 && high > low && high < Infinity)) {
    const rule = "two rising masses above 0";
    throw new DomainError(`Cannot bin masses: "range" must be ${rule}, got ${low}, ${high}`, rule, `${low}, ${high}`);
  }
  const [first, last] = logarithms(Float64Array.of(low, high));
  const bins = Math.ceil((last - first) / Math.LN10 * binsPerDecade - 1e-9);
  const width = (last - first) / bins;
  const at = (shift: number) => (_: unknown, i: number) => first + (i + shift) * width;
  const edges = exponentials(Float64Array.from({ length: bins + 1 }, at(0)));
  [edges[0], edges[bins]] = [low, high];
  const counts = new Float64Array(bins);
  logarithms(Float64Array.from(halos.masses)).forEach((ln, i) => {
    if (halos.masses[i] < low || halos.masses[i] > high) return;
    // Rounding of the logarithm may cross an edge.
    let bin = Math.min(Math.max(Math.floor((ln - first) / width), 0), bins - 1);
    while (bin > 0 && halos.masses[i] < edges[bin]) bin--;
    while (bin < bins - 1 && halos.masses[i] >= edges[bin + 1]) bin++;
    counts[bin]++;
  });
  const norm = 1 / (halos.boxSize * halos.boxSize * halos.boxSize * width);
  return {
    ...{ edges, counts },
    masses: exponentials(Float64Array.from({ length: bins }, at(0.5))),
    density: counts.map((n) => n * norm),
    error: counts.map((n) => Math.sqrt(n) * norm),
  };
}

/** 0.9 of the least and 1.1 of the largest mass. */
function extremes(masses: Float32Array | Float64Array): [number, number] {
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < masses.length; i++) {
    low = Math.min(low, masses[i]);
    high = Math.max(high, masses[i]);
  }
  return [0.9 * low, 1.1 * high];
}
