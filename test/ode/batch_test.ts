import assert from "node:assert/strict";
import { fromData, type NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  type BatchSystems,
  type JacobianFunction,
  type RightHandSide,
  solveIvp,
  solveIvpBatch,
} from "../../lib/ode/mod.ts";

await ready({ threads: 2 });

const METHODS = ["RK45", "DOP853", "Radau", "BDF", "LSODA"] as const;

// Math.exp and Math.log round otherwise than the kernels' functions; all else is the same bits. Seen 5e-14.
const GROWTH_TOLERANCE = 1e-12;

/** A kind of systems, and the right-hand side and Jacobian of one as a user would write them. */
interface Kind {
  systems: BatchSystems;
  span: [number, number];
  y0: number[][];
  f: (i: number) => RightHandSide;
  jacobian: (i: number) => JacobianFunction;
  atol: number;
}

const spread = (count: number, from: number, step: number) =>
  Float64Array.from({ length: count }, (_, i) => from + step * i);
const b = spread(5, 0.8, 0.1);
const mu = spread(5, 1, 20);
const k1 = spread(5, 0.02, 0.01);
const hot = spread(5, 0.5, 0.25);

const interpolate = (t: ArrayLike<number>, v: ArrayLike<number>, x: number): number => {
  let i = 0;
  while (i + 2 < t.length && x >= t[i + 1]) i++;
  return v[i] + (v[i + 1] - v[i]) * ((x - t[i]) / (t[i + 1] - t[i]));
};
const times = [0, 1, 4];
const heat = [0, 2, 1, 1, 1, 1, 3, 0, 3, 0, 5, 0, 1, 2, 3];

const KINDS: Record<string, Kind> = {
  lotkaVolterra: {
    systems: { name: "lotkaVolterra", a: 1.5, b, c: 1, d: 3 },
    span: [0, 5],
    y0: [[10, 5], [9, 5], [8, 5], [7, 5], [6, 5]],
    f: (i) => (_t, [x, y]) => [1.5 * x - b[i] * (x * y), x * y - 3 * y],
    jacobian: (i) => (_t, [x, y]) => [[1.5 - b[i] * y, -b[i] * x], [y, x - 3]],
    atol: 1e-8,
  },
  vanDerPol: {
    systems: { name: "vanDerPol", mu },
    span: [0, 20],
    y0: [[2, 0], [2, 0], [2, 0], [1, 0], [1, 1]],
    f: (i) => (_t, [x, v]) => [v, mu[i] * (1 - x * x) * v - x],
    jacobian: (i) => (_t, [x, v]) => [[0, 1], [-2 * mu[i] * x * v - 1, mu[i] * (1 - x * x)]],
    atol: 1e-8,
  },
  robertson: {
    systems: { name: "robertson", k1 },
    span: [0, 10],
    y0: [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0.5, 0, 0.5], [1, 0, 0]],
    f: (i) => (_t, y) => {
      const [p, q, r] = [k1[i] * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]];
      return [q - p, p - q - r, r];
    },
    jacobian: (i) => (_t, y) => {
      const [q2, q3, r] = [1e4 * y[2], 1e4 * y[1], 2 * 3e7 * y[1]];
      return [[-k1[i], q2, q3], [k1[i], -q2 - r, -q3], [0, r, 0]];
    },
    atol: 1e-10,
  },
  // Hydrogen and electrons: ionisation H -> p + e at a rate of each system, recombination p + e -> H.
  reactions: {
    systems: { name: "reactions", orders: [[1, 0, 0], [0, 1, 1]], net: [[-1, 1, 1], [1, -1, -1]], rates: [hot, 2] },
    span: [0, 3],
    y0: [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0.5, 0.5, 0.5], [0, 1, 1]],
    f: (i) => (_t, [h, p, e]) => {
      const [up, down] = [hot[i] * h, 2 * p * e];
      return [-up + down, up - down, up - down];
    },
    jacobian: (i) => (_t, [_h, p, e]) => {
      const [q, d, u] = [hot[i], 2 * e, 2 * p];
      return [[-q, d, u], [q, -d, -u], [q, -d, -u]];
    },
    atol: 1e-8,
  },
  linear: {
    systems: {
      name: "linear",
      decay: { t: times, values: [0.5, 2, 1] },
      source: { t: times, values: fromData(heat, [5, 3], "float64") },
      factor: { t: [0, 4], values: [1, 3] },
    },
    span: [0, 4],
    y0: [[0], [1], [2], [3], [4]],
    f: (i) => (t, [y]) => {
      const source = interpolate(times, heat.slice(3 * i, 3 * i + 3), t);
      return [interpolate([0, 4], [1, 3], t) * source - interpolate(times, [0.5, 2, 1], t) * y];
    },
    jacobian: () => (t) => [[-interpolate(times, [0.5, 2, 1], t)]],
    atol: 1e-8,
  },
  growth: {
    systems: { name: "growth", order: 2, matter: spread(5, 0.2, 0.1), darkEnergy: 0.7, w0: -0.9, wa: 0.1 },
    span: [0.01, 1],
    y0: Array.from({ length: 5 }, () => [0.01, 1, -3 / 7 * 1e-4, -6 / 7 * 1e-2]),
    f: (i) => (a, y) => {
      const [q, r] = growth(0.2 + 0.1 * i, a);
      return [y[1], r * y[0] - q * y[1], y[3], r * y[2] - q * y[3] - r * (y[0] * y[0])];
    },
    jacobian: (i) => (a, y) => {
      const [q, r] = growth(0.2 + 0.1 * i, a);
      return [[0, 1, 0, 0], [r, -q, 0, 0], [0, 0, 0, 1], [-2 * r * y[0], 0, r, -q]];
    },
    atol: 1e-8,
  },
};

