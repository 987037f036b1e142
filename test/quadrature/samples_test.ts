import assert from "node:assert/strict";
import { fromData, NdArray } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  cumulativeSimpson,
  cumulativeTrapezoid,
  fixedQuad,
  gaussLegendre,
  romb,
  simpson,
  trapezoid,
} from "../../lib/quadrature/mod.ts";

interface SampleCase {
  shape: number[];
  y: number[];
  axis: number;
  x: number[] | null;
  trapezoid: number[];
  simpson: number[];
  cumulativeTrapezoid?: number[];
  cumulativeSimpson?: number[];
  romb?: number[];
}

const { samples }: { samples: SampleCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("reference/quadrature.json", import.meta.url)),
);

// Sums in another order; measured 4e-16.
const TOLERANCE = 3e-15;

function assertClose(actual: ArrayLike<number>, expected: number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((e, i) =>
    assert.ok(Math.abs(actual[i] - e) <= TOLERANCE * Math.max(1, Math.abs(e)), `${what} ${i}`)
  );
}

for (const reference of samples) {
  const { shape, axis, x } = reference;
  Deno.test(`samples [${shape}] along axis ${axis}${x ? " at places" : ""} have SciPy's integrals`, async () => {
    await ready({ threads: 2 });
    using y = fromData(reference.y, shape, "float64");
    const spacing = x ? { x, axis } : { dx: 0.3, axis };
    const before = memoryUse().allocated;
    const check = (name: "trapezoid" | "simpson" | "romb", result: number | NdArray<"float64">) => {
      const expected = reference[name]!;
      if (typeof result === "number") return assertClose([result], expected, name);
      assert.deepEqual(result.shape, shape.toSpliced(axis, 1));
      assertClose(result.data, expected, name);
      result.dispose();
    };
    check("trapezoid", trapezoid(y, spacing));
    check("simpson", simpson(y, { ...spacing, axis: axis - shape.length }));
    if (reference.romb) check("romb", romb(y, { dx: 0.3, axis }));
    if (reference.cumulativeTrapezoid) {
      using run = cumulativeTrapezoid(y, spacing);
      assert.deepEqual(run.shape, shape.with(axis, shape[axis] - 1));
      assertClose(run.data, reference.cumulativeTrapezoid, "cumulativeTrapezoid");
    }
    if (reference.cumulativeSimpson) {
      using run = cumulativeSimpson(y, { ...spacing, initial: 0.5 });
      assert.deepEqual(run.shape, shape);
      assertClose(run.data, reference.cumulativeSimpson, "cumulativeSimpson");
    }
    assert.equal(memoryUse().allocated, before);
  });
}

Deno.test("integrals of samples have the same bits for 1, 2 and 3 threads, long rows and short", async () => {
  const data = Float64Array.from({ length: 240_000 }, (_, i) => Math.sin(i * i));
  for (const shape of [[240_000], [3, 80_000], [60_000, 4], [2, 400, 300]]) {
    const results: number[][] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const result: number[] = [];
      for (let axis = 0; axis < shape.length; axis++) {
        using y = fromData(data, shape, "float64");
        const sum = simpson(y, { axis });
        using run = cumulativeSimpson(y, { axis, initial: 0 });
        result.push(...(typeof sum === "number" ? [sum] : sum.data.slice(0, 500)), ...run.data.slice(-1000));
        if (typeof sum !== "number") sum.dispose();
      }
      results.push(result);
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
  }
});

Deno.test("arrays without rows give arrays without rows", async () => {
  await ready({ threads: 2 });
  for (const shape of [[0, 5], [5, 0], [3, 5, 0]]) {
    const axis = shape.indexOf(5);
    using y = fromData([], shape, "float64");
    using sum = simpson(y, { axis }) as NdArray<"float64">;
    assert.deepEqual(sum.shape, shape.toSpliced(axis, 1));
    using run = cumulativeSimpson(y, { axis, initial: 1 });
    assert.deepEqual(run.shape, shape);
  }
});

