import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  akimaSpline,
  bicubicSpline,
  bilinearSpline,
  type Boundary,
  cubicSpline,
  linearSpline,
  pchipSpline,
  type Spline,
} from "../../lib/spline/mod.ts";

interface Case {
  knots: string;
  way: string;
  x: number[];
  y: number[];
  ends: number[][];
  coefficients?: number[];
  points: number[];
  values: number[][];
  bounds: number[][];
  integrals: number[];
  inside: number[];
  antiderivative: number[];
}

interface SurfaceCase {
  k: number;
  x: number[];
  y: number[];
  z: number[];
  px: number[];
  py: number[];
  values: number[];
  inner: [number[], { nu: [number, number]; values: number[] }[]];
  rectangles: number[][];
  integrals: number[];
}

const { cases, surfaces }: { cases: Case[]; surfaces: SurfaceCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("reference/spline.json", import.meta.url)),
);

// Both codes round each operation; measured at most 1.1e-13 of the largest number, far outside of the knots.
const TOLERANCE = 3e-13;

function assertClose(actual: ArrayLike<number>, expected: number[], what: string, least = 0): void {
  assert.equal(actual.length, expected.length, what);
  const scale = Math.max(...expected.map(Math.abs), least);
  expected.forEach((e, i) =>
    assert.ok(Math.abs(actual[i] - e) <= TOLERANCE * scale, `${what} [${i}]: ${actual[i]}, SciPy has ${e}`)
  );
}

function make({ way, x, y, ends }: Case): Spline {
  const table = new NdArray(Float64Array.from(y), [x.length, y.length / x.length], "float64");
  if (way === "linear") return linearSpline(x, table);
  if (way === "akima" || way === "makima") return akimaSpline(x, table, { method: way, extrapolation: "extrapolate" });
  if (way === "pchip") return pchipSpline(x, table);
  const boundary: Record<string, Boundary> = {
    given: [{ derivative: 1, value: ends?.[0] }, { derivative: 2, value: ends?.[1] }],
    mixed: [{ derivative: 2, value: ends?.[0] }, "not-a-knot"],
  };
  return cubicSpline(x, table, { boundary: boundary[way] ?? (way as Boundary) });
}

for (const reference of cases) {
  const { way, knots } = reference;
  Deno.test(`${way} on ${knots} knots has SciPy's coefficients, values, derivatives and integrals`, async () => {
    await ready({ threads: 2 });
    const spline = make(reference);
    if (reference.coefficients) {
      // Each power by what it adds at the end of its interval: that is where rounding of the table shows.
      const { knots: x, columns } = spline;
      const terms = (c: ArrayLike<number>) =>
        Array.from(c, (c, i) => {
          const [interval, power] = [Math.floor(i / columns / 4), Math.floor(i / columns) % 4];
          return c * (x[interval + 1] - x[interval]) ** power;
        });
      assertClose(terms(spline.coefficients), terms(reference.coefficients), "coefficients");
    }
    const points = Float64Array.from(reference.points);
    // A derivative that is 0 is so up to rounding of the values.
    const least = Math.max(...reference.y.map(Math.abs));
    const width = spline.knots[1] - spline.knots[0];
    reference.values.forEach((values, derivative) => {
      // A jump of the third derivative: SciPy's periodic points at the last knot are those at the first.
      if (way === "periodic" && derivative === 3) return;
      assertClose(
        spline.evaluate(points, { derivative }),
        values,
        `derivative ${derivative}`,
        least / width ** derivative,
      );
    });
    if (!reference.bounds) return;
    const [from, to] = reference.bounds.map((b) => Float64Array.from(b));
    assertClose(spline.integrate(from, to), reference.integrals, "integrals");
    const inside = Float64Array.from(reference.inside);
    assertClose(spline.antiderivative().evaluate(inside), reference.antiderivative, "antiderivative");
  });
}

for (const reference of surfaces) {
  const { k, x, y, z } = reference;
  Deno.test(`a surface of degree ${k} on ${x.length} x ${y.length} nodes has SciPy's values and integrals`, async () => {
    await ready({ threads: 2 });
    const surface = (k === 3 ? bicubicSpline : bilinearSpline)(x, y, z);
    const [px, py] = [Float64Array.from(reference.px), Float64Array.from(reference.py)];
    assertClose(surface.evaluate(px, py), reference.values, "values, with points beyond the rim");
    const [inner, orders] = reference.inner;
    const [ix, iy] = [px, py].map((p) => Float64Array.from(inner, (i) => p[i]));
    for (const { nu, values } of orders) {
      assertClose(surface.evaluate(ix, iy, { derivative: nu }), values, `derivative ${nu}`);
    }
    const integrals = reference.rectangles.map(([x0, x1, y0, y1]) => surface.integrate([x0, x1], [y0, y1]));
    assertClose(integrals, reference.integrals, "integrals");
  });
}
