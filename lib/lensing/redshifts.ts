import { checkOneOf, checkPositive, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { gaussLegendre, type QuadratureRule } from "../quadrature/mod.ts";
import { cubicSpline, linearSpline } from "../spline/mod.ts";
import { elementary } from "./_kernel_limber.ts";

/** All sources at one redshift. */
export interface SourcePlane {
  /** Tells it from a spread. */
  readonly kind: "plane";
  /** [1] Redshift, which is also the mean. */
  readonly mean: number;
}

/** Sources spread over redshifts. */
export interface SourceSpread {
  /** Tells it from a plane. */
  readonly kind: "spread";
  /** [1] Mean redshift. */
  readonly mean: number;
  /** [1] Redshifts between which it is smooth, rising; it is 0 below the first and above the last. */
  readonly breaks: Float64Array;
  /** n(z), whose integral is 1, at redshifts between the first and the last break. */
  readonly density: (z: Float64Array) => Float64Array;
}

/** Redshifts of sources: a frozen value, made by `sourcePlane`, `topHat`, `smail`, `densityEstimate`, `tabulatedRedshifts`. */
export type RedshiftDistribution = SourcePlane | SourceSpread;

/** Redshifts and weights of an integral over n(z). */
export interface RedshiftNodes {
  /** [1] Redshifts, rising. */
  readonly z: Float64Array;
  /** [1] n(z) dz; they sum to 1, or to the part of n(z) above `from`. */
  readonly weights: Float64Array;
}

/** Highest redshift of sources. */
const MOST = 1e4;
/** Most points of a table of a density estimate. */
const MOST_KNOTS = 1e6;

/**
 * All sources at one redshift.
 *
 * @param z [1] Redshift, above 0.
 * @throws {DomainError} for a redshift out of its range.
 */
export function sourcePlane(z: number): SourcePlane {
  checkRange(checkPositive(z, "z"), "z", 0, MOST);
  return Object.freeze({ kind: "plane", mean: z });
}

const rules = new Map<number, QuadratureRule>();

/** Nodes of all intervals between breaks. */
function nodesOf(breaks: ArrayLike<number>, points: number): { z: Float64Array; widths: Float64Array } {
  let rule = rules.get(points);
  if (!rule) rules.set(points, rule = gaussLegendre(points));
  const n = Math.max(0, breaks.length - 1) * points;
  const [z, widths] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const [panel, j] = [Math.floor(i / points), i % points];
    const half = 0.5 * (breaks[panel + 1] - breaks[panel]);
    z[i] = breaks[panel] + half * (1 + rule.nodes[j]);
    widths[i] = half * rule.weights[j];
  }
  return { z, widths };
}

/** Points in each interval: all together 64, but at least 4. */
const pointsOf = (breaks: ArrayLike<number>) => Math.max(4, Math.ceil(64 / (breaks.length - 1)));

/** A spread of a density that is not normalised yet. */
function spread(breaks: Float64Array, raw: (z: Float64Array) => Float64Array): SourceSpread {
  const { z, widths } = nodesOf(breaks, pointsOf(breaks));
  const values = raw(z);
  let [sum, first] = [0, 0];
  for (let i = 0; i < z.length; i++) {
    sum += values[i] * widths[i];
    first += values[i] * widths[i] * z[i];
  }
  if (!(sum > 0 && sum < Infinity)) {
    const rule = "an integral above 0";
    throw new DomainError(`Cannot use a redshift distribution: it must have ${rule}, got ${sum}`, rule, String(sum));
  }
  const density = (z: Float64Array) => raw(z).map((v) => v / sum);
  return Object.freeze({ kind: "spread", mean: first / sum, breaks, density });
}

/**
 * Sources spread evenly between two redshifts.
 *
 * @param low [1] Lowest redshift, at least 0.
 * @param high [1] Highest redshift, above the lowest.
 * @throws {DomainError} for a redshift out of its range.
 */
export function topHat(low: number, high: number): SourceSpread {
  checkRange(low, "low", 0, MOST);
  if (!(high > low && high <= MOST)) {
    const rule = `above ${low} and at most ${MOST}`;
    throw new DomainError(`Cannot use "high": it must be ${rule}, got ${high}`, rule, String(high));
  }
  return spread(Float64Array.of(low, high), (z) => new Float64Array(z.length).fill(1));
}

