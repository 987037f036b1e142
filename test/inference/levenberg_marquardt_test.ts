import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  leastSquaresErrors,
  levenbergMarquardt,
  type LevenbergMarquardtOptions,
  type Residuals,
} from "../../lib/inference/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";

await ready();

const { exp, log } = Math;
const vector = (values: ArrayLike<number>) => new NdArray(Float64Array.from(values), [values.length], "float64");
const fit = (residuals: Residuals, start: ArrayLike<number>, options: LevenbergMarquardtOptions) => {
  const x = vector(start);
  const result = levenbergMarquardt(residuals, x, options);
  return { ...result, x: x.data };
};
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

/** Value of a curve at t with its derivatives by the parameters. */
type Curve = (t: number, b: Iterable<number>) => [number, ...number[]];
const through = (curve: Curve, t: ArrayLike<number>, y: ArrayLike<number>): Residuals => (x, residuals, jacobian) => {
  for (let i = 0; i < t.length; i++) {
    const [value, ...derivatives] = curve(t[i], x.data);
    residuals.data[i] = value - y[i];
    jacobian.data.set(derivatives, i * derivatives.length);
  }
};

const saturation: Curve = (t, [a, b]) => [a * (1 - exp(-b * t)), 1 - exp(-b * t), a * t * exp(-b * t)];
/** Models of the Statistical Reference Datasets. */
const CURVES: Record<string, Curve> = {
  Misra1a: saturation,
  BoxBOD: saturation,
  Thurber: (t, [a, b, c, d, e, f, g]) => {
    const [top, bottom] = [a + t * (b + t * (c + t * d)), 1 + t * (e + t * (f + t * g))];
    const [up, down] = [1 / bottom, -top / (bottom * bottom)];
    return [top * up, up, up * t, up * t * t, up * t * t * t, down * t, down * t * t, down * t * t * t];
  },
  MGH09: (t, [a, b, c, d]) => {
    const [top, bottom] = [t * t + t * b, t * t + t * c + d];
    const down = -a * top / (bottom * bottom);
    return [a * top / bottom, top / bottom, a * t / bottom, down * t, down];
  },
  MGH10: (t, [a, b, c]) => {
    const e = exp(b / (t + c));
    return [a * e, e, a * e / (t + c), -a * e * b / (t + c) ** 2];
  },
  MGH17: (t, [a, b, c, d, e]) => {
    const [p, q] = [exp(-t * d), exp(-t * e)];
    return [a + b * p + c * q, 1, p, q, -t * b * p, -t * c * q];
  },
  Rat43: (t, [a, b, c, d]) => {
    const e = exp(b - c * t);
    const power = (1 + e) ** (-1 / d);
    const slope = -a * power * e / (d * (1 + e));
    return [a * power, power, slope, -t * slope, a * power * log(1 + e) / (d * d)];
  },
  Eckerle4: (t, [a, b, c]) => {
    const u = (t - c) / b;
    const g = a / b * exp(-0.5 * u * u);
    return [g, g / a, g * (u * u - 1) / b, g * u / b];
  },
};
interface Problem {
  name: string;
  starts: number[][];
  certified: number[];
  errors: number[];
  sumOfSquares: number;
  x: number[];
  y: number[];
}
const folder = join(dirname(fromFileUrl(import.meta.url)), "reference");
const { problems }: { problems: Problem[] } = JSON.parse(await Deno.readTextFile(join(folder, "nist_strd.json")));

// Sums of squares are flat to rounding within 1e-8 standard errors or so; SciPy's least_squares comes as near.
const VALUE_TOLERANCE = 2e-6;

for (const { name, starts, certified, errors, sumOfSquares, x, y } of problems) {
  Deno.test(`levenbergMarquardt() finds the certified values of ${name} from both starts`, () => {
    for (const start of starts) {
      // Eckerle4 has a twin with two signs turned.
      const options = { count: y.length, steps: 1000, lower: name === "Eckerle4" ? 0 : -Infinity };
      const found = fit(through(CURVES[name], x, y), start, options);
      assert.ok(found.converged, `${found.message} ${start}`);
      assert.equal(found.degreesOfFreedom, y.length - start.length);
      assert.ok(Math.abs(found.chi2 / sumOfSquares - 1) < 1e-9);
      certified.forEach((v, i) => assert.ok(Math.abs(found.x[i] / v - 1) < VALUE_TOLERANCE, `${i}: ${found.x[i]}`));
      errors.forEach((v, i) => assert.ok(Math.abs(found.errors[i] / v - 1) < VALUE_TOLERANCE, `${i}`));
    }
  });
}

