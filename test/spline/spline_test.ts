import assert from "node:assert/strict";
import { fromData, NdArray } from "../../lib/array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  akimaSpline,
  cubicSpline,
  type Extrapolation,
  linearSpline,
  pchipSpline,
  Spline,
} from "../../lib/spline/mod.ts";

/** Numbers in (0, 1) by a fixed sequence (Park and Miller 1988). */
function scatter(n: number, low: number, high: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length: n }, () => low + (high - low) * (state = state * 48271 % 2147483647) / 2147483647);
}

const UNEVEN = Float64Array.from({ length: 60 }, (_, i) => i * i / 50 + i / 7 - 3);
const SINE = UNEVEN.map((x) => Math.sin(x / 3));

Deno.test("a cubic is reproduced with its derivatives and integral, inside and outside of the knots", async () => {
  await ready({ threads: 2 });
  const x = [-1, 0, 0.5, 2, 4];
  const spline = cubicSpline(x, x.map((x) => x ** 3 - 2 * x));
  for (const t of [-3, -1, 0.2, 0.5, 3.9, 4, 6]) {
    assert.ok(Math.abs(spline.at(t) - (t ** 3 - 2 * t)) < 1e-12);
    assert.ok(Math.abs(spline.at(t, { derivative: 1 }) - (3 * t * t - 2)) < 1e-12);
    assert.ok(Math.abs(spline.at(t, { derivative: 2 }) - 6 * t) < 1e-11);
    assert.ok(Math.abs(spline.at(t, { derivative: 3 }) - 6) < 1e-11);
    assert.equal(spline.at(t, { derivative: 4 }), 0);
    // From -1: t^4/4 - t^2 + 3/4.
    assert.ok(Math.abs(spline.integrate(-1, t) - (t ** 4 / 4 - t * t + 0.75)) < 1e-11 * Math.max(1, t ** 4));
    assert.ok(Math.abs(spline.antiderivative().at(t) - (t ** 4 / 4 - t * t + 0.75)) < 1e-11 * Math.max(1, t ** 4));
  }
});

Deno.test("evaluate() and at() give the same bits, for all threads, knot kinds, policies and orders", async () => {
  const points = scatter(30_001, -9, 90);
  points[77] = NaN;
  for (
    const x of [
      UNEVEN,
      Float64Array.from(UNEVEN, (_, i) => 0.1 * i),
      Float64Array.from(UNEVEN, (_, i) => 1.2 ** i),
    ]
  ) {
    for (const extrapolation of ["extrapolate", "constant", "nan", "periodic", 7] as Extrapolation[]) {
      const uniform = x[1] === 0.1;
      const splines = (["auto", "logarithmic", "arbitrary", ...(uniform ? ["uniform" as const] : [])] as const).map(
        (knots) => cubicSpline(x, SINE, { extrapolation, knots }),
      );
      if (uniform) assert.equal(splines[0].knotKind, "uniform");
      for (const derivative of [0, 1, 3]) {
        const expected = points.map((t) => splines[0].at(t, { derivative }));
        for (const threads of [1, 2, 3]) {
          await ready({ threads });
          for (const spline of splines) {
            assert.deepEqual(spline.evaluate(points, { derivative }), expected, `${extrapolation} ${spline.knotKind}`);
          }
        }
        // Few points take the way of at().
        assert.deepEqual(splines[0].evaluate(points.slice(70, 80), { derivative }), expected.slice(70, 80));
      }
    }
  }
});

Deno.test("policies, by hand on a line from (0, 1) to (1, 2) to (3, 2)", async () => {
  await ready({ threads: 2 });
  const at = (extrapolation: Extrapolation, t: number, derivative = 0) =>
    linearSpline([0, 1, 3], [1, 2, 2], { extrapolation }).at(t, { derivative });
  assert.equal(at("extrapolate", -2), -1);
  assert.equal(at("constant", -2), 1);
  assert.equal(at("constant", -2, 1), 0);
  assert.equal(at("constant", 0, 1), 1);
  assert.equal(at(9, 4), 9);
  assert.equal(at(9, 4, 1), 0);
  assert.ok(Number.isNaN(at("nan", 3.5)));
  assert.equal(at("nan", 3), 2);
  assert.equal(at("periodic", 3.5), 1.5);
  assert.equal(at("periodic", -0.5), 2);
  const integral = (extrapolation: Extrapolation, a: number, b: number) =>
    linearSpline([0, 1, 3], [1, 2, 2], { extrapolation }).integrate(a, b);
  assert.equal(integral("extrapolate", 0, 3), 5.5);
  assert.equal(integral("constant", -1, 4), 8.5);
  assert.equal(integral(10, -1, 4), 25.5);
  assert.equal(integral("periodic", -3, 6), 16.5);
  assert.ok(Number.isNaN(integral("nan", -1, 2)));
  assert.equal(integral("nan", 2, 1), -2);
});

