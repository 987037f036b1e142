import { checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import {
  comovingDistance,
  type Cosmology,
  expansionRate,
  type HalofitModel,
  type LinearPower,
  matterPowerAt,
  redshiftAtComovingDistance,
  transverseComovingDistance,
} from "../cosmology/mod.ts";
import { gaussLegendre } from "../quadrature/mod.ts";
import { nodesBehind, type RedshiftDistribution } from "./redshifts.ts";

/** Convergence or shear of sources. */
export interface LensingProbe {
  /** Tells it from counts. */
  readonly kind: "lensing";
  /** Where the sources are. */
  readonly sources: RedshiftDistribution;
}

/** Numbers of galaxies on the sky. */
export interface CountsProbe {
  /** Tells it from lensing. */
  readonly kind: "counts";
  /** Where the galaxies are; not all at one redshift. */
  readonly sources: RedshiftDistribution;
  /** [1] Linear bias: a number, default 1, or a function of redshifts. */
  readonly bias?: number | ((z: Float64Array) => Float64Array);
}

/** What is seen on the sky. */
export type Probe = LensingProbe | CountsProbe;

/** Options of `angularPower`. */
export interface AngularPowerOptions {
  /** Power of matter. Default "halofit". */
  nonlinear?: "linear" | "halofit";
  /** Fit of "halofit". Default "takahashi2012". */
  model?: HalofitModel;
  /**
   * What lensing is: "convergence", with `l (l + 1)/(l + 1/2)^2` for each of the two; "shear", with
   * `sqrt((l + 2)!/(l - 2)!)/(l + 1/2)^2`, as jax_cosmo and CCL have it; "flat", with 1. Default "convergence".
   */
  lensing?: "convergence" | "shear" | "flat";
}

/** Angular power of pairs of probes. */
export interface AngularPower {
  /** Pairs i <= j of probes: (0, 0), (0, 1), ... */
  readonly pairs: readonly (readonly [number, number])[];
  /** [sr] C_l of each pair. */
  readonly power: readonly Float64Array[];
}

/** [Mpc/h] c/H0. */
const HUBBLE_DISTANCE = 2997.92458;
/** ln of distance that a panel spans at most: 5 rad of acoustic oscillations at 0.3 h/Mpc. */
const PANEL = 0.15;
/** Panels towards the observer, down to 1e-4 of the largest distance. */
const PANELS = 62;
const POINTS = 8;
/** Numbers of power that are computed at once. */
const CHUNK = 1 << 20;

interface Nodes {
  z: Float64Array;
  /** [Mpc/h] */
  weight: Float64Array;
  /** [Mpc/h] Transverse. */
  radius: Float64Array;
}

/** [1] Cosine, or hyperbolic cosine, of transverse distances. */
const cosineOf = ({ omegaK }: Cosmology, radius: Float64Array) =>
  radius.map((r) => Math.sqrt(Math.max(0, 1 + omegaK * (r / HUBBLE_DISTANCE) ** 2)));

/** Gauss-Legendre nodes along the line of sight, in panels between all distances at which a kernel has a break. */
function nodesOf(cosmology: Cosmology, probes: readonly Probe[]): Nodes {
  const breaks = probes.flatMap(({ sources }) => {
    if (sources.kind === "plane") return [sources.mean];
    const [low, high] = [sources.breaks[0], sources.breaks[sources.breaks.length - 1]];
    // A narrow distribution within a panel must be seen.
    return [...sources.breaks, ...Array.from({ length: 16 }, (_, i) => low + (high - low) * i / 16)];
  });
  const edges = Array.from(comovingDistance(cosmology, Float64Array.from(breaks)));
  let panel = Math.max(...edges);
  for (let i = 0; i < PANELS; i++) edges.push(panel *= 1 - PANEL * (1 - PANEL / 2));
  const sorted = [...new Set([0, ...edges])].sort((a, b) => a - b);
  const rule = gaussLegendre(POINTS);
  const chi = new Float64Array((sorted.length - 1) * POINTS);
  const weight = chi.map((_, i) => {
    const [at, j] = [Math.floor(i / POINTS), i % POINTS];
    const half = 0.5 * (sorted[at + 1] - sorted[at]);
    chi[i] = sorted[at] + half * (1 + rule.nodes[j]);
    return half * rule.weights[j];
  });
  const z = redshiftAtComovingDistance(cosmology, chi);
  return { z, weight, radius: transverseComovingDistance(cosmology, z) };
}

/**
 * [Mpc/h] Mean of `f_K(chi_s - chi) f_K(chi)/f_K(chi_s)` over the sources behind each node, by
 * `f_K(a - b) = f_K(a) C(b) - C(a) f_K(b)`.
 */
function efficiency(cosmology: Cosmology, sources: RedshiftDistribution, { z, radius }: Nodes): Float64Array {
  const own = cosineOf(cosmology, radius);
  const { z: behind, weights, starts } = nodesBehind(sources, z);
  const far = transverseComovingDistance(cosmology, behind);
  const cosine = cosineOf(cosmology, far);
  return radius.map((r, i) => {
    let sum = 0;
    for (let j = starts[i]; j < starts[i + 1]; j++) sum += weights[j] * (own[i] - cosine[j] * r / far[j]);
    return r * sum;
  });
}

/** [h/Mpc] Kernel of a probe along the line of sight, without factors of l. */
function kernelOf(cosmology: Cosmology, probe: Probe, nodes: Nodes): Float64Array {
  const { sources } = probe;
  if (probe.kind === "lensing") {
    const strength = 1.5 * cosmology.omegaM / (HUBBLE_DISTANCE * HUBBLE_DISTANCE);
    return efficiency(cosmology, sources, nodes).map((q, i) => strength * (1 + nodes.z[i]) * q);
  }
  if (sources.kind === "plane") {
    const rule = "spread over redshifts";
    throw new DomainError(`Cannot compute power of counts: galaxies must be ${rule}, got a plane`, rule, "a plane");
  }
  const { bias = 1 } = probe;
  const { breaks } = sources;
  const inside = (z: number) => z >= breaks[0] && z <= breaks[breaks.length - 1];
  const within = nodes.z.filter(inside);
  const density = sources.density(within);
  const rate = expansionRate(cosmology, within);
  const factor = typeof bias === "number" ? new Float64Array(within.length).fill(bias) : bias(within);
  if (factor.length !== within.length) {
    const actual = `${factor.length} of ${within.length}`;
    throw new ShapeError(
      `Cannot compute power of counts: bias must give one number for each z, got ${actual}`,
      "z",
      actual,
    );
  }
  let at = 0;
  return nodes.z.map((z) => {
    if (!inside(z)) return 0;
    const value = density[at] * rate[at] * factor[at] / HUBBLE_DISTANCE;
    at++;
    return value;
  });
}

/** Factor of a probe at l. */
function factorOf({ kind }: Probe, l: number, lensing: "convergence" | "shear" | "flat"): number {
  if (kind === "counts" || lensing === "flat") return 1;
  const middle = (l + 0.5) * (l + 0.5);
  if (lensing === "convergence") return l * (l + 1) / middle;
  return Math.sqrt(Math.max(0, (l + 2) * (l + 1) * l * (l - 1))) / middle;
}

/**
 * Angular power of all pairs of probes by Limber's approximation (Limber 1953, LoVerde and Afshordi 2008),
 *
 *     C_l = int dchi W_a(chi) W_b(chi)/f_K(chi)^2 P((l + 1/2)/f_K(chi), z(chi))
 *     W = 3/2 Omega_m (H0/c)^2 (1 + z) int dz_s n(z_s) f_K(chi_s - chi) f_K(chi)/f_K(chi_s)   lensing
 *     W = n(z) dz/dchi b(z)                                                                    counts
 *
 * by Gauss-Legendre rules between the breaks of the distributions. Without intrinsic alignments, magnification, redshift
 * distortions and noise. For l below about 20 Limber's approximation itself is off by percents, most for narrow counts.
 *
 * @param linear Spectrum.
 * @param ell [1] Multipoles, at least 0; whole or not.
 * @param probes What is seen.
 * @param options Power, factors of l.
 * @throws {DomainError} for a multipole or an option out of its range, no probes, or counts of a plane; {ShapeError} for a
 * bias of another length.
 * @example Convergence of sources at z = 1, and galaxies in front
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { angularPower, sourcePlane, topHat } from "@cosmesh/cosmesh/lensing";
 * await ready();
 * const probes = [
 *   { kind: "lensing", sources: sourcePlane(1) },
 *   { kind: "counts", sources: topHat(0.4, 0.6), bias: 1.5 },
 * ] as const;
 * const { pairs, power } = angularPower(linearPower(planck18), Float64Array.of(100, 1000), probes);
 * pairs; // [[0, 0], [0, 1], [1, 1]]
 * power[0]; // C_l of the convergence at l = 100 and 1000
 * ```
 */
export function angularPower(
  linear: LinearPower,
  ell: Float64Array,
  probes: readonly Probe[],
  { nonlinear = "halofit", model = "takahashi2012", lensing = "convergence" }: AngularPowerOptions = {},
): AngularPower {
  checkOneOf(nonlinear, "nonlinear", ["linear", "halofit"]);
  checkOneOf(model, "model", ["takahashi2012", "smith2003"]);
  checkOneOf(lensing, "lensing", ["convergence", "shear", "flat"]);
  checkPositive(probes.length, "probes.length");
  ell.forEach((l, i) => {
    if (!(l >= 0 && l < Infinity)) {
      throw new DomainError(
        `Cannot use "ell[${i}]": it must be at least 0 and finite, got ${l}`,
        "at least 0",
        String(l),
      );
    }
  });
  const { cosmology } = linear;
  const nodes = nodesOf(cosmology, probes);
  const kernels = probes.map((probe) => kernelOf(cosmology, probe, nodes));
  const pairs = probes.flatMap((_, i) => probes.slice(i).map((_, j) => [i, i + j] as const));
  const weights = pairs.map(([i, j]) =>
    nodes.weight.map((w, at) => w * kernels[i][at] * kernels[j][at] / (nodes.radius[at] * nodes.radius[at]))
  );
  const power = pairs.map(() => new Float64Array(ell.length));
  const matter = matterPowerAt(linear, nodes.z, { model: nonlinear === "linear" ? "linear" : model });
  const size = Math.max(1, Math.floor(CHUNK / nodes.z.length));
  for (let first = 0; first < ell.length; first += size) {
    const part = ell.subarray(first, first + size);
    const k = new Float64Array(nodes.z.length * part.length);
    for (let at = 0; at < nodes.z.length; at++) {
      for (let l = 0; l < part.length; l++) k[at * part.length + l] = (part[l] + 0.5) / nodes.radius[at];
    }
    const spectrum = matter(k);
    pairs.forEach((_, p) => {
      for (let at = 0; at < nodes.z.length; at++) {
        const weight = weights[p][at];
        if (weight === 0) continue;
        for (let l = 0; l < part.length; l++) power[p][first + l] += weight * spectrum[at * part.length + l];
      }
    });
  }
  pairs.forEach(([i, j], p) => {
    power[p].forEach((c, l) =>
      power[p][l] = c * factorOf(probes[i], ell[l], lensing) * factorOf(probes[j], ell[l], lensing)
    );
  });
  return { pairs, power };
}
