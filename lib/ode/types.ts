/**
 * Right-hand side of dy/dt = f(t, y): it returns the n derivatives (a plain number will do for one component), or fills
 * `dy` and returns nothing, which is quicker. `y` is the solver's: it is used again for the next call.
 */
export type RightHandSide = (t: number, y: Float64Array, dy: Float64Array) => ArrayLike<number> | number | void;

/** A matrix of n rows: arrays, or all of its n^2 numbers row after row. */
export type Matrix = ArrayLike<ArrayLike<number>> | ArrayLike<number>;

/**
 * Jacobian df_i/dy_j: it returns a matrix, row i for component i of f, or fills `jac[i * n + j]` and returns nothing.
 */
export type JacobianFunction = (t: number, y: Float64Array, jac: Float64Array) => Matrix | void;

/** A function of the state whose zeros are looked for. */
export type EventFunction = (t: number, y: Float64Array) => number;

/** An event: where a function of the state crosses zero. */
export interface OdeEvent {
  /** The function; it should be continuous. */
  event: EventFunction;
  /** Ends the integration: at the first crossing if true, at the k-th if a number k. Default: false. */
  terminal?: boolean | number;
  /** [1] Above 0: crossings from below alone count; below 0: from above alone; 0: both. Default: 0. */
  direction?: number;
}

/** Methods of `solveIvp`. */
export type OdeMethod = "RK45" | "DOP853" | "Radau" | "BDF" | "LSODA";

/** Options of `solveIvp`. */
export interface SolveIvpOptions {
  /**
   * RK45 (default; explicit, order 5) and DOP853 (explicit, order 8, for tight tolerances) for problems that are not
   * stiff; Radau (implicit, order 5) and BDF (implicit, orders 1 to 5) for stiff ones; LSODA changes by itself.
   */
  method?: OdeMethod;
  /**
   * [1] Relative tolerance: the local error is kept below `atol + rtol |y|`. Default: 1e-3. Values below 100 epsilon,
   * 2.2e-14, are raised to that.
   */
  rtol?: number;
  /** Absolute tolerance, one for all components or one for each, in the units of y. Default: 1e-6. */
  atol?: number | ArrayLike<number>;
  /** Times at which the solution is wanted, sorted from t0 to t1. Default: those of the steps. */
  tEval?: ArrayLike<number>;
  /** Whether the result has the continuous solution `sol`. Default: false. */
  denseOutput?: boolean;
  /** Functions of the state whose zeros are to be found. */
  events?: EventFunction | OdeEvent | readonly (EventFunction | OdeEvent)[];
  /** Jacobian, for the implicit methods: a function, or a constant matrix. Default: differences of f. */
  jacobian?: JacobianFunction | Matrix;
  /** [unit of t] Longest step. Default: not bounded. */
  maxStep?: number;
  /** [unit of t] First step, above 0 also when t falls. Default: chosen by the solver. */
  firstStep?: number;
}

/** A continuous solution, made of the interpolants of all steps. */
export interface OdeSolution {
  /**
   * The state at a time.
   *
   * @param t Time, in the unit of the integration. Outside of `[tMin, tMax]` the first or last interpolant goes on.
   * @returns n components.
   */
  (t: number): Float64Array;
  /**
   * The states at many times, in any order.
   *
   * @param t Times, in the unit of the integration.
   * @returns `[component][time]`.
   */
  (t: ArrayLike<number>): Float64Array[];
  /** The times between which interpolants hold. */
  readonly ts: Float64Array;
  /** The earliest of them. */
  readonly tMin: number;
  /** The latest of them. */
  readonly tMax: number;
}

/** What `solveIvp` returns. */
export interface OdeResult {
  /** Times. */
  t: Float64Array;
  /** Solution at those times, `[component][time]`. */
  y: Float64Array[];
  /** The continuous solution, if `denseOutput` was asked for. */
  sol?: OdeSolution;
  /** Times at which each event happened, if there are events. */
  tEvents?: Float64Array[];
  /** States at those times, `[event][crossing]`, each of n components. */
  yEvents?: Float64Array[][];
  /** Evaluations of f; as in SciPy, those for differences in place of a Jacobian are counted for LSODA alone. */
  nfev: number;
  /** Evaluations of the Jacobian. */
  njev: number;
  /** Decompositions of a matrix. */
  nlu: number;
  /** 0: the end was reached; 1: a terminal event ended it; -1: a step failed, and the result goes as far as it could. */
  status: -1 | 0 | 1;
  /** What `status` says, as a sentence; for -1 with the time and the step. */
  message: string;
  /** Whether `status` is 0 or 1. */
  success: boolean;
}