Deno.test('"error" names the point that is outside, of any size of input', async () => {
  await ready({ threads: 2 });
  const spline = linearSpline([0, 1, 3], [1, 2, 2], { extrapolation: "error" });
  const points = scatter(50_000, 0, 3);
  spline.evaluate(points);
  points[31_234] = 3.5;
  assert.throws(() => spline.evaluate(points), (error: unknown) => {
    assert.ok(error instanceof DomainError);
    assert.match(error.message, /points\[31234\] = 3\.5 is outside of the knots \[0, 3\]/);
    assert.equal(error.expected, "[0, 3]");
    return true;
  });
  assert.throws(() => spline.at(-1), /the point = -1 is outside/);
  assert.throws(() => spline.derivative().at(-1), /the point = -1 is outside/);
  assert.throws(() => spline.integrate(0, 4), /to\[0\] = 4 is outside/);
  assert.ok(Number.isNaN(spline.at(NaN)));
});

Deno.test("columns are evaluated as splines of their own, with the same bits", async () => {
  const columns = 37;
  const table = Float64Array.from({ length: 60 * columns }, (_, i) => Math.cos(i * i));
  const points = scatter(1003, -4, 80);
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const make of [linearSpline, cubicSpline, pchipSpline]) {
      const all = make(UNEVEN, new NdArray(table, [60, 1, columns], "float64"));
      const values = all.evaluate(points);
      const integrals = all.integrate(Float64Array.of(0, 5), Float64Array.of(40, -20));
      for (let c = 0; c < columns; c++) {
        const one = make(UNEVEN, UNEVEN.map((_, i) => table[i * columns + c]));
        const expected = one.evaluate(points);
        assert.ok(expected.every((v, i) => Object.is(v, values[i * columns + c])));
        assert.equal(all.at(points[9], { column: c }), expected[9]);
        assert.deepEqual([integrals[c], integrals[columns + c]], [one.integrate(0, 40), one.integrate(5, -20)]);
      }
    }
  }
});

Deno.test("float32 points give the float64 value, rounded once; arrays of the kernels may be filled in place", async () => {
  await ready({ threads: 2 });
  const spline = cubicSpline(UNEVEN, SINE);
  const points = Float32Array.from(scatter(9001, -3, 70));
  const expected = Float32Array.from(spline.evaluate(Float64Array.from(points)));
  assert.deepEqual(spline.evaluate(points), expected);
  using mesh = fromData(points, [9001], "float32");
  assert.equal(spline.evaluate(mesh.data, { out: mesh.data }), mesh.data);
  assert.deepEqual(mesh.data.slice(), expected);
  assert.equal(spline.evaluate(new Float32Array(0)).length, 0);
  using few = fromData(points.subarray(0, 5), [5], "float32");
  assert.deepEqual(spline.evaluate(few.data, { out: few.data }).slice(), expected.slice(0, 5));
});

Deno.test("solve() finds all places of a value", async () => {
  await ready({ threads: 1 });
  const x = [-2, -1, 0.5, 2, 3];
  // (t + 1)(t - 1)(t - 2): a zero at a knot that is not the first, one inside, one at a knot.
  const cubic = cubicSpline(x, x.map((t) => (t + 1) * (t - 1) * (t - 2)));
  const zeros = cubic.solve(0);
  assert.equal(zeros.length, 3);
  [-1, 1, 2].forEach((zero, i) => assert.ok(Math.abs(zeros[i] - zero) < 1e-14, `${zeros}`));
  // The highest power is what a place far from all values has: none.
  assert.equal(cubic.solve(1e3).length, 0);
  // By hand: up and down, flat at 2, ends included.
  const line = linearSpline([0, 1, 2, 3, 4], [0, 2, 2, 1, 3]);
  assert.deepEqual(line.solve(1), Float64Array.of(0.5, 3));
  assert.deepEqual(line.solve(2), Float64Array.of(1, 2, 3.5));
  assert.deepEqual(line.solve(3), Float64Array.of(4));
  // The inverse of a monotone table, in the second column.
  const table = Float64Array.from({ length: 120 }, (_, i) => i % 2 ? Math.exp(UNEVEN[i >> 1] / 20) : 0);
  const grows = pchipSpline(UNEVEN, new NdArray(table, [60, 2], "float64"));
  for (const t of [-2.9, 0, 17.3, 60]) {
    const found = grows.solve(grows.at(t, { column: 1 }), 1);
    assert.equal(found.length, 1);
    assert.ok(Math.abs(found[0] - t) < 1e-12);
  }
  // A jump over the value.
  assert.deepEqual(new Spline([0, 1, 2], { coefficients: Float64Array.of(1, 5) }).solve(3), Float64Array.of(1));
  assert.throws(() => line.solve(NaN), /"value"/);
  assert.throws(() => line.solve(1, 1), /"column"/);
});

Deno.test("a spline leaves nothing in the kernels' memory", async () => {
  await ready({ threads: 2 });
  const before = memoryUse().allocated;
  const spline = cubicSpline(UNEVEN, SINE);
  spline.evaluate(scatter(1000, 0, 1), { derivative: 2 });
  spline.integrate(0, 1);
  assert.equal(memoryUse().allocated, before);
});

