import { checkOneOf, DomainError } from "../base/mod.ts";
import { backgroundOf, integralsOf } from "./_tables.ts";
import { BASE, PARTS, QUANTITIES, rowsOf } from "./_kernel_sensitivity.ts";
import { HUBBLE_DISTANCE } from "./constants.ts";
import type { Cosmology } from "./cosmology.ts";
import { scaleFactorAtComovingDistance } from "./distances.ts";
import { type Arithmetic, type Dual, duals, numbers } from "./dual.ts";
import type { GrowthOrder } from "./growth.ts";

const PARAMETERS = [
  "omegaC",
  "omegaB",
  "h",
  "ns",
  "sigma8",
  "w0",
  "wa",
  "omegaK",
] as const satisfies readonly CosmologyParameter[];

/**
 * A parameter to differentiate by. All others stay as they are, with one exception: dark energy is what matter, curvature
 * and radiation leave. "omegaC" and "omegaB" both add to all matter. "h" leaves the densities today, that of radiation
 * included, as they are.
 */
export type CosmologyParameter = "omegaC" | "omegaB" | "h" | "ns" | "sigma8" | "w0" | "wa" | "omegaK";

/** Checks a list of parameters. */
export function checkParameters(parameters: readonly CosmologyParameter[]): readonly CosmologyParameter[] {
  parameters.forEach((name, i) => {
    checkOneOf(name, `parameters[${i}]`, PARAMETERS);
    if (parameters.indexOf(name) < i) {
      throw new DomainError(`Cannot use "parameters": each may stand there once, got "${name}" twice`, "once", name);
    }
  });
  return Object.freeze(parameters.slice());
}

/** Which partial derivative of a row belongs to a parameter; -1 for none. */
const placeOf = (name: CosmologyParameter): number =>
  BASE.indexOf(
    (({ omegaC: "matter", omegaB: "matter", omegaK: "curvature" } as Record<string, string>)[name] ??
      name) as typeof BASE[number],
  );

/** Background and growth as functions of a scale factor, in numbers or in duals. */
export interface BackgroundFunctions<T> {
  /** Arithmetic of these numbers. */
  readonly arithmetic: Arithmetic<T>;
  /** [1] All matter today. */
  readonly omegaM: T;
  /** E(a) = H(a)/H0. */
  expansionRate(a: T): T;
  /** D(a) of an order, default "1", divided by D1(1)^order, as `growthFactor` is. */
  growthFactor(a: T, order?: GrowthOrder): T;
  /** dln D/dln a of an order, default "1". */
  growthRate(a: T, order?: GrowthOrder): T;
  /** D1' = dD1/da. */
  growthSlope(a: T): T;
  /** D1'' = d^2 D1/da^2. */
  growthSecondSlope(a: T): T;
  /** Gf = a^3 E D1', the momentum of the growing mode. */
  growthMomentum(a: T): T;
  /** dGf/da = 3/2 Omega_m D1/(a^2 E). */
  growthMomentumSlope(a: T): T;
  /** [Mpc/h] Comoving distance along the line of sight. */
  comovingDistance(a: T): T;
  /** Scale factor at a comoving distance [Mpc/h]. */
  scaleFactor(distance: T): T;
  /** Scale factors at many constant distances [Mpc/h], at once: functions of these are then fast. */
  scaleFactors(distances: Float64Array): T[];
}

/** Highest scale factor: the polynomials of the tables go on beyond today, but not far. */
const MOST_A = 1.1;
const LEAST_A = 1e-8;
/** Scale factors whose rows are kept, at least. */
const MOST_ROWS = 4096;

type Quantity = typeof QUANTITIES[number];