function growth(matter: number, a: number): [number, number] {
  const dark = 0.7 * Math.exp(-3 * (1 - 0.9 + 0.1) * Math.log(a) + 3 * 0.1 * (a - 1));
  const total = matter / a ** 3 + dark + (1 - matter - 0.7) / a ** 2;
  const fraction = matter / a ** 3 / total;
  const w = -0.9 + 0.1 * (1 - a);
  return [(2 - 0.5 * (fraction + (1 + 3 * w) * (dark / total))) / a, 1.5 * fraction / a ** 2];
}

function states(rows: number[][]): NdArray<"float64"> {
  return fromData(rows.flat(), [rows.length, rows[0].length], "float64");
}

for (const [name, kind] of Object.entries(KINDS)) {
  Deno.test(`solveIvpBatch() takes the steps of solveIvp(): ${name}`, () => {
    const [t0, t1] = kind.span;
    const tEval = [t0 + 0.3 * (t1 - t0), t0 + 0.6 * (t1 - t0), t1];
    using y0 = states(kind.y0);
    for (const method of METHODS) {
      const options = { method, rtol: 1e-6, atol: kind.atol, tEval };
      const batch = solveIvpBatch(kind.systems, kind.span, y0, options);
      using y = batch.y;
      assert.deepEqual(y.shape, [5, 3, kind.y0[0].length]);
      assert.ok(batch.success);
      for (const i of [0, 2, 4]) {
        const one = solveIvp(kind.f(i), kind.span, kind.y0[i], { ...options, jacobian: kind.jacobian(i) });
        assert.deepEqual([batch.nfev[i], batch.njev[i], batch.nlu[i]], [one.nfev, one.njev, one.nlu], `${method} ${i}`);
        one.y.forEach((component, c) =>
          component.forEach((value, row) => {
            const got = y.data[y.offset(i, row, c)];
            if (name === "growth") assert.ok(Math.abs(got - value) < GROWTH_TOLERANCE * Math.abs(value));
            else assert.equal(got, value, `${method} ${i} ${row} ${c}`);
          })
        );
      }
    }
    if (kind.systems.name === "linear") (kind.systems.source as { values: NdArray }).values.dispose();
  });
}

