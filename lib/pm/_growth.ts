import { checkOneOf } from "../base/mod.ts";
import { type Cosmology, expansionRate, growthFactor, growthRate } from "../cosmology/mod.ts";
import type { LptOrder } from "./field.ts";

/** Growth of the higher orders: of the given universe, or of one of matter alone with the given D1. */
export type LptGrowth = "exact" | "einsteinDeSitter";

/** Factors of S1, S2, S3a, S3b. */
export interface Coefficients {
  /** [1] For displacements. */
  displacement: Float64Array;
  /** [km/s/(Mpc/h)] For peculiar velocities. */
  velocity: Float64Array;
}

const PARTS = ["1", "2", "3a", "3b"] as const;
/** Signs with which growth factors multiply the displacement -grad phi of their sources. */
export const SIGNS = [1, -1, 1, 1];
/** Growth for matter alone, in powers of D1 (Bouchet et al. 1995). */
export const MATTER = [1, -3 / 7, -1 / 3, 10 / 21];
/** Powers of D1. */
export const POWERS = [1, 2, 3, 3];

/** [1] Number of potentials of an order. */
export const partsOf = (order: LptOrder): number => [1, 2, 4][order - 1];

/** Factors of the sources at a redshift. Peculiar velocity is a dx/dt = a H f_n for each part. */
export function coefficients(cosmology: Cosmology, z: number, order: LptOrder, growth: LptGrowth): Coefficients {
  checkOneOf(growth, "growth", ["exact", "einsteinDeSitter"]);
  const parts = PARTS.slice(0, partsOf(order));
  const speed = 100 * expansionRate(cosmology, z) / (1 + z);
  const [first, rate] = [growthFactor(cosmology, z), growthRate(cosmology, z)];
  const exact = growth === "exact";
  const displacement = Float64Array.from(parts, (part, i) => {
    let power = 1;
    for (let j = 0; j < POWERS[i]; j++) power *= first;
    return SIGNS[i] * (exact ? growthFactor(cosmology, z, { order: part }) : MATTER[i] * power);
  });
  const velocity = displacement.map((d, i) =>
    d * speed * (exact ? growthRate(cosmology, z, { order: parts[i] }) : POWERS[i] * rate)
  );
  return { displacement, velocity };
}
