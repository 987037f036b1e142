import { checkFinite, checkInteger, checkPositive, checkRange } from "../base/mod.ts";
import { RandomKey, randomKey, randomUniform } from "../rng/mod.ts";
import { DEFAULT_ALPHA, type HaloCatalog, haloCatalog } from "./catalog.ts";
import { exponentials } from "./_elementary.ts";

/** Options of `artificialHalos`. */
export interface ArtificialHalosOptions {
  /** [1] Number of halos. */
  count: number;
  /** [Mpc/h] Side of the box. */
  boxSize: number;
  /** [1] Redshift. */
  z: number;
  /** Key of the positions, or a seed. Default 12345. The same at all redshifts: the halos stay where they are, and grow. */
  key?: RandomKey | number;
  /** [M_sun/h] Mass of each halo at z = 6. Default 1e12. */
  massAtSix?: number;
  /** [1] Accretion rate. Default 0.79. */
  alpha?: number;
}

/**
 * A catalogue for trials: halos at random places, all of one mass `M(z) = massAtSix exp(-alpha (z - 6))`.
 *
 * @param options Number, box, redshift, key, mass and accretion rate.
 * @throws {DomainError} for an option out of its range.
 * @example
 * ```ts
 * import { artificialHalos } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const halos = artificialHalos({ count: 100, boxSize: 50, z: 8 });
 * console.log(halos.masses[0]); // 2.06e11
 * ```
 */
export function artificialHalos(options: ArtificialHalosOptions): HaloCatalog {
  const { count, boxSize, z, key = 12345, massAtSix = 1e12, alpha = DEFAULT_ALPHA } = options;
  checkInteger(count, "count");
  checkPositive(boxSize, "boxSize");
  checkRange(z, "z", 0, 1000);
  checkPositive(massAtSix, "massAtSix");
  checkFinite(alpha, "alpha");
  const random = key instanceof RandomKey ? key : randomKey(key);
  const positions = randomUniform(new Float32Array(3 * count), { key: random, high: boxSize });
  // Rounding may pass the end, which is 0.
  positions.forEach((x, i) => positions[i] = x > boxSize ? 0 : x);
  const [growth] = exponentials(Float64Array.of(-alpha * (z - 6)));
  return haloCatalog({
    ...{ positions, z, boxSize },
    masses: new Float64Array(count).fill(massAtSix * growth),
    alphas: new Float64Array(count).fill(alpha),
  });
}
