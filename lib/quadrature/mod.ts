/**
 * Integration of samples (trapezoidal, Simpson's and Romberg's rules, and running integrals) and of functions
 * (Gauss-Legendre rules, adaptive Gauss-Kronrod, Romberg's method).
 *
 * @module
 */
export {
  type AxisOptions,
  type CumulativeOptions,
  cumulativeSimpson,
  cumulativeTrapezoid,
  romb,
  type RombOptions,
  type SampleArray,
  simpson,
  type SpacingOptions,
  trapezoid,
} from "./samples.ts";
export { fixedQuad, gaussLegendre, type QuadratureRule } from "./gauss_legendre.ts";
export { type KronrodOrder, quad, type QuadOptions, type QuadResult, type QuadStatus } from "./quad.ts";
export { cumulativeQuad, type CumulativeQuadResult } from "./cumulative_quad.ts";
export { quadVector, type QuadVectorResult } from "./quad_vector.ts";
export { romberg, type RombergOptions, type RombergResult } from "./romberg.ts";
export type { Samples } from "./_kernel.ts";
export type { Outcome } from "./_adaptive.ts";
