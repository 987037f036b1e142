import { evaluate } from "./_kernel.ts";
import type { OdeSolution } from "./types.ts";

/** Number of `sorted` elements below `value`, or not above it if `right`. */
export function searchSorted(sorted: Float64Array, value: number, right: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (right && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Evaluates one interpolant at one time. */
export function evaluateOne(segment: Float64Array, t: number, n: number): Float64Array {
  return evaluate(segment, 1, new Uint32Array(1), Float64Array.of(t), n);
}

/** Turns `[time, component]` into rows of components. */
export function toComponents(rows: Float64Array, n: number): Float64Array[] {
  const components = Array.from({ length: n }, () => new Float64Array(rows.length / n));
  components.forEach((component, c) => {
    for (let i = 0; i < component.length; i++) component[i] = rows[i * n + c];
  });
  return components;
}

/**
 * The solution made of `segments`, the i-th between `ts[i]` and `ts[i + 1]`. At such a time the segment that ends there
 * is taken, or with `later` the one that starts there, as SciPy does for the multistep methods.
 */
export function makeSolution(ts: Float64Array, segments: Float64Array[], n: number, later: boolean): OdeSolution {
  const rising = ts[ts.length - 1] >= ts[0];
  const sorted = rising ? ts : ts.slice().reverse();
  const right = rising === later;
  const choose = (t: number): number => {
    const index = Math.min(Math.max(searchSorted(sorted, t, right) - 1, 0), segments.length - 1);
    return rising ? index : segments.length - 1 - index;
  };
  let joined: Float64Array | undefined;
  const join = (): Float64Array => {
    const length = segments[0].length;
    const all = new Float64Array(segments.length * length);
    segments.forEach((segment, i) => all.set(segment, i * length));
    return all;
  };
  const solution = (t: number | ArrayLike<number>): Float64Array | Float64Array[] => {
    if (typeof t === "number") return evaluateOne(segments[choose(t)], t, n);
    const times = Float64Array.from(t);
    return toComponents(evaluate(joined ??= join(), segments.length, Uint32Array.from(times, choose), times, n), n);
  };
  return Object.assign(solution, { ts, tMin: sorted[0], tMax: sorted[sorted.length - 1] }) as OdeSolution;
}
