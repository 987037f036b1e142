import { NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { eigh } from "../linalg/mod.ts";
import { eachBlock } from "./_blocks.ts";
import { addMoments, momentCount } from "./_kernel.ts";
import type { ParticleTable } from "./galaxy.ts";

type Vector = [number, number, number];

/** Share of the sum of m r^3 below which a third moment is rounding. */
const NO_SKEWNESS = 1e-12;

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const negative = (a: Vector): Vector => [-a[0], -a[1], -a[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Sums over stars within a radius. */
export interface StarSums {
  /** [M_sun kpc^2] Tensor of inertia `[3, 3]`. */
  readonly inertia: Float64Array;
  /** [M_sun kpc km/s] */
  readonly angularMomentum: Vector;
  /** [M_sun kpc^3] m x_i x_j x_k for ijk = 000, 001, 002, 011, 012, 022, 111, 112, 122, 222. */
  readonly third: Float64Array;
  /** [M_sun kpc^3] m r^3. */
  readonly cubed: number;
}

/** Sums over stars at most `radius` from the center. */
export function starSums(
  stars: ParticleTable,
  center: Float64Array,
  velocity: Float64Array,
  radius: number,
): StarSums {
  const sums = new Float64Array(momentCount());
  const within = Float64Array.of(...center, ...velocity, radius);
  eachBlock(stars, ["coords", "velocity", "mass"], ([x, v, m]) => addMoments(x, v, m, within, sums));
  if (!sums.every(Number.isFinite)) {
    const rule = "coords, velocity and mass of all stars must be finite";
    throw new DomainError(`Cannot align the galaxy: ${rule}, but their sums are not`, rule, "NaN or infinity");
  }
  const [, xx, xy, xz, yy, yz, zz] = sums;
  return {
    inertia: Float64Array.of(yy + zz, -xy, -xz, -xy, xx + zz, -yz, -xz, -yz, xx + yy),
    angularMomentum: [sums[7], sums[8], sums[9]],
    third: sums.slice(10, 20),
    cubed: sums[20],
  };
}

/** Third moment along a direction. */
function skewness(third: Float64Array, [x, y, z]: Vector): number {
  const [a, b, c, d, e, f, g, h, i, j] = third;
  return a * x * x * x + 3 * b * x * x * y + 3 * c * x * x * z + 3 * d * x * y * y + 6 * e * x * y * z +
    3 * f * x * z * z + g * y * y * y + 3 * h * y * y * z + 3 * i * y * z * z + j * z * z * z;
}

/** The direction in which the third moment is positive; where it is 0, that whose largest component is. */
function bySkewness({ third, cubed }: StarSums, axis: Vector): Vector {
  const moment = skewness(third, axis);
  if (Math.abs(moment) > NO_SKEWNESS * cubed) return moment > 0 ? axis : negative(axis);
  const largest = axis.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
  return largest > 0 ? axis : negative(axis);
}

/**
 * Principal axes as columns of a rotation `[3, 3]`, moments of inertia ascending, so that the shortest axis of a disc is z. Signs:
 * z points along the angular momentum, x to where the third moment is positive, y = z cross x.
 */
export function principalAxes(sums: StarSums): Float64Array {
  const { eigenvalues, eigenvectors } = eigh(new NdArray(sums.inertia, [3, 3], "float64"));
  using _values = eigenvalues;
  using vectors = eigenvectors;
  const column = (k: number): Vector => [vectors.data[k], vectors.data[3 + k], vectors.data[6 + k]];
  const spin = dot(sums.angularMomentum, column(2));
  const z = spin > 0 ? column(2) : spin < 0 ? negative(column(2)) : bySkewness(sums, column(2));
  const x = bySkewness(sums, column(0));
  const y = cross(z, x);
  return Float64Array.of(x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]);
}
