import assert from "node:assert/strict";
import { NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { adam, bounded, hmc, lbfgs, type Objective, type Vector } from "../../lib/inference/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";

await ready();

const BOUNDS = { lower: [-1, 0, -Infinity, -Infinity], upper: [2, Infinity, 3, Infinity] };
const vector = (values: number[]): Vector => new NdArray(Float64Array.from(values), [values.length], "float64");
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

/** sum of (x_i - c_i)^2 (1 + i)/2 + x_0 x_1 */
const bowl = (centers: number[]): Objective => (x, gradient) => {
  let value = x.data[0] * x.data[1];
  centers.forEach((c, i) => {
    const off = x.data[i] - c;
    value += 0.5 * (1 + i) * off * off;
    gradient.data[i] = (1 + i) * off + (i === 0 ? x.data[1] : i === 1 ? x.data[0] : 0);
  });
  return value;
};

Deno.test("bounded() maps there and back, to the ends without overflow", () => {
  const { toFree, fromFree } = bounded(bowl([0, 0, 0, 0]), BOUNDS, 4);
  const [x, free, back] = [vector([-0.99, 5, 2.5, 7]), vector([0, 0, 0, 0]), vector([0, 0, 0, 0])];
  toFree(x, free);
  // log((x - lower)/(upper - x)), log(x - lower), log(upper - x), x
  [Math.log(0.01 / 2.99), Math.log(5), Math.log(0.5), 7].forEach((v, i) => {
    assert.ok(Math.abs(free.data[i] - v) < 1e-12, `${i}`);
  });
  fromFree(free, back);
  x.data.forEach((v, i) => assert.ok(Math.abs(back.data[i] - v) < 1e-14, `${i}`));
  fromFree(vector([-1e4, -1e4, -1e4, 1]), back);
  assert.deepEqual([...back.data], [-1, 0, 3, 1]);
  fromFree(vector([1e4, 0, 0, 1]), back);
  assert.deepEqual([...back.data], [2, 1, 2, 1]);
});

Deno.test("bounded() has the gradient of its value, as a density too", () => {
  for (const density of [false, true]) {
    const { objective } = bounded(bowl([0.3, 0.2, 1, -2]), BOUNDS, 4, { density });
    for (const at of [[0.4, -0.3, 0.8, 1], [-2, 1, -1, 0]]) {
      const [u, gradient, scratch] = [vector(at), vector([0, 0, 0, 0]), vector([0, 0, 0, 0])];
      objective(u, gradient);
      for (let i = 0; i < 4; i++) {
        const sides = [1e-5, -1e-5].map((h) => objective(vector(at.map((v, j) => j === i ? v + h : v)), scratch));
        assert.ok(Math.abs((sides[0] - sides[1]) / 2e-5 - gradient.data[i]) < 1e-8, `${density} ${i}`);
      }
    }
  }
});

Deno.test("Adam and L-BFGS come to the same minimum within bounds", () => {
  // Stationary: x0 - 0.5 + x1 = 0, 2 (x1 - 1) + x0 = 0 give x1 = 1.5, x0 = -1, on a bound; so centers are moved.
  const objective = bowl([1, 0.75, 2, -2]);
  // x0 - 1 + x1 = 0 and 2 x1 - 1.5 + x0 = 0: x1 = 0.5, x0 = 0.5.
  const expected = [0.5, 0.5, 2, -2];
  const { objective: free, toFree, fromFree } = bounded(objective, BOUNDS, 4);
  const before = memoryUse().allocated;
  for (const method of ["adam", "lbfgs"]) {
    const [x, u] = [vector([1.9, 4, -3, 1]), vector([0, 0, 0, 0])];
    toFree(x, u);
    if (method === "adam") adam(free, u, { steps: 3000, learningRate: 0.05, tolerance: 1e-9 });
    else assert.ok(lbfgs(free, u, { steps: 100, tolerance: 1e-9 }).converged);
    fromFree(u, x);
    expected.forEach((v, i) => assert.ok(Math.abs(x.data[i] - v) < 1e-6, `${method} ${i}: ${x.data[i]}`));
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("HMC through bounds samples the density between them", () => {
  // x e^-x on x > 0 has mean 2 and variance 2; a constant on [0, 3] mean 1.5 and variance 0.75.
  const gamma: Objective = ({ data: [a, b] }, gradient) => (gradient.data.set([1 - 1 / a, 0]), a - Math.log(a) + 0 * b);
  const { objective, fromFree } = bounded(gamma, { lower: 0, upper: [Infinity, 3] }, 2, { density: true });
  using u = zeros([2], "float64") as Vector;
  const [x, sums, squares] = [vector([0, 0]), [0, 0], [0, 0]];
  let count = 0;
  const onSample: Parameters<typeof hmc>[2]["onSample"] = (u, { warmup }) => {
    if (warmup) return;
    fromFree(u, x);
    count++;
    x.data.forEach((v, i) => (sums[i] += v, squares[i] += v * v));
  };
  using _ = hmc(objective, u, { key: 2, samples: 2500, warmup: 300, leapfrogSteps: 6, keep: false, onSample });
  [[2, 2], [1.5, 0.75]].forEach(([mean, variance], i) => {
    const found = sums[i] / count;
    assert.ok(Math.abs(found - mean) < 0.15, `${found}`);
    assert.ok(Math.abs(squares[i] / count - found * found - variance) < 0.25 * variance, `${i}`);
  });
});

Deno.test("bounds that cannot be are told", () => {
  const objective = bowl([0, 0, 0, 0]);
  refuses(() => bounded(objective, { lower: 2, upper: 1 }, 4), /"lower" must lie below "upper", got 2 and 1/);
  refuses(() => bounded(objective, { upper: [1, 2] }, 4), /"upper" must be one number or 4 numbers/);
  const { toFree, fromFree } = bounded(objective, BOUNDS, 4);
  const free = vector([0, 0, 0, 0]);
  refuses(() => toFree(vector([-1, 1, 1, 1]), free), /parameter 0 must begin inside of its bounds -1 and 2, got -1/);
  refuses(() => fromFree(free, vector([0])), /bounds are those of 4 parameters, got 1/);
});