/** 10 (y - x^2), 1 - x */
const valley: Residuals = ({ data: [x, y] }, residuals, jacobian) => {
  residuals.data.set([10 * (y - x * x), 1 - x]);
  jacobian.data.set([-20 * x, 10, -1, 0]);
};

Deno.test("levenbergMarquardt() ends in the valley of Rosenbrock, and on its bounds", () => {
  const open = fit(valley, [-1.2, 1], { count: 2 });
  assert.ok(open.converged && open.steps < 30 && open.chi2 < 1e-20, `${open.steps} ${open.chi2}`);
  assert.ok(Math.abs(open.x[0] - 1) < 1e-10 && Math.abs(open.x[1] - 1) < 1e-10);

  const held = fit(valley, [2, 2], { count: 2, lower: [-Infinity, 1.5] });
  assert.equal(held.x[1], 1.5);
  // The root near 1.22 of the derivative with y = 1.5.
  const x = held.x[0];
  assert.ok(Math.abs(400 * x * (x * x - 1.5) + 2 * (x - 1)) < 1e-5, `${x}`);
  assert.deepEqual([...held.atBound], [0, -1]);
  assert.ok(held.converged && Number.isNaN(held.errors[1]) && Number.isNaN(held.covariance.data[1]));
  // 1/sqrt(J^T J) of x alone, times the root of chi^2/1.
  const alone = Math.sqrt(held.chi2 / (400 * x * x + 1));
  assert.ok(Math.abs(held.errors[0] / alone - 1) < 1e-9);

  const corner = fit(valley, [0, 0], { count: 2, lower: [-1, -1], upper: [0.5, 0.1] });
  assert.ok(corner.converged, corner.message);
  assert.ok(Math.abs(corner.x[1] - 0.1) < 1e-15 && corner.x[0] > 0.3 && corner.x[0] < 0.5);
  const none = fit(valley, [-1, 3], { count: 2, lower: [-1, 3], upper: [-0.9, 4] });
  assert.deepEqual([...none.x], [-1, 3]);
  assert.equal(none.status, "bounds");
});

/** Numbers without order in [-1, 1]. */
const numbers = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, i) => {
    const u = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (u - Math.floor(u)) - 1;
  });

Deno.test("levenbergMarquardt() meets the conditions of the minimum of linear problems within a box", () => {
  const [m, n] = [7, 3];
  for (let seed = 1; seed <= 20; seed++) {
    const [a, b] = [numbers(m * n, seed), numbers(m, seed + 100)];
    const linear: Residuals = (x, residuals, jacobian) => {
      jacobian.data.set(a);
      for (let i = 0; i < m; i++) {
        residuals.data[i] = 3 * b[i];
        for (let j = 0; j < n; j++) residuals.data[i] += a[i * n + j] * x.data[j];
      }
    };
    const { x, chi2, converged, status, steps } = fit(linear, numbers(n, seed + 200), {
      count: m,
      lower: -1,
      upper: 1,
    });
    assert.ok(converged && x.every((v) => Math.abs(v) <= 1));
    // Conditions of Karush, Kuhn and Tucker, which for a convex problem tell the minimum.
    const f = zeros([m], "float64");
    linear(vector(x), f, zeros([m, n], "float64"));
    for (let j = 0; j < n; j++) {
      const slope = f.data.reduce((sum, v, i) => sum + v * a[i * n + j], 0);
      if (Math.abs(x[j]) < 1) {
        assert.ok(Math.abs(slope) < 1e-6 * Math.sqrt(chi2), `${seed}: ${slope} ${status} ${steps} ${x}`);
      } else assert.ok(slope * x[j] <= 0, `${seed}: ${slope} at ${x[j]}`);
    }
  }
});

Deno.test("weights are 1/variance, and masked residuals do not count whatever they are", () => {
  const t = Float64Array.from({ length: 40 }, (_, i) => i / 10);
  const line: Curve = (t, [a, b]) => [a + b * t, 1, t];
  const y = t.map((v) => 2 - 0.5 * v);
  const sigma = t.map((_, i) => 0.1 + 0.01 * i);
  const noise = numbers(40, 3);
  const noisy = y.map((v, i) => v + sigma[i] * noise[i]);
  noisy[7] = NaN;
  const mask = t.map((_, i) => i === 7 || i > 30 ? 0 : 1);
  const weights = sigma.map((s, i) => i === 7 ? NaN : 1 / (s * s));
  const found = fit(through(line, t, noisy), [0, 0], { count: 40, weights, mask });
  // Normal equations.
  let [s0, s1, s2, q0, q1] = [0, 0, 0, 0, 0];
  mask.forEach((use, i) => {
    if (!use) return;
    const w = weights[i];
    s0 += w, s1 += w * t[i], s2 += w * t[i] * t[i], q0 += w * noisy[i], q1 += w * t[i] * noisy[i];
  });
  const det = s0 * s2 - s1 * s1;
  const expected = [(s2 * q0 - s1 * q1) / det, (s0 * q1 - s1 * q0) / det];
  expected.forEach((v, i) => assert.ok(Math.abs(found.x[i] - v) < 1e-10));
  [s2, -s1, -s1, s0].forEach((v, i) => assert.ok(Math.abs(found.covariance.data[i] - v / det) < 1e-12));
  assert.equal(found.degreesOfFreedom, 28);
  const again = leastSquaresErrors(through(line, t, noisy), vector(found.x), { count: 40, weights, mask });
  assert.deepEqual([again.chi2, ...again.errors], [found.chi2, ...found.errors]);
});

