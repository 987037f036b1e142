import { type Field, histogram, NdArray } from "../array/mod.ts";
import { connectedComponents } from "./components.ts";
import { logWidths, sizeEdges } from "./_sizes.ts";

/** Options of `regionVolumes`. */
export interface RegionOptions {
  /** [unit of the field] Cells of at least this belong to a region. Default 0.5. */
  threshold?: number;
  /** Number of bins in the logarithm of the volume from one cell to the box, or edges [(Mpc/h)^3], rising from above 0. Default 40. */
  bins?: number | readonly number[] | Float64Array;
}

/** Distribution of the volumes of connected regions. */
export interface RegionVolumes {
  /** [(Mpc/h)^3] Edges of the bins, one more than bins; the last bin holds both of its own. */
  edges: Float64Array;
  /** [(Mpc/h)^3] Geometric middle of each bin. */
  volume: Float64Array;
  /** [1] Regions in each bin. */
  counts: Float64Array;
  /** [1] dP/dlnV: share of the volume of all regions that lies in those of each bin, over the width of the bin in lnV. */
  distribution: Float64Array;
  /** [1] Number of regions. */
  regions: number;
  /** [(Mpc/h)^3] Volume of the largest; 0 if there is none. */
  largest: number;
  /** [1] Share of the box that belongs to regions. */
  fraction: number;
}

/**
 * Volumes of connected ionised regions, weighted by volume: dP/dlnV is the chance that a place in a region lies in one of
 * that volume. Cells are connected as in `connectedComponents`: by faces, edges and corners, across the faces of the box.
 * Late in reionization one region holds nearly all of the volume (it percolates): `largest` then tells more than the rest.
 *
 * @param x Ionised fraction, or another field to cut at a threshold; a cell that is NaN belongs to no region.
 * @param options Threshold and bins.
 * @returns The distribution; all of it 0 without a region.
 * @throws {DomainError} if the threshold is not finite, or the bins do not rise.
 * @example Two regions of 1 and 3 cells of 1 (Mpc/h)^3
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { regionVolumes } from "@cosmesh/cosmesh/morphology";
 *
 * await ready();
 * const array = zeros([8, 8, 8], "float32");
 * for (const at of [0, 100, 101, 102]) array.data[at] = 1;
 * const field = new Field({ array, boxSize: 8, quantity: "ionisedFraction", unit: "1" });
 * const { counts, distribution, largest } = regionVolumes(field, { bins: [0.5, 2, 4] });
 * console.log(counts, distribution, largest); // [1, 1], [1/4 / ln 4, 3/4 / ln 2], 3
 * ```
 */
export function regionVolumes(x: Field, options: RegionOptions = {}): RegionVolumes {
  const cell = (x.boxSize / x.cells) ** 3;
  const box = x.cells ** 3 * cell;
  const edges = sizeEdges(options.bins ?? 40, cell, box, "one cell to the box [(Mpc/h)^3]");
  const { labels, sizes } = connectedComponents(x.array, { threshold: options.threshold ?? 0.5 });
  labels.dispose();
  const volumes = new NdArray(Float64Array.from(sizes, (size) => size * cell), [sizes.length], "float64");
  const bins = new NdArray(edges, [edges.length], "float64");
  const count = (weights?: NdArray<"float64">) => {
    const { counts, edges: copied } = histogram(volumes, { bins, ...(weights ? { weights } : {}) });
    copied.dispose();
    using owned = counts;
    return Float64Array.from(owned.data);
  };
  const total = volumes.data.reduce((sum, v) => sum + v, 0);
  const widths = logWidths(edges);
  return {
    edges,
    volume: edges.subarray(1).map((e, i) => Math.sqrt(e * edges[i])),
    counts: count(),
    distribution: count(volumes).map((v, i) => total > 0 ? v / (total * widths[i]) : 0),
    regions: sizes.length,
    largest: volumes.data.reduce((most, v) => Math.max(most, v), 0),
    fraction: total / box,
  };
}