Deno.test("solveIvpBatch() gives the same bits with 1, 2 and 3 threads", async () => {
  const count = 300;
  const y0 = states(Array.from({ length: count }, (_, i) => [10, 4 + 0.01 * i]));
  const run = () => {
    const solved = METHODS.map((method) =>
      solveIvpBatch({ name: "lotkaVolterra", a: 1.5, b: 1, c: 1, d: spread(count, 2, 0.005) }, [0, 4], y0, {
        ...{ method, rtol: 1e-5, tEval: [1, 2, 4] },
      })
    );
    const bits = solved.map(({ y, steps, nfev }) => [y.data.slice(), steps, nfev]);
    solved.forEach(({ y }) => y.dispose());
    return bits;
  };
  await ready({ threads: 1 });
  const one = run();
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(run(), one);
  }
  await ready({ threads: 2 });
  y0.dispose();
});

Deno.test("solveIvpBatch() has spans and times of each system, also backwards, and the end alone by default", () => {
  using y0 = states([[1, 0], [1, 0]]);
  using span = fromData([0, Math.PI, 0, -1], [2, 2], "float64");
  using tEval = fromData([1, 3, -0.5, -0.75], [2, 2], "float64");
  const options = { method: "DOP853", rtol: 1e-11, atol: 1e-12 } as const;
  const swing = { name: "vanDerPol", mu: 0 } as const;
  const { y, t, tEnd } = solveIvpBatch(swing, span, y0, { ...options, tEval });
  assert.deepEqual([t.shape, y.shape], [[2, 2], [2, 2, 2]]);
  assert.deepEqual(tEnd, Float64Array.of(Math.PI, -1));
  t.data.forEach((time, i) => assert.ok(Math.abs(y.data[2 * i] - Math.cos(time)) < 1e-9));
  const last = solveIvpBatch(swing, span, y0, options);
  assert.deepEqual([last.t.shape, last.t.data, last.y.shape], [[2, 1], Float64Array.of(Math.PI, -1), [2, 1, 2]]);
  assert.ok(Math.abs(last.y.data[0] + 1) < 1e-9 && Math.abs(last.y.data[2] - Math.cos(1)) < 1e-9);
  y.dispose();
  last.y.dispose();
});

Deno.test('solveIvpBatch() with "exact" has the integrating factor of each system', () => {
  // y' = s - k y: y = s / k + (y0 - s / k) exp(-k t).
  using y0 = states([[2], [-1], [0]]);
  using decay = fromData([1, 1, 2, 2, 40, 40], [3, 2], "float64");
  const systems = { name: "linear", source: 3, decay: { t: [0, 5], values: decay } } as const;
  const { y, steps, success } = solveIvpBatch(systems, [0, 5], y0, { method: "exact", tEval: [0, 0.5, 5] });
  assert.ok(success);
  assert.deepEqual(steps, Uint32Array.of(3, 3, 3));
  [1, 2, 40].forEach((k, i) =>
    [0, 0.5, 5].forEach((t, row) => {
      const want = 3 / k + (y0.data[i] - 3 / k) * Math.exp(-k * t);
      assert.ok(Math.abs(y.data[3 * i + row] - want) < 2e-15, `${i} ${t}`);
    })
  );
  y.dispose();
  // Beside the steps of DOP853 for tables that bend; where they do, its error is 1e-9.
  const bent = KINDS.linear.systems;
  assert.equal(bent.name, "linear");
  const source = fromData(heat, [5, 3], "float64");
  using start = states(KINDS.linear.y0);
  const both = (["exact", "DOP853"] as const).map((method) =>
    solveIvpBatch({ ...bent, source: { t: times, values: source } }, [0, 4], start, {
      ...{ method, rtol: 1e-12, atol: 1e-12, tEval: [0.5, 1, 2, 4] },
    })
  );
  both[0].y.data.forEach((v, i) => assert.ok(Math.abs(v - both[1].y.data[i]) < 1e-8));
  both.forEach((r) => r.y.dispose());
  source.dispose();
});