Deno.test("parameters that data do not determine have infinite errors, and the others their own", () => {
  const twins: Residuals = ({ data: [a, b, c] }, residuals, jacobian) => {
    residuals.data.set([a + b - 1, 2 * c - 1, a + b - 2, c - 1]);
    jacobian.data.set([1, 1, 0, 0, 0, 2, 1, 1, 0, 0, 0, 1]);
  };
  const { x, errors, converged, chi2 } = fit(twins, [0, 0, 0], { count: 4 });
  assert.ok(converged && Math.abs(x[0] + x[1] - 1.5) < 1e-12 && Math.abs(x[2] - 0.6) < 1e-12);
  assert.deepEqual([...errors.subarray(0, 2)], [Infinity, Infinity]);
  // One degree of freedom: 4 - 3.
  assert.ok(Math.abs(errors[2] - Math.sqrt(chi2 / 5)) < 1e-12);
});

Deno.test("a fit steps back from where a model is not defined, and ends as it is told", () => {
  const root: Residuals = ({ data: [x] }, residuals, jacobian) => {
    residuals.data.set([Math.log(x) + 8, 0]);
    jacobian.data.set([1 / x, 0]);
  };
  const found = fit(root, [1], { count: 2 });
  assert.ok(found.converged && Math.abs(found.x[0] / exp(-8) - 1) < 1e-9, `${found.x[0]} ${found.message}`);
  const before = memoryUse().allocated;
  assert.equal(fit(valley, [-1.2, 1], { count: 2, onStep: ({ index }) => index < 3 }).status, "stopped");
  const few = fit(valley, [-1.2, 1], { count: 2, steps: 4 });
  assert.ok(!few.converged && few.status === "steps" && few.steps === 4 && few.evaluations === 5);
  const kink: Residuals = ({ data: [x] }, residuals, jacobian) => {
    residuals.data.set([Math.abs(x) + 1]);
    jacobian.data.set([x < 0 ? -1 : 1]);
  };
  const stalled = fit(kink, [0.7], { count: 1 });
  assert.ok(stalled.status === "stalled" && Math.abs(stalled.x[0]) < 1e-6 && /kink/.test(stalled.message));
  const wrong: Residuals = (x, residuals, jacobian) => {
    valley(x, residuals, jacobian);
    jacobian.data.forEach((v, i) => jacobian.data[i] = -v);
  };
  assert.equal(fit(wrong, [-1.2, 1], { count: 2 }).status, "stalled");
  assert.equal(memoryUse().allocated, before);
});

Deno.test("what cannot be fitted is told", () => {
  const x = vector([0, 0]);
  const run = (options: Partial<LevenbergMarquardtOptions>) => levenbergMarquardt(valley, x, { count: 2, ...options });
  refuses(() => run({ lower: 1, upper: [2, 0] }), /"lower" must lie below "upper", got 1 and 0 for parameter 1/);
  refuses(() => run({ lower: [0] }), /"lower" must be one number or 2 numbers/);
  refuses(() => run({ lower: NaN }), /"lower" must lie below/);
  refuses(() => run({ lower: 1 }), /parameter 0 must begin within its bounds 1 and Infinity, got 0/);
  refuses(() => run({ weights: [1] }), /"weights" must have 2 numbers, got 1/);
  refuses(() => run({ weights: [1, -1] }), /weights must be finite and not below 0, got -1 for residual 1/);
  refuses(() => run({ weights: [1, Infinity] }), /got Infinity for residual 1; mask what has no variance/);
  refuses(() => run({ mask: [0, 0] }), /a residual that counts, got none/);
  refuses(() => run({ steps: 0 }), /"steps"/);
  refuses(() => levenbergMarquardt((_, f) => f.data.fill(NaN), x, { count: 2 }), /must be finite at the start/);
  const single = fromData([0, 0], [2], "float32") as unknown as NdArray<"float64">;
  refuses(() => levenbergMarquardt(valley, single, { count: 2 }), /float64, got float32/);
});
