import type { Field } from "../array/mod.ts";
import { checkFinite, checkInteger, checkOneOf, checkPositive, checkRange, DomainError } from "../base/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import { sendRays } from "./_kernel.ts";
import { logWidths, sizeEdges } from "./_sizes.ts";

/** Options of `bubbleSizes`. */
export interface BubbleOptions {
  /** Key of the random numbers: the same key, the same rays. */
  key: RandomKey;
  /** [unit of the field] Value that separates the regions. Default 0.5. */
  threshold?: number;
  /** Which region: cells of at least the threshold ("above", ionised), or the others ("below", neutral). Default "above". */
  region?: "above" | "below";
  /** [1] Number of rays. Default 1e6. */
  rays?: number;
  /** [Mpc/h] Length at which a ray counts as unending. Default: four boxes. */
  maxLength?: number;
  /**
   * Number of bins in the logarithm of the size from a quarter of a cell to `maxLength`, or edges [Mpc/h], rising from
   * above 0; rays of lengths outside count in `rays` and `mean` only. Default 40.
   */
  bins?: number | readonly number[] | Float64Array;
}

/** Distribution of the sizes of regions by free paths. */
export interface BubbleSizes {
  /** [Mpc/h] Edges of the bins, one more than bins. */
  edges: Float64Array;
  /** [Mpc/h] Geometric middle of each bin. */
  radius: Float64Array;
  /** [1] Rays in each bin. */
  counts: Float64Array;
  /** [1] dP/dlnR = R dP/dR: share of all rays in each bin over the width of the bin in the logarithm. */
  distribution: Float64Array;
  /** [1] Standard error of the distribution if rays are independent, sqrt(counts); the even spread of starts makes it less. */
  error: Float64Array;
  /** [Mpc/h] Mean length of the rays that ended; NaN if none did. */
  mean: number;
  /** [Mpc/h] Standard error of the mean, from the spread of the lengths. */
  meanError: number;
  /** [1] Rays that were sent: 0 if there is no such region. */
  rays: number;
  /** [1] Rays that were still inside after `maxLength`; all of them if the region is the whole box. */
  unending: number;
  /** [1] Share of the cells that belong to the region. */
  fraction: number;
}

/**
 * Sizes of ionised (or neutral) regions by the mean free path method (Mesinger & Furlanetto 2007): rays start at random
 * places of the region, uniform in its volume, in random directions, uniform on the sphere, and end where they meet the
 * first cell that is not part of it. The distribution dP/dlnR of their lengths is that of the sizes, weighted by volume;
 * in a ball of radius R the mean length is 3 R / 4, in a slab it diverges.
 *
 * A cell is a cube, the box is periodic, and each cell on the way of a ray is visited, so lengths are exact
 * (to 1e-9 of a cell). Ray r of N
 * starts in the r-th of N parts of the region of equal volume. Results depend on field and key, not on threads.
 *
 * @param x Ionised fraction, or another field to cut at a threshold.
 * @param options Key, threshold, which side of it, number and longest length of rays, bins.
 * @returns The distribution; without a cell in the region it is 0, `rays` is 0 and the mean NaN; if all cells are in it,
 * all rays are `unending`.
 * @throws {DomainError} if a value of the field is not finite, or an option is out of its range.
 * @example A ball of radius 8 in a box of 32 Mpc/h
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { bubbleSizes } from "@cosmesh/cosmesh/morphology";
 * import { randomKey } from "@cosmesh/cosmesh/rng";
 *
 * await ready();
 * const array = zeros([32, 32, 32], "float32");
 * array.data.forEach((_, i) => {
 *   const [x, y, z] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32].map((c) => c - 16);
 *   if (x * x + y * y + z * z < 64) array.data[i] = 1;
 * });
 * const field = new Field({ array, boxSize: 32, quantity: "ionisedFraction", unit: "1" });
 * const { mean } = bubbleSizes(field, { key: randomKey(1), rays: 10_000 });
 * console.log(mean.toFixed(1)); // about 3/4 of 8
 * ```
 */
export function bubbleSizes(x: Field, options: BubbleOptions): BubbleSizes {
  const { key, region = "above" } = options;
  const { cells: n, boxSize } = x;
  const cell = boxSize / n;
  const threshold = checkFinite(options.threshold ?? 0.5, "threshold");
  checkOneOf(region, "region", ["above", "below"]);
  const wanted = checkRange(checkInteger(options.rays ?? 1e6, "rays"), "rays", 1, 2 ** 31);
  const maxLength = checkPositive(options.maxLength ?? 4 * boxSize, "maxLength");
  const edges = sizeEdges(options.bins ?? 40, cell / 4, maxLength, 'a quarter of a cell to "maxLength" [Mpc/h]');
  const inCells = edges.map((e) => e / cell);
  checkRange(maxLength / cell, "maxLength over the length of a cell", 0, 2 ** 20);
  const { counts, report } = sendRays(
    x.array,
    n,
    threshold,
    region === "below",
    key,
    wanted,
    maxLength / cell,
    inCells,
  );
  const [finite, marked, ended, sum, squares, unending] = report;
  if (finite === 0) throw notFinite(x, n);
  const rays = marked > 0 ? wanted : 0;
  const mean = sum / ended * cell;
  const widths = logWidths(edges);
  const share = (count: number, i: number) => rays === 0 ? 0 : count / (rays * widths[i]);
  return {
    edges,
    radius: edges.subarray(1).map((e, i) => Math.sqrt(e * edges[i])),
    counts,
    distribution: counts.map(share),
    error: counts.map((count, i) => share(Math.sqrt(count), i)),
    mean,
    meanError: Math.sqrt(Math.max(0, squares / ended * cell ** 2 - mean ** 2) / ended),
    rays,
    unending,
    fraction: marked / n ** 3,
  };
}

function notFinite(x: Field, n: number): DomainError {
  const { data } = x.array;
  const at = data.findIndex((v) => !Number.isFinite(v));
  const place = `[${Math.floor(at / n / n)}, ${Math.floor(at / n) % n}, ${at % n}]`;
  const where = at < 0 ? "infinite in sum" : `${data[at]} at ${place}`;
  return new DomainError(`Cannot measure bubbles: the field must be finite, but it is ${where}`, "finite", where);
}
