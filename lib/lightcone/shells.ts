import { checkInteger, checkPositive, DomainError } from "../base/mod.ts";
import { comovingDistance, type Cosmology, scaleFactorAtComovingDistance } from "../cosmology/mod.ts";
import type { Metadata } from "../fields/mod.ts";

/** Shells of a light cone, near to far. They may leave gaps, but do not overlap. */
export interface Shells {
  /** [Mpc/h] Comoving distances of the nearer bounds, which belong to the shells. */
  readonly near: Float64Array;
  /** [Mpc/h] Those of the farther bounds, which do not. */
  readonly far: Float64Array;
  /** [Mpc/h] Middles. */
  readonly centers: Float64Array;
  /** [Mpc/h] Thicknesses. */
  readonly widths: Float64Array;
  /** [1] Scale factors at the middles. */
  readonly scaleFactors: Float64Array;
}

/** Which shells to make: a number of them, or where they are. */
export interface ShellOptions {
  /** Universe, for the scale factors. */
  cosmology: Cosmology;
  /** [1] How many, from the observer to the reach. */
  nbShells?: number;
  /** Whether the `nbShells` are to have equal volumes instead of equal widths. Default false. */
  equalVolume?: boolean;
  /** [Mpc/h] Least width of shells of equal volume. Default 50. */
  minWidth?: number;
  /** [Mpc/h] Where `nbShells` end. Default `lightconeReach` of the box. */
  reach?: number;
  /** [Mpc/h] Comoving distances of the middles, rising. */
  centers?: ArrayLike<number>;
  /** [1] Scale factors of the middles, falling (near to far), instead of `centers`. */
  scaleFactors?: ArrayLike<number>;
  /** [Mpc/h] Widths of the shells of `centers` or `scaleFactors`. Default: shells that touch, from the observer on. */
  widths?: ArrayLike<number>;
}

/** Bounds nearer together than this part of their distance are one. */
const SAME = 1e-9;

/**
 * How far a light cone reaches in a box, so that it is filled along each axis: the smallest of L/(1 + 2 min(f, 1 - f)) over the
 * axes, with the observer at the fraction f of the side L. L/2 from the middle, L from a corner.
 *
 * @param box Sides and observer.
 * @returns [Mpc/h] The reach.
 * @example
 * ```ts
 * import { lightconeReach } from "@cosmesh/cosmesh/lightcone";
 * lightconeReach({ boxSize: [500, 500, 500], observer: [0.5, 0.5, 0.5] }); // 250
 * ```
 */
export function lightconeReach({ boxSize, observer }: Pick<Metadata, "boxSize" | "observer">): number {
  return Math.min(...boxSize.map((length, i) => length / (1 + 2 * Math.min(observer[i], 1 - observer[i]))));
}

/**
 * Shells round an observer, near to far.
 *
 * - `nbShells` (n): n of width R/n with the reach R; exactly n, for any R.
 * - with `equalVolume`: the outermost M have the width `minWidth`, and those within have equal volumes; M is the smallest
 *   number for which none is narrower than `minWidth`.
 * - `centers`, or `scaleFactors`, with `widths`: as given. Without widths the first begins at the observer, and each ends as
 *   far behind its middle as it begins before it.
 *
 * @param box Sides and observer, as metadata have them.
 * @param options Which shells.
 * @returns Bounds, middles and scale factors.
 * @throws {DomainError} for shells that are not in rising order or overlap, shells of equal volume that cannot be as wide as
 * asked for, or none or several of `nbShells`, `centers` and `scaleFactors`.
 * @example
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lightconeShells } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const box = { boxSize: [500, 500, 500], observer: [0.5, 0.5, 0.5] } as const;
 * lightconeShells(box, { cosmology: planck18, nbShells: 4 }).centers; // 31.25, 93.75, 156.25, 218.75
 * ```
 */
export function lightconeShells(box: Pick<Metadata, "boxSize" | "observer">, options: ShellOptions): Shells {
  const { cosmology, nbShells, equalVolume = false, minWidth = 50, widths } = options;
  const given = (["nbShells", "centers", "scaleFactors"] as const).filter((name) => options[name] !== undefined);
  if (given.length !== 1) {
    refuse(`give one of "nbShells", "centers" and "scaleFactors"`, given.join(" and ") || "none");
  }
  if (nbShells !== undefined) {
    checkInteger(nbShells, "nbShells", 1);
    const reach = checkPositive(options.reach ?? lightconeReach(box), "reach");
    const edges = equalVolume ? equalVolumes(nbShells, reach, minWidth) : evenEdges(nbShells, reach);
    return withScaleFactors(cosmology, edges.subarray(0, -1), edges.subarray(1));
  }
  const centers = options.centers ? Float64Array.from(options.centers) : distancesOf(cosmology, options.scaleFactors!);
  if (centers.length === 0) refuse("there must be at least one", "none");
  centers.forEach((c, i) => {
    if (!(c > 0 && c < Infinity)) refuse("distances of middles must be finite and above 0", `${c} of shell ${i}`);
    if (i > 0 && c <= centers[i - 1]) {
      const rule = options.centers ? `"centers" must rise` : `"scaleFactors" must fall (near to far)`;
      refuse(rule, `distances ${centers[i - 1]} and then ${c} Mpc/h`);
    }
  });
  const [near, far] = widths ? boundsOf(centers, widths) : touching(centers);
  return withScaleFactors(cosmology, near, far, centers);
}