function make<T>(
  cosmology: Cosmology,
  arithmetic: Arithmetic<T>,
  omegaM: T,
  /** A quantity from the numbers of its row, at a scale factor. */
  lift: (row: Float64Array, a: T) => T,
  /** A scale factor from its value, and the row of the distance there. */
  unlift: (a: number, row: Float64Array, distance: T) => T,
): BackgroundFunctions<T> {
  const background = backgroundOf(cosmology);
  // Rows by scale factor: several functions of one are wanted.
  const rows = new Map<number, Float64Array>();
  const prepare = (a: Float64Array): void => {
    if (rows.size + a.length > MOST_ROWS) rows.clear();
    const size = QUANTITIES.length * PARTS;
    const found = rowsOf(background, integralsOf(cosmology), a);
    a.forEach((a, i) => rows.set(a, found.subarray(i * size, (i + 1) * size)));
  };
  const at = (quantity: Quantity, a: number): Float64Array => {
    if (!(a >= LEAST_A && a <= MOST_A)) {
      const rule = `between ${LEAST_A} and ${MOST_A}`;
      throw new DomainError(`Cannot use "a": it must be ${rule}, got ${a}`, rule, String(a));
    }
    if (!rows.has(a)) prepare(Float64Array.of(a));
    const from = QUANTITIES.indexOf(quantity) * PARTS;
    return rows.get(a)!.subarray(from, from + PARTS);
  };
  const of = (quantity: Quantity, a: T): T => lift(at(quantity, arithmetic.value(a)), a);
  return Object.freeze({
    arithmetic,
    omegaM,
    expansionRate: (a: T) => of("E", a),
    growthFactor: (a: T, order: GrowthOrder = "1") => of(`D${checkOneOf(order, "order", ["1", "2", "3a", "3b"])}`, a),
    growthRate: (a: T, order: GrowthOrder = "1") => of(`f${checkOneOf(order, "order", ["1", "2", "3a", "3b"])}`, a),
    growthSlope: (a: T) => of("slope", a),
    growthSecondSlope: (a: T) => of("secondSlope", a),
    growthMomentum: (a: T) => of("Gf", a),
    growthMomentumSlope: (a: T) => of("GfSlope", a),
    comovingDistance: (a: T) => arithmetic.scale(of("distance", a), HUBBLE_DISTANCE),
    scaleFactor: (distance: T) => {
      const a = scaleFactorAtComovingDistance(cosmology, arithmetic.value(distance));
      return unlift(a, at("distance", a), arithmetic.scale(distance, 1 / HUBBLE_DISTANCE));
    },
    scaleFactors: (distances: Float64Array) => {
      const all = scaleFactorAtComovingDistance(cosmology, distances);
      if (all.length > 0) prepare(all);
      return Array.from(all, (a, i) => unlift(a, at("distance", a), arithmetic.of(distances[i] / HUBBLE_DISTANCE)));
    },
  });
}

/**
 * Background and growth as functions of the scale factor, in plain numbers: what `differentiableBackground` gives in duals.
 *
 * @param cosmology Parameters.
 * @returns Functions of scale factors of 1e-8 to 1.1; they throw {DomainError} for others.
 * @example
 * ```ts
 * import { backgroundFunctions, einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * backgroundFunctions(einsteinDeSitter).growthMomentum(0.25); // a^1.5 = 0.125
 * ```
 */
export function backgroundFunctions(cosmology: Cosmology): BackgroundFunctions<number> {
  return make(cosmology, numbers, cosmology.omegaM, (row) => row[0], (a) => a);
}

/**
 * Background and growth with their partial derivatives by cosmological parameters. The equations of growth are solved for
 * the partial derivatives together with the functions, so that no differences are taken; they are those of the total
 * derivative when the scale factor itself depends on parameters. Values are those of `growthFactor` and the others.
 *
 * @param cosmology Parameters.
 * @param parameters By which to differentiate: the order of gradients.
 * @returns Functions of scale factors of 1e-8 to 1.1; they throw {DomainError} for others.
 * @throws {DomainError} for an unknown parameter, or one given twice.
 * @example
 * ```ts
 * import { differentiableBackground, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { arithmetic, growthFactor } = differentiableBackground(planck18, ["omegaC", "w0"]);
 * growthFactor(arithmetic.of(0.5)); // { value: 0.61..., gradient: [dD/dOmega_c, dD/dw0] }
 * ```
 */
export function differentiableBackground(
  cosmology: Cosmology,
  parameters: readonly CosmologyParameter[],
): BackgroundFunctions<Dual> {
  const places = checkParameters(parameters).map(placeOf);
  const partial = (row: Float64Array, i: number) => places[i] < 0 ? 0 : row[1 + places[i]];
  const omegaM = { value: cosmology.omegaM, gradient: Float64Array.from(places, (place) => Number(place === 0)) };
  const byA = PARTS - 1;
  return make<Dual>(
    cosmology,
    duals(places.length),
    omegaM,
    (row, a) => ({ value: row[0], gradient: a.gradient.map((g, i) => partial(row, i) + row[byA] * g) }),
    // chi(a, parameters) = distance.
    (a, row, distance) => ({
      value: a,
      gradient: distance.gradient.map((g, i) => (g - partial(row, i)) / row[byA]),
    }),
  );
}
