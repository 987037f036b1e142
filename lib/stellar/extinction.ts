import { checkFinite, checkOneOf, checkPositive, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { extinction } from "./_kernel.ts";

/**
 * A law of extinction: `"cardelli89"`, the mean of the Milky Way (Cardelli, Clayton & Mathis 1989, ApJ 345, 245); `"calzetti00"`,
 * attenuation of starburst galaxies, stars and dust mixed (Calzetti et al. 2000, ApJ 533, 682); `"gordon23"`, the Milky Way from far
 * ultraviolet to mid infrared with silicates (Gordon et al. 2023, ApJ 950, 86, as published: newer versions of the package
 * `dust_extinction` divide it by 0.9854).
 */
export type ExtinctionLaw = "cardelli89" | "calzetti00" | "gordon23";

/** A curve of the user's own, linear between its points. */
export interface ExtinctionTable {
  /** [Angstrom] Wavelengths, ascending. */
  readonly wavelength: ArrayLike<number>;
  /** [1] A(lambda)/A(V). */
  readonly value: ArrayLike<number>;
}

/** Options of `extinctionCurve`. */
export interface ExtinctionOptions {
  /** [1] R_V = A(V)/E(B-V); not used for a table. Default 3.1, and 4.05 for "calzetti00". */
  rv?: number;
  /** What to do with wavelengths where the law is not known: refuse them, or take its value at the nearest end. Default "error". */
  outside?: "error" | "hold";
}

/** [Angstrom] Wavelengths and [1] R_V for which the fits hold. */
const RANGES = {
  cardelli89: { wavelength: [1000, 1e5 / 3], rv: [2, 6] },
  calzetti00: { wavelength: [1200, 22_000], rv: [1, 10] },
  gordon23: { wavelength: [912, 320_000], rv: [2.3, 5.6] },
} as const;
const LAWS = ["cardelli89", "calzetti00", "gordon23"] as const;

/** Wavelengths within a range: those outside are refused, or moved to its ends. */
function within(
  name: string,
  [low, high]: readonly number[],
  wavelength: ArrayLike<number>,
  hold: boolean,
): Float64Array {
  return Float64Array.from(wavelength, (l) => {
    if (l >= low && l <= high) return l;
    if (hold && l > 0) return Math.min(high, Math.max(low, l));
    const rule = `${low} to ${Math.floor(high)} Angstrom`;
    const message = `Cannot find the extinction at ${l} Angstrom: ${name} is known from ${rule}; ` +
      `cut the wavelengths, take another law, or set "outside" to "hold"`;
    throw new DomainError(message, rule, String(l));
  });
}

function interpolate({ wavelength, value }: ExtinctionTable, at: ArrayLike<number>, hold: boolean): Float64Array {
  const n = wavelength.length;
  if (n < 2 || value.length !== n) {
    const [rule, got] = [`at least 2 points, as many values as wavelengths`, `${n} and ${value.length}`];
    throw new ShapeError(`Cannot use the extinction curve: it needs ${rule}, got ${got}`, rule, got);
  }
  for (let i = 0; i < n; i++) {
    checkFinite(value[i], `value[${i}]`);
    checkPositive(wavelength[i] - (i > 0 ? wavelength[i - 1] : 0), `wavelength[${i}] - wavelength[${i - 1}]`);
  }
  return within("the curve", [wavelength[0], wavelength[n - 1]], at, hold).map((l) => {
    let [low, high] = [0, n - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (wavelength[middle] <= l) low = middle;
      else high = middle;
    }
    return value[low] + (value[high] - value[low]) * (l - wavelength[low]) / (wavelength[high] - wavelength[low]);
  });
}

/**
 * Extinction by dust over the wavelength, A(lambda)/A(V): light is dimmed by a factor 10^(-0.4 A(V) A(lambda)/A(V)). The wavelengths are
 * those at the dust, at rest in a galaxy. Known are Cardelli's law from 1000 to 33333 A (0.3 to 10 1/um), Calzetti's from 1200 to 22000
 * A, Gordon's from 912 A to 32 um.
 *
 * @param law Name of a law, or a table.
 * @param wavelength [Angstrom] Wavelengths, in any order.
 * @param options R_V, and what happens outside of the law.
 * @returns [1] A(lambda)/A(V) for each.
 * @throws {DomainError} for wavelengths or an R_V outside of those of the law, or a table that does not ascend.
 * @throws {ShapeError} for a table of one point, or with other numbers of wavelengths and values.
 * @example Blue light is dimmed more
 * ```ts
 * import { extinctionCurve } from "@cosmesh/cosmesh/stellar";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const [blue, red] = extinctionCurve("cardelli89", [4400, 7000]);
 * console.log(blue.toFixed(2), red.toFixed(2)); // 1.32 0.75
 * ```
 */
export function extinctionCurve(
  law: ExtinctionLaw | ExtinctionTable,
  wavelength: ArrayLike<number>,
  { rv, outside = "error" }: ExtinctionOptions = {},
): Float64Array {
  const hold = checkOneOf(outside, "outside", ["error", "hold"]) === "hold";
  if (typeof law !== "string") return interpolate(law, wavelength, hold);
  const range = RANGES[checkOneOf(law, "law", LAWS)];
  const ratio = checkRange(rv ?? (law === "calzetti00" ? 4.05 : 3.1), "rv", range.rv[0], range.rv[1]);
  const at = within(`"${law}"`, range.wavelength, wavelength, hold);
  const out = new Float64Array(at.length);
  extinction(LAWS.indexOf(law), ratio, at, out);
  return out;
}
