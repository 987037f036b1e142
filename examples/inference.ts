/**
 * The initial conditions behind a noisy density: the most probable ones by gradient descent, then samples of all probable
 * ones by Hamiltonian Monte Carlo.
 *
 *     deno run -A examples/inference.ts
 *
 * @module
 */
import { add, multiply, stats, subtract, sum, zeros } from "@cosmesh/cosmesh/array";
import { planck18 as cosmology } from "@cosmesh/cosmesh/cosmology";
import { ForwardModel, type Loss } from "@cosmesh/cosmesh/forward";
import { hmc, lbfgs, type Objective, type Vector } from "@cosmesh/cosmesh/inference";
import { ready } from "@cosmesh/cosmesh/kernel";
import { randomNormal } from "@cosmesh/cosmesh/rng";

await ready();
const mesh = [32, 32, 32] as const;
const model = new ForwardModel({ mesh, boxSize: [640, 640, 640], observe: { target: "density", dt0: 0.3 } });

// What is to be found, and what is seen of it: the density with normal errors.
const error = 0.3;
using truth = randomNormal(zeros(mesh, "float32"), { key: 1 });
using density = model.run({ cosmology, noise: truth });
using errors = randomNormal(zeros(mesh, "float32"), { key: 2, std: error });
using data = add(density.array, errors);

/** Minus the logarithm of the probability of the data. */
const misfit: Loss = ({ array }, cotangent) => {
  using off = subtract(array, data);
  multiply(off, error ** -2, { out: cotangent });
  using squares = multiply(off, cotangent);
  return sum(squares) / 2;
};
/** That of white noise with the data: the misfit and a normal prior. */
const posterior: Objective = (noise, gradient) => {
  using found = model.valueAndGrad({ cosmology, noise }, misfit);
  add(found.noise, noise, { out: gradient });
  using squares = multiply(noise, noise);
  return found.value + sum(squares) / 2;
};

/** Correlation coefficient. */
function correlation(a: Vector, b: Vector): number {
  const [one, two] = [stats(a), stats(b)];
  using products = multiply(a, b);
  return (sum(products) / a.size - one.mean * two.mean) / (one.std * two.std);
}
const compare = (what: string, noise: Vector) => {
  using found = model.run({ cosmology, noise });
  const [first, last] = [correlation(noise, truth), correlation(found.array, density.array)];
  console.log(`${what}: correlation with the truth ${first.toFixed(3)} (noise), ${last.toFixed(3)} (density)`);
};

console.log(
  `density: rms ${density.std().toFixed(3)}, correlation with the data ${correlation(density.array, data).toFixed(3)}`,
);
using noise = zeros(mesh, "float32");
const { values, steps } = lbfgs(posterior, noise, { steps: 30 });
console.log(`gradient descent: ${steps} steps, from ${values[0].toFixed(0)} to ${values[steps - 1].toFixed(0)}`);
compare("most probable", noise);

// From noise that has nothing to do with the data. (Next to the mode hardly any noise is: there all amplitudes are too small.)
using state = randomNormal(zeros(mesh, "float32"), { key: 4 });
using mean = zeros(mesh, "float32");
const samples = 8;
using chain = hmc(posterior, state, {
  ...{ key: 3, samples, warmup: 12, leapfrogSteps: 12, stepSize: 0.02, keep: false },
  onSample(x, { warmup, accepted, acceptance, value }) {
    if (!warmup) add(mean, multiply(x, 1 / samples), { out: mean });
    console.log(
      `  ${warmup ? "warm-up" : "sample"}: ${value.toFixed(0)}, acceptance ${acceptance.toFixed(2)} (${
        accepted ? "" : "not "
      }taken)`,
    );
  },
});
console.log(
  `Hamiltonian Monte Carlo: acceptance ${chain.acceptance.toFixed(2)}, steps of ${chain.stepSize.toFixed(3)}`,
);
compare("last sample", state);
compare("mean of samples", mean);
