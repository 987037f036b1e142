import { checkRange } from "../base/mod.ts";
import {
  type Cosmology,
  expansionRate,
  growthFactor,
  growthRate,
  scaleFactorAtComovingDistance,
} from "../cosmology/mod.ts";
import type { ParticleField } from "../fields/mod.ts";

/** How particles of one time are moved on to where they cross the light cone. */
export interface DriftOptions {
  /** Momenta a^2 dx/dt / H0 [cell], `[3, nx, ny, nz]`, of the type of the displacement. */
  momentum: ParticleField;
  /** Universe. */
  cosmology: Cosmology;
  /** [1] Scale factor of the displacement. */
  scaleFactor: number;
}

/** Points of the table; linear between them. */
const POINTS = 2048;

/**
 * Factor of the momentum that moves a particle from the scale factor a to the one at which light of its distance was
 * sent, a_t: (D(a_t) - D(a))/(D'(a_m) a_m^3 E(a_m)) with a_m^2 = a a_t; a table over distances, with its start and step
 * [cell].
 */
export function driftTable({ cosmology, scaleFactor: a }: DriftOptions, farthest: number, cell: number): Float64Array {
  checkRange(a, "scaleFactor", 1e-8, 1);
  const step = farthest / (POINTS - 1);
  const target = scaleFactorAtComovingDistance(cosmology, Float64Array.from({ length: POINTS }, (_, i) => step * i));
  const middle = target.map((t) => 1 / Math.sqrt(a * t) - 1);
  // Rounding below z = 0.
  middle.forEach((z, i) => middle[i] = Math.max(z, 0));
  const [now, there] = [growthFactor(cosmology, 1 / a - 1), growthFactor(cosmology, target.map((t) => 1 / t - 1))];
  const [growth, rate] = [growthFactor(cosmology, middle), growthRate(cosmology, middle)];
  const expansion = expansionRate(cosmology, middle);
  const values = target.map((_, i) => {
    const am = 1 / (1 + middle[i]);
    // D' a^3 E = f D a^2 E.
    return (there[i] - now) / (rate[i] * growth[i] * am * am * expansion[i]);
  });
  return Float64Array.of(0, step / cell, ...values);
}
