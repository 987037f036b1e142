import { zeros } from "../array/mod.ts";
import { qr, svd } from "../linalg/mod.ts";

/** Singular values not above this times the largest, and times the rows, count as 0. */
const RANK_TOLERANCE = Number.EPSILON;
/** How closely the length of a step meets the radius (More 1978, section 5). */
const RADIUS_TOLERANCE = 0.1;

/** A linear model of residuals, turned so that it is small: `|f + J p|^2 = |r p + t|^2 + rest`. */
export interface LinearModel {
  /** [1] Parameters. */
  n: number;
  /** [1] Rows of `r`, at most n. */
  rows: number;
  /** `[rows, n]` */
  r: Float64Array;
  /** `[rows]` */
  t: Float64Array;
}

/** The model of residuals `[m]` with derivatives `[m, n]`, by QR of both side by side. */
export function linearise(residuals: Float64Array, jacobian: Float64Array, n: number): LinearModel {
  const m = residuals.length;
  using both = zeros([m, n + 1], "float64");
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) both.data[i * (n + 1) + j] = jacobian[i * n + j];
    both.data[i * (n + 1) + n] = residuals[i];
  }
  const { q, r: whole } = qr(both);
  q.dispose();
  using triangle = whole;
  const rows = Math.min(n, m);
  const r = new Float64Array(rows * n);
  const t = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = triangle.data.subarray(i * (n + 1), (i + 1) * (n + 1));
    r.set(row.subarray(0, n), i * n);
    t[i] = row[n];
  }
  return { n, rows, r, t };
}

/** `r p + t`. */
export function shifted({ n, rows, r, t }: LinearModel, p: Float64Array): Float64Array {
  const out = t.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) out[i] += r[i * n + j] * p[j];
  }
  return out;
}

/** Gradient `J^T f`. */
export function slopes({ n, rows, r, t }: LinearModel): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) out[j] += r[i * n + j] * t[i];
  }
  return out;
}

/** Singular values and vectors, those that count as 0 left out, of some columns over their scales. */
export interface Factors {
  columns: readonly number[];
  scale: Float64Array;
  rows: number;
  /** Singular values. */
  s: Float64Array;
  /** `[rank][rows]` */
  u: Float64Array[];
  /** `[rank][columns]` */
  v: Float64Array[];
}

/** Decomposes columns of a model. */
export function factor({ n, rows, r }: LinearModel, columns: readonly number[], scale: Float64Array): Factors {
  const c = columns.length;
  if (c === 0) return { columns, scale, rows, s: new Float64Array(0), u: [], v: [] };
  using part = zeros([rows, c], "float64");
  for (let i = 0; i < rows; i++) columns.forEach((j, q) => part.data[i * c + q] = r[i * n + j] / scale[j]);
  const parts = svd(part);
  using left = parts.u;
  using values = parts.s;
  using right = parts.vh;
  const k = values.size;
  const least = RANK_TOLERANCE * Math.max(rows, c) * values.data[0];
  const s = values.data.filter((v) => v > least);
  return {
    columns,
    scale,
    rows,
    s: Float64Array.from(s),
    u: Array.from(s, (_, a) => Float64Array.from({ length: rows }, (_, i) => left.data[i * k + a])),
    v: Array.from(s, (_, a) => right.data.slice(a * c, (a + 1) * c)),
  };
}

/** The part of `t` that steps can take away, along each left vector. */
export function along({ u }: Factors, t: Float64Array): Float64Array {
  return Float64Array.from(u, (vector) => vector.reduce((sum, a, i) => sum + a * t[i], 0));
}

const length = (x: Float64Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));

/** A step; whole if neither the radius nor a bound made it shorter. */
export interface Step {
  p: Float64Array;
  whole: boolean;
}

/** The p of least `|r p + t|` with `|scale p| <= radius`: Gauss's and Newton's step, or damped by More's lambda. */
function damped(factors: Factors, t: Float64Array, radius: number, n: number): Step {
  const { s, v, columns, scale } = factors;
  const c = along(factors, t);
  const coefficients = (lambda: number) => c.map((value, a) => -s[a] * value / (s[a] * s[a] + lambda));
  let [lambda, q] = [0, coefficients(0)];
  for (let i = 0; i < 50; i++) {
    const size = length(q);
    if (size <= (1 + RADIUS_TOLERANCE) * radius) break;
    // Newton's method for 1/radius - 1/|q|, which comes from below.
    const curve = q.reduce((sum, value, a) => sum + value * value / (s[a] * s[a] + lambda), 0);
    lambda += (size - radius) / radius * size * size / curve;
    q = coefficients(lambda);
  }
  const p = new Float64Array(n);
  q.forEach((value, a) => columns.forEach((j, at) => p[j] += value * v[a][at] / scale[j]));
  return { p, whole: lambda === 0 };
}

/**
 * A step within bounds on p: where it would leave them it is cut, and the other parameters are found again with those cut
 * held, until none leaves them.
 */
export function boundedStep(
  model: LinearModel,
  free: Factors,
  radius: number,
  { lower, upper }: Record<"lower" | "upper", Float64Array>,
): Step {
  const held = new Float64Array(model.n);
  let factors = free;
  let rest = model.t;
  for (;;) {
    const step = damped(factors, rest, radius, model.n);
    const inside = factors.columns.filter((j) => step.p[j] >= lower[j] && step.p[j] <= upper[j]);
    for (const j of factors.columns) {
      if (!inside.includes(j)) held[j] = step.p[j] < lower[j] ? lower[j] : upper[j];
    }
    if (inside.length === factors.columns.length) {
      const p = held.map((value, j) => inside.includes(j) ? step.p[j] : value);
      return { p, whole: step.whole && factors === free };
    }
    factors = factor(model, inside, free.scale);
    rest = shifted(model, held);
  }
}
