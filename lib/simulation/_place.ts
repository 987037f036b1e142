import { checkOneOf, InputError } from "../base/mod.ts";
import type { HaloUnits } from "./load_options.ts";

/** Halos as a file has them, in its units. */
export interface RawHalos {
  /** [lengthUnit] `[halo, 3]`, changed by `placeHalos`. */
  positions: Float64Array;
  /** [massUnit] `[halo]`, changed by `placeHalos`. */
  masses: Float64Array;
}

/** Where halos come from and how they are meant. */
export interface Placing extends HaloUnits {
  /** File, and what is called so in it, for messages. */
  path: string;
  /** [Mpc/h] Side of the box. */
  boxSize: number;
  /** [Mpc/h] What is added to positions, so that the halos fit the mesh. */
  shift: number;
}

/** Centres of groups that cross a face may lie outside of the box by this part of its side. */
const MARGIN = 0.01;
/** This many halos or more whose coordinates span less than this part of the box are in another unit. */
const MANY = 200;
const PART = 0.8;
/** [M_sun/h] No catalogue's largest halo is lighter or heavier. */
const [LEAST_MASS, MOST_MASS] = [1e4, 1e17];

const UNITS = ["Mpc/h", "Mpc", "kpc/h", "kpc", "box"] as const;
const MASSES = ["M_sun/h", "M_sun", "1e10 M_sun/h"] as const;
const ORIGINS = ["corner", "centre"] as const;
type LengthUnit = (typeof UNITS)[number];

/** [Mpc/h] Length of a unit; NaN if h is needed and not known. */
function lengthOf(unit: LengthUnit, { boxSize, h = NaN }: Placing): number {
  return { "Mpc/h": 1, "Mpc": h, "kpc/h": 1e-3, "kpc": h / 1e3, "box": boxSize }[unit];
}

/** Factor of a unit, which may need h. */
function needH(factor: number, key: string, unit: string, { path }: Placing): number {
  if (factor > 0) return factor;
  throw new InputError(
    `Cannot use "${path}": ${key} is "${unit}", so h must be given, above 0; give h, or another ${key}`,
    path,
    "h",
  );
}

/** Checks the units, and that h is there if they need it; gives what they are in M_sun/h and Mpc/h. */
export function checkUnits(placing: Placing): { length: number; start: number; mass: number } {
  const { boxSize, h = NaN } = placing;
  const lengthUnit = checkOneOf(placing.lengthUnit ?? "Mpc/h", "lengthUnit", UNITS);
  const massUnit = checkOneOf(placing.massUnit ?? "M_sun/h", "massUnit", MASSES);
  const origin = checkOneOf(placing.origin ?? "corner", "origin", ORIGINS);
  const length = needH(lengthOf(lengthUnit, placing), "lengthUnit", lengthUnit, placing);
  const mass = needH({ "M_sun/h": 1, "M_sun": h, "1e10 M_sun/h": 1e10 }[massUnit], "massUnit", massUnit, placing);
  return { length, mass, start: origin === "centre" ? boxSize / 2 : 0 };
}

/** Smallest and largest of the coordinates; throws at one that is not finite. */
function extremes(positions: Float64Array, path: string): [number, number] {
  let [lo, hi] = [Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const x = positions[i];
    if (!(x - x === 0)) {
      const halo = Math.floor(i / 3);
      throw new InputError(
        `Cannot use "${path}": coordinate ${i % 3} of halo ${halo} must be a finite number, got ${x}; ` +
          `remove the halo, or write the file again`,
        path,
        `halo ${halo}`,
      );
    }
    if (x < lo) lo = x;
    if (x > hi) hi = x;
  }
  return [lo, hi];
}

/** Refuses masses that no halos have; `unit` is that of the numbers [M_sun/h]. */
function checkMasses(masses: Float64Array, unit: number, { path, massUnit = "M_sun/h" }: Placing): void {
  let largest = 0;
  for (let i = 0; i < masses.length; i++) if (masses[i] * unit > largest) largest = masses[i] * unit;
  if (largest === 0 || (largest >= LEAST_MASS && largest <= MOST_MASS)) return;
  const way = largest < LEAST_MASS && unit < 1e10 ? `; they may be in 1e10 M_sun/h` : "";
  throw new InputError(
    `Cannot use "${path}": the largest mass of its halos must lie between ${LEAST_MASS} and ${MOST_MASS} M_sun/h, but ` +
      `with massUnit "${massUnit}" it is ${largest} M_sun/h${way}; give another massUnit, or another column`,
    path,
    "massUnit",
  );
}

/** The unit and origin in which the extremes would fill the box, in words. */
function likely(lo: number, hi: number, placing: Placing): string {
  const { boxSize } = placing;
  for (const unit of UNITS) {
    for (const origin of ORIGINS) {
      const start = origin === "centre" ? boxSize / 2 : 0;
      const [a, b] = [lo, hi].map((x) => (x * lengthOf(unit, placing) + start) / boxSize);
      if (a >= -MARGIN && a < 1 - PART && b > PART && b <= 1 + MARGIN) {
        return `the numbers would fit lengthUnit "${unit}" and origin "${origin}"`;
      }
    }
  }
  return "no known unit makes the numbers fill the box: check boxSize";
}

/**
 * Converts halos to M_sun/h and comoving Mpc/h from the corner of the box, moves them onto the mesh and wraps them into
 * the box. What lies outside by more than a margin, or fills a part of the box only, has another unit or box and is refused.
 */
export function placeHalos(halos: RawHalos, placing: Placing): void {
  const { positions, masses } = halos;
  const { path, boxSize, shift, lengthUnit = "Mpc/h", origin = "corner" } = placing;
  const { length, start, mass } = checkUnits(placing);
  const [lo, hi] = extremes(positions, path);
  const [low, high] = [lo, hi].map((x) => x * length + start);
  const outside = low < -MARGIN * boxSize || high > (1 + MARGIN) * boxSize;
  if (outside || (masses.length >= MANY && high - low < PART * boxSize)) {
    const wrong = outside ? "halos must lie in the box" : `${masses.length} halos must fill the box`;
    throw new InputError(
      `Cannot use "${path}": ${wrong} of ${boxSize} Mpc/h, but with lengthUnit "${lengthUnit}" and origin "${origin}" ` +
        `their coordinates run from ${low} to ${high} Mpc/h; ${likely(lo, hi, placing)}`,
      path,
      "lengthUnit",
    );
  }
  for (let i = 0; i < positions.length; i++) {
    let x = positions[i] * length + start + shift;
    if (x < 0) x += boxSize;
    else if (x >= boxSize) x -= boxSize;
    positions[i] = x;
  }
  checkMasses(masses, mass, placing);
  if (mass !== 1) { for (let i = 0; i < masses.length; i++) masses[i] *= mass; }
}
