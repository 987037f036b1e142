import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { type OdeMethod, type RightHandSide, solveIvp, type SolveIvpOptions } from "../../lib/ode/mod.ts";

const METHODS: OdeMethod[] = ["RK45", "DOP853", "Radau", "BDF", "LSODA"];
const decay: RightHandSide = (_t, y) => [-y[0]];

Deno.test("solveIvp() takes f that returns an array, a number, or fills its third argument, with the same bits", async () => {
  await ready({ threads: 2 });
  for (const method of METHODS) {
    const expected = solveIvp(decay, [0, 3], [1], { method });
    const forms: RightHandSide[] = [
      (_t, y) => -y[0],
      (_t, y) => Float64Array.of(-y[0]),
      (_t, y, dy) => void (dy[0] = -y[0]),
      (_t, y, dy) => {
        dy[0] = -y[0];
        return dy;
      },
    ];
    for (const f of forms) assert.deepEqual(solveIvp(f, [0, 3], [1], { method }), expected);
  }
});

Deno.test("solveIvp() goes backward to where it came from", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    const { t, y, status } = solveIvp(decay, [3, 0], [Math.exp(-3)], { method, rtol: 1e-9, atol: 1e-12 });
    assert.equal(status, 0);
    assert.equal(t[t.length - 1], 0);
    assert.ok(t.every((v, i) => i === 0 || v < t[i - 1]));
    // Going backward, errors grow by e^3 = 20.
    assert.ok(Math.abs(y[0][t.length - 1] - 1) < 1e-7, method);
  }
});

Deno.test("solveIvp() gives the states at tEval alone, ends included, either way", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    for (const tEval of [[0, 0.1, 0.2, 2.9, 3], [], [1.5]]) {
      const { t, y } = solveIvp(decay, [0, 3], [1], { method, tEval, rtol: 1e-8, atol: 1e-10 });
      assert.deepEqual([...t], tEval);
      t.forEach((time, i) => assert.ok(Math.abs(y[0][i] - Math.exp(-time)) < 1e-6, `${method} ${time}`));
    }
    const { t } = solveIvp(decay, [3, 0], [1], { method, tEval: [3, 1, 0] });
    assert.deepEqual([...t], [3, 1, 0]);
  }
});

Deno.test("solveIvp() finds the apex and the ground of a cannon ball, by hand at 20 and 40", async () => {
  await ready({ threads: 1 });
  const ground = { event: (_t: number, y: Float64Array) => y[0], terminal: true, direction: -1 };
  for (const method of METHODS) {
    const r = solveIvp((_t, [, v]) => [v, -0.5], [0, 100], [0, 10], {
      ...{ method, events: [ground, (_t: number, y: Float64Array) => y[1]], denseOutput: true },
    });
    assert.equal(r.status, 1);
    assert.equal(r.message, "A termination event occurred.");
    // The motion is a parabola, which Radau and BDF follow within their tolerance of 1e-3.
    const tolerance = method === "Radau" || method === "BDF" ? 1e-1 : 1e-12;
    assert.ok(Math.abs(r.tEvents![0][0] - 40) < tolerance * 40, method);
    assert.ok(Math.abs(r.tEvents![1][0] - 20) < tolerance * 20, method);
    assert.ok(Math.abs(r.yEvents![1][0][0] - 100) < tolerance * 100);
    assert.equal(r.t[r.t.length - 1], r.tEvents![0][0]);
    assert.deepEqual(r.sol!(r.tEvents![1][0]), r.yEvents![1][0]);
    assert.deepEqual([r.sol!.tMin, r.sol!.tMax], [0, r.tEvents![0][0]]);
  }
});

Deno.test("solveIvp() ends at the k-th crossing, and counts events of one direction alone", async () => {
  await ready({ threads: 1 });
  // sin t falls through 0 at pi, 3 pi, 5 pi and rises at 2 pi, 4 pi; the start at 0 counts as rising, as in SciPy.
  const at = (options: { terminal?: number; direction?: number }) =>
    solveIvp((t) => Math.cos(t), [0, 20], [0], {
      ...{ rtol: 1e-10, atol: 1e-10, events: { event: (_t, y) => y[0], ...options } },
    });
  const expected = [[{ direction: -1 }, [1, 3, 5]], [{ direction: 1 }, [0, 2, 4, 6]], [{ terminal: 3 }, [
    0,
    1,
    2,
  ]]] as const;
  for (const [options, multiples] of expected) {
    const { tEvents, status } = at(options);
    assert.equal(status, "terminal" in options ? 1 : 0);
    assert.equal(tEvents![0].length, multiples.length);
    multiples.forEach((k, i) => assert.ok(Math.abs(tEvents![0][i] - k * Math.PI) < 1e-8, `${k}`));
  }
});