/** Parameters of `smail`. */
export interface SmailOptions {
  /** [1] Power at low redshift, at least 0. */
  alpha: number;
  /** [1] Power in the exponential, above 0. */
  beta: number;
  /** [1] Scale, above 0. */
  z0: number;
  /** [1] Highest redshift. Default: where the exponential is exp(-40). */
  most?: number;
}

/**
 * `n(z) = z^alpha exp(-(z/z0)^beta)`, normalised (Smail, Ellis and Fitchett 1994).
 *
 * @param options Parameters.
 * @throws {DomainError} for a parameter out of its range.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { smail } from "@cosmesh/cosmesh/lensing";
 * await ready();
 * smail({ alpha: 2, beta: 1.5, z0: 0.6 }).mean; // 0.9...
 * ```
 */
export function smail({ alpha, beta, z0, most }: SmailOptions): SourceSpread {
  checkRange(alpha, "alpha", 0, 100);
  checkPositive(beta, "beta");
  checkPositive(z0, "z0");
  const [scale, forty] = elementary("log", Float64Array.of(z0, 40));
  const end = most ?? Math.min(elementary("exp", Float64Array.of(scale + forty / beta))[0], MOST);
  checkRange(checkPositive(end, "most"), "most", 0, MOST);
  return spread(Float64Array.of(0, Math.min(z0, end / 2), end), (z) => {
    const ln = elementary("log", z).map((l) => l - scale);
    const tail = elementary("exp", ln.map((l) => beta * l));
    return elementary("exp", ln.map((l, i) => alpha * l - tail[i]));
  });
}

/** Options of `tabulatedRedshifts`. */
export interface TabulatedRedshiftsOptions {
  /** Between the points. Default "linear". */
  interpolation?: "linear" | "spline";
}

/**
 * n(z) of a table, 0 outside of it, normalised.
 *
 * @param z [1] Redshifts, rising, at least 0, two or more (four for a spline).
 * @param density n(z) there in any unit, at least 0.
 * @param options Interpolation.
 * @throws {ShapeError} for other numbers of redshifts and densities; {DomainError} for a value out of its range.
 */
export function tabulatedRedshifts(
  z: ArrayLike<number>,
  density: ArrayLike<number>,
  { interpolation = "linear" }: TabulatedRedshiftsOptions = {},
): SourceSpread {
  checkOneOf(interpolation, "interpolation", ["linear", "spline"]);
  const least = interpolation === "linear" ? 2 : 4;
  if (z.length < least || density.length !== z.length) {
    const actual = `${z.length} redshifts and ${density.length} densities`;
    const rule = `at least ${least} of both`;
    throw new ShapeError(`Cannot use a table of redshifts: it needs ${rule}, got ${actual}`, rule, actual);
  }
  for (let i = 0; i < z.length; i++) {
    if (z[i] >= 0 && z[i] <= MOST && (i === 0 || z[i] > z[i - 1]) && density[i] >= 0 && density[i] < Infinity) continue;
    const rule = `z rising between 0 and ${MOST}, density at least 0 and finite`;
    throw new DomainError(
      `Cannot use a table of redshifts: it needs ${rule}, got z = ${z[i]}, density = ${density[i]} in row ${i}`,
      rule,
      `${z[i]}, ${density[i]}`,
    );
  }
  const knots = Float64Array.from(z);
  const spline = interpolation === "linear" ? linearSpline(knots, density) : cubicSpline(knots, density);
  return spread(knots, (z) => spline.evaluate(z));
}

/** Options of `densityEstimate`. */
export interface DensityEstimateOptions {
  /** [1] Standard deviation of the Gaussian kernel, above 0. */
  bandwidth: number;
  /** Weight of each source, at least 0. Default: all equal. */
  weights?: ArrayLike<number>;
}

/**
 * n(z) of a catalogue of sources: the sum of Gaussians about their redshifts, cut below 0, normalised. It is tabulated
 * with 8 points in each bandwidth and splined, to about 1e-5 of its largest value.
 *
 * @param redshifts [1] Redshifts of sources, at least 0, one or more.
 * @param options Bandwidth, weights.
 * @throws {ShapeError} for other numbers of redshifts and weights; {DomainError} for a value out of its range.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { densityEstimate } from "@cosmesh/cosmesh/lensing";
 * await ready();
 * densityEstimate([0.8, 0.9, 1.1], { bandwidth: 0.05 }).mean; // 0.933
 * ```
 */
