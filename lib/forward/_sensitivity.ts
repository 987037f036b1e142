import type { BackgroundFunctions, Dual } from "../cosmology/mod.ts";
import type { EvolveSlopes, LptFactors, LptOrder, StepFactors } from "../pm/mod.ts";

/** Adds `slope` times the partial derivatives of a number. */
export function add(total: Float64Array, slope: number, { gradient }: Dual): void {
  for (let i = 0; i < total.length; i++) total[i] += slope * gradient[i];
}

/**
 * Adds what derivatives by kicks and drifts are by parameters. `times` are the scale factors of positions as duals, as those
 * of shells depend on distances; the formulas are those of `stepFactors`.
 */
export function addSteps(
  total: Float64Array,
  { kick, drift }: EvolveSlopes,
  factors: StepFactors,
  times: readonly Dual[],
  { arithmetic: m, growthFactor, growthMomentum }: BackgroundFunctions<Dual>,
): void {
  const n = times.length - 1;
  const momentumTimes = Array.from({ length: n + 2 }, (_, i) => {
    if (i === 0) return times[0];
    if (i <= n) return m.sqrt(m.mul(times[i - 1], times[i]));
    // The last kick leads to the middle of a step or nowhere, or to the last time.
    return factors.momentumTimes[n + 1] === factors.momentumTimes[n] ? null : times[n];
  });
  const g = momentumTimes.map((a, i) => growthMomentum(a ?? momentumTimes[i - 1]!));
  const d = times.map((a) => growthFactor(a));
  kick.forEach((slope, i) => add(total, slope, m.div(m.sub(g[i + 1], g[i]), d[i])));
  drift.forEach((slope, i) => add(total, slope, m.div(m.sub(d[i + 1], d[i]), g[i + 1])));
}

const ORDERS = ["1", "2", "3a", "3b"] as const;
const SIGNS = [1, -1, 1, 1];

/** Adds what derivatives by the growth factors of `lpt` ("exact") at a scale factor are by parameters. */
export function addLpt(
  total: Float64Array,
  { displacement, momentum }: LptFactors,
  order: LptOrder,
  a: number,
  { arithmetic: m, growthFactor, growthRate, expansionRate }: BackgroundFunctions<Dual>,
): void {
  const time = m.of(a);
  const speed = m.scale(expansionRate(time), a * a);
  ORDERS.slice(0, [1, 2, 4][order - 1]).forEach((part, i) => {
    const growth = m.scale(growthFactor(time, part), SIGNS[i]);
    add(total, displacement[i], growth);
    add(total, momentum[i], m.mul(m.mul(speed, growthRate(time, part)), growth));
  });
}
