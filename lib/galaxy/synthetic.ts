import { checkFinite, checkInteger, checkPositive, checkRange, DomainError } from "../base/mod.ts";
import { age, cosmology } from "../cosmology/mod.ts";
import { RandomKey, randomKey } from "../rng/mod.ts";
import { type Model, modelOf, syntheticRows } from "./_kernel_synthetic.ts";
import { type Fills, tableOf } from "./_table.ts";
import type { Column, Galaxy, ParticleTable } from "./galaxy.ts";
import { TNG_COSMOLOGY } from "./_tng_cosmology.ts";

/** Options of `syntheticGalaxy`. */
export interface SyntheticGalaxyOptions {
  /** What it is called. Default: "synthetic". */
  readonly name?: string;
  /** [1] Number of stars. Default 100 000. */
  readonly stars?: number;
  /** [1] Number of cells of gas. Default: a fifth of the stars. */
  readonly gas?: number;
  /** Key of the random numbers, or a seed. Default 1. */
  readonly seed?: RandomKey | number;
  /** [1] Redshift of the snapshot. Default 0. */
  readonly redshift?: number;
  /** [M_sun] Mass of stars formed in the disc. Default 4e10. */
  readonly discMass?: number;
  /** [kpc] Scale length R_d of the disc, of surface density exp(-R/R_d). Default 2.5. */
  readonly scaleLength?: number;
  /** [kpc] Scale height of the oldest stars of the disc, of density sech^2(z/height). Default 0.5. */
  readonly scaleHeight?: number;
  /** [M_sun] Mass of stars formed in the bulge. Default 1e10. */
  readonly bulgeMass?: number;
  /** [kpc] Radius a of Hernquist's bulge, 1/(r (r + a)^3), which ends at 20 a. Default 0.5. */
  readonly bulgeRadius?: number;
  /** [M_sun] Mass of gas. Default 8e9. */
  readonly gasMass?: number;
  /** [kpc] Scale length of the gas. Default: 1.7 of that of the stars. */
  readonly gasScaleLength?: number;
  /** [kpc] Scale height of the gas. Default 0.12. */
  readonly gasScaleHeight?: number;
  /** [km/s] Circular velocity of the halo far out. Default 170. */
  readonly haloVelocity?: number;
  /** [kpc] Radius of the core of the halo. Default 4. */
  readonly haloCore?: number;
  /** [km/s] Radial velocity dispersion of the oldest stars in the center of the disc. Default 90. */
  readonly dispersion?: number;
  /** [1] How strongly newborn stars and gas gather in spiral arms, from 0 to 1: c gives 1/(1 - c) of the mean there. Default 0.75. */
  readonly armContrast?: number;
  /** [1] Tangent of the pitch angle of the arms. Default 0.36, 20 degrees. */
  readonly armPitch?: number;
  /** [Gyr] Age of the oldest stars. Default: what the universe has had since 1 Gyr, at most 12.8. */
  readonly oldest?: number;
  /** [1] Metallicity of newborn stars in the center. Default 0.03. */
  readonly metallicity?: number;
}

/** A table of particles that are made when they are read. */
function made(model: Model, key: RandomKey, gas: boolean, count: number, columns: readonly Column[]): ParticleTable {
  const fills: Fills = {};
  for (const column of columns) {
    fills[column] = (first, target) => syntheticRows(model, key, column, gas, first, target);
  }
  return tableOf(gas ? "gas" : "stars", count, fills);
}

/** [Gyr] Age of the oldest stars today; the universe is 1 Gyr older. */
const OLDEST = 12.8;

/** Age of the oldest stars by default, or the given one, which fits into the universe. */
function oldestOf(given: number | undefined, redshift: number): number {
  // The usual case needs no integral.
  if (redshift === 0 && given === undefined) return OLDEST;
  const universe = age(cosmology(TNG_COSMOLOGY), redshift);
  const oldest = given ?? Math.min(universe - 1, OLDEST);
  if (oldest > 0 && oldest < universe) return oldest;
  const rule = `above 0 and below the age of the universe at its redshift, ${universe.toFixed(3)} Gyr`;
  throw new DomainError(`Cannot make a galaxy: "oldest" must be ${rule}, got ${oldest}`, rule, String(oldest));
}

