import type { NdArray } from "../array/mod.ts";
import type { OdeMethod } from "./types.ts";

/** One number for all systems of a batch, or one for each. */
export type PerSystem = number | ArrayLike<number>;

/** A function of time that is linear between knots, and constant beyond them. */
export interface Table {
  /** Knots, rising, in the unit of time. */
  t: ArrayLike<number>;
  /** Values at the knots: `[knot]` for all systems, or `[system, knot]`. */
  values: ArrayLike<number> | NdArray<"float64">;
}

/**
 * One component, `dy/dt = factor(t) source(t) - decay(t) y`, each a table or a constant; for the heating of gas, bubbles
 * of ionised gas, radiative transfer along rays.
 */
export interface LinearSystems {
  /** Names the kind. */
  name: "linear";
  /** Rate of decay, 1 over the unit of time. */
  decay: Table | number;
  /** Source, in the unit of y over that of time. */
  source: Table | number;
  /** [1] Factor of the source, such as a table that all systems share. Default: 1. */
  factor?: Table | number;
}

/**
 * Linear growth of structure with scale factor a for time, `y1'' = -q y1' + r y1`, in order 2 also
 * `y2'' = -q y2' + r y2 - r y1^2`, where `q = (2 - (Om(a) + (1 + 3 w) Ode(a)) / 2) / a`, `r = 3/2 Om(a) / a^2` and
 * `w = w0 + wa (1 - a)`; no radiation. Components are y1, y1' and then y2, y2'.
 * In a universe of matter alone y1 = a and y2 = -3/7 a^2, which start the integration early on.
 */
export interface GrowthSystems {
  /** Names the kind. */
  name: "growth";
  /** [1] 1 (default), or 2 for both orders. */
  order?: 1 | 2;
  /** [1] Density of matter today, of the critical one. */
  matter: PerSystem;
  /** [1] Density of dark energy today, of the critical one; curvature is the rest. */
  darkEnergy: PerSystem;
  /** [1] Equation of state of dark energy today. Default: -1. */
  w0?: PerSystem;
  /** [1] Its change with a. Default: 0. */
  wa?: PerSystem;
}

/** Robertson's reactions: `y1' = -k1 y1 + k3 y2 y3`, `y2' = k1 y1 - k3 y2 y3 - k2 y2^2`, `y3' = k2 y2^2`. */
export interface RobertsonSystems {
  /** Names the kind. */
  name: "robertson";
  /** Rate, 1 over the unit of time. Default: 0.04. */
  k1?: PerSystem;
  /** Rate. Default: 3e7. */
  k2?: PerSystem;
  /** Rate. Default: 1e4. */
  k3?: PerSystem;
}

/** Predator and prey: `y1' = a y1 - b y1 y2`, `y2' = c y1 y2 - d y2`. */
export interface LotkaVolterraSystems {
  /** Names the kind. */
  name: "lotkaVolterra";
  /** Growth of the prey, 1 over the unit of time. */
  a: PerSystem;
  /** Prey eaten by a predator, 1 over the unit of time. */
  b: PerSystem;
  /** Growth of the predators by a prey, 1 over the unit of time. */
  c: PerSystem;
  /** Death of the predators, 1 over the unit of time. */
  d: PerSystem;
}

/** Van der Pol's oscillator: `y1' = y2`, `y2' = mu (1 - y1^2) y2 - y1`. */
export interface VanDerPolSystems {
  /** Names the kind. */
  name: "vanDerPol";
  /** [1] Strength of the damping; stiff if large. */
  mu: PerSystem;
}

/**
 * A network of reactions by mass action: `dy_i/dt = sum_r net[r][i] rates[r] prod_j y_j^orders[r][j]`. With orders 0 a
 * reaction is a constant source; for example ionisation and recombination, or radioactive chains.
 */
export interface ReactionSystems {
  /** Names the kind. */
  name: "reactions";
  /** [1] Whole orders `[reaction][species]`, at least 0. */
  orders: ArrayLike<ArrayLike<number>>;
  /** [1] What one reaction adds, `[reaction][species]`. */
  net: ArrayLike<ArrayLike<number>>;
  /** Rate constants `[reaction]`, each for all systems or for each. */
  rates: ArrayLike<PerSystem>;
}

/** Systems that kernels know. */
export type BatchSystems =
  | LinearSystems
  | GrowthSystems
  | RobertsonSystems
  | LotkaVolterraSystems
  | VanDerPolSystems
  | ReactionSystems;

/** Options of `solveIvpBatch`. */
export interface BatchOptions {
  /**
   * As for `solveIvp`, by default RK45; or `exact`, for linear systems alone: by their integrating factor, to rounding,
   * with a step from knot to knot and no tolerances. The implicit methods have the Jacobian.
   */
  method?: OdeMethod | "exact";
  /** [1] Relative tolerance. Default: 1e-3. */
  rtol?: number;
  /** Absolute tolerance, one for all components or one for each, in the units of y. Default: 1e-6. */
  atol?: number | ArrayLike<number>;
  /** Times of output, sorted from t0 to t1: `[time]` for all systems, or `[system, time]`. Default: t1 alone. */
  tEval?: ArrayLike<number> | NdArray<"float64">;
  /** [unit of t] Longest step. Default: not bounded. */
  maxStep?: number;
  /** [unit of t] First step, above 0. Default: chosen for each system. */
  firstStep?: number;
  /** [1] Steps after which a system is given up. Default: 100 000. */
  maxSteps?: number;
}

/** A system of a batch that was given up. */
export interface BatchFailure {
  /** [1] Index of the system. */
  system: number;
  /** Time reached, in the unit of time. */
  t: number;
  /** Why, with the time and the step. */
  message: string;
}

/** What `solveIvpBatch` returns. */
export interface BatchResult {
  /** Times of output, `[time]` or `[system, time]`. */
  t: NdArray<"float64">;
  /**
   * Solutions `[system, time, component]` in the kernels' memory, to be disposed of; NaN at times that a system that
   * failed did not reach.
   */
  y: NdArray<"float64">;
  /** [1] 0, or -1 for a system that failed, `[system]`. */
  status: Int8Array;
  /** Time reached, in the unit of time, `[system]`. */
  tEnd: Float64Array;
  /** [1] Steps, `[system]`. */
  steps: Uint32Array;
  /** [1] Evaluations of f, `[system]`. */
  nfev: Uint32Array;
  /** [1] Evaluations of the Jacobian, `[system]`. */
  njev: Uint32Array;
  /** [1] Decompositions of a matrix, `[system]`. */
  nlu: Uint32Array;
  /** Systems that failed. */
  failures: BatchFailure[];
  /** Whether all systems reached their end. */
  success: boolean;
}
