/**
 * Cleans a small time-ordered matrix [detector, sample]: gains, the common mode of all detectors, and what is left.
 *
 *     deno run -A examples/array.ts [samples, default 20000]
 *
 * @module
 */
import {
  add,
  arange,
  divide,
  linspace,
  matmul,
  mean,
  multiply,
  permuteAxes,
  sin,
  slice,
  std,
  subtract,
} from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";

await ready();
const [detectors, samples] = [8, Number(Deno.args[0] ?? 20_000)];

// Each detector sees its own slow wave, and all see the same drift.
using time = linspace(0, 100, samples); // [s]
using rate = add(arange(detectors), 1);
using phase = matmul(slice(rate, [], null), slice(time, null));
using signal = sin(phase);
using slow = multiply(time, 0.03);
using drift = sin(slow);
using tod = add(signal, multiply(drift, 5));
using gain = linspace(0.9, 1.1, detectors);
multiply(tod, slice(gain, [], null), { out: tod }); // tod *= gain[:, None]

console.log(`spread as measured            ${std(tod).toFixed(3)}`);
divide(tod, slice(gain, [], null), { out: tod });
using common = mean(tod, { axis: 0 });
subtract(tod, common, { out: tod });
console.log(`spread without the drift      ${std(tod).toFixed(3)} (a wave of amplitude 1 has 0.707)`);

// Correlation of neighbouring detectors before and after, from one matrix product.
using covariance = matmul(tod, permuteAxes(tod));
const norms = Array.from({ length: detectors }, (_, i) => Math.sqrt(covariance.data[i * detectors + i]));
const correlation = covariance.data[1] / (norms[0] * norms[1]);
console.log(
  `correlation of detectors 0, 1 ${correlation.toFixed(3)} (-1/7 for independent ones, as their mean was taken away)`,
);