/**
 * A disc galaxy that is made up: for trials, examples and as a default. Particles are functions of key and place, made when they
 * are read, so any number of them takes no memory.
 *
 * - Stars of one mass, in an exponential disc with sech^2 layers, and in a bulge of Hernquist (1990).
 * - The disc turns about +z, by the mass within (disc, bulge and a halo with a core, `v^2 = v_h^2 R^2/(R^2 + r_c^2)`): 200 km/s and
 *   more at two scale lengths. Radial dispersion `sigma_0 exp(-R/2R_d)`, along the rotation sqrt(1/2) and across the disc 0.6 of it;
 *   mean rotation lags by the asymmetric drift of Jeans' equation. The bulge has the isotropic Jeans dispersion, of about 100 km/s.
 * - Ages t of a disc's stars have the probability s/(1 + (s - 1) t/T)^2 up to `oldest`, T, with s = 0.2 + 0.32 R/R_d, at most 2: the rate
 *   of star formation falls inside and rises beyond 2.5 R_d. Those of the bulge are evenly spread from 0.65 T to T. Younger stars
 *   of the disc lie in thinner, colder layers (by the root of age); below 5 Gyr they gather in two trailing arms.
 * - Metallicity falls by 0.15 dex for each scale length and 0.03 dex for each Gyr of age, with a scatter of 0.12 dex; that of the
 *   bulge by 0.3 dex in (1 + r/a). It stays within 1e-4 and 0.05.
 * - Gas in a thin disc with the same arms, dispersion 10 km/s; hydrogen 0.7515 - 2.5 Z, oxygen 0.43 Z (Asplund et al. 2009),
 *   which becomes stars within 2 Gyr (Leroy et al. 2008).
 *
 * The center is the origin; the half-mass radius is that of the model with a flat disc.
 *
 * @param options Numbers, masses, sizes and key.
 * @throws {DomainError} for an option out of its range.
 * @example
 * ```ts
 * import { syntheticGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using galaxy = syntheticGalaxy({ stars: 1e6, seed: 7 });
 * const ages = new Float64Array(10);
 * galaxy.stars.read("age", 123_456, ages);
 * ```
 */
export function syntheticGalaxy(options: SyntheticGalaxyOptions = {}): Galaxy {
  const { name = "synthetic", stars = 100_000, seed = 1, redshift = 0 } = options;
  const { discMass = 4e10, scaleLength = 2.5, scaleHeight = 0.5, bulgeMass = 1e10, bulgeRadius = 0.5 } = options;
  const { gas = Math.floor(stars / 5), gasMass = 8e9, gasScaleLength = 1.7 * scaleLength, gasScaleHeight = 0.12 } =
    options;
  const { haloVelocity = 170, haloCore = 4, dispersion = 90, armContrast = 0.75, armPitch = 0.36 } = options;
  const { metallicity = 0.03 } = options;
  checkInteger(stars, "stars", 1);
  checkInteger(gas, "gas");
  checkRange(redshift, "redshift", 0, 20);
  const sizes = {
    scaleLength,
    scaleHeight,
    bulgeRadius,
    gasScaleLength,
    gasScaleHeight,
    haloCore,
    armPitch,
    metallicity,
  };
  for (const [key, value] of Object.entries(sizes)) checkPositive(value, key);
  for (const [key, value] of Object.entries({ discMass, bulgeMass, gasMass, haloVelocity, dispersion })) {
    checkRange(checkFinite(value, key), key, 0, Number.MAX_VALUE);
  }
  checkPositive(discMass + bulgeMass, "discMass + bulgeMass");
  checkRange(armContrast, "armContrast", 0, 1);
  const model = modelOf({
    starMass: (discMass + bulgeMass) / stars,
    gasMass: gas > 0 ? gasMass / gas : 0,
    ...{ discMass, bulgeMass, bulgeRadius, haloVelocity, haloCore, dispersion, metallicity },
    length: scaleLength,
    height: scaleHeight,
    gasLength: gasScaleLength,
    gasHeight: gasScaleHeight,
    bulgeEnd: 20 * bulgeRadius,
    gasDispersion: 10,
    oldest: oldestOf(options.oldest, redshift),
    contrast: armContrast,
    winding: 1 / armPitch,
  });
  const key = seed instanceof RandomKey ? seed : randomKey(seed);
  const all: Column[] = ["coords", "velocity", "mass", "metallicity"];
  return {
    name,
    center: new Float64Array(3),
    halfMassRadius: model.halfMassRadius,
    redshift,
    stars: made(model, key.fold("stars"), false, stars, [...all, "age"]),
    ...gas > 0
      ? { gas: made(model, key.fold("gas"), true, gas, [...all, "hydrogen", "oxygen", "starFormationRate"]) }
      : {},
    [Symbol.dispose]() {},
  };
}
