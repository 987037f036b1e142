import { checkInteger, checkOneOf, DomainError } from "../base/mod.ts";
import { logEdges } from "./_kernel.ts";

/** How wavenumbers are binned. */
export interface BinOptions {
  /** Number of bins, or their edges [h/Mpc], rising. Default: floor(6 log10(cells)). */
  bins?: number | readonly number[] | Float64Array;
  /** Spacing of the edges if `bins` is a number. Default "log". */
  spacing?: "log" | "linear";
}

/**
 * Edges of the bins of a mesh: from the lowest wavenumber 2 pi / L to that of the corner, sqrt(3) pi n / L.
 *
 * Both of these lie on an edge, so rounding decides whether the six lowest modes and the corner count (in a box of
 * 100 Mpc/h the lowest do not); give edges of your own where that matters.
 *
 * @param cells [1] Cells along one axis.
 * @param boxSize [Mpc/h] Side of the box.
 * @param options Number of bins and spacing, or the edges themselves.
 * @returns [h/Mpc] Edges, one more than bins.
 * @throws {DomainError} if given edges do not rise or are negative, or the number of bins is not a whole number above 0.
 */
export function binEdges(cells: number, boxSize: number, options: BinOptions = {}): Float64Array {
  const { bins = defaultBins(cells), spacing = "log" } = options;
  checkOneOf(spacing, "spacing", ["log", "linear"]);
  if (typeof bins !== "number") return checkEdges(Float64Array.from(bins));
  checkInteger(bins, "bins", 1);
  const least = 2 * Math.PI / boxSize;
  const most = cornerWavenumber(cells, boxSize);
  if (spacing === "log") return logEdges(least, most, bins);
  return Float64Array.from({ length: bins + 1 }, (_, i) => i === bins ? most : least + i * ((most - least) / bins));
}

/**
 * Wavenumber of the corner mode, rounded step by step as NumPy rounds it. The lowest and the highest mode lie on the
 * outer edges, so rounding decides whether they count; with these steps it does as in BEoRN's tables.
 */
function cornerWavenumber(cells: number, boxSize: number): number {
  const axis = 2 * Math.PI * Math.floor(cells / 2) / boxSize;
  return Math.sqrt(axis * axis + axis * axis + axis * axis);
}

/** floor(6 log10 n), from whole numbers: the digits of n^6, less one. */
export function defaultBins(cells: number): number {
  return Math.max(1, (BigInt(cells) ** 6n).toString().length - 1);
}

/** Checks edges that were given. */
export function checkEdges(edges: Float64Array): Float64Array {
  const bad = edges.findIndex((k, i) => !(k >= 0 && k < Infinity && (i === 0 || k > edges[i - 1])));
  if (edges.length < 2 || bad >= 0) {
    const rule = "two or more rising wavenumbers of at least 0";
    const actual = edges.length < 2 ? `${edges.length} of them` : `${edges[bad]} at place ${bad}`;
    throw new DomainError(`Cannot use "bins" as edges: they must be ${rule}, got ${actual}`, rule, actual);
  }
  return edges;
}

/**
 * Edges as bounds of the whole number m^2 = (k L / 2 pi)^2: bin b holds the modes with limits[b] <= m^2 < limits[b + 1].
 * A mode on an edge belongs to the bin above it, on the last edge to the last bin (as in NumPy's histogram).
 */
export function modeLimits(edges: Float64Array, cells: number, boxSize: number): Uint32Array {
  const corner = 3 * Math.floor(cells / 2) ** 2;
  const unit = 2 * Math.PI / boxSize;
  return wholeLimits(
    edges,
    corner,
    (m2) => m2 === corner ? cornerWavenumber(cells, boxSize) : Math.sqrt(m2) * unit,
    (k) => (k / unit) ** 2,
  );
}

/** Bounds of whole numbers up to `most`, as for `modeLimits`; `numberOf` is near the inverse of `wavenumber`. */
export function wholeLimits(
  edges: Float64Array,
  most: number,
  wavenumber: (m: number) => number,
  numberOf: (k: number) => number,
): Uint32Array {
  return Uint32Array.from(edges, (edge, b) => {
    const isBelow = b === edges.length - 1 ? (m: number) => wavenumber(m) <= edge : (m: number) => wavenumber(m) < edge;
    let m = Math.min(Math.ceil(numberOf(edge)), most + 1);
    while (m <= most && isBelow(m)) m++;
    while (m > 0 && !isBelow(m - 1)) m--;
    return m;
  });
}
