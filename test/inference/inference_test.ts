import assert from "node:assert/strict";
import { assign, fromData, multiply, subtract, sum as total, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { adam, checkGradient, hmc, lbfgs, type Objective, type Vector } from "../../lib/inference/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";

await ready();

/** sum of (i + 1) (x_i - 0.1 i)^2 / 2 */
const bowl: Objective = (x, gradient) => {
  let value = 0;
  for (let i = 0; i < x.size; i++) {
    const off = x.data[i] - 0.1 * i;
    gradient.data[i] = (i + 1) * off;
    value += 0.5 * (i + 1) * off * off;
  }
  return value;
};
/** Chained valleys of Rosenbrock; minimum 0 where all are 1. */
const valleys: Objective = (x, gradient) => {
  gradient.data.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.size; i++) {
    const [a, b] = [x.data[i], x.data[i + 1]];
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient.data[i] += -400 * a * (b - a * a) - 2 * (1 - a);
    gradient.data[i + 1] += 200 * (b - a * a);
  }
  return value;
};
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

Deno.test("Adam's first step is the rate against the sign of the gradient, and later ones follow the algorithm", () => {
  using x = fromData([2, -1], [2], "float64");
  const slopes = [[3, -0.5], [1, -0.25]];
  let call = 0;
  adam((_, gradient) => (gradient.data.set(slopes[call++]), 0), x, { steps: 2, learningRate: 0.1 });
  const expected = [2, -1].map((start, i) => {
    let [m, v, x] = [0, 0, start];
    [slopes[0][i], slopes[1][i]].forEach((g, t) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x -= 0.1 * (m / (1 - 0.9 ** (t + 1))) / (Math.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8);
      if (t === 0) assert.ok(Math.abs(x - (start - 0.1 * Math.sign(g))) < 1e-8);
    });
    return x;
  });
  expected.forEach((e, i) => assert.ok(Math.abs(x.data[i] - e) < 1e-14));
});

Deno.test("Adam comes to the bottom of a bowl in both precisions, and stops there", () => {
  for (const dtype of ["float32", "float64"] as const) {
    using x = zeros([2, 5], dtype) as Vector;
    const rate = (step: number) => 0.1 / (1 + 0.02 * step);
    const result = adam(bowl, x, { steps: 3000, learningRate: rate, tolerance: 1e-4 });
    assert.ok(result.converged && result.steps < 3000, `${result.steps}`);
    x.data.forEach((v, i) => assert.ok(Math.abs(v - 0.1 * i) < 1e-3));
  }
});

Deno.test("L-BFGS comes through the valleys of Rosenbrock, with few evaluations", () => {
  for (const n of [2, 10, 50]) {
    using x = zeros([n], "float64") as Vector;
    for (let i = 0; i < n; i++) x.data[i] = i % 2 ? 1 : -1.2;
    let calls = 0;
    const counted: Objective = (x, gradient) => (calls++, valleys(x, gradient));
    const { converged, values } = lbfgs(counted, x, { steps: 500, tolerance: 1e-9 });
    assert.ok(converged && values.at(-1)! < 1e-16, `${n}: ${values.at(-1)}`);
    // SciPy's L-BFGS-B takes 45 (n = 2) and 470 (n = 50) or so.
    assert.ok(calls < (n === 2 ? 90 : 900), `${n}: ${calls} evaluations`);
    values.slice(1).forEach((v, i) => assert.ok(v < values[i]));
  }
});

Deno.test("L-BFGS of a quadratic form ends in as many steps as it has axes or so", () => {
  using x = zeros([6], "float64") as Vector;
  const { converged, steps } = lbfgs(bowl, x, { steps: 40, history: 6 });
  assert.ok(converged && steps <= 16, `${steps}`);
  x.data.forEach((v, i) => assert.ok(Math.abs(v - 0.1 * i) < 1e-8));
});

Deno.test("L-BFGS steps back from where a function is not defined", () => {
  using x = fromData([1e-3], [1], "float64");
  // x - ln x; a step to below 0 gives NaN.
  const objective: Objective = ({ data: [x] }, gradient) => (gradient.data[0] = 1 - 1 / x, x - Math.log(x));
  assert.ok(lbfgs(objective, x, { steps: 100 }).converged);
  assert.ok(Math.abs(x.data[0] - 1) < 1e-7);
});

Deno.test("an optimiser ends when it is told to, and leaves no memory behind", () => {
  using x = zeros([4], "float64") as Vector;
  const before = memoryUse().allocated;
  assert.equal(adam(bowl, x, { steps: 100, onStep: ({ index }) => index < 7 }).steps, 7);
  assert.equal(lbfgs(valleys, x, { steps: 100, onStep: ({ index }) => index < 3 }).steps, 3);
  assert.equal(memoryUse().allocated, before);
});

