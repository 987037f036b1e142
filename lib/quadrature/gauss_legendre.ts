import { checkFinite, checkInteger } from "../base/mod.ts";
import { legendreRule } from "./_kernel.ts";

/** Nodes and weights of a rule: the integral of f over [-1, 1] is about the sum of `weights[i] f(nodes[i])`. */
export interface QuadratureRule {
  /** Rising. */
  nodes: Float64Array;
  /** Above 0; they sum to 2. */
  weights: Float64Array;
}

/**
 * Gauss-Legendre rule of any number of points, exact for polynomials of degree 2n - 1. Nodes and weights have full precision:
 * Newton's iteration, on the recurrence of the Legendre polynomials with 32 digits up to 200 points and near the ends, on
 * Stieltjes' expansion (Szegoe 1975, theorem 8.21.5) for the others. A million points take about a second.
 *
 * @param n [1] Number of points, at least 1.
 * @throws {DomainError} if `n` is not a whole number of at least 1.
 * @example
 * ```ts
 * import { gaussLegendre } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * gaussLegendre(2).nodes; // [-0.5773502691896257, 0.5773502691896257]
 * ```
 */
export function gaussLegendre(n: number): QuadratureRule {
  checkInteger(n, "n", 1);
  const rule = { nodes: new Float64Array(n), weights: new Float64Array(n) };
  legendreRule(rule.nodes, rule.weights);
  return rule;
}

/**
 * Integral of a function by a Gauss-Legendre rule of a fixed number of points, as `scipy.integrate.fixed_quad`.
 *
 * @param f Integrand.
 * @param a [unit of x] Lower bound.
 * @param b [unit of x] Upper bound.
 * @param options `n`: number of points, default 5; or `rule`, made before by `gaussLegendre`.
 * @throws {DomainError} if a bound is not finite.
 * @example
 * ```ts
 * import { fixedQuad } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * fixedQuad((x) => x ** 9, 0, 1); // 0.1
 * ```
 */
export function fixedQuad(
  f: (x: number) => number,
  a: number,
  b: number,
  { n = 5, rule = gaussLegendre(n) }: { n?: number; rule?: QuadratureRule } = {},
): number {
  checkFinite(a, "a");
  checkFinite(b, "b");
  const [middle, half] = [0.5 * (a + b), 0.5 * (b - a)];
  let sum = 0;
  rule.nodes.forEach((node, i) => sum += rule.weights[i] * f(middle + half * node));
  return half * sum;
}