Deno.test("solveIvp() keeps to maxStep and firstStep", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    const { t } = solveIvp(decay, [0, 1], [1], { method, maxStep: 0.125, firstStep: 0.0625, atol: 0.1 });
    assert.equal(t[1], 0.0625);
    assert.ok(t.every((v, i) => i === 0 || v - t[i - 1] <= 0.125 + 1e-15));
  }
});

Deno.test("solveIvp() takes a Jacobian as rows, flat, filled, or constant, with the same bits", async () => {
  await ready({ threads: 1 });
  for (const method of ["Radau", "BDF"] as const) {
    const f: RightHandSide = (_t, y) => [-100 * y[0] + y[1], y[0] - y[1]];
    const run = (jacobian: SolveIvpOptions["jacobian"]) => solveIvp(f, [0, 5], [1, 0], { method, jacobian });
    const expected = run(() => [[-100, 1], [1, -1]]);
    assert.ok(expected.njev > 0 && expected.success);
    assert.deepEqual(run(() => [-100, 1, 1, -1]), expected);
    assert.deepEqual(run((_t, _y, jac) => jac.set([-100, 1, 1, -1])), expected);
    const constant = run([[-100, 1], [1, -1]]);
    assert.equal(constant.njev, 0);
    assert.deepEqual(run(Float64Array.of(-100, 1, 1, -1)), constant);
  }
});

Deno.test("solveIvp() says where a step became too small, and returns what it has", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    // y' = y^2 from 1: y = 1 / (1 - t) ends at t = 1.
    const r = solveIvp((_t, y) => y[0] * y[0], [0, 2], [1], { method });
    assert.equal(r.status, -1);
    assert.equal(r.success, false);
    const last = r.t[r.t.length - 1];
    assert.match(
      r.message,
      /^Required step size is less than spacing between numbers: .* at t = |is not finite near t = /,
    );
    assert.ok(r.message.includes(`t = ${last}`), r.message);
    assert.ok(Math.abs(last - 1) < 0.01, `${method}: ${last}`);
    assert.equal(r.y[0].length, r.t.length);
  }
});

Deno.test("solveIvp() says that f is not finite, at the start and later", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    const start = solveIvp(() => NaN, [0, 1], [1], { method, denseOutput: true });
    assert.equal(start.status, -1);
    assert.match(start.message, /^The right-hand side or its Jacobian is not finite near t = 0/);
    assert.deepEqual([[...start.t], [...start.y[0]], start.sol], [[0], [1], undefined]);
    const later = solveIvp((_t, y) => Math.sqrt(0.5 - y[0]) + 1, [0, 1], [0], { method });
    assert.equal(later.status, -1);
    // LSODA gives up when ten trials failed, which may end with values that are finite.
    assert.match(
      later.message,
      method === "LSODA" ? /less than spacing|is not finite|trials/ : /is not finite near t = /,
    );
    assert.ok(later.y[0][later.t.length - 1] <= 0.5);
  }
  const jacobian = () => [NaN];
  const r = solveIvp(decay, [0, 1], [1], { method: "BDF", jacobian });
  assert.deepEqual([r.status, r.nfev, r.njev], [-1, 2, 1]);
});

Deno.test("solveIvp() solves with a singular Jacobian", async () => {
  await ready({ threads: 1 });
  for (const method of ["Radau", "BDF"] as const) {
    // Both equations alike: the Jacobian has rank 1, the matrix I - c J is regular.
    const r = solveIvp((_t, y) => [-y[0] - y[1], -y[0] - y[1]], [0, 5], [1, 1], { method, rtol: 1e-8, atol: 1e-10 });
    assert.equal(r.status, 0);
    assert.ok(Math.abs(r.y[0][r.t.length - 1] - Math.exp(-10)) < 1e-7);
  }
});

Deno.test("solveIvp() says that the matrix of the iterations is singular when no shorter step is left", async () => {
  await ready({ threads: 1 });
  // A step that cannot be halved, and the Jacobian for which h makes the matrix zero.
  const h = (1 + 3e-15) - 1;
  for (
    const { method, jacobian } of [
      { method: "BDF", jacobian: 1 / (h / 1.185) },
      { method: "Radau", jacobian: (3 + 3 ** (2 / 3) - 3 ** (1 / 3)) / h },
    ] as const
  ) {
    const r = solveIvp(() => 1, [1, 2], [1], { method, jacobian: [[jacobian]], firstStep: h });
    assert.equal(r.status, -1);
    assert.match(r.message, /at t = 1, and the matrix of the Newton iterations is singular\.$/);
    assert.deepEqual([...r.t], [1]);
  }
});

Deno.test("solveIvp() says that a component has no tolerance", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    const r = solveIvp((_t, y) => [y[1], 1], [0, 1], [0, 1], { method, atol: [0, 1e-6] });
    assert.deepEqual([r.status, r.t.length], [-1, 1]);
    assert.equal(r.message, "A component is 0 at t = 0 and so is its tolerance; give it an atol above 0.");
  }
});

