import { call } from "../kernel/mod.ts";

/** Samples of either precision. */
export type Samples = Float32Array | Float64Array;

/** Samples as kernels take them: `[outer, n, inner]`, at `x` or `step` apart. */
export interface Layout {
  outer: number;
  n: number;
  inner: number;
  step: number;
  x?: Float64Array;
}

/** Integrals `[outer, inner]`; rule 0 trapezoid, 1 Simpson, 2 Romberg. */
export function integrateSamples(
  rule: number,
  y: Samples,
  { outer, n, inner, step, x }: Layout,
  out: Float64Array,
): void {
  call("integral of samples", (k, a) => {
    const run = y instanceof Float32Array ? k.quadrature_samples_f32 : k.quadrature_samples_f64;
    run(rule, a.in(y), outer, n, inner, Number(!x), step, x ? a.in(x) : 0, a.out(out));
  });
}

/** Running integrals; rule 0 trapezoid, 1 Simpson. */
export function accumulateSamples(
  rule: number,
  y: Samples,
  { outer, n, inner, step, x }: Layout,
  initial: number | undefined,
  out: Samples,
): void {
  call("running integral", (k, a) => {
    const run = y instanceof Float32Array ? k.quadrature_cumulative_f32 : k.quadrature_cumulative_f64;
    run(
      ...[rule, a.in(y), outer, n, inner, Number(!x), step, x ? a.in(x) : 0] as const,
      ...[Number(initial !== undefined), initial ?? 0, a.out(out)] as const,
    );
  });
}

/** Fills a Gauss-Legendre rule. */
export function legendreRule(nodes: Float64Array, weights: Float64Array): void {
  call("Gauss-Legendre rule", (k, a) => k.quadrature_legendre(nodes.length, a.out(nodes), a.out(weights)));
}
