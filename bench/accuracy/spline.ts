/**
 * Accuracy of splines.
 *
 * @module
 */
import { akimaSpline, bicubicSpline, cubicSpline, pchipSpline, type Spline } from "../../lib/spline/mod.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

export const title = "Splines";
export const about =
  "The same interpolants in 40 digits, through the same tables. Errors are relative to the largest " +
  "value, slope or integral of the table: near a zero no rounding of the table itself would allow more.";

/** Numbers in (0, 1) by a fixed sequence (Park and Miller 1988). */
function scatter(n: number): number[] {
  let state = 1;
  return Array.from({ length: n }, () => (state = state * 48271 % 2147483647) / 2147483647);
}

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const rows: AccuracyRow[] = [];
  const numbers = scatter(60);
  let sum = 0;
  const tables: [string, number[]][] = [
    ["60 uneven knots", numbers.map((v) => sum += 0.1 + v)],
    ["60 knots over 6 decades", numbers.map((_, i) => 1e-3 * 1e6 ** (i / 59))],
  ];
  for (const [name, x] of tables) {
    const y = x.map((x) => Math.sin(Math.log(x) * 2) + 0.3 * Math.cos(Math.log(x) * 7));
    const [first, last] = [x[0], x[x.length - 1]];
    const points = scatter(500).map((v) => first * (last / first) ** v);
    const splines: Record<string, Spline> = {
      "not-a-knot": cubicSpline(x, y),
      natural: cubicSpline(x, y, { boundary: "natural" }),
      akima: akimaSpline(x, y),
      pchip: pchipSpline(x, y),
    };
    const exact = await python("spline_reference.py", { x, y, points }) as Record<
      string,
      { values: number[]; slopes: number[]; integrals: number[] }
    >;
    for (const [way, spline] of Object.entries(splines)) {
      const t = Float64Array.from(points);
      const { values, slopes, integrals } = exact[way];
      const found: [string, ArrayLike<number>, number[], number][] = [
        ["evaluate", spline.evaluate(t), values, 2e-15],
        ["evaluate, first derivative", spline.evaluate(t, { derivative: 1 }), slopes, 2e-14],
        ["integrate", spline.integrate(t.map(() => first), t), integrals, 2e-15],
      ];
      for (const [what, actual, expected, bound] of found) {
        const largest = Math.max(...expected.map(Math.abs));
        rows.push({
          name: `${what}, ${way}`,
          domain: `${name}, ${points.length} points`,
          reference: "mpmath, 40 digits",
          ...errorsOf(actual, expected, largest),
          bound,
        });
      }
    }
  }
  return [...rows, ...await surfaces(python)];
}

async function surfaces(python: Python): Promise<AccuracyRow[]> {
  const numbers = scatter(500);
  const axis = (from: number, count: number) => {
    let sum = 0;
    return numbers.slice(from, from + count).map((v) => sum += 0.02 + v / 8);
  };
  const [x, y] = [axis(0, 30), axis(30, 40)];
  const between = (knots: number[], v: number) => knots[0] + (knots[knots.length - 1] - knots[0]) * v;
  const places = numbers.slice(100).map((v, i) => [between(x, v), between(y, numbers[i])]);
  const exact = await python("spline_reference.py", { surface: { x, y }, corner: [x[0], y[0]], places }) as
    & Record<
      "values" | "slopes" | "integrals",
      number[]
    >
    & { nodes: number[][] };
  const surface = bicubicSpline(x, y, Float64Array.from(exact.nodes.flat()));
  const [px, py] = [0, 1].map((i) => Float64Array.from(places, (place) => place[i]));
  const found: [string, ArrayLike<number>, number[], number][] = [
    ["evaluate", surface.evaluate(px, py), exact.values, 2e-15],
    ["evaluate, derivative along y", surface.evaluate(px, py, { derivative: [0, 1] }), exact.slopes, 2e-14],
    ["integrate", places.map(([a, b]) => surface.integrate([x[0], a], [y[0], b])), exact.integrals, 2e-15],
  ];
  return found.map(([what, actual, expected, bound]) => ({
    name: `${what}, bicubic`,
    domain: `30 x 40 uneven knots, ${places.length} points, a product of cubics`,
    reference: "mpmath, 40 digits",
    ...errorsOf(actual, expected, Math.max(...expected.map(Math.abs))),
    bound,
  }));
}