Deno.test("solveIvp() says that there is no room for the matrices of many components", async () => {
  await ready({ threads: 1 });
  for (const n of [20_000, 70_000]) {
    assert.throws(
      () => solveIvp((_t, y) => y, [0, 1], new Float64Array(n), { method: "Radau" }),
      (error: unknown) => {
        assert.ok(isToolkitError(error, "MemoryError"));
        assert.equal(error.requestedBytes, 8 * n * n);
        assert.match(
          error.message,
          /for \d+ components by Radau: no room for its matrices, .* RK45 and DOP853 need none$/,
        );
        return true;
      },
    );
  }
  assert.equal(solveIvp((_t, y) => y, [0, 1], new Float64Array(70_000)).status, 0);
});

interface Bad {
  f?: unknown;
  span?: unknown;
  y0?: unknown;
  options?: Record<string, unknown>;
  code: "DomainError" | "ShapeError" | "TypeError";
  message: RegExp;
}

Deno.test("solveIvp() names what is wrong in its arguments", async () => {
  await ready({ threads: 1 });
  const bad: Bad[] = [
    { span: [1, 1], code: "DomainError", message: /the span must be longer than 0, got \[1, 1\]/ },
    { span: [0, NaN], code: "DomainError", message: /"t1": it must be a finite number, got NaN/ },
    { span: [0, 1, 2], code: "ShapeError", message: /the span must be \[t0, t1\], got 3 values/ },
    { y0: [], code: "ShapeError", message: /y0 must be an array of one number or more, got no components/ },
    { y0: 1, code: "ShapeError", message: /got a number; write \[y\] for one component/ },
    { y0: [1, NaN], code: "DomainError", message: /y0\[1\] must be a finite number, got NaN/ },
    { y0: [[1, 2]], code: "TypeError", message: /y0\[0\] must be a number, got object; write complex numbers as two/ },
    {
      options: { rtol: -1e-3 },
      code: "DomainError",
      message: /rtol must be a finite number of at least 0, got -0.001/,
    },
    { options: { atol: -1 }, code: "DomainError", message: /atol must be finite and at least 0, got -1/ },
    {
      options: { atol: [1, 1] },
      code: "ShapeError",
      message: /atol must be .* one for each of the 1 components, got 2/,
    },
    { options: { maxStep: 0 }, code: "DomainError", message: /maxStep must be above 0, got 0/ },
    { options: { firstStep: 3 }, code: "DomainError", message: /firstStep must be .* length of the span, 2, got 3/ },
    {
      options: { method: "RK4" },
      code: "DomainError",
      message: /"method": it must be one of "RK45", "DOP853", "Radau"/,
    },
    { options: { tEval: [0, 3] }, code: "DomainError", message: /tEval\[1\] must be within the span \[0, 2\], got 3/ },
    { options: { tEval: [1, 0.5] }, code: "DomainError", message: /tEval must be strictly rising, got 1, then 0.5/ },
    { options: { events: [{}] }, code: "TypeError", message: /events\[0\] must be a function/ },
    {
      options: { events: { event: () => 1, terminal: 1.5 } },
      code: "DomainError",
      message: /terminal must be .* 1\.5/,
    },
    { options: { events: () => "x" }, code: "TypeError", message: /an event must return a number, got x at t = 0/ },
    { f: 3, code: "TypeError", message: /f must be a function/ },
    { f: () => [1, 2], code: "ShapeError", message: /f at t = 0 must give 1 numbers, got 2/ },
    { y0: [1, 2], f: () => 1, code: "ShapeError", message: /f at t = 0 must give 2 numbers, got one/ },
    { options: { method: "BDF", jacobian: [[1, 2]] }, code: "ShapeError", message: /the Jacobian .* got a row of 2/ },
    { options: { method: "BDF", jacobian: () => [1, 2] }, code: "ShapeError", message: /1 rows of 1 .* got 2 numbers/ },
    { options: { method: "BDF", jacobian: [[NaN]] }, code: "DomainError", message: /jacobian\[0\] must be a finite/ },
  ];
  const before = memoryUse().allocated;
  for (const { f = decay, span = [0, 2], y0 = [1], options = {}, code, message } of bad) {
    assert.throws(
      () => solveIvp(f as RightHandSide, span as [number, number], y0 as number[], options as SolveIvpOptions),
      (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, message);
        if (code === "TypeError") assert.ok(error instanceof TypeError);
        else assert.ok(isToolkitError(error, code), error.stack);
        return true;
      },
    );
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("solveIvp() raises a relative tolerance below 100 epsilon to that, as SciPy does", async () => {
  await ready({ threads: 1 });
  const run = (rtol: number) => solveIvp(decay, [0, 1], [1], { method: "DOP853", rtol, atol: 1e-14 });
  assert.deepEqual(run(0), run(100 * Number.EPSILON));
});
