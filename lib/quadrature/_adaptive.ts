import { EpsilonTable } from "./_epsilon.ts";
import { type Interval, Intervals } from "./_intervals.ts";
import { EPSILON, estimate, SMALLEST } from "./_rule.ts";

/** How an adaptive integration ended. */
export type Outcome = "converged" | "limit" | "roundoff" | "badIntegrand" | "extrapolation" | "divergent";

/** What an adaptive integration needs. */
export interface AdaptiveOptions {
  absoluteTolerance: number;
  relativeTolerance: number;
  limit: number;
  order: number;
}

/** What it finds. */
export interface AdaptiveResult {
  value: number;
  error: number;
  outcome: Outcome;
  /** Interval with the largest error. */
  worst: Interval;
  intervals: number;
}

/**
 * Bisects the interval with the largest error, and extrapolates the sequence of sums by the epsilon algorithm whenever all
 * intervals above a size are done: the method of QAGS, and of QAGP if there are points inside (QUADPACK, Piessens et
 * al. 1983, sections 2.2 and 3.4), with its tests for rounding, singularities and divergence.
 *
 * @param bounds Ends of the first intervals: two, or more with points inside.
 */
export function adaptive(
  f: (x: number) => number,
  bounds: readonly number[],
  options: AdaptiveOptions,
): AdaptiveResult {
  const { absoluteTolerance, relativeTolerance, limit, order } = options;
  const tolerance = (value: number) => Math.max(absoluteTolerance, relativeTolerance * Math.abs(value));
  const measure = (a: number, b: number, level: number): Interval => ({ a, b, level, ...estimate(f, a, b, order) });

  const first = bounds.slice(1).map((b, i) => measure(bounds[i], b, 0));
  const total = (pick: (interval: Interval) => number) => first.reduce((sum, interval) => sum + pick(interval), 0);
  let result = total(({ value }) => value);
  let error = total((interval) => interval.error);
  const absolute = total((interval) => interval.absolute);
  const pointed = first.length > 1;
  if (pointed) {
    // Where the rule saw nothing but variation, its error is not to be trusted.
    for (const interval of first) {
      if (interval.error === interval.deviation && interval.error !== 0) interval.error = error;
    }
  }
  const intervals = new Intervals(first);
  let [area, errorSum] = [result, total((interval) => interval.error)];
  const finish = (outcome: Outcome): AdaptiveResult => ({
    ...{ value: result, error, outcome },
    ...{ worst: intervals.worst, intervals: intervals.count },
  });
  const sums = (outcome: Outcome) => {
    [result, error] = [intervals.sum(), errorSum];
    return finish(outcome);
  };
  const untrusted = !pointed && error === first[0].deviation;
  if (error <= 100 * EPSILON * absolute && error > tolerance(result)) return finish("roundoff");
  if ((error <= tolerance(result) && !untrusted) || error === 0) return finish("converged");
  if (limit <= first.length) return finish("limit");

  const table = new EpsilonTable();
  table.push(result);
  const oneSign = Math.abs(result) >= (1 - 50 * EPSILON) * absolute;
  let stop: Outcome | undefined;
  let [extrapolating, mayExtrapolate, unreliable] = [false, true, false];
  // Intervals of fewer bisections count as large; extrapolation waits until those are done.
  let largeBelow = pointed ? 1 : 2;
  let [largeErrors, target, correction, stalled] = [errorSum, tolerance(result), 0, 0];
  let [slowBefore, slowDuring, growing] = [0, 0, 0];
  error = Infinity;

  while (intervals.count < limit) {
    const whole = intervals.next;
    const middle = 0.5 * (whole.a + whole.b);
    const level = whole.level + 1;
    const halves: [Interval, Interval] = [measure(whole.a, middle, level), measure(middle, whole.b, level)];
    const sum = halves[0].value + halves[1].value;
    const sumError = halves[0].error + halves[1].error;
    errorSum += sumError - whole.error;
    area += sum - whole.value;
    if (halves.every((half) => half.deviation !== half.error)) {
      if (Math.abs(whole.value - sum) <= 1e-5 * Math.abs(sum) && sumError >= 0.99 * whole.error) {
        if (extrapolating) slowDuring++;
        else slowBefore++;
      }
      if (intervals.count >= 10 && sumError > whole.error) growing++;
    }
    intervals.split(halves);
    const bound = tolerance(area);
    if (slowBefore + slowDuring >= 10 || growing >= 20) stop = "roundoff";
    if (slowDuring >= 5) unreliable = true;
    if (intervals.count === limit) stop = "limit";
    const end = Math.max(Math.abs(whole.a), Math.abs(whole.b));
    if (end <= (1 + 100 * EPSILON) * (Math.abs(middle) + 1000 * SMALLEST)) stop = "badIntegrand";
    if (errorSum <= bound) return sums("converged");
    if (stop) break;
    if (!pointed && intervals.count === 2) {
      [largeErrors, target] = [errorSum, bound];
      table.push(area);
      continue;
    }
    if (!mayExtrapolate) continue;
    largeErrors -= whole.error;
    if (level < largeBelow) largeErrors += sumError;
    if (!extrapolating) {
      if (intervals.next.level < largeBelow) continue;
      extrapolating = true;
      intervals.skipWorst();
    }
    if (!unreliable && largeErrors > target) {
      const count = intervals.count;
      // Beyond this place no interval can come to be bisected within the limit.
      const most = count > 2 + Math.floor(limit / 2) ? limit + 3 - count : count;
      if (intervals.seek(largeBelow, most)) continue;
    }
    table.push(area);
    if (table.length > 2) {
      const next = table.extrapolate();
      stalled++;
      if (stalled > 5 && error < 1e-3 * errorSum) stop = "extrapolation";
      if (next.error < error) {
        [stalled, error, result, correction] = [0, next.error, next.value, largeErrors];
        target = tolerance(result);
        if (error <= target) break;
      }
      if (table.length === 1) mayExtrapolate = false;
      if (stop) break;
    }
    intervals.rewind();
    extrapolating = false;
    largeBelow++;
    largeErrors = errorSum;
  }

  // The extrapolated value, unless the plain sum is the better one.
  if (error === Infinity) return sums(stop ?? "limit");
  if (stop || unreliable) {
    if (unreliable) error += correction;
    stop ??= "roundoff";
    const worse = result !== 0 && area !== 0 ? error / Math.abs(result) > errorSum / Math.abs(area) : error > errorSum;
    if (worse) return sums(stop);
    if (area === 0) return finish(stop);
  }
  if (!oneSign && Math.max(Math.abs(result), Math.abs(area)) <= 0.01 * absolute) return finish(stop ?? "converged");
  const ratio = result / area;
  if (ratio < 0.01 || ratio > 100 || errorSum > Math.abs(area)) stop = "divergent";
  return finish(stop ?? "converged");
}
