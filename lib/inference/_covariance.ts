import { NdArray } from "../array/mod.ts";
import { factor, type LinearModel } from "./_trust_region.ts";

/** Share of a parameter's direction left to what the data do not determine from which it counts as undetermined. */
const LOOSE = 1e-6;

/** Covariance `[n, n]`, `unit (J^T J)^-1`, and standard errors of the free parameters; NaN for the others. */
export function covarianceOf(
  model: LinearModel,
  free: readonly number[],
  unit: number,
): { covariance: NdArray<"float64">; errors: Float64Array } {
  const { n, rows, r } = model;
  const scale = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < rows; i++) scale[j] += r[i * n + j] ** 2;
    scale[j] = Math.sqrt(scale[j]) || 1;
  }
  const { s, v } = factor(model, free, scale);
  const matrix = new Float64Array(n * n).fill(NaN);
  free.forEach((j, a) => {
    free.forEach((k, b) => {
      let sum = 0;
      s.forEach((value, q) => sum += v[q][a] * v[q][b] / (value * value));
      matrix[j * n + k] = unit * sum / (scale[j] * scale[k]);
    });
    const known = v.reduce((sum, vector) => sum + vector[a] * vector[a], 0);
    if (known < 1 - LOOSE) matrix[j * n + j] = Infinity;
  });
  const errors = Float64Array.from({ length: n }, (_, j) => Math.sqrt(matrix[j * n + j]));
  return { covariance: new NdArray(matrix, [n, n], "float64"), errors };
}
