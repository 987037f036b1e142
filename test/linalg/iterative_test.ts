import assert from "node:assert/strict";
import { fromData, matmul, type NdArray, norm, subtract, zeros } from "../../lib/array/mod.ts";
import { cg, type Operator, solveBanded, solvehBanded } from "../../lib/linalg/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

/** Second differences: 2 on the diagonal, -1 beside it. */
function differences(n: number): NdArray<"float64"> {
  const a = zeros([n, n]);
  for (let i = 0; i < n; i++) {
    a.data[i * n + i] = 2;
    if (i > 0) a.data[i * n + i - 1] = a.data[(i - 1) * n + i] = -1;
  }
  return a;
}

Deno.test("solveBanded() and solvehBanded() solve second differences, in all their forms", async () => {
  await ready({ threads: 1 });
  const n = 30;
  const row = (v: number) => new Array<number>(n).fill(v);
  const b = fromData(row(2), [n], "float64");
  // -x'' = 2 with x = 0 at the ends has x = t (n + 1 - t).
  const exact = Array.from({ length: n }, (_, i) => (i + 1) * (n - i));
  const results = [
    solveBanded([1, 1], fromData([...row(-1), ...row(2), ...row(-1)], [3, n], "float64"), b),
    solvehBanded(fromData([...row(-1), ...row(2)], [2, n], "float64"), b),
    solvehBanded(fromData([...row(2), ...row(-1)], [2, n], "float64"), b, { lower: true }),
  ];
  for (const x of results) x.data.forEach((v, i) => assert.ok(Math.abs(v - exact[i]) < 1e-10, `${v}, not ${exact[i]}`));
  const columns = solveBanded([0, 0], fromData([2, 4], [1, 2], "float32"), fromData([2, 4, 8, 12], [2, 2], "float32"));
  assert.deepEqual([columns.dtype, ...columns.data], ["float32", 1, 2, 2, 3]);
});

Deno.test("banded solvers exchange rows, and name pivot and minor when they cannot", async () => {
  await ready({ threads: 1 });
  // [[0, 1], [1, 0]] needs an exchange.
  const ab = fromData([9, 1, 0, 0, 1, 9], [3, 2], "float64");
  assert.deepEqual([...solveBanded([1, 1], ab, fromData([5, 7], [2], "float64")).data], [7, 5]);
  assert.throws(() => solveBanded([0, 0], fromData([1, 0], [1, 2], "float64"), zeros([2])), {
    name: "DomainError",
    message: "Cannot solve the banded system: the matrix must not be singular, got 0 as pivot 1",
  });
  assert.throws(() => solvehBanded(fromData([0, 2, 1, 1], [2, 2], "float64"), zeros([2])), {
    name: "DomainError",
    message: /must be positive definite, got a leading minor of order 2 that is not \(pivot -3\)/,
  });
  assert.throws(() => solveBanded([1, 1], zeros([2, 4]), zeros([4])), {
    name: "ShapeError",
    message: /\[3, n\], got \[2, 4\]/,
  });
});

Deno.test("cg() solves with matrix, function and preconditioner, with the same bits for 1, 2, 3 threads", async () => {
  const n = 60;
  const a = differences(n);
  const b = fromData(Float64Array.from({ length: n }, (_, i) => Math.sin(i)), [n], "float64");
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const result = cg(a, b, { rtol: 1e-10 });
    assert.equal(result.status, "converged");
    assert.ok(result.success && result.iterations <= n);
    assert.ok(norm(subtract(matmul(a, result.x), b)) < 1e-9 * norm(b));
    seen.add(result.x.data.join());
  }
  assert.equal(seen.size, 1);
  const stencil: Operator = (x, out) => {
    for (let i = 0; i < n; i++) out.data[i] = 2 * x.data[i] - (x.data[i - 1] ?? 0) - (x.data[i + 1] ?? 0);
  };
  assert.equal(cg(stencil, b, { rtol: 1e-10 }).iterations, cg(a, b, { rtol: 1e-10 }).iterations);
  // Rows and columns scaled by up to 1000: the diagonal undoes most of it.
  const scaled = differences(n);
  for (let i = 0; i < n * n; i++) scaled.data[i] *= 1000 ** ((i % n + Math.floor(i / n)) / n);
  const diagonal = fromData(Float64Array.from({ length: n }, (_, i) => 1 / scaled.data[i * n + i]), [n], "float64");
  const slow = cg(scaled, b, { rtol: 1e-8 });
  const fast = cg(scaled, b, { rtol: 1e-8, preconditioner: diagonal });
  assert.ok(fast.success && fast.iterations < slow.iterations / 2, `${fast.iterations} and ${slow.iterations}`);
});

Deno.test("cg() says why it gave up, and returns what it has", async () => {
  await ready({ threads: 1 });
  const a = differences(50);
  const b = zeros([50]);
  b.data[0] = 1;
  const short = cg(a, b, { rtol: 1e-12, maxiter: 3 });
  assert.deepEqual([short.status, short.success, short.iterations], ["maxiter", false, 3]);
  assert.match(short.message, /The residual .* is above the tolerance 1.0e-12 after 3 iterations, the most allowed/);
  assert.ok(short.x.data[0] > 0);
  const bad = cg(fromData([1, 0, 0, -1], [2, 2], "float64"), fromData([1, 2], [2], "float64"));
  assert.equal(bad.status, "breakdown");
  assert.match(bad.message, /the operator is not positive definite/);
  assert.deepEqual([...cg(a, zeros([50])).x.data], [...zeros([50]).data]);
  let calls = 0;
  const start = cg(a, b, { rtol: 1e-8 });
  assert.equal(cg(a, b, { x0: start.x, rtol: 1e-6, callback: () => calls++ }).iterations, 0);
  assert.equal(calls, 0);
  assert.throws(() => cg(a, b, { rtol: -1 }), {
    name: "DomainError",
    message: /"rtol": it must not be negative, got -1/,
  });
  assert.throws(() => cg(zeros([3, 3]), b), { name: "ShapeError", message: /"a" must have shape \[50, 50\]/ });
  b.data[3] = NaN;
  assert.throws(() => cg(a, b), { name: "DomainError", message: /must be finite/ });
});
