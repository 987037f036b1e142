import { KRONROD } from "./_kronrod.ts";

/** Spacing of float64 numbers at 1. */
export const EPSILON = 2.220446049250313e-16;
/** Smallest normal float64 number. */
export const SMALLEST = 2.2250738585072014e-308;

/** What a Gauss-Kronrod rule finds on an interval. */
export interface Estimate {
  /** Kronrod's value. */
  value: number;
  /** Estimate of its error. */
  error: number;
  /** Integral of |f|. */
  absolute: number;
  /** Integral of |f - mean|. */
  deviation: number;
}

/**
 * Gauss-Kronrod rule on [a, b], with the error estimate of QUADPACK (Piessens et al. 1983): the difference to Gauss's
 * rule, scaled by how much the integrand varies, and at least what rounding leaves.
 */
export function estimate(f: (x: number) => number, a: number, b: number, order: number): Estimate {
  const { nodes, weights, gauss } = KRONROD[order];
  const last = nodes.length - 1;
  const [middle, half] = [0.5 * (a + b), 0.5 * (b - a)];
  const center = f(middle);
  let kronrod = weights[last] * center;
  let coarse = last % 2 === 1 ? gauss[gauss.length - 1] * center : 0;
  let absolute = Math.abs(kronrod);
  const lows = new Float64Array(last);
  const highs = new Float64Array(last);
  // Gauss's nodes, then the others: QUADPACK's order, so that sums round as there.
  for (let step = 0, i = 1; step < last; step++, i = i + 2 < last || i % 2 === 0 ? i + 2 : 0) {
    const d = half * nodes[i];
    const low = lows[i] = f(middle - d);
    const high = highs[i] = f(middle + d);
    kronrod += weights[i] * (low + high);
    absolute += weights[i] * (Math.abs(low) + Math.abs(high));
    if (i % 2 === 1) coarse += gauss[i >> 1] * (low + high);
  }
  const mean = 0.5 * kronrod;
  let deviation = weights[last] * Math.abs(center - mean);
  for (let i = 0; i < last; i++) deviation += weights[i] * (Math.abs(lows[i] - mean) + Math.abs(highs[i] - mean));
  const width = Math.abs(half);
  absolute *= width;
  deviation *= width;
  let error = Math.abs((kronrod - coarse) * half);
  if (deviation !== 0 && error !== 0) {
    const ratio = 200 * error / deviation;
    error = ratio < 1 ? deviation * ratio * Math.sqrt(ratio) : deviation;
  }
  if (absolute > SMALLEST / (50 * EPSILON)) error = Math.max(50 * EPSILON * absolute, error);
  return { value: kronrod * half, error, absolute, deviation };
}