Deno.test("makima does not overshoot a step, PCHIP is monotone, Akima is NaN outside by default", async () => {
  await ready({ threads: 2 });
  const [x, step] = [[0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1]];
  const fine = Float64Array.from({ length: 501 }, (_, i) => i / 100);
  for (const spline of [akimaSpline(x, step, { method: "makima" }), pchipSpline(x, step)]) {
    const values = spline.evaluate(fine);
    assert.ok(values.every((v, i) => v >= 0 && v <= 1 && (i === 0 || v >= values[i - 1])));
  }
  assert.ok(Number.isNaN(akimaSpline(x, step).at(-0.1)));
});

Deno.test("bad input is refused with the argument, the index and the value", async () => {
  await ready({ threads: 1 });
  const message = (body: () => unknown, type: typeof DomainError | typeof ShapeError) => {
    let text = "";
    assert.throws(body, (error: unknown) => {
      assert.ok(error instanceof type, String(error));
      text = error.message;
      return true;
    });
    return text;
  };
  const y = [1, 2, 3, 4];
  assert.match(
    message(() => cubicSpline([0, 2, 1, 3], y), DomainError),
    /Cannot make a cubic spline: "x" must rise, but x\[2\] = 1 follows x\[1\] = 2; sort/,
  );
  assert.match(message(() => pchipSpline([0, 1, 1, 3], y), DomainError), /x\[2\] = 1 follows x\[1\] = 1/);
  assert.match(message(() => linearSpline([0, NaN, 1, 3], y), DomainError), /"x" must be finite, got x\[1\] = NaN/);
  assert.match(message(() => linearSpline([-1e308, 0, 1, 1e308], y), DomainError), /span a finite length/);
  assert.match(message(() => akimaSpline([0, 1, 2, 3], [1, 2, Infinity, 4]), DomainError), /y\[2\] = Infinity/);
  const table = new NdArray(Float64Array.of(1, 2, 3, NaN), [2, 2], "float64");
  assert.match(message(() => linearSpline([0, 1], table), DomainError), /y\[1, 1\] = NaN/);
  assert.match(message(() => linearSpline([0, 1, 2], table), ShapeError), /with 3 knots, got \[2, 2\]/);
  assert.match(message(() => linearSpline([0], [1]), ShapeError), /at least 2 knots, got 1/);
  assert.match(message(() => linearSpline([0, 1], y), ShapeError), /must have shape \[2\], 2 values, got 4/);
  assert.match(
    message(() => cubicSpline([0, 1, 2, 3], y, { boundary: "periodic" }), DomainError),
    /same at both ends for a periodic boundary, got 1 and 4 in column 0/,
  );
  assert.match(
    message(() => cubicSpline([0, 1, 2, 3], y, { boundary: ["natural", { derivative: 1, value: NaN }] }), DomainError),
    /boundary\[1\]\.value\[0\] = NaN/,
  );
  // deno-lint-ignore no-explicit-any
  const wrong = (options: any) => message(() => cubicSpline([0, 1, 2, 3], y, options), DomainError);
  assert.match(wrong({ boundary: "free" }), /"boundary\[0\]": it must be one of "not-a-knot"/);
  assert.match(wrong({ boundary: { derivative: 3, value: 0 } }), /"derivative" must be 1 or 2, got 3/);
  assert.match(wrong({ extrapolation: "clamp" }), /"extrapolation": it must be .* got "clamp"/);
  assert.match(wrong({ knots: "log" }), /"knots": it must be one of/);
  assert.match(
    message(() => linearSpline([0, 1, 2, 90], y, { knots: "uniform" }), DomainError),
    /knots are not evenly spaced/,
  );
  const spline = linearSpline([0, 1, 2, 3], y);
  assert.match(message(() => spline.evaluate(new Float64Array(3), { derivative: -1 }), DomainError), /"derivative"/);
  assert.match(
    message(() => spline.evaluate(new Float64Array(3), { out: new Float64Array(4) }), ShapeError),
    /"out" must be a Float64Array of 3, got a Float64Array of 4/,
  );
  assert.match(message(() => spline.at(0, { column: 1 }), DomainError), /"column"/);
  assert.match(message(() => spline.integrate(0, Infinity), DomainError), /to\[0\] must be finite, got Infinity/);
  assert.match(message(() => spline.integrate(new Float64Array(2), new Float64Array(3)), ShapeError), /2 and 3/);
  assert.match(
    message(() => new Spline([0, 1], { coefficients: new Float64Array(7) }), ShapeError),
    /\[interval, power, column\], here \[1, 1 to 6, 1\], got 7 numbers/,
  );
  // deno-lint-ignore no-explicit-any
  const integers: any = Int32Array.of(1);
  assert.throws(() => spline.evaluate(integers), (error: unknown) => {
    assert.ok(error instanceof DtypeError);
    assert.match(error.message, /"points" must be a Float32Array or a Float64Array, got Int32Array/);
    return true;
  });
  const twice = cubicSpline([0, 1, 2, 3], y).antiderivative().antiderivative();
  assert.match(message(() => twice.antiderivative(), DomainError), /the most is 6/);
});