Deno.test("solveIvpBatch() says which systems failed, where and why, and solves the others", () => {
  // 2 Y -> 3 Y: y' = y^2 has its pole at 1 / y0.
  using y0 = states([[0.1], [1], [0.2]]);
  const systems = { name: "reactions", orders: [[2]], net: [[1]], rates: [1] } as const;
  const { y, status, failures, success, tEnd } = solveIvpBatch(systems, [0, 2], y0, { rtol: 1e-8, tEval: [0.5, 2] });
  assert.deepEqual([success, status], [false, Int8Array.of(0, -1, 0)]);
  assert.equal(failures.length, 1);
  assert.equal(failures[0].system, 1);
  assert.match(failures[0].message, /^Required step size is less than spacing between numbers: .* at t = (0\.99999|1)/);
  assert.ok(failures[0].t === tEnd[1] && Math.abs(tEnd[1] - 1) < 1e-5);
  assert.ok(Math.abs(y.data[2] - 2) < 1e-6 && Number.isNaN(y.data[3]) && Math.abs(y.data[5] - 1 / 3) < 1e-6);
  y.dispose();
  const few = solveIvpBatch(systems, [0, 2], y0, { maxSteps: 2 });
  assert.match(few.failures[0].message, /^Too many steps/);
  few.y.dispose();
});

Deno.test("solveIvpBatch() refuses what it cannot solve, naming the argument and the value", () => {
  using y0 = states([[1, 2], [1, 2]]);
  using one = states([[1], [1]]);
  const lv = { name: "lotkaVolterra", a: 1, b: 1, c: 1, d: 1 } as const;
  const fails = (run: () => unknown, code: string, text: RegExp) =>
    assert.throws(run, (error: Error & { code?: string }) => {
      assert.equal(error.code ?? error.name, code);
      assert.match(error.message, text);
      return true;
    });
  fails(
    () => solveIvpBatch({ ...lv, a: [1, 2, 3] }, [0, 1], y0),
    "ShapeError",
    /a must be one number, or one for each of the 2/,
  );
  fails(() => solveIvpBatch({ ...lv, a: NaN }, [0, 1], y0), "DomainError", /a\[0\] must be a finite number, got NaN/);
  fails(() => solveIvpBatch({ name: "vanDerPol" } as never, [0, 1], y0), "TypeError", /"vanDerPol" need "mu"/);
  fails(
    () => solveIvpBatch({ name: "pendulum" } as never, [0, 1], y0),
    "DomainError",
    /must be one of .*got "pendulum"/,
  );
  fails(() => solveIvpBatch({ ...lv }, [1, 1], y0), "DomainError", /span/);
  fails(
    () => solveIvpBatch(lv, [0, 1], one),
    "ShapeError",
    /\[system, 2\] for systems of "lotkaVolterra", got \[2, 1\]/,
  );
  fails(() => solveIvpBatch(lv, [0, 1], y0, { rtol: -1 }), "DomainError", /rtol/);
  fails(() => solveIvpBatch(lv, [0, 1], y0, { tEval: [0.5, 0.25] }), "DomainError", /tEval/);
  fails(() => solveIvpBatch(lv, [0, 1], y0, { method: "exact" }), "DomainError", /"exact" is for systems of "linear"/);
  fails(() => solveIvpBatch(lv, [0, 1], y0, { method: "RK23" as never }), "DomainError", /method/);
  fails(() => solveIvpBatch(lv, [0, 1], y0, { maxSteps: 0 }), "DomainError", /maxSteps/);
  const table = { name: "linear", source: 1, decay: { t: [0, 2, 1], values: [1, 1, 1] } } as const;
  fails(() => solveIvpBatch(table, [0, 1], one), "DomainError", /decay.t must be strictly rising knots, got 2, then 1/);
  const short = { ...table, decay: { t: [0, 1], values: [1, 1, 1] } };
  fails(
    () => solveIvpBatch(short, [0, 1], one),
    "ShapeError",
    /decay.values must have shape \[2\] or \[2, 2\], got \[3\]/,
  );
  const net = { name: "reactions", orders: [[1.5]], net: [[1]], rates: [1] } as const;
  fails(() => solveIvpBatch(net, [0, 1], one), "DomainError", /orders\[0\]\[0\]/);
  fails(() => solveIvpBatch({ ...net, net: [] }, [0, 1], one), "ShapeError", /a row for each reaction, got 1, 0 and 1/);
  using bad = states([[1, Infinity]]);
  fails(() => solveIvpBatch(lv, [0, 1], bad), "DomainError", /y0\[0, 1\] must be a finite number, got Infinity/);
});
