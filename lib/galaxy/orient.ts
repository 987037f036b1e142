import { checkFinite, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { principalAxes, starSums } from "./_align.ts";
import { eachBlock } from "./_blocks.ts";
import { nearVelocities, radii, turn } from "./_kernel.ts";
import { quantiles } from "./_quantile.ts";
import { BLOCK_ROWS } from "./_table.ts";
import type { Frame, Galaxy, ParticleTable } from "./galaxy.ts";
import { type Rotation, rotationMatrix } from "./rotation.ts";

/** What is put to rest at the origin. */
export interface Centering {
  /** [kpc] Center `[3]`. Default: the galaxy's. */
  readonly center?: ArrayLike<number>;
  /** [km/s] Velocity `[3]` of the galaxy. Default: the median of each component over stars near the center. */
  readonly velocity?: ArrayLike<number>;
  /** [kpc] Stars nearer than this count for the median. Default 10. */
  readonly radius?: number;
}

/** Options of `orientGalaxy`. */
export interface OrientOptions {
  /** Center and velocity. */
  readonly centering?: Centering;
  /** Whether the galaxy is turned to its principal axes before `rotation`. Default: true. */
  readonly align?: boolean;
  /** Rotation that follows. Default: "face-on". */
  readonly rotation?: Rotation;
}

function vector(given: ArrayLike<number>, name: string): Float64Array {
  if (given.length !== 3) {
    const got = `${given.length} numbers`;
    throw new ShapeError(`Cannot orient a galaxy: ${name} must be three numbers, got ${got}`, "[3]", got);
  }
  return Float64Array.from(given, (value) => checkFinite(value, name));
}

/** Median velocity of stars nearer than `radius`; checks on the way that the center lies among the stars. */
function medianVelocity(name: string, stars: ParticleTable, center: Float64Array, radius: number): Float64Array {
  const bounds = noBounds();
  const near = new Float64Array(3 * Math.min(BLOCK_ROWS, stars.count));
  const middle = quantiles(
    (each) => {
      eachBlock(stars, ["coords", "velocity"], ([x, v]) => {
        const rows = x.length / 3;
        const count = nearVelocities(x, v, center, radius, bounds, near.subarray(0, 3 * rows));
        for (let c = 0; c < 3; c++) each(c, near.subarray(c * rows, c * rows + count));
      });
      checkInside(name, center, bounds);
    },
    3,
    stars.count,
    (_, count) => {
      if (count === 0) {
        const rule = `stars nearer than ${radius} kpc to its center, whose median velocity is that of the galaxy`;
        throw new DomainError(
          `Cannot orient "${name}": there must be ${rule}; check that they and the center are in kpc, or give centering.radius or centering.velocity`,
          rule,
          "0",
        );
      }
      return [Math.floor((count + 1) / 2), Math.floor(count / 2) + 1];
    },
  );
  return Float64Array.from(middle, ([low, high]) => (low + high) / 2);
}

/** Checks that the center lies among the stars. */
function checkBounds(name: string, stars: ParticleTable, center: Float64Array): void {
  const bounds = noBounds();
  const none = new Float64Array(3 * Math.min(BLOCK_ROWS, stars.count));
  eachBlock(stars, ["coords"], ([x]) => void nearVelocities(x, x, center, 0, bounds, none.subarray(0, x.length)));
  checkInside(name, center, bounds);
}

/** Least and largest coordinates of nothing. */
function noBounds(): Float64Array {
  return Float64Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity);
}

function checkInside(name: string, center: Float64Array, bounds: Float64Array): void {
  const outside = center.findIndex((c, k) => !(c >= bounds[k] && c <= bounds[3 + k]));
  if (outside < 0) return;
  const axis = "xyz"[outside];
  const rule = `among its stars, with ${axis} from ${bounds[outside]} to ${bounds[3 + outside]} kpc`;
  throw new DomainError(
    `Cannot orient "${name}": the center must lie ${rule}, got ${axis} = ${
      center[outside]
    }; check units and frame of the ` +
      `center, or give another one`,
    rule,
    String(center[outside]),
  );
}

