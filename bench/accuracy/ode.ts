/** Errors of solveIvp. */
import { fromData } from "../../lib/array/mod.ts";
import { type OdeMethod, type RightHandSide, solveIvp, solveIvpBatch } from "../../lib/ode/mod.ts";
import { problems } from "../../test/ode/problems.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

/** Heading. */
export const title = "Differential equations";
/** A few sentences below the heading. */
export const about =
  "`solveIvp` with `rtol` 1e-10. Errors are global: what local errors below the tolerance add up to; over a span of " +
  "time they are\nrelative to the largest value of each component there, at interpolated times; at the end of a span " +
  "to each component's value.\nIn very stiff problems the interpolant of Radau is less accurate than its steps (relaxation).\nThe stiff problems of the literature are compared with the values of the *Test Set for " +
  "IVP Solvers* (Mazzia and Magherini 2008).";

const RTOL = 1e-10;

interface Span {
  f: RightHandSide;
  y0: number[];
  t1: number;
  methods: [OdeMethod, number][];
}

/** The solutions are known in closed form; see ode.py. Each method has its bound, some three times what was measured. */
const spans: Record<string, Span> = {
  driven: {
    f: (t, y) => y[0] * Math.cos(t),
    y0: [1],
    t1: 20,
    methods: [["RK45", 1e-9], ["DOP853", 5e-9], ["Radau", 1e-10], ["BDF", 1e-8], ["LSODA", 3e-9]],
  },
  pendulum: {
    f: (_t, y) => [y[1], -Math.sin(y[0])],
    y0: [0, 2 * Math.sin(1.5)],
    t1: 50,
    methods: [["RK45", 3e-7], ["DOP853", 2e-7], ["Radau", 1e-9], ["BDF", 1e-5], ["LSODA", 6e-7]],
  },
  kepler: {
    f: problems.D1,
    y0: [0.4, 0, 0, 2],
    t1: 20,
    methods: [["RK45", 2e-7], ["DOP853", 1e-7], ["Radau", 3e-10], ["BDF", 5e-6], ["LSODA", 5e-7]],
  },
  kaps: {
    f: (_t, y) => [-(1e6 + 2) * y[0] + 1e6 * y[1] * y[1], y[0] - y[1] - y[1] * y[1]],
    y0: [1, 1],
    t1: 5,
    methods: [["Radau", 2e-10], ["BDF", 2e-10], ["LSODA", 1e-10]],
  },
  relaxation: {
    f: (t, y) => -1e6 * (y[0] - Math.cos(t)) - Math.sin(t),
    y0: [1],
    t1: 20,
    methods: [["Radau", 3e-6], ["BDF", 1e-10], ["LSODA", 1e-10]],
  },
};

interface End {
  name: string;
  y0: number[];
  t1: number;
  atol: number;
  exact: number[];
  methods: [OdeMethod, number][];
}

