import { checkPositive, DomainError } from "../base/mod.ts";
import {
  type Arithmetic,
  type BackgroundFunctions,
  backgroundFunctions,
  type Cosmology,
  type CosmologyParameter,
  differentiableBackground,
} from "../cosmology/mod.ts";
import { type RedshiftDistribution, redshiftNodes, sourcePlane } from "./redshifts.ts";

/** Sources of a map: all at one redshift, or spread. */
export type Sources = number | RedshiftDistribution;

/** Where planes are. */
export interface Planes {
  /** [Mpc/h] Comoving distance of the middle of each. */
  readonly centers: ArrayLike<number>;
  /** [Mpc/h] Thickness of each. */
  readonly widths: ArrayLike<number>;
}

/** [Mpc/h] c/H0. */
const HUBBLE_DISTANCE = 2997.92458;

/** Redshift that stands for sources: their own, or the mean. */
export function redshiftOf(sources: Sources): number {
  return typeof sources === "number" ? checkPositive(sources, "sources") : sources.mean;
}

/** Checks planes: as many distances as thicknesses, above 0. */
function checkPlanes({ centers, widths }: Planes): void {
  if (centers.length !== widths.length) {
    const [rule, got] = [`${centers.length} widths`, String(widths.length)];
    throw new DomainError(`Cannot weigh planes: "widths" must be as many as "centers", ${rule}, got ${got}`, rule, got);
  }
  for (let j = 0; j < centers.length; j++) {
    checkPositive(centers[j], `centers[${j}]`);
    checkPositive(widths[j], `widths[${j}]`);
  }
}

/** Terms of the series of sin(sqrt(x))/sqrt(x); the last one is below 1e-16 for |x| < 10, beyond the observable universe. */
const TERMS = 16;

/** Transverse comoving distance of a distance along the line of sight; `curvature` [h^2/Mpc^2]. */
function transverse<T>(m: Arithmetic<T>, curvature: T, distance: T): T {
  const x = m.mul(curvature, m.mul(distance, distance));
  let sum = m.of(1);
  for (let n = TERMS; n > 0; n--) sum = m.sub(m.of(1), m.scale(m.mul(x, sum), 1 / (2 * n * (2 * n + 1))));
  return m.mul(distance, sum);
}

function weigh<T>(f: BackgroundFunctions<T>, omegaK: T, planes: Planes, sources: readonly Sources[]): T[] {
  checkPlanes(planes);
  const m = f.arithmetic;
  const curvature = m.scale(omegaK, -1 / HUBBLE_DISTANCE ** 2);
  const radius = (distance: T) => transverse(m, curvature, distance);
  const factors = Array.from(planes.centers, (center, j) => {
    const distance = m.of(center);
    const strength = m.scale(f.omegaM, 1.5 / HUBBLE_DISTANCE ** 2 * planes.widths[j]);
    return m.div(m.mul(strength, radius(distance)), f.scaleFactor(distance));
  });
  return sources.flatMap((source) => {
    const nodes = redshiftNodes(typeof source === "number" ? sourcePlane(redshiftOf(source)) : source);
    const row = factors.map(() => m.of(0));
    nodes.z.forEach((z, i) => {
      const end = f.comovingDistance(m.of(1 / (1 + z)));
      const behind = radius(end);
      for (const [j, center] of Array.from(planes.centers).entries()) {
        if (center >= m.value(end)) continue;
        const seen = m.div(radius(m.sub(end, m.of(center))), behind);
        row[j] = m.add(row[j], m.scale(m.mul(factors[j], seen), nodes.weights[i]));
      }
    });
    return row;
  });
}

/**
 * Weights of density planes in the convergence of sources (Born approximation): kappa = sum_j W_j delta_j with
 *
 *     W_j = 3/2 Omega_m (H0/c)^2 width_j r(chi_j)/a_j <r(chi_s - chi_j)/r(chi_s)>,
 *
 * 0 for a plane at or behind the source. r is the transverse distance, chi itself in a flat universe; a_j is the scale factor
 * at chi_j; the mean is over the redshifts of the sources (`redshiftNodes`, instead of Simpson's rule on some points).
 *
 * @param cosmology Parameters.
 * @param planes [Mpc/h] Distances and thicknesses, as a light-cone's metadata have them.
 * @param sources [1] Redshifts above 0, or distributions of them.
 * @returns [1] `[source, plane]`.
 * @throws {DomainError} for planes or redshifts out of their range.
 * @example
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { bornWeights } from "@cosmesh/cosmesh/lensing";
 *
 * await ready();
 * console.log(bornWeights(planck18, { centers: [250, 750], widths: [500, 500] }, [0.2, 1])); // the second plane is behind z = 0.2
 * ```
 */
export function bornWeights(cosmology: Cosmology, planes: Planes, sources: readonly Sources[]): Float64Array {
  return Float64Array.from(weigh(backgroundFunctions(cosmology), cosmology.omegaK, planes, sources));
}

/** Weights of planes with their derivatives. */
export interface BornWeightSensitivity {
  /** [1] `[source, plane]`, those of `bornWeights`. */
  readonly weights: Float64Array;
  /** [1] Derivative by each parameter, `[source, plane]`; distances of planes stay as they are. */
  readonly derivatives: readonly Float64Array[];
}

/**
 * Weights of `bornWeights` with their derivatives by cosmological parameters. A loss whose derivative by weights is
 * `weightsBar` (of `bornAdjoint`) has the derivative `sum weightsBar * derivatives[i]` by parameter i, as long as the
 * planes themselves do not change.
 *
 * @param cosmology Parameters.
 * @param planes [Mpc/h] Distances and thicknesses.
 * @param sources [1] Redshifts above 0, or distributions of them.
 * @param parameters By which to differentiate.
 * @throws {DomainError} for planes or redshifts out of their range, or an unknown parameter.
 */
export function bornWeightSensitivity(
  cosmology: Cosmology,
  planes: Planes,
  sources: readonly Sources[],
  parameters: readonly CosmologyParameter[],
): BornWeightSensitivity {
  const f = differentiableBackground(cosmology, parameters);
  const curved = Float64Array.from(parameters, (name) => Number(name === "omegaK"));
  const rows = weigh(f, { value: cosmology.omegaK, gradient: curved }, planes, sources);
  return {
    weights: Float64Array.from(rows, (w) => w.value),
    derivatives: parameters.map((_, i) => Float64Array.from(rows, (w) => w.gradient[i])),
  };
}
