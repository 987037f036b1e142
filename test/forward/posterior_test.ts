import assert from "node:assert/strict";
import { add, multiply, stats, subtract, sum, zeros } from "../../lib/array/mod.ts";
import { planck18 as cosmology } from "../../lib/cosmology/mod.ts";
import { ForwardModel, type Loss } from "../../lib/forward/mod.ts";
import { hmc, lbfgs, type Objective, type Vector } from "../../lib/inference/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { normal } from "./_model.ts";

await ready({ threads: 2 });

const mesh = [8, 8, 8] as const;
const model = new ForwardModel({ mesh, boxSize: [160, 160, 160], observe: { target: "density", dt0: 0.3 } });
const error = 0.3;
const truth = normal(mesh, 1);
const density = model.run({ cosmology, noise: truth });
const data = add(density.array, multiply(normal(mesh, 2), error)) as Vector;

const misfit: Loss = ({ array }, cotangent) => {
  using off = subtract(array, data);
  multiply(off, error ** -2, { out: cotangent });
  using squares = multiply(off, cotangent);
  return sum(squares) / 2;
};
/** Minus the logarithm of the probability of white noise, by data with normal errors and a normal prior. */
const posterior: Objective = (noise, gradient) => {
  using found = model.valueAndGrad({ cosmology, noise }, misfit);
  add(found.noise, noise, { out: gradient });
  using squares = multiply(noise, noise);
  return found.value + sum(squares) / 2;
};

function correlation(a: Vector, b: Vector): number {
  const [one, two] = [stats(a), stats(b)];
  using products = multiply(a, b);
  return (sum(products) / a.size - one.mean * two.mean) / (one.std * two.std);
}
const agreement = (noise: Vector) => {
  using found = model.run({ cosmology, noise });
  return { noise: correlation(noise, truth), density: correlation(found.array, density.array) };
};

Deno.test("gradient descent finds the density behind the data better than the data do, and noise as in the truth", () => {
  using noise = zeros(mesh, "float64") as Vector;
  const before = memoryUse().allocated;
  const { values } = lbfgs(posterior, noise, { steps: 40 });
  assert.equal(memoryUse().allocated, before);
  assert.ok(values.every((v, i) => i === 0 || v < values[i - 1]));
  using unused = zeros(mesh, "float64") as Vector;
  // The most probable noise is more probable than the truth.
  assert.ok(values.at(-1)! < posterior(truth, unused));
  const found = agreement(noise);
  const seen = correlation(data, density.array);
  assert.ok(found.density > seen && found.density > 0.87, `${found.density}, of the data ${seen}`);
  assert.ok(found.noise > 0.3, `${found.noise}`);
});

Deno.test("Hamiltonian Monte Carlo comes to probable universes and accepts there, the same ones for any number of threads", async () => {
  const chains: unknown[] = [];
  for (const threads of [1, 2]) {
    await ready({ threads });
    using state = normal(mesh, 4);
    using mean = zeros(mesh, "float64") as Vector;
    const options = { key: 3, samples: 40, warmup: 40, leapfrogSteps: 8, stepSize: 0.1, keep: false } as const;
    using chain = hmc(posterior, state, {
      ...options,
      onSample: (x, { warmup }) => {
        using part = multiply(x, 1 / 40);
        if (!warmup) add(mean, part, { out: mean });
      },
    });
    const found = agreement(mean);
    assert.ok(chain.acceptance > 0.5 && chain.acceptance < 0.99, `${chain.acceptance}`);
    assert.ok(found.density > 0.85, `${found.density}`);
    chains.push([chain.values, state.data.slice()]);
  }
  assert.deepEqual(chains[1], chains[0]);
});
