import { EPSILON } from "./_rule.ts";

/** Longest table. */
const LIMIT = 50;

/**
 * Wynn's epsilon algorithm (1956), which extrapolates a sequence of approximations to its limit, with the error estimate
 * and the guards of QUADPACK (Piessens et al. 1983): the lower diagonal of the table is kept, and cut where its elements
 * no longer differ.
 */
export class EpsilonTable {
  /** Elements of the last diagonal, oldest first, with two places more. */
  #e: number[] = [];
  /** The last three results. */
  #results: number[] = [];

  /** Number of elements. */
  length = 0;

  /** Puts an element at the end. */
  push(value: number): void {
    this.#e[this.length++] = value;
  }

  /** The best extrapolated value, and an estimate of its error, which takes three earlier results. */
  extrapolate(): { value: number; error: number } {
    const e = this.#e;
    const n = this.length;
    let value = e[n - 1];
    const floor = (error: number) => ({ value, error: Math.max(error, 5 * EPSILON * Math.abs(value)) });
    if (n < 3) return floor(Infinity);
    let best = Infinity;
    e[n + 1] = e[n - 1];
    // Stands for infinity, and leaves differences finite.
    e[n - 1] = Number.MAX_VALUE;
    const steps = (n - 1) >> 1;
    for (let step = 0, k = n - 1; step < steps; step++, k -= 2) {
      const [e0, e1, e2] = [e[k - 2], e[k - 1], e[k + 2]];
      const [d2, d3] = [e2 - e1, e1 - e0];
      const close = (d: number, a: number, b: number) => Math.abs(d) <= Math.max(Math.abs(a), Math.abs(b)) * EPSILON;
      if (close(d2, e2, e1) && close(d3, e1, e0)) {
        // Converged to rounding; the table is left for the next element.
        value = e2;
        return floor(Math.abs(d2) + Math.abs(d3));
      }
      const e3 = e[k];
      e[k] = e1;
      const d1 = e1 - e3;
      const sum = 1 / d1 + 1 / d2 - 1 / d3;
      // Elements that are alike, or an irregular table: what follows would be noise.
      if (close(d1, e1, e3) || close(d2, e2, e1) || close(d3, e1, e0) || !(Math.abs(sum * e1) > 1e-4)) {
        this.length = 2 * step + 1;
        break;
      }
      const next = e1 + 1 / sum;
      e[k] = next;
      const error = Math.abs(d2) + Math.abs(next - e2) + Math.abs(d3);
      if (error <= best) [best, value] = [error, next];
    }
    if (this.length === LIMIT) this.length = 2 * (LIMIT >> 1) - 1;
    // The new diagonal moves to the front.
    let at = n % 2 === 0 ? 1 : 0;
    for (let i = 0; i <= steps; i++, at += 2) e[at] = e[at + 2];
    if (this.length !== n) e.splice(0, n - this.length);
    const before = this.#results;
    this.#results = [...before, value].slice(-3);
    if (before.length < 3) return floor(Infinity);
    return floor(before.reduce((sum, result) => sum + Math.abs(value - result), 0));
  }
}