export function densityEstimate(
  redshifts: ArrayLike<number>,
  { bandwidth, weights }: DensityEstimateOptions,
): SourceSpread {
  checkPositive(bandwidth, "bandwidth");
  const n = redshifts.length;
  if (n === 0 || (weights && weights.length !== n)) {
    const actual = `${n} redshifts and ${weights?.length ?? n} weights`;
    throw new ShapeError(`Cannot estimate a density: it needs as many of both, at least 1, got ${actual}`, "1", actual);
  }
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < n; i++) {
    const z = checkRange(redshifts[i], `redshifts[${i}]`, 0, MOST);
    if (weights) checkRange(weights[i], `weights[${i}]`, 0, Number.MAX_VALUE);
    low = Math.min(low, z);
    high = Math.max(high, z);
  }
  // Beyond six standard deviations a Gaussian is 1e-8.
  const step = bandwidth / 8;
  const start = Math.max(0, low - 6 * bandwidth);
  const size = Math.ceil((high + 6 * bandwidth - start) / step) + 1;
  if (size > MOST_KNOTS) {
    const rule = `a table of at most ${MOST_KNOTS} points`;
    const way = "take a wider bandwidth";
    throw new DomainError(
      `Cannot estimate a density: it must fit ${rule}, got a bandwidth of ${bandwidth}; ${way}`,
      rule,
      String(bandwidth),
    );
  }
  const [z, density] = [new Float64Array(size), new Float64Array(size)];
  for (let j = 0; j < size; j++) z[j] = start + j * step;
  for (let i = 0; i < n; i++) {
    const at = (redshifts[i] - start) / step;
    const from = Math.max(0, Math.ceil(at - 48));
    const parts = z.subarray(from, Math.min(size, Math.floor(at + 48) + 1));
    const terms = elementary("exp", parts.map((z) => -0.5 * ((z - redshifts[i]) / bandwidth) ** 2));
    const weight = weights ? weights[i] : 1;
    for (let j = 0; j < terms.length; j++) density[from + j] += weight * terms[j];
  }
  const spline = cubicSpline(z, density);
  return spread(z.filter((_, j) => j % 8 === 0 || j === size - 1), (z) => spline.evaluate(z));
}

/** Options of `redshiftNodes`. */
export interface RedshiftNodesOptions {
  /** [1] Lowest redshift. Default 0. */
  from?: number;
}

/**
 * Nodes for integrals over a redshift distribution, `int n(z) f(z) dz = sum_i weights[i] f(z[i])`: Gauss-Legendre between
 * its breaks, at least 64 points; of a plane that one redshift.
 *
 * @param sources Redshift distribution.
 * @param options `from`: lowest redshift.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { redshiftNodes, topHat } from "@cosmesh/cosmesh/lensing";
 * await ready();
 * const { z, weights } = redshiftNodes(topHat(0.5, 1));
 * z.reduce((sum, z, i) => sum + weights[i] * z, 0); // 0.75
 * ```
 */
export function redshiftNodes(sources: RedshiftDistribution, { from = 0 }: RedshiftNodesOptions = {}): RedshiftNodes {
  const { z, weights } = nodesBehind(sources, Float64Array.of(from));
  return { z, weights };
}

/** Nodes for integrals over what lies above each of many redshifts; those of the i-th go from `starts[i]` on. */
export function nodesBehind(
  sources: RedshiftDistribution,
  from: Float64Array,
): RedshiftNodes & { starts: readonly number[] } {
  const starts = [0];
  if (sources.kind === "plane") {
    from.forEach((low, i) => starts.push(starts[i] + Number(sources.mean > low)));
    const z = new Float64Array(starts[from.length]).fill(sources.mean);
    return { z, weights: z.map(() => 1), starts };
  }
  const { breaks } = sources;
  const points = pointsOf(breaks);
  const parts = Array.from(from, (low, i) => {
    const above = breaks.filter((z) => z > low);
    const part = nodesOf(above.length === breaks.length || above.length === 0 ? above : [low, ...above], points);
    starts.push(starts[i] + part.z.length);
    return part;
  });
  const [z, weights] = [new Float64Array(starts[from.length]), new Float64Array(starts[from.length])];
  parts.forEach((part, i) => {
    z.set(part.z, starts[i]);
    weights.set(part.widths, starts[i]);
  });
  sources.density(z).forEach((value, i) => weights[i] *= value);
  return { z, weights, starts };
}
