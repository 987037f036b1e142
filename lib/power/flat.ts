import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { rfftn } from "../fft/mod.ts";

/** A real map on a plane, `[px, py]`. */
export type FlatMap = NdArray<"float32" | "float64">;

/** Options of `flatAngularPower`. */
export interface FlatPowerOptions {
  /** [deg] Sides of the map along its two axes; one number for a square. */
  fieldSize: number | readonly [number, number];
  /** Another map of the same shape, for the cross power. Default: the map itself. */
  other?: FlatMap;
  /** [1] Edges of the bins in l, rising. Default: 50 from 0 to `lMax`. */
  edges?: ArrayLike<number>;
  /** [1] Last of the default edges. Default: pi over the larger side of a pixel, the Nyquist frequency. */
  lMax?: number;
}

/** Angular power in bins of l. */
export interface FlatAngularPower {
  /** [1] Edges of the bins; a bin holds edge <= l < next edge. */
  readonly edges: Float64Array;
  /** [1] Mean l of the modes of each bin; NaN without modes. */
  readonly l: Float64Array;
  /** [sr times the maps' units] C_l; NaN without modes. */
  readonly power: Float64Array;
  /** [1] Modes of each bin, both of each pair l and -l. */
  readonly modes: Float64Array;
}

const DEGREE = Math.PI / 180;

function edgesOf({ edges, lMax }: FlatPowerOptions, nyquist: number): Float64Array {
  if (!edges) {
    const last = checkPositive(lMax ?? nyquist, "lMax");
    return Float64Array.from({ length: 50 }, (_, i) => last * i / 49);
  }
  const given = Float64Array.from(edges);
  if (given.length >= 2 && given.every((e, i) => e >= 0 && e < Infinity && (i === 0 || e > given[i - 1]))) return given;
  const rule = "at least two finite numbers of at least 0 that rise";
  throw new DomainError(`Cannot bin angular power: "edges" must be ${rule}, got [${given}]`, rule, String(given));
}

/**
 * Angular power of a small flat map: C_l = <Re(F_l conj(G_l))> A/(nx ny)^2 over the modes of a bin, with F the unnormalised
 * transform of the map minus its mean, A its area [sr], and l = 2 pi (i/Lx, j/Ly) with sides in radians.
 *
 * @param map Map, float32 or float64.
 * @param options `fieldSize` in degrees; `other`; bins.
 * @returns C_l in bins.
 * @throws {ShapeError} if the map has not two axes, or `other` another shape; {DomainError} for sides that are not above 0 and
 * for bad edges.
 * @example White noise of variance 1 has the area of a pixel at all l
 * ```ts
 * import { NdArray } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { flatAngularPower } from "@cosmesh/cosmesh/power";
 * import { randomNormal } from "@cosmesh/cosmesh/rng";
 *
 * await ready();
 * const map = new NdArray(randomNormal(64 * 64, { key: 1 }), [64, 64], "float64");
 * const { power } = flatAngularPower(map, { fieldSize: 10, edges: [100, 1000] });
 * console.log(power[0] / (10 / 64 * Math.PI / 180) ** 2); // about 1
 * ```
 */
export function flatAngularPower(map: FlatMap, options: FlatPowerOptions): FlatAngularPower {
  const { fieldSize, other = map } = options;
  const [nx, ny] = map.shape;
  if (map.shape.length !== 2 || other.shape.length !== 2 || other.shape.some((n, i) => n !== map.shape[i])) {
    const got = `[${map.shape.join(", ")}] and [${other.shape.join(", ")}]`;
    throw new ShapeError(`Cannot find angular power: maps must have one shape [px, py], got ${got}`, "[px, py]", got);
  }
  checkInteger(nx * ny, "pixels", 1);
  const sides = (typeof fieldSize === "number" ? [fieldSize, fieldSize] : fieldSize)
    .map((side) => checkPositive(side, "fieldSize") * DEGREE);
  const [ux, uy] = sides.map((side) => 2 * Math.PI / side);
  const edges = edgesOf(options, Math.min(ux * nx, uy * ny) / 2);
  const [power, l, modes] = [0, 1, 2].map(() => new Float64Array(edges.length - 1));
  using a = rfftn(map);
  using b = other === map ? undefined : rfftn(other);
  const [f, g] = [a.data, (b ?? a).data];
  const width = Math.floor(ny / 2) + 1;
  for (let i = 0, at = 0; i < nx; i++) {
    const lx = ux * Math.min(i, nx - i);
    for (let j = 0; j < width; j++, at += 2) {
      if (i === 0 && j === 0) continue;
      const length = Math.sqrt(lx * lx + uy * j * (uy * j));
      const bin = place(edges, length);
      if (bin < 0) continue;
      // Columns without a mirror image in the half spectrum count once.
      const weight = j === 0 || 2 * j === ny ? 1 : 2;
      power[bin] += weight * (f[at] * g[at] + f[at + 1] * g[at + 1]);
      l[bin] += weight * length;
      modes[bin] += weight;
    }
  }
  const norm = sides[0] * sides[1] / (nx * ny) ** 2;
  return { edges, modes, l: l.map((s, i) => s / modes[i]), power: power.map((s, i) => s * norm / modes[i]) };
}

/** Bin of a value, -1 outside. */
function place(edges: Float64Array, value: number): number {
  let [low, high] = [-1, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle;
  }
  return value < edges[high] ? low : -1;
}
