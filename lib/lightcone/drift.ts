import { checkRange } from "../base/mod.ts";
import {
  type Cosmology,
  expansionRate,
  growthFactor,
  growthRate,
  redshiftAtComovingDistance,
} from "../cosmology/mod.ts";
import type { ParticleField } from "../fields/mod.ts";

/** How particles of one time are moved on to where they cross the light cone. */
export interface DriftOptions {
  /** Momenta a^2 dx/dt / H0 [cell], `[3, nx, ny, nz]`, of the type of the displacement. */
  momentum: Pick<ParticleField, "array">;
  /** Universe. */
  cosmology: Cosmology;
  /** [1] Scale factor of the displacement. */
  scaleFactor: number;
  /** [1] Scale factor of the momenta, if it is another one, as in a leapfrog. Default `scaleFactor`. */
  momentumScaleFactor?: number;
}

/** Points of the table; linear between them. */
const POINTS = 2048;

/**
 * Factor of the momentum that moves a particle from the scale factor a to the one at which light of its distance was
 * sent, a_t: (D(a_t) - D(a))/Gf(a_p), with Gf = a^3 E dD/da, the growth of momenta, at their time a_p. Particles that move
 * by the growing mode get exactly there. A table over distances, after its start and step [cell].
 */
export function driftTable(
  { cosmology, scaleFactor, momentumScaleFactor = scaleFactor }: DriftOptions,
  farthest: number,
  cell: number,
): Float64Array {
  const z = (a: number, name: string) => 1 / checkRange(a, name, 1e-8, 1) - 1;
  const [now, lag] = [z(scaleFactor, "scaleFactor"), z(momentumScaleFactor, "momentumScaleFactor")];
  const step = farthest / (POINTS - 1);
  const there = redshiftAtComovingDistance(cosmology, Float64Array.from({ length: POINTS }, (_, i) => step * i));
  // f D a^2 E = a^3 E dD/da.
  const momentum = growthRate(cosmology, lag) * growthFactor(cosmology, lag) * expansionRate(cosmology, lag) *
    momentumScaleFactor * momentumScaleFactor;
  const grown = growthFactor(cosmology, now);
  const values = growthFactor(cosmology, there).map((growth) => (growth - grown) / momentum);
  return Float64Array.of(0, step / cell, ...values);
}