Deno.test("HMC has the means and the variances of a normal density, and the same samples again", () => {
  const run = () => {
    using x = zeros([8], "float64") as Vector;
    using result = hmc(bowl, x, { key: 3, samples: 4000, warmup: 500, leapfrogSteps: 4, stepSize: 0.2 });
    return { samples: result.samples!.data.slice(), acceptance: result.acceptance };
  };
  const { samples, acceptance } = run();
  assert.ok(Math.abs(acceptance - 0.8) < 0.08, `${acceptance}`);
  for (let i = 0; i < 8; i++) {
    const own = Array.from({ length: 4000 }, (_, s) => samples[8 * s + i]);
    const mean = own.reduce((a, b) => a + b) / 4000;
    const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4000;
    assert.ok(Math.abs(mean - 0.1 * i) < 0.08 / Math.sqrt(i + 1), `${i}: ${mean}`);
    assert.ok(Math.abs(variance * (i + 1) - 1) < 0.12, `${i}: ${variance}`);
  }
  assert.deepEqual(run().samples, samples);
});

Deno.test("HMC with masses of the inverse variances accepts as much with longer steps", () => {
  const stepOf = (mass?: Vector) => {
    using x = zeros([30], "float64") as Vector;
    using result = hmc(bowl, x, { key: 1, samples: 200, warmup: 300, mass, keep: false });
    assert.equal(result.samples, undefined);
    return result.stepSize;
  };
  using mass = fromData(Array.from({ length: 30 }, (_, i) => i + 1), [30], "float64");
  assert.ok(stepOf(mass) > 3 * stepOf(), `${stepOf(mass)} ${stepOf()}`);
});

Deno.test("HMC samples a density that is not normal: x^4", () => {
  using x = zeros([100], "float64") as Vector;
  const quartic: Objective = (x, gradient) => {
    using square = multiply(x, x) as Vector;
    multiply(square, x, { out: gradient });
    using fourth = multiply(square, square) as Vector;
    return 0.25 * total(fourth);
  };
  let [squares, count] = [0, 0];
  const onSample: Parameters<typeof hmc>[2]["onSample"] = (x, { warmup }) => {
    if (warmup) return;
    x.data.forEach((v) => squares += v * v);
    count += x.size;
  };
  using _ = hmc(quartic, x, { key: 5, samples: 500, onSample });
  // <x^2> of exp(-x^4/4) is 2 Gamma(3/4)/Gamma(1/4).
  assert.ok(Math.abs(squares / count - 0.67598) < 0.02, `${squares / count}`);
});

Deno.test("a trajectory that leaves all that is finite is refused, and the state stays", () => {
  using x = zeros([2], "float64") as Vector;
  const steep: Objective = (x, gradient) => {
    assign(gradient, x);
    return Math.abs(x.data[0]) > 1e-3 ? NaN : 0;
  };
  using result = hmc(steep, x, { key: 1, samples: 5, warmup: 0, stepSize: 10 });
  assert.equal(result.acceptance, 0);
  assert.deepEqual([...x.data], [0, 0]);
});

Deno.test("checkGradient() tells a right gradient from a wrong one, and leaves x as it is", () => {
  using x = fromData([-1.2, 1, 0.3, 2], [4], "float64");
  const right = checkGradient(valleys, x);
  assert.ok(right.error < 1e-9, `${right.error}`);
  assert.deepEqual([...x.data], [-1.2, 1, 0.3, 2]);
  const wrong: Objective = (x, gradient) => {
    const value = valleys(x, gradient);
    gradient.data[2] *= 1.1;
    return value;
  };
  // 0.1 of the derivative by x_2 over the greatest.
  const { error, differences } = checkGradient(wrong, x);
  const greatest = Math.max(...differences.map(Math.abs));
  assert.ok(Math.abs(error - 0.1 * Math.abs(differences[2]) / greatest) < 1e-8);
  assert.deepEqual([...checkGradient(wrong, x, { most: 2, step: 1e-3 }).parameters], [0, 2]);
  refuses(() => checkGradient(valleys, x, { step: 0 }), /"step"/);
});

Deno.test("what cannot be optimised or sampled is told", () => {
  using x = zeros([3], "float64") as Vector;
  const bad: Objective = () => NaN;
  refuses(() => adam(bad, x, { steps: 1 }), /value and gradient must be finite, got NaN/);
  refuses(() => lbfgs(bad, x, { steps: 1 }), /begin nearer/);
  refuses(() => hmc(bad, x, { key: 1, samples: 1 }), /must be finite/);
  const steep: Objective = (_, gradient) => (gradient.data.fill(Infinity), 0);
  refuses(() => adam(steep, x, { steps: 1 }), /got a gradient that is not/);
  refuses(() => adam(bowl, x, { steps: 0 }), /"steps"/);
  refuses(() => adam(bowl, x, { steps: 1, learningRate: -1 }), /"learningRate"/);
  refuses(() => hmc(bowl, x, { key: 1, samples: 1, targetAcceptance: 2 }), /"targetAcceptance"/);
  using mass = zeros([2], "float64") as Vector;
  refuses(() => hmc(bowl, x, { key: 1, samples: 1, mass }), /"mass" must have shape \[3\], got \[2\]/);
  using empty = zeros([0], "float64") as Vector;
  refuses(() => lbfgs(bowl, empty, { steps: 1 }), /empty array/);
  using whole = subtract(fromData([1], [1], "int32"), 0);
  refuses(() => adam(bowl, whole as unknown as Vector, { steps: 1 }), /float32 or float64, got int32/);
});
