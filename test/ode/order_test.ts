import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { type OdeMethod, solveIvp } from "../../lib/ode/mod.ts";

/** Steps and error at t = 8 of the oscillator y'' = -y that starts as sin t. */
function oscillator(options: { method: OdeMethod; rtol: number; atol: number; maxStep?: number; firstStep?: number }) {
  const { t, y } = solveIvp((_t, y) => [y[1], -y[0]], [0, 8], [0, 1], { ...options, jacobian: [[0, 1], [-1, 0]] });
  const last = t.length - 1;
  return { steps: last, error: Math.hypot(y[0][last] - Math.sin(8), y[1][last] - Math.cos(8)) };
}

// The problem is linear, so that the iterations of Radau are exact whatever the tolerance.
for (
  const { method, order, h } of [
    { method: "RK45", order: 5, h: 1 / 16 },
    { method: "DOP853", order: 8, h: 1 / 4 },
    { method: "Radau", order: 5, h: 1 / 16 },
  ] as const
) {
  Deno.test(`${method} converges with order ${order} in the step, tolerances being out of reach`, async () => {
    await ready({ threads: 1 });
    const fixed = (step: number) => oscillator({ method, rtol: 1e6, atol: 1e6, maxStep: step, firstStep: step });
    const [coarse, fine] = [fixed(2 * h), fixed(h)];
    assert.equal(fine.steps, 8 / h);
    // Measured: 5.006, 8.014, 4.999.
    assert.ok(Math.abs(Math.log2(coarse.error / fine.error) - order) < 0.05);
  });
}

for (
  const { method, order } of [
    { method: "RK45", order: 5 },
    { method: "DOP853", order: 8 },
    { method: "Radau", order: 5 },
    { method: "BDF", order: 5 },
  ] as const
) {
  Deno.test(`${method} has errors like steps^-${order} when the tolerance is lowered`, async () => {
    await ready({ threads: 1 });
    const adaptive = (rtol: number) => oscillator({ method, rtol, atol: rtol });
    const [coarse, fine] = [adaptive(1e-6), adaptive(1e-10)];
    const measured = Math.log(coarse.error / fine.error) / Math.log(fine.steps / coarse.steps);
    // Measured: 5.2, 9.3 (few steps), 5.1, 5.4; BDF's order is 5 in most of its steps.
    assert.ok(measured > order - 0.3 && measured < order + 1.5, `${measured}`);
    // The error of a method that controls its steps follows the tolerance.
    assert.ok(fine.error < 1e-10 * 250 && fine.error > 1e-14, `${fine.error}`);
  });
}

for (
  const { method, order, h } of [
    { method: "RK45", order: 5, h: 1 / 16 },
    { method: "DOP853", order: 8, h: 1 / 4 },
    { method: "Radau", order: 4, h: 1 / 16 },
  ] as const
) {
  Deno.test(`the interpolant of ${method} has local errors like h^${order}`, async () => {
    await ready({ threads: 1 });
    // One step from 0, evaluated within: the error there is the interpolant's, of order (degree + 1) in h.
    const error = (step: number) => {
      const { sol } = solveIvp((_t, y) => [y[1], -y[0]], [0, step], [0, 1], {
        ...{ method, rtol: 1e6, atol: 1e6, firstStep: step, denseOutput: true, jacobian: [[0, 1], [-1, 0]] },
      });
      assert.equal(sol!.ts.length, 2);
      const at = Array.from({ length: 19 }, (_, i) => (i + 1) * step / 20);
      const [x, v] = sol!(at);
      return Math.max(...at.map((t, i) => Math.hypot(x[i] - Math.sin(t), v[i] - Math.cos(t))));
    };
    const measured = Math.log2(error(2 * h) / error(h));
    assert.ok(Math.abs(measured - order) < 0.3, `${measured}`);
  });
}