const ends: End[] = [
  {
    ...{ name: "robertson", y0: [1, 0, 0], t1: 1e11, atol: 1e-24 },
    exact: [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050],
    methods: [["Radau", 1e-12], ["BDF", 1e-8], ["LSODA", 1e-8]],
  },
  {
    ...{ name: "van der Pol", y0: [2, 0], t1: 2000, atol: 1e-14 },
    exact: [0.1706167732170483e1, -0.8928097010247975e-3],
    // BDF gives up at t = 807, as SciPy's does: rounding of f is too much for its iterations.
    methods: [["Radau", 1e-12], ["LSODA", 1e-8]],
  },
  {
    ...{ name: "HIRES", y0: [1, 0, 0, 0, 0, 0, 0, 0.0057], t1: 321.8122, atol: 1e-16 },
    exact: [
      ...[0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2],
      ...[0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2],
    ],
    methods: [["Radau", 1e-11], ["BDF", 5e-9], ["LSODA", 5e-9]],
  },
  {
    ...{ name: "OREGO", y0: [1, 2, 3], t1: 360, atol: 1e-12 },
    exact: [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
    methods: [["Radau", 2e-12], ["BDF", 1e-7], ["LSODA", 1e-7]],
  },
];

function spanRow(name: string, method: OdeMethod, bound: number, t: number[], exact: number[][]): AccuracyRow {
  const { f, y0, t1 } = spans[name];
  const { y } = solveIvp(f, [0, t1], y0, { method, rtol: RTOL, atol: RTOL / 100, tEval: t });
  const errors = y.map((row, i) => {
    const values = exact.map((states) => states[i]);
    return errorsOf(row, values, Math.max(...values.map(Math.abs)));
  });
  const worst = Math.max(...errors.map((e) => e.worst));
  const median = Math.max(...errors.map((e) => e.median));
  return {
    ...{ name: `solveIvp ${method}`, reference: "mpmath" },
    domain: `${name}, 0 <= t <= ${t1}`,
    worst,
    median,
    bound,
  };
}

function endRow({ name, y0, t1, atol, exact }: End, method: OdeMethod, bound: number): AccuracyRow {
  const { y } = solveIvp(problems[name], [0, t1], y0, { method, rtol: RTOL, atol, tEval: [t1] });
  const errors = errorsOf(y.map((row) => row[0]), exact);
  return { ...{ name: `solveIvp ${method}`, reference: "Test Set" }, domain: `${name}, t = ${t1}`, ...errors, bound };
}

/** Batches with solutions in closed form: y' = t (1 - y) exactly, and recombination with a tolerance. */
function batchRows(): AccuracyRow[] {
  const t = Float64Array.from({ length: 51 }, (_, i) => i / 10);
  const starts = Float64Array.from({ length: 101 }, (_, i) => i / 25 - 2);
  using y0 = fromData(starts, [101, 1], "float64");
  const table = { t: [0, 5], values: [0, 5] };
  const linear = solveIvpBatch({ name: "linear", decay: table, source: table }, [0, 5], y0, {
    method: "exact",
    tEval: t,
  });
  using y = linear.y;
  const exact = Float64Array.from(
    y.data,
    (_, i) => 1 + (starts[Math.floor(i / 51)] - 1) * Math.exp(-(t[i % 51] ** 2) / 2),
  );
  const common = { reference: "closed form" };
  const name = 'solveIvpBatch "exact"';
  const domain = "y' = t (1 - y), -2 <= y(0) <= 2, 0 <= t <= 5, beside the largest y";
  const first = { ...common, name, domain, ...errorsOf(y.data, exact, 2), bound: 2e-15 };
  // Recombination p + e -> H from y = 1: y = 1 / (1 + k t).
  const rates = Float64Array.from({ length: 101 }, (_, i) => 0.1 * 10 ** (i / 50));
  using ones = fromData(new Float64Array(202).fill(1), [101, 2], "float64");
  const systems = { name: "reactions", orders: [[1, 1]], net: [[-1, -1]], rates: [rates] } as const;
  const rows = ([["DOP853", 1e-11], ["LSODA", 2e-9]] as const).map(([method, bound]) => {
    const options = { method, rtol: RTOL, atol: RTOL / 100 };
    const solved = solveIvpBatch(systems, [0, 10], ones, options);
    using y = solved.y;
    const errors = errorsOf(y.data, Float64Array.from(y.data, (_, i) => 1 / (1 + 10 * rates[i >> 1])));
    return {
      ...common,
      name: `solveIvpBatch ${method}`,
      domain: "y' = -k y^2, 0.1 <= k <= 10, t = 10",
      ...errors,
      bound,
    };
  });
  return [first, ...rows];
}

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const times = Object.fromEntries(
    Object.entries(spans).map(([name, { t1 }]) => [name, Array.from({ length: 101 }, (_, i) => i * t1 / 100)]),
  );
  const exact = (await python("ode_reference.py", { times })) as Record<string, number[][]>;
  return [
    ...Object.entries(spans).flatMap(([name, { methods }]) =>
      methods.map(([method, bound]) => spanRow(name, method, bound, times[name], exact[name]))
    ),
    ...ends.flatMap((end) => end.methods.map(([method, bound]) => endRow(end, method, bound))),
    ...batchRows(),
  ];
}
