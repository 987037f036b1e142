import { checkPositive, DomainError } from "../base/mod.ts";

/** Options of `schedule`. */
export interface ScheduleOptions {
  /** [1] Scale factor at which the run begins. */
  t0: number;
  /** [1] Scale factor at which it ends. Default: the last target, or 1 if there is none. */
  t1?: number;
  /** [1] Step in the scale factor. */
  dt0: number;
  /** [1] Scale factors, rising, at which particles are wanted. Default none. */
  targets?: ArrayLike<number>;
}

/** The times of a run. */
export interface Schedule {
  /** [1] Scale factors from the beginning to the end; a step leads from each to the next. */
  readonly times: Float64Array;
  /** Which of the times are targets. */
  readonly targets: readonly number[];
}

/** [1] A step that ends so close to a target ends there. */
const CLOSE = 1e-10;

function refuse(name: string, rule: string, got: string): never {
  throw new DomainError(`Cannot plan a run: "${name}" must be ${rule}, got ${got}`, rule, got);
}

/**
 * Times of a run: from t0 in steps of dt0, where the step before a target is cut to end there (or stretched by up to 1e-10),
 * and the next one begins there. Steps are equal in the scale factor.
 *
 * @param options Beginning, end, step and targets.
 * @throws {DomainError} for a step or a time not above 0, an end not after the beginning, or targets that do not rise or
 * lie outside of the run.
 * @example
 * ```ts
 * import { schedule } from "@cosmesh/cosmesh/pm";
 * const { times, targets } = schedule({ t0: 0.1, dt0: 0.3, targets: [0.5, 1] });
 * times; // 0.1, 0.4, 0.5, 0.8, 1
 * targets; // 2, 4
 * ```
 */
export function schedule({ t0, dt0, t1, targets = [] }: ScheduleOptions): Schedule {
  checkPositive(t0, "t0");
  checkPositive(dt0, "dt0");
  const wanted = Float64Array.from(targets);
  const end = checkPositive(t1 ?? wanted.at(-1) ?? 1, "t1");
  if (!(end > t0)) refuse("t1", `after "t0" = ${t0}; a run goes forwards in time`, String(end));
  wanted.forEach((target, i) => {
    const least = i === 0 ? t0 : wanted[i - 1];
    if (i === 0 ? target >= least : target > least) return;
    refuse(`targets[${i}]`, `${i === 0 ? "at least" : "above"} ${least}, as targets rise from "t0" on`, String(target));
  });
  const last = wanted.at(-1) ?? end;
  if (!(last <= end)) refuse("targets", `at most "t1" = ${end}`, String(last));
  const times = [t0];
  const at: number[] = [];
  for (const target of last < end ? [...wanted, end] : wanted.length > 0 ? wanted : [end]) {
    let now = times[times.length - 1];
    while (now < target) {
      now = now + dt0 > target - CLOSE ? target : now + dt0;
      times.push(now);
    }
    if (at.length < wanted.length) at.push(times.length - 1);
  }
  return { times: Float64Array.from(times), targets: at };
}