/** One of several shells. */
export function shellAt(shells: Shells, index: number): Shells {
  const one = (values: Float64Array) => values.slice(index, index + 1);
  const { near, far, centers, widths, scaleFactors } = shells;
  return {
    near: one(near),
    far: one(far),
    centers: one(centers),
    widths: one(widths),
    scaleFactors: one(scaleFactors),
  };
}

function withScaleFactors(
  cosmology: Cosmology,
  near: Float64Array,
  far: Float64Array,
  centers: Float64Array = near.map((r, i) => 0.5 * (r + far[i])),
): Shells {
  const widths = near.map((r, i) => far[i] - r);
  return { near, far, centers, widths, scaleFactors: scaleFactorAtComovingDistance(cosmology, centers) };
}

function evenEdges(n: number, reach: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, j) => j === n ? reach : reach * j / n);
}

function equalVolumes(n: number, reach: number, minWidth: number): Float64Array {
  checkPositive(minWidth, "minWidth");
  if (n * minWidth > reach * (1 + SAME)) {
    refuse(
      `shells of at least "minWidth" must fit into the reach; take fewer shells or a smaller "minWidth"`,
      `nbShells * minWidth = ${n} * ${minWidth} = ${n * minWidth} Mpc/h, and a reach of ${reach} Mpc/h`,
    );
  }
  for (let outer = 0;; outer++) {
    const [inner, end] = [n - outer, reach - outer * minWidth];
    // The last of the inner ones: from end ((inner - 1)/inner)^(1/3) to end. For one inner shell, all of it.
    if (inner > 1 && end * (1 - cubeRoot((inner - 1) / inner)) < minWidth) continue;
    return Float64Array.from(
      { length: n + 1 },
      (_, j) => j <= inner ? end * cubeRoot(j / inner) : reach - (n - j) * minWidth,
    );
  }
}

/** Cube root of a number from 0 to 1, by Newton's method from above, with arithmetic alone. */
function cubeRoot(value: number): number {
  let x = 1;
  for (let next = 1; value > 0; x = next) {
    next = (2 * x + value / (x * x)) / 3;
    if (!(next < x)) break;
  }
  return value > 0 ? x : 0;
}

function distancesOf(cosmology: Cosmology, scaleFactors: ArrayLike<number>): Float64Array {
  const a = Float64Array.from(scaleFactors);
  a.forEach((a, i) => {
    if (!(a > 0 && a < 1)) refuse("scale factors must be above 0 and below 1", `${a} of shell ${i}`);
  });
  return comovingDistance(cosmology, a.map((a) => 1 / a - 1));
}

function boundsOf(centers: Float64Array, widths: ArrayLike<number>): [Float64Array, Float64Array] {
  if (widths.length !== centers.length) {
    refuse("there must be as many widths as shells", `${widths.length} widths for ${centers.length} shells`);
  }
  const near = centers.map((c, i) => c - 0.5 * checkPositive(widths[i], `widths[${i}]`));
  const far = centers.map((c, i) => c + 0.5 * widths[i]);
  // Rounding of c - w/2 is no reason to refuse, nor to leave a gap.
  if (Math.abs(near[0]) < SAME * far[0]) near[0] = 0;
  if (near[0] < 0) refuse("no shell may reach behind the observer", `bounds ${near[0]} and ${far[0]} Mpc/h`);
  for (let i = 1; i < near.length; i++) {
    if (Math.abs(near[i] - far[i - 1]) < SAME * far[i]) near[i] = far[i - 1];
    if (near[i] < far[i - 1]) {
      refuse(
        "shells must not overlap, as particles would be in two; make the widths smaller",
        `${far[i - 1]} Mpc/h as the end of shell ${i - 1} and ${near[i]} Mpc/h as the beginning of shell ${i}`,
      );
    }
  }
  return [near, far];
}

function touching(centers: Float64Array): [Float64Array, Float64Array] {
  const edges = new Float64Array(centers.length + 1);
  centers.forEach((c, i) => {
    edges[i + 1] = 2 * c - edges[i];
    if (edges[i] >= c) {
      refuse(
        `shells that touch must have their bounds between their middles; give "widths"`,
        `the end of shell ${i - 1} at 2 * ${centers[i - 1]} - ${edges[i - 1]} = ${
          edges[i]
        }, beyond the middle ${c} Mpc/h of shell ${i}`,
      );
    }
  });
  return [edges.subarray(0, -1), edges.subarray(1)];
}

function refuse(rule: string, actual: string): never {
  throw new DomainError(`Cannot make shells: ${rule}; got ${actual}`, rule, actual);
}
