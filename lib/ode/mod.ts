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
export { solveIvpBatch } from "./batch.ts";
export type {
  BatchFailure,
  BatchOptions,
  BatchResult,
  BatchSystems,
  GrowthSystems,
  LinearSystems,
  LotkaVolterraSystems,
  PerSystem,
  ReactionSystems,
  RobertsonSystems,
  Table,
  VanDerPolSystems,
} from "./batch_types.ts";
