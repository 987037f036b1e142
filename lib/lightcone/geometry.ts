import { checkPositive, checkRange, DomainError } from "../base/mod.ts";
import { comovingDistance, type Cosmology, redshiftAtComovingDistance } from "../cosmology/mod.ts";

/** [MHz] Rest frequency of the 21-cm line (Hellwig et al. 1970). */
export const LINE_FREQUENCY_MHZ = 1420.405751768;

/** Where the slices of a light-cone lie. */
export interface LightconeGeometry {
  /** [1] Redshift of each slice, rising. */
  readonly redshifts: Float64Array;
  /** [Mpc/h] Comoving distance along the line of sight to each slice, in equal steps. */
  readonly distances: Float64Array;
  /** [MHz] Observed frequency of the 21-cm line from each slice, falling. */
  readonly frequencies: Float64Array;
}

/**
 * Slices of a light-cone one cell apart: the first at `zLow`, the others at equal steps of comoving distance up to
 * `zHigh` (included if a step ends there). Steps of frequency `nu0 H(z) dL/((1 + z)^2 c)`, as tools21cm makes them, are
 * right to first order in the step: each is too long by 0.25 H dL/((1 + z) c) in matter, 1e-4 of itself at z = 8 and 0.8 Mpc/h,
 * which adds up to 0.14 cells in the 1200 slices from z = 6.5 to 12.
 *
 * @param cosmology Parameters.
 * @param options `zLow` and `zHigh`, and the step: `cellSize` [Mpc/h], side of a cell of the coeval fields.
 * @throws {DomainError} if the redshifts do not rise or are out of their range, or the step is not above 0.
 * @example In a universe of matter, chi = 2 c/H0 (1 - 1/sqrt(1 + z)): 2997.92458 Mpc/h for z = 3
 * ```ts
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lightconeGeometry } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const { distances, frequencies } = lightconeGeometry(einsteinDeSitter, { zLow: 3, zHigh: 8, cellSize: 2 });
 * console.log(distances[1]); // 2999.92458
 * console.log(frequencies[0]); // 355.10 MHz, a quarter of 1420.4 MHz
 * ```
 */
export function lightconeGeometry(
  cosmology: Cosmology,
  { zLow, zHigh, cellSize }: { zLow: number; zHigh: number; cellSize: number },
): LightconeGeometry {
  [zLow, zHigh].forEach((z, i) => checkRange(z, ["zLow", "zHigh"][i], 0, 1e8));
  checkPositive(cellSize, "cellSize");
  if (!(zLow < zHigh)) {
    throw new DomainError(
      `Cannot make a light-cone: zLow must be below zHigh, got ${zLow} and ${zHigh}`,
      "zLow below zHigh",
      `${zLow} and ${zHigh}`,
    );
  }
  const [near, far] = comovingDistance(cosmology, Float64Array.of(zLow, zHigh));
  // A last step that ends at zHigh counts, though the division rounds.
  const count = Math.floor((far - near) / cellSize + 1e-9) + 1;
  const distances = Float64Array.from({ length: count }, (_, j) => Math.min(near + j * cellSize, far));
  const redshifts = redshiftAtComovingDistance(cosmology, distances)
    .map((z, j) => j === 0 ? zLow : Math.min(z, zHigh));
  return { redshifts, distances, frequencies: redshifts.map((z) => LINE_FREQUENCY_MHZ / (1 + z)) };
}
