/**
 * Initial value problems of ordinary differential equations.
 *
 * @module
 */
export { solveIvp } from "./solve_ivp.ts";
export type {
  EventFunction,
  JacobianFunction,
  Matrix,
  OdeEvent,
  OdeMethod,
  OdeResult,
  OdeSolution,
  RightHandSide,
  SolveIvpOptions,
} from "./types.ts";
