import { checkOneOf, DomainError } from "../base/mod.ts";
import { type Cosmology, expansionRate, growthFactor, growthRate } from "../cosmology/mod.ts";

/** Growth as steps need it, as functions of the scale factor. */
export interface Growth {
  /** [1] D1, the linear growth factor. */
  growth(a: number): number;
  /** [1] Gf = a^3 E dD1/da: growth of momenta. */
  momentum(a: number): number;
}

/** Order of kicks and drifts where particles are handed out. */
export type Solver = "doubleKickDrift" | "driftDoubleKick";

/** Numbers of the steps of a run of n steps: kick, drift, kick, drift, ..., kick. */
export interface StepFactors {
  /** [1] Scale factors of positions, n + 1. */
  readonly times: Float64Array;
  /** [1] Scale factors of momenta, n + 2: before each kick, and at the end. */
  readonly momentumTimes: Float64Array;
  /** p += kick[i] F at times[i], n + 1, with the force F of the overdensity alone (without 3/2 Omega_m). */
  readonly kick: Float64Array;
  /** x += drift[i] p from times[i] to times[i + 1], n. */
  readonly drift: Float64Array;
}

/** Options of `stepFactors`. */
export interface FactorOptions {
  /** [1] Scale factor of the momenta at the beginning. Default: the first of the times. */
  momentumA?: number;
  /** Default "doubleKickDrift". */
  solver?: Solver;
  /** Whether the last kick brings momenta to the last time. Default true. */
  synchronise?: boolean;
}

/** Growth of a universe. */
export function growthFunctions(cosmology: Cosmology): Growth {
  const growth = (a: number) => growthFactor(cosmology, 1 / a - 1);
  const momentum = (a: number) => {
    const z = 1 / a - 1;
    return a * a * expansionRate(cosmology, z) * growthRate(cosmology, z) * growthFactor(cosmology, z);
  };
  return { growth, momentum };
}

/**
 * Factors of a run's steps from a to b, in which momenta jump between the middles m = sqrt(a b) of steps: with F the
 * particle-mesh force of the overdensity,
 *
 *     kick  = 3/2 Omega_m [Gf(m) - Gf(m')]/(Gf'(a) a^2 E(a)) = [Gf(m) - Gf(m')]/D1(a)
 *     drift = [D1(b) - D1(a)]/(D1'(m) m^3 E(m))              = [D1(b) - D1(a)]/Gf(m)
 *
 * where m' is the time of the momenta before the kick: the middle of the step before, or the beginning (FastPM, Feng et al.
 * 2016: linear growth is exact for any step). The second forms follow from the equation of growth, Gf' = 3/2 Omega_m D1/(a^2
 * E), and hold in any universe of `lib/cosmology`.
 *
 * Both solvers have the same kicks and drifts. With "doubleKickDrift" particles are handed out before the kick, so momenta lag
 * half a step; with "driftDoubleKick" after it, and momenta lead. The last kick leads to the last time if `synchronise` is
 * true; otherwise there is none, or ("driftDoubleKick") one to the middle of a step as long as the last one, but
 * not beyond today.
 *
 * @param times [1] Scale factors, rising, at least two.
 * @param growth Growth functions, such as `growthFunctions(cosmology)`.
 * @param options Solver, and time of the momenta.
 * @throws {DomainError} for times that do not rise, or momenta of a time outside of the first step.
 */
export function stepFactors(times: Float64Array, growth: Growth, options: FactorOptions = {}): StepFactors {
  const { solver = "doubleKickDrift", synchronise = true, momentumA = times[0] } = options;
  checkOneOf(solver, "solver", ["doubleKickDrift", "driftDoubleKick"]);
  const refuse = (rule: string, got: unknown): never => {
    throw new DomainError(`Cannot step particles: ${rule}, got ${got}`, rule, String(got));
  };
  if (times.length < 2) refuse("there must be at least two times", times.length);
  times.forEach((t, i) => {
    const rises = i === 0 ? t > 0 : t > times[i - 1];
    if (!rises || !Number.isFinite(t)) refuse(`times must rise from above 0`, `times[${i}] = ${t}`);
  });
  if (!(momentumA > 0)) refuse("the time of the momenta must be above 0", momentumA);
  const n = times.length - 1;
  const momentumTimes = new Float64Array(n + 2);
  momentumTimes[0] = momentumA;
  for (let i = 0; i < n; i++) momentumTimes[i + 1] = Math.sqrt(times[i] * times[i + 1]);
  const end = times[n];
  if (synchronise) momentumTimes[n + 1] = end;
  else if (solver === "doubleKickDrift") momentumTimes[n + 1] = momentumTimes[n];
  // Growth beyond today is not tabulated.
  else momentumTimes[n + 1] = Math.min(Math.sqrt(end * (2 * end - times[n - 1])), Math.max(1, end));
  const d = times.map((a) => growth.growth(a));
  const g = momentumTimes.map((a) => growth.momentum(a));
  return {
    times,
    momentumTimes,
    kick: d.map((d, i) => (g[i + 1] - g[i]) / d),
    drift: Float64Array.from({ length: n }, (_, i) => (d[i + 1] - d[i]) / g[i + 1]),
  };
}
