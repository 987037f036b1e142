import { withHost } from "../kernel/mod.ts";
import { checkControl, checkMethod, checkSpan, checkState, checkTimes, fillJacobian, fillRhs } from "./_check.ts";
import { Events } from "./_events.ts";
import { integrate, type Problem } from "./_integrate.ts";
import type { OdeResult, RightHandSide, SolveIvpOptions } from "./types.ts";

/**
 * Solves an initial value problem dy/dt = f(t, y), y(t0) = y0, as `scipy.integrate.solve_ivp` does: the same methods,
 * defaults, choice of steps, interpolants and events, so that steps and counts are SciPy's 1.17 unless rounding decides.
 * The local error of each step is kept below `atol + rtol |y|`; errors of the result are what those add up to.
 *
 * RK45 is Dormand and Prince's pair (1980), DOP853 the program of Hairer, Norsett and Wanner (Solving Ordinary
 * Differential Equations I, II.5), Radau that of Hairer and Wanner (II, IV.8), BDF the variable-order formulas of Shampine
 * and Reichelt (SIAM J. Sci. Comp. 18, 1, 1997), LSODA that of Petzold and Hindmarsh (ODEPACK, 1983).
 *
 * The solver runs in the kernels, and calls f from there; what f throws is thrown by `solveIvp`, unchanged, and f may
 * itself call `solveIvp` or other kernels. The result does not depend on the number of threads.
 *
 * Other than in SciPy, there are no complex numbers (write two components), no sparse Jacobians, and no RK23; `rtol` is
 * one number; a span of length 0 and a state without components are errors; and where SciPy does not end or throws
 * because f or a Jacobian is not finite, or a component of 0 has an `atol` of 0, the status is -1.
 *
 * @param f Right-hand side: it gets t and y and returns the derivatives, or fills its third argument.
 * @param span `[t0, t1]`, start and end; t1 may be before t0.
 * @param y0 Initial state, n components.
 * @param options Method, tolerances, output, events, Jacobian, bounds of the step.
 * @returns Times and states, with counts, a status and a sentence. A solver that gives up returns what it has, with
 * status -1.
 * @throws {ShapeError} if y0, atol, what f returns, or the Jacobian has another shape; {DomainError} for a span of length
 * 0, values that are not finite, negative tolerances, steps that are not above 0, times outside of the span or not
 * sorted, and an unknown method; {TypeError} for what is not a function or a number.
 * @example Free fall, until it hits the ground
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solveIvp } from "@cosmesh/cosmesh/ode";
 * await ready();
 * const ground = { event: (_t: number, y: Float64Array) => y[0], terminal: true, direction: -1 };
 * const { tEvents, message } = solveIvp((_t, [, v]) => [v, -0.5], [0, 100], [0, 10], { events: ground });
 * console.log(tEvents![0][0], message); // 40 A termination event occurred.
 * ```
 * @example A stiff problem at given times
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solveIvp } from "@cosmesh/cosmesh/ode";
 * await ready();
 * const robertson = (_t: number, [a, b, c]: Float64Array) => {
 *   const [slow, quick, between] = [0.04 * a, 3e7 * b * b, 1e4 * b * c];
 *   return [-slow + between, slow - between - quick, quick];
 * };
 * const { t, y } = solveIvp(robertson, [0, 1e5], [1, 0, 0], { method: "Radau", tEval: [1, 1e2, 1e4] });
 * console.log(t, y[0]);
 * ```
 */
export function solveIvp(
  f: RightHandSide,
  span: readonly [number, number],
  y0: ArrayLike<number>,
  options: SolveIvpOptions = {},
): OdeResult {
  const { jacobian, tEval, denseOutput = false } = options;
  const method = checkMethod(options.method ?? "RK45");
  const times = checkSpan(span);
  const start = checkState(y0);
  const n = start.length;
  const control = checkControl(options, times, n);
  const rhs = fillRhs(f, n);
  const jac = jacobian && fillJacobian(jacobian, n);
  const problem: Problem = {
    ...control,
    ...{ method, t0: times[0], tBound: times[1], y0: start, denseOutput },
    tEval: tEval && checkTimes(tEval, times),
    events: options.events && new Events(options.events, times[0], start.slice()),
  };
  return withHost(rhs, n, n, (id) => {
    if (!jac) return integrate(problem, id, { id: 0, kind: "none" });
    const kind = typeof jacobian === "function" ? "function" : "constant";
    return withHost(jac, n, n * n, (jacobianId) => integrate(problem, id, { id: jacobianId, kind }));
  });
}