/**
 * Radius around a point that holds half of the mass of stars: the least distance of a star up to which the mass is half of all.
 *
 * @param galaxy Whose stars.
 * @param center [kpc] Point `[3]`. Default: the galaxy's center.
 * @returns [kpc] The radius.
 * @throws {DomainError} if the mass of all stars is not finite and above 0.
 */
export function halfMassRadius(galaxy: Galaxy, center: ArrayLike<number> = galaxy.center): number {
  const point = vector(center, "center");
  const distance = new Float64Array(Math.min(BLOCK_ROWS, galaxy.stars.count));
  const [[radius]] = quantiles(
    (each) => {
      eachBlock(galaxy.stars, ["coords", "mass"], ([x, m]) => {
        const r = distance.subarray(0, m.length);
        radii(x, point, r);
        each(0, r, m);
      });
    },
    1,
    galaxy.stars.count,
    (total) => {
      if (total > 0 && total < Infinity) return [total / 2];
      const rule = "a mass of all stars that is finite and above 0";
      throw new DomainError(
        `Cannot find a half-mass radius of "${galaxy.name}": it must have ${rule}, got ${total}`,
        rule,
        String(total),
      );
    },
  );
  return radius;
}

/**
 * How a galaxy is put before an observer at z = -infinity.
 *
 * The center goes to the origin. The velocity of the galaxy, for stars and gas alike, is the median of each component over
 * stars nearer than 10 kpc. With `align`, axes are those of the tensor of inertia of the stars within the half-mass radius,
 * `I_ij = sum m (r^2 d_ij - x_i x_j)`, moments ascending, so a disc lies in the plane x-y; z points along the angular momentum
 * of these stars, x to where their third moment `sum m x^3` is positive, y completes a right-handed frame: turning the galaxy
 * turns nothing in the result. (Where the angular momentum or the third moment vanishes, the largest component of the axis is
 * positive.) `rotation` follows. Stars are read a block at a time, three to six times.
 *
 * @param galaxy Galaxy with at least one star.
 * @param options Center, velocity, alignment and rotation.
 * @returns Frame with the product of both matrices.
 * @throws {DomainError} if there are no stars, the center does not lie among them, none is near it, a matrix is no rotation, or positions,
 * velocities or masses are not finite.
 * @example
 * ```ts
 * import { orientGalaxy, readRubixGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using galaxy = await readRubixGalaxy("test/ifu/reference/galaxy_tilted.h5");
 * const frame = orientGalaxy(galaxy, { rotation: { alpha: 60 } });
 * console.log(frame.velocity, frame.matrix);
 * ```
 */
export function orientGalaxy(galaxy: Galaxy, options: OrientOptions = {}): Frame {
  const { centering = {}, align = true, rotation = "face-on" } = options;
  if (galaxy.stars.count === 0) {
    const rule = "at least one star";
    throw new DomainError(`Cannot orient "${galaxy.name}": it must have ${rule}, but there are none`, rule, "0");
  }
  const center = vector(centering.center ?? galaxy.center, "center");
  const radius = checkPositive(centering.radius ?? 10, "centering.radius");
  const user = rotationMatrix(rotation);
  const given = centering.velocity && vector(centering.velocity, "centering.velocity");
  if (given) checkBounds(galaxy.name, galaxy.stars, center);
  const velocity = given ?? medianVelocity(galaxy.name, galaxy.stars, center, radius);
  if (!align) return { center, velocity, matrix: user };
  const half = galaxy.halfMassRadius ?? halfMassRadius(galaxy, center);
  const axes = principalAxes(starSums(galaxy.stars, center, velocity, half));
  // (x A) R = x (A R): rows of A are turned as positions are.
  turn(axes, new Float64Array(3), user);
  return { center, velocity, matrix: axes };
}