Deno.test("float32 samples are summed in float64, running integrals rounded once", async () => {
  await ready({ threads: 2 });
  const y = Float32Array.from({ length: 1001 }, (_, i) => Math.cos(i));
  const wide = Float64Array.from(y);
  assert.equal(trapezoid(y), trapezoid(wide));
  const run = cumulativeTrapezoid(y, { initial: 2 });
  assert.deepEqual(run, Float32Array.from(cumulativeTrapezoid(wide, { initial: 2 })));
});

Deno.test("a running integral of many samples keeps its digits", async () => {
  await ready({ threads: 2 });
  const n = 1_000_001;
  const run = cumulativeTrapezoid(new Float64Array(n).fill(0.1), { initial: 0 });
  // 0.1 a million times, without the growth of rounding errors that plain sums have (1e-11).
  assert.ok(Math.abs(run[n - 1] / 100_000 - 1) < 3e-16);
});

Deno.test("samples and places that do not fit are refused by name", async () => {
  await ready({ threads: 1 });
  const y = Float64Array.of(1, 2, 3);
  const table = new NdArray(new Float64Array(6), [2, 3], "float64");
  assert.throws(() => trapezoid(new Float64Array(0)), ShapeError);
  assert.throws(() => simpson(y, { x: [0, 1] }), /"x" must have a place for each of 3 samples, got 2/);
  assert.throws(() => simpson(y, { x: [0, 1, 1] }), /"x" must not repeat a place, got x\[2\] = 1 after x\[1\] = 1/);
  assert.throws(() => trapezoid(y, { x: [0, NaN, 1] }), /"x" must be finite, got x\[1\] = NaN/);
  assert.throws(() => cumulativeSimpson(y, { x: [0, 2, 1] }), /"x" must rise, got x\[2\] = 1 after x\[1\] = 2/);
  assert.throws(() => romb(y.subarray(0, 1)), /2\^k \+ 1 samples, got 1/);
  assert.throws(() => romb(new Float64Array(7)), /got 7/);
  assert.throws(() => trapezoid(table, { axis: 2 }), /"axis" must be one of the 2 axes, got 2/);
  assert.throws(() => trapezoid(y, { dx: NaN }), /"dx"/);
  assert.throws(() => cumulativeTrapezoid(y, { initial: Infinity }), DomainError);
  const complex = new NdArray(new Float64Array(6), [3], "complex128");
  // deno-lint-ignore no-explicit-any
  assert.throws(() => trapezoid(complex as any), /"y" must be float32 or float64, got complex128/);
  // Falling places are fine for the trapezoidal rule.
  assert.equal(trapezoid(y, { x: [2, 1, 0] }), -4);
});

Deno.test("gaussLegendre() is exact for polynomials, symmetric, and the same for all threads", async () => {
  for (const n of [1, 2, 3, 10, 64, 201, 1000]) {
    await ready({ threads: 1 });
    const { nodes, weights } = gaussLegendre(n);
    const degree = 2 * n - 2;
    for (const k of [0, degree >> 2 << 1, degree]) {
      const sum = nodes.reduce((sum, x, i) => sum + weights[i] * (k + 1) * x ** k, 0);
      assert.ok(Math.abs(sum - 2) < 4e-13, `${n} ${k} ${sum}`);
    }
    nodes.forEach((x, i) => assert.equal(x + nodes[n - 1 - i], 0));
    for (const threads of [2, 3]) {
      await ready({ threads });
      assert.deepEqual(gaussLegendre(n), { nodes, weights });
    }
  }
  assert.throws(() => gaussLegendre(0), /"n"/);
  assert.ok(Math.abs(fixedQuad((x) => x ** 9, 0, 1) - 0.1) < 1e-16);
  const rule = gaussLegendre(40);
  assert.ok(Math.abs(fixedQuad(Math.exp, -1, 3, { rule }) - (Math.exp(3) - Math.exp(-1))) < 1e-13);
  assert.throws(() => fixedQuad(Math.exp, 0, Infinity), /"b"/);
});
