import { empty, zeros } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { type Alm, alm2mapSpin, map2alm, nsideOf, scaleAlm } from "../sphere/mod.ts";
import { advanceRays, observeRays, type RayStep } from "./_kernel_raytrace.ts";

/** Options of ray-tracing. */
export interface RayOptions {
  /** Values of maps where rays cross planes. Default "bilinear". */
  scheme?: "bilinear" | "ngp";
  /** Whether quantities with a spin are brought along great circles between pixels, rays and observer. Default true. */
  parallelTransport?: boolean;
  /** [1] Largest degree of deflection and shear. Default 3 nside - 1. */
  lmax?: number;
  /** [1] Iterations of the transforms of planes, see `map2alm`. Default 0. */
  iterations?: number;
}

/** Lensing planes. */
export interface LensingPlanes {
  /** [1] Convergence of each plane for sources infinitely far away, `[plane, pixel]`, HEALPix in RING order. */
  readonly convergence: RealArray;
  /** [Mpc/h] Comoving distance of each plane, rising. */
  readonly distances: Float64Array;
}

/** Maps of sources, `[source, pixel]`. */
export interface TracedMaps {
  /** [1] 1 - tr A/2. */
  readonly convergence: RealArray;
  /** [1] (A_22 - A_11)/2, along colatitude. */
  readonly shear1: RealArray;
  /** [1] -(A_12 + A_21)/2. */
  readonly shear2: RealArray;
  /** [1] (A_12 - A_21)/2; 0 to first order. */
  readonly rotation: RealArray;
}

/** Deflection and shear of a plane. */
function fieldsOf(kappa: RealArray, nside: number, { lmax = 3 * nside - 1, iterations = 0 }: RayOptions): RealArray[] {
  using alm = map2alm(kappa, { lmax, iterations });
  using none = zeros(alm.shape, "complex128");
  const spin = (s: number, factor: (l: number) => number) => {
    using e = scaleAlm(alm, Float64Array.from({ length: lmax + 1 }, (_, l) => l < s ? 0 : factor(l)));
    return alm2mapSpin([e, none as Alm], nside, s, { dtype: kappa.dtype });
  };
  const [theta, phi] = spin(1, (l) => -2 / Math.sqrt(l * (l + 1)));
  const [shear1, shear2] = spin(2, (l) => Math.sqrt((l + 2) * (l - 1) / (l * (l + 1))));
  return [theta, phi, kappa, shear1, shear2];
}

function check({ convergence: { shape }, distances }: LensingPlanes, sources: Float64Array): void {
  const planes = distances.length;
  if (shape.length !== 2 || shape[0] !== planes || planes === 0) {
    const [rule, got] = [`[${planes || 1}, pixel]`, `[${shape.join(", ")}]`];
    throw new ShapeError(`Cannot trace rays: convergence of planes must have shape ${rule}, got ${got}`, rule, got);
  }
  distances.forEach((chi, k) => {
    checkPositive(chi, `distances[${k}]`);
    if (k === 0 || chi > distances[k - 1]) return;
    const rule = "planes must be given near to far";
    const got = `${distances[k - 1]} and ${chi} Mpc/h`;
    throw new DomainError(`Cannot trace rays: ${rule}, got ${got}`, rule, got);
  });
  sources.forEach((chi, i) => checkPositive(chi, `sources[${i}]`));
}

/**
 * Traces rays from the observer, one through each pixel's centre, through lensing planes on the sphere, and with each the
 * distortion matrix A of a bundle round it (Hilbert et al. 2009, A&A 499, 31; Becker 2013, MNRAS 435, 115):
 * X_k+1 = (1 - q) X_k-1 + q X_k - s a_k for directions and with U_k A_k in place of the deflection a_k for A, where
 * q = chi_k/chi_k+1 (chi_k+1 - chi_k-1)/(chi_k - chi_k-1), s = 1 - chi_k/chi_k+1. Deflection -2/sqrt(l (l + 1)) kappa_lm (spin 1)
 * and shear sqrt((l + 2)(l - 1)/(l (l + 1))) kappa_lm (spin 2; E in the sign of `alm2mapSpin`) come from transforms, and
 * U = [[kappa + g1, g2], [g2, kappa - g1]] in the frame (colatitude, longitude). Directions are unit vectors; A is kept in the
 * frame of the pixel. Distances are those of flat space.
 *
 * Memory: 14 numbers of the maps' type for each pixel, five maps, and what a spin 2 transform needs.
 *
 * @param planes Convergence and distances.
 * @param sources [Mpc/h] Comoving distances of sources, in any order; only planes in front of them count.
 * @param options Scheme, transport, transforms.
 * @returns Convergence, shear and rotation, `[source, pixel]`, of the planes' type.
 * @throws {ShapeError} if shapes do not suit; {DomainError} for distances that are not positive or do not rise.
 */
export function raytracePlanes(planes: LensingPlanes, sources: Float64Array, options: RayOptions = {}): TracedMaps {
  const { scheme = "bilinear", parallelTransport = true, iterations = 0 } = options;
  checkOneOf(scheme, "scheme", ["bilinear", "ngp"]);
  checkInteger(iterations, "iterations");
  check(planes, sources);
  const { convergence, distances } = planes;
  const [pixels, dtype] = [convergence.shape[1], convergence.dtype];
  const nside = nsideOf(pixels);
  const out = ["convergence", "shear1", "shear2", "rotation"].map(() => zeros([sources.length, pixels], dtype));
  let [now, before] = [zeros([7, pixels], dtype), zeros([7, pixels], dtype)];
  const seen = empty([4, pixels], dtype);
  const last = sources.reduce((a, b) => Math.max(a, b), 0);
  try {
    for (let k = 0; k < distances.length && distances[k] < last; k++) {
      const maps = fieldsOf(convergence.at(k), nside, options);
      const plane = { nside, bilinear: scheme === "bilinear", transport: parallelTransport, maps };
      const [chi, previous] = [distances[k], k > 0 ? distances[k - 1] : 0];
      const step = (next: number): RayStep => [chi / next * (next - previous) / (chi - previous), 1 - chi / next];
      const end = distances[k + 1] ?? Infinity;
      sources.forEach((source, i) => {
        if (!(source > chi && source <= end)) return;
        observeRays(plane, step(source), now, before, seen);
        out.forEach((map, c) => map.at(i).data.set(seen.at(c).data));
      });
      if (end < last) {
        advanceRays(plane, step(end), now, before);
        [now, before] = [before, now];
      }
      maps.forEach((map, c) => c !== 2 && map.dispose());
    }
  } finally {
    [now, before, seen].forEach((array) => array.dispose());
  }
  const [kappa, shear1, shear2, rotation] = out;
  return { convergence: kappa, shear1, shear2, rotation };
}
