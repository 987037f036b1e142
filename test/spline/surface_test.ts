import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { bicubicSpline, bilinearSpline, type SurfaceExtrapolation } from "../../lib/spline/mod.ts";

const X = [0, 1, 2.5, 3, 5];
const Y = [-2, -1, 1.5, 2];
const PLANE = X.flatMap((x) => Y.map((y) => x + 10 * y));

function spread(n: number, low: number, high: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => low + (high - low) * (i * 7919 % n) / n);
}

Deno.test("evaluate(), grid() and at() agree for 1, 2 and 3 threads, float32 is rounded once", async () => {
  const z = new NdArray(Float64Array.from(PLANE, (v) => Math.sin(v)), [5, 4], "float64");
  const [px, py] = [spread(211, -1, 6), spread(97, -3, 3)];
  for (const make of [bicubicSpline, bilinearSpline]) {
    let first: Float64Array | undefined;
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const surface = make(X, Y, z);
      for (const derivative of [[0, 0], [1, 1]] as const) {
        const grid = surface.grid(px, py, { derivative });
        const every = Float64Array.from({ length: 211 * 97 }, (_, i) => px[Math.floor(i / 97)]);
        const points = surface.evaluate(every, every.map((_, i) => py[i % 97]), { derivative });
        assert.deepEqual(points, grid);
        assert.equal(surface.at(px[3], py[5], { derivative }), grid[3 * 97 + 5]);
        if (derivative[0] === 0) assert.deepEqual(first ??= grid, grid);
      }
      assert.equal(surface.evaluate(new Float64Array(0), new Float64Array(0)).length, 0);
      const [nx, ny] = [Float32Array.from(px), Float32Array.from(py)];
      const wide = surface.grid(Float64Array.from(nx), Float64Array.from(ny));
      assert.deepEqual(surface.grid(nx, ny), Float32Array.from(wide));
    }
  }
});

Deno.test("policies of surfaces, by hand on the plane x + 10 y", async () => {
  await ready({ threads: 2 });
  for (const make of [bicubicSpline, bilinearSpline]) {
    const at = (extrapolation: SurfaceExtrapolation | undefined, x: number, y: number) =>
      make(X, Y, PLANE, { extrapolation }).at(x, y);
    const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12);
    near(at(undefined, 6, 3), 25);
    near(at("constant", 2, -9), -18);
    near(at("extrapolate", 6, 3), 36);
    assert.equal(at(7, 6, 0), 7);
    assert.ok(Number.isNaN(at("nan", 0, 2.1)));
    near(at("nan", 5, 2), 25);
    // Over [4, 6] x [0, 1]: 4.5 + 5 inside; outside 5 + 5 (rim), 5.5 + 5 (plane).
    const integral = (extrapolation: SurfaceExtrapolation) =>
      make(X, Y, PLANE, { extrapolation }).integrate([4, 6], [0, 1]);
    near(integral("constant"), 19.5);
    near(integral("extrapolate"), 20);
    near(integral(2), 11.5);
    assert.ok(Number.isNaN(integral("nan")));
    near(make(X, Y, PLANE).integrate([6, 4], [0, 1]), -19.5);
  }
});

Deno.test("bad input of surfaces is refused", async () => {
  await ready({ threads: 1 });
  assert.throws(() => bicubicSpline([0, 1, 2], Y, PLANE), /"x" needs at least 4 knots, got 3/);
  assert.throws(() => bilinearSpline(X, [0, 1, 1, 2], PLANE), /"y" must rise, but y\[2\] = 1/);
  assert.throws(() => bicubicSpline(X, Y, PLANE.slice(1)), /"z" must have shape \[5, 4\], 20 values, got 19/);
  const flipped = new NdArray(new Float64Array(20), [4, 5], "float64");
  assert.throws(() => bicubicSpline(X, Y, flipped), /"z" must have shape \[5, 4\], got \[4, 5\]/);
  assert.throws(() => bicubicSpline(X, Y, PLANE.with(6, NaN)), /got z\[1, 2\] = NaN/);
  // deno-lint-ignore no-explicit-any
  const periodic: any = { extrapolation: "periodic" };
  assert.throws(() => bilinearSpline(X, Y, PLANE, periodic), /"extrapolation": it must be .* got "periodic"/);
  // deno-lint-ignore no-explicit-any
  const list: any = [0, 1];
  assert.throws(() => bilinearSpline(X, Y, PLANE).evaluate(list, list), /"x" must be a Float32Array .* got Array/);
  const strict = bilinearSpline(X, Y, PLANE, { extrapolation: "error" });
  assert.throws(() => strict.at(0, 3), /y\[0\] = 3 is outside of the knots \[-2, 2\]/);
  assert.throws(() => strict.integrate([0, 9], [0, 1]), /"xBounds" must be in \[0, 5\], got 9/);
  assert.throws(() => strict.evaluate(new Float64Array(2), new Float64Array(3)), /must be alike/);
});
