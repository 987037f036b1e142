/**
 * Reads a table at many places: a spline with its derivative and integral, monotone interpolation, and a surface.
 *
 *     deno run -A examples/spline.ts [number of points, default 1000000]
 *
 * @module
 */
import { bicubicSpline, cubicSpline, pchipSpline } from "../lib/spline/mod.ts";
import { ready } from "../lib/kernel/mod.ts";

await ready();
const n = Number(Deno.args[0] ?? 1e6);

// A transfer function on 40 wavenumbers [h/Mpc], evenly spaced in log k; the spline finds that out.
const k = Float64Array.from({ length: 40 }, (_, i) => 1e-4 * 1e6 ** (i / 39));
const transfer = cubicSpline(k, k.map((k) => Math.log(1 + 2.34 * k) / (2.34 * k)));
console.log(`intervals are found by the ${transfer.knotKind} way`);

const points = Float64Array.from({ length: n }, (_, i) => 1e-4 * 1e6 ** (i * 0.618 % 1));
const start = performance.now();
const values = transfer.evaluate(points);
console.log(`${n} values in ${(performance.now() - start).toFixed(1)} ms`);
const worst = values.reduce((worst, v, i) => {
  const exact = Math.log(1 + 2.34 * points[i]) / (2.34 * points[i]);
  return Math.max(worst, Math.abs(v - exact));
}, 0);
console.log(`largest error ${worst.toExponential(1)}`);
console.log(`slope at k = 0.1: ${transfer.at(0.1, { derivative: 1 }).toFixed(4)}`);
console.log(`integral over [0.01, 1]: ${transfer.integrate(0.01, 1).toFixed(6)}`);

// An ionised fraction by redshift: it must not overshoot 0 or 1.
const z = [5, 6, 7, 8, 9, 10, 12, 15];
const ionised = pchipSpline(z, [1, 1, 0.85, 0.4, 0.15, 0.05, 0.01, 0]);
console.log(`ionised at z = 6.5: ${ionised.at(6.5).toFixed(4)}`);

const axis = Float64Array.from({ length: 20 }, (_, i) => i / 19);
const surface = bicubicSpline(
  axis,
  axis,
  Float64Array.from({ length: 400 }, (_, i) => {
    return Math.exp(axis[Math.floor(i / 20)] * axis[i % 20]);
  }),
);
console.log(`exp(x y) over the unit square: ${surface.integrate([0, 1], [0, 1]).toFixed(6)} (exactly 1.317902)`);
