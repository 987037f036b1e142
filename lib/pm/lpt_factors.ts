import { checkInteger, checkOneOf, checkRange, DomainError } from "../base/mod.ts";
import {
  type Cosmology,
  expansionRate,
  growthFactor,
  growthRate,
  scaleFactorAtComovingDistance,
} from "../cosmology/mod.ts";
import { cellSize, type Metadata, type Triple } from "../fields/mod.ts";
import { type LptGrowth, MATTER, partsOf, POWERS, SIGNS } from "./_growth.ts";
import type { GrowthTable } from "./_kernel_lpt.ts";
import type { LptOrder } from "./field.ts";

/**
 * Factors with which the parts -grad phi of displacements and momenta are multiplied: of order 1; 2; 3a and 3b. One row of 1,
 * 2 or 4 numbers; or many rows, for distances to the observer of 0, `step`, 2 `step` ...
 */
export interface LptFactors {
  /** [1] `[row, part]`: D1, -D2, D3a, D3b (for matter alone D1, 3/7 D1^2, -1/3 D1^3, 10/21 D1^3). */
  readonly displacement: Float64Array;
  /** [1] `[row, part]`: a^2 E times dln D/dln a times the same. */
  readonly momentum: Float64Array;
  /** [Mpc/h] Between the distances of rows; none for one row. */
  readonly step?: number;
}

/** Options of `lptFactors`. */
export interface LptFactorsOptions {
  /** [1] Scale factor, above 0. */
  a: number;
  /** [1] 1, 2 or 3. */
  order: LptOrder;
  /** Growth of the higher orders, as `LptGrowth`. Default "exact". */
  growth?: LptGrowth;
}

const ORDERS = ["1", "2", "3a", "3b"] as const;

function rows(cosmology: Cosmology, a: Float64Array, order: LptOrder, growth: LptGrowth): LptFactors {
  checkOneOf(growth, "growth", ["exact", "einsteinDeSitter"]);
  const parts = partsOf(order);
  const z = a.map((a) => Math.max(1 / a - 1, 0));
  const [first, rate, e] = [growthFactor(cosmology, z), growthRate(cosmology, z), expansionRate(cosmology, z)];
  const [displacement, momentum] = [0, 1].map(() => new Float64Array(a.length * parts));
  for (let part = 0; part < parts; part++) {
    const options = { order: ORDERS[part] };
    const exact = growth === "exact" ? growthFactor(cosmology, z, options) : undefined;
    const rates = growth === "exact" ? growthRate(cosmology, z, options) : undefined;
    for (let i = 0; i < a.length; i++) {
      let power = 1;
      for (let j = 0; j < POWERS[part]; j++) power *= first[i];
      const d = SIGNS[part] * (exact ? exact[i] : MATTER[part] * power);
      displacement[i * parts + part] = d;
      momentum[i * parts + part] = a[i] * a[i] * e[i] * (rates ? rates[i] : POWERS[part] * rate[i]) * d;
    }
  }
  return { displacement, momentum };
}

/**
 * Growth factors of Lagrangian perturbation theory at a scale factor.
 *
 * @param cosmology Parameters.
 * @param options Scale factor, order, growth.
 * @throws {DomainError} for a scale factor, an order or a growth that is none.
 * @example
 * ```ts
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lptFactors } from "@cosmesh/cosmesh/pm";
 * await ready();
 * lptFactors(einsteinDeSitter, { a: 0.5, order: 2 }).displacement; // 0.5, 3/7 0.25
 * ```
 */
export function lptFactors(cosmology: Cosmology, { a, order, growth = "exact" }: LptFactorsOptions): LptFactors {
  checkOrder(order);
  return rows(cosmology, Float64Array.of(checkRange(a, "a", 1e-8, 1)), order, growth);
}

/** Options of `lptLightconeFactors`. */
export interface LptLightconeFactorsOptions extends Omit<LptFactorsOptions, "a"> {
  /** [1] Distances. Default 1024. */
  points?: number;
}

/**
 * Growth factors at the time at which light left for the observer, of the distance: for the light-cone form of `lpt`. They
 * reach to the farthest corner of the box; between distances they are straight lines: with 1024 of them, from a corner of a
 * box of 1000 Mpc/h, within 2.2e-7 of the factors (2000 Mpc/h: 1.5e-6, as the square of the distance between them).
 *
 * @param cosmology Parameters.
 * @param meta Mesh, box and observer.
 * @param options Order, growth, number of distances.
 * @throws {DomainError} for an order or a growth that is none, or less than two distances.
 * @example
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lptLightconeFactors } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const meta = metadata({ mesh: [64, 64, 64], boxSize: [500, 500, 500] });
 * const { displacement, step } = lptLightconeFactors(planck18, meta, { order: 2 });
 * console.log(step, displacement.subarray(0, 2)); // of the observer's own place and time: 1, 0.43...
 * ```
 */
export function lptLightconeFactors(
  cosmology: Cosmology,
  { boxSize, observer }: Pick<Metadata, "boxSize" | "observer">,
  { order, growth = "exact", points = 1024 }: LptLightconeFactorsOptions,
): LptFactors {
  checkOrder(order);
  checkInteger(points, "points", 2);
  const square = boxSize.reduce((sum, length, i) => sum + (length * Math.max(observer[i], 1 - observer[i])) ** 2, 0);
  const step = Math.sqrt(square) / (points - 1);
  const a = scaleFactorAtComovingDistance(cosmology, Float64Array.from({ length: points }, (_, i) => i * step));
  return { ...rows(cosmology, a, order, growth), step };
}

/** Checks an order. */
export function checkOrder(order: LptOrder): void {
  if ([1, 2, 3].includes(order)) return;
  throw new DomainError(`Cannot use "order": it must be 1, 2 or 3, got ${order}`, "1, 2 or 3", String(order));
}

/** Factors as kernels take them. */
export function growthTable(
  { displacement, momentum, step }: LptFactors,
  order: LptOrder,
  meta: Metadata,
): GrowthTable {
  const parts = partsOf(order);
  const count = step === undefined ? 1 : displacement.length / parts;
  const isTable = step === undefined || (step > 0 && count >= 2 && Number.isInteger(count));
  if (!isTable || displacement.length !== count * parts || momentum.length !== count * parts) {
    const rule = step === undefined ? `${parts} of each` : `rows of ${parts}, at least 2, and "step" above 0`;
    const actual = `${displacement.length} of displacements and ${momentum.length} of momenta`;
    throw new DomainError(
      `Cannot displace particles: "factors" must be ${rule} for order ${order}, got ${actual}`,
      rule,
      actual,
    );
  }
  const table = new Float64Array(2 * parts * count);
  for (let row = 0; row < count; row++) {
    table.set(displacement.subarray(row * parts, (row + 1) * parts), 2 * parts * row);
    table.set(momentum.subarray(row * parts, (row + 1) * parts), 2 * parts * row + parts);
  }
  const observer = meta.observer.map((f, i) => f * meta.mesh[i]) as unknown as Triple;
  return { parts, table, step: (step ?? 1) / cellSize(meta), observer };
}

/** Factors out of a table of kernels. */
export function factorsOfTable({ parts, table }: GrowthTable, step: number | undefined): LptFactors {
  const of = (first: number) => table.filter((_, i) => i % (2 * parts) >= first && i % (2 * parts) < first + parts);
  return { displacement: of(0), momentum: of(parts), ...step === undefined ? {} : { step } };
}
