import { DomainError, ShapeError } from "../base/mod.ts";

/** Accretion rate of halos whose catalogue has none: the mean found in N-body runs (Trac et al. 2015). */
export const DEFAULT_ALPHA = 0.79;

/** What `haloCatalog` takes. */
export interface HaloCatalogParts {
  /** [Mpc/h] Comoving positions, `[halo, 3]`, from 0 to boxSize on each axis (both ends are the same place). */
  positions: Float32Array | Float64Array;
  /** [M_sun/h] Masses, `[halo]`. */
  masses: Float32Array | Float64Array;
  /** [1] Accretion rates alpha of M proportional to exp(-alpha z), `[halo]`. Default: 0.79 for all. */
  alphas?: Float32Array | Float64Array;
  /** [1] Redshift. */
  z: number;
  /** [Mpc/h] Side of the periodic box. */
  boxSize: number;
}

/** The halos of one snapshot, checked by `haloCatalog`. */
export interface HaloCatalog extends Readonly<Required<HaloCatalogParts>> {
  /** [1] Number of halos. */
  readonly size: number;
}

/**
 * Index of the first position outside the box, in the flat array, or -1; NaN counts as outside. The upper end is inside,
 * as rounding to float32 puts halos there that were wrapped into the box.
 */
function firstOutside(positions: Float32Array | Float64Array, boxSize: number): number {
  for (let i = 0; i < positions.length; i++) {
    if (!(positions[i] >= 0 && positions[i] <= boxSize)) return i;
  }
  return -1;
}

/** Index of the first number that is not finite or not above `least`, or -1. */
function firstNotAbove(values: Float32Array | Float64Array, least: number): number {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > least && values[i] < Infinity)) return i;
  }
  return -1;
}

/**
 * A checked halo catalogue. The arrays are shared, not copied.
 *
 * @param parts Positions, masses, accretion rates, redshift and box.
 * @throws {ShapeError} if the lengths do not agree.
 * @throws {DomainError} if a position is not finite or outside the box, a mass is not finite and above 0,
 * or an accretion rate is not finite; the message names the first such halo.
 * @example
 * ```ts
 * import { haloCatalog } from "@cosmesh/cosmesh/halo";
 * const two = haloCatalog({
 *   positions: Float32Array.of(1, 2, 3, 49, 0, 7), // [halo, 3]
 *   masses: Float32Array.of(1e10, 2e11),
 *   z: 8,
 *   boxSize: 50,
 * });
 * console.log(two.size, two.alphas[0]); // 2 0.79
 * ```
 */
export function haloCatalog(parts: HaloCatalogParts): HaloCatalog {
  const { positions, masses, z, boxSize } = parts;
  const size = masses.length;
  const alphas = parts.alphas ?? new Float64Array(size).fill(DEFAULT_ALPHA);
  if (!Number.isFinite(boxSize) || boxSize <= 0) {
    throw new DomainError(`Cannot use halos: boxSize must be above 0, got ${boxSize}`, "above 0", String(boxSize));
  }
  if (!Number.isFinite(z) || z < 0) {
    throw new DomainError(`Cannot use halos: the redshift must be at least 0, got ${z}`, "at least 0", String(z));
  }
  if (positions.length !== 3 * size) {
    const actual = `${positions.length} numbers`;
    throw new ShapeError(
      `Cannot use halos: ${size} masses need positions of shape [${size}, 3], got ${actual}`,
      `[${size}, 3]`,
      actual,
    );
  }
  if (alphas.length !== size) {
    throw new ShapeError(
      `Cannot use halos: ${size} masses need as many accretion rates, got ${alphas.length}`,
      `[${size}]`,
      `[${alphas.length}]`,
    );
  }
  const outside = firstOutside(positions, boxSize);
  if (outside >= 0) {
    const halo = Math.floor(outside / 3);
    const position = `(${positions.subarray(3 * halo, 3 * halo + 3).join(", ")})`;
    throw new DomainError(
      `Cannot use halos: halo ${halo} at ${position} Mpc/h lies outside of the box of ${boxSize} Mpc/h; ` +
        `give positions in comoving Mpc/h, shifted and wrapped into the box`,
      `0 to ${boxSize}`,
      position,
    );
  }
  checkValues("mass", masses, 0, "finite and above 0", " M_sun/h");
  checkValues("accretion rate", alphas, -Infinity, "finite", "");
  return { positions, masses, alphas, z, boxSize, size };
}

function checkValues(name: string, values: Float32Array | Float64Array, least: number, rule: string, unit: string) {
  const halo = firstNotAbove(values, least);
  if (halo < 0) return;
  throw new DomainError(
    `Cannot use halos: the ${name} of halo ${halo} must be ${rule}, got ${values[halo]}${unit}; ` +
      `remove such halos from the catalogue`,
    rule,
    String(values[halo]),
  );
}
