import assert from "node:assert/strict";
import { fromData, matmul, NdArray, norm, permuteAxes, slice, subtract, zeros } from "../../lib/array/mod.ts";
import {
  cholesky,
  choLogdet,
  choSolve,
  det,
  eigh,
  eigvalsh,
  inv,
  lstsq,
  luFactor,
  luSolve,
  qr,
  slogdet,
  solve,
  svd,
} from "../../lib/linalg/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

function matrix(rows: number[][]): NdArray<"float64"> {
  return new NdArray(Float64Array.from(rows.flat()), [rows.length, rows[0].length], "float64");
}

/** Numbers in [-1, 1) from a linear congruence. */
function numbers(shape: readonly number[]): NdArray<"float64"> {
  const array = zeros(shape);
  let state = 12345;
  for (let i = 0; i < array.size; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    array.data[i] = state / 1073741824 - 1;
  }
  return array;
}

function symmetric(n: number, count = 1): NdArray<"float64"> {
  const a = numbers([count, n, n]);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.data[(k * n + j) * n + i] = a.data[(k * n + i) * n + j];
  }
  return count === 1 ? a.reshape([n, n]) : a;
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${i}: ${actual[i]}, not ${expected[i]}`);
  }
}

Deno.test("eigh() of the second difference matrix has the eigenvalues 2 - 2 cos(k pi / (n + 1))", async () => {
  await ready({ threads: 2 });
  for (const n of [1, 2, 3, 4, 40]) {
    const a = zeros([n, n]);
    for (let i = 0; i < n; i++) {
      a.data[i * n + i] = 2;
      if (i > 0) a.data[i * n + i - 1] = a.data[(i - 1) * n + i] = -1;
    }
    const exact = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)));
    const { eigenvalues, eigenvectors } = eigh(a);
    close(eigenvalues.data, exact, 1e-14);
    close(eigvalsh(a).data, exact, 1e-14);
    const image = matmul(a, eigenvectors);
    for (let i = 0; i < n * n; i++) image.data[i] -= eigenvectors.data[i] * eigenvalues.data[i % n];
    assert.ok(norm(image) < 1e-13);
  }
});

Deno.test("eigh() of many 3 x 3 matrices is that of each, has the same bits for 1, 2, 3 threads, and keeps close pairs apart", async () => {
  const a = symmetric(3, 10_001);
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const { eigenvalues, eigenvectors } = eigh(a);
    seen.add([...eigenvalues.data, ...eigenvectors.data].join());
    for (const k of [0, 1, 7, 8, 2047, 2048, 10_000]) {
      assert.deepEqual([...eigh(a.at(k)).eigenvectors.data], [...eigenvectors.at(k).data]);
    }
  }
  assert.equal(seen.size, 1);
  // 1 + 1e-13 (0, 1, -1) turned: with a' = q diag q^T and q = [[c, -s, 0], [s, c, 0], [0, 0, 1]].
  const [c, s] = [0.6, 0.8];
  const [x, y] = [1 + 1e-13, 1 - 1e-13];
  const w = eigvalsh(
    matrix([[c * c * x + s * s * y, c * s * (x - y), 0], [c * s * (x - y), s * s * x + c * c * y, 0], [0, 0, 3]]),
  );
  close(w.data, [y, x, 3], 5e-16);
  const single = eigh(new NdArray(Float32Array.from(a.data), a.shape, "float32"));
  assert.equal(single.eigenvalues.dtype, "float32");
  close(single.eigenvalues.data.subarray(0, 300), eigh(a).eigenvalues.data.subarray(0, 300), 1e-6);
});

Deno.test("cholesky(), choSolve() and choLogdet() by hand and for stacks", async () => {
  await ready({ threads: 2 });
  const a = matrix([[4, 2, 0], [2, 5, 2], [0, 2, 2]]);
  const l = cholesky(a);
  close(l.data, [2, 0, 0, 1, 2, 0, 0, 1, 1], 1e-15);
  close(choLogdet(l).data, [Math.log(16)], 1e-15);
  close(choSolve(l, fromData([6, 9, 4], [3], "float64")).data, [1, 1, 1], 1e-15);
  const stack = symmetric(20, 30);
  for (let k = 0; k < 30; k++) for (let i = 0; i < 20; i++) stack.data[k * 400 + i * 21] += 20;
  const b = numbers([30, 20, 2]);
  const x = choSolve(cholesky(stack), b);
  assert.ok(norm(subtract(matmul(stack, x), b)) < 1e-13);
  assert.throws(() => cholesky(matrix([[1, 2], [2, 1]])), {
    name: "DomainError",
    message: "Cannot factor: the matrix must be positive definite, " +
      "got a leading minor of order 2 of the matrix that is not (pivot -3)",
  });
});

/** Of [[0, 2, 1], [1, 1, 0], [2, 0, 3]] x = [5, 3, 11]: y = 3 - x, z = 5 - 2 y = 2 x - 1, so 2 x + 6 x - 3 = 11. */
const SOLUTION = [1.75, 1.25, 2.5];

Deno.test("solve(), inv(), det() and slogdet() by hand and for stacks, with the same bits for 1, 2, 3 threads", async () => {
  const a = matrix([[0, 2, 1], [1, 1, 0], [2, 0, 3]]);
  const stack = numbers([500, 12, 12]);
  const b = numbers([500, 12, 3]);
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    close(solve(a, fromData([5, 3, 11], [3], "float64")).data, SOLUTION, 1e-14);
    assert.ok(Math.abs(det(a) + 8) < 1e-14);
    const x = solve(stack, b);
    assert.ok(norm(subtract(matmul(stack, x), b), { ord: Infinity }) < 1e-10);
    seen.add(x.data.join());
  }
  assert.equal(seen.size, 1);
  const unit = matmul(inv(a), a);
  close(unit.data, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-15);
  close(luSolve(luFactor(a), matrix([[5], [3], [11]])).data, SOLUTION, 1e-14);
  const huge = matrix([[1e200, 0], [0, -1e200]]);
  const { sign, logabsdet } = slogdet(huge);
  assert.equal(sign, -1);
  assert.ok(Math.abs(logabsdet - 400 * Math.LN10) < 1e-12);
  assert.deepEqual(slogdet(matrix([[1, 1], [1, 1]])), { sign: 0, logabsdet: -Infinity });
  assert.equal(
    solve(new NdArray(Float32Array.of(2), [1, 1], "float32"), new NdArray(Float32Array.of(1), [1], "float32")).dtype,
    "float32",
  );
});

Deno.test("qr() and svd() rebuild tall and wide matrices and stacks", async () => {
  await ready({ threads: 2 });
  for (const shape of [[6, 4], [4, 6], [3, 5, 5], [40, 7]]) {
    const a = numbers(shape);
    const { q, r } = qr(a);
    assert.ok(norm(subtract(matmul(q, r), a)) < 1e-14 * a.size);
    const { u, s, vh } = svd(a);
    const scaled = matmul(u, vh);
    assert.deepEqual(scaled.shape, shape);
    const rows = zeros(vh.shape);
    const n = shape.at(-1)!;
    for (let i = 0; i < rows.size; i++) rows.data[i] = vh.data[i] * s.data[Math.floor(i / n)];
    assert.ok(norm(subtract(matmul(u, rows), a)) < 1e-14 * a.size);
  }
  close(svd(matrix([[1, 1], [1, 1], [1, 1]])).s.data, [Math.sqrt(6), 0], 1e-15);
});

Deno.test("lstsq() finds the line, the residuals, the rank, and the shortest solution of a deficient system", async () => {
  await ready({ threads: 1 });
  const a = matrix([[0, 1], [1, 1], [2, 1], [3, 1]]);
  // numpy.linalg.lstsq of its documentation: slope 1, offset -0.95, residual 0.05.
  const fit = lstsq(a, fromData([-1, 0.2, 0.9, 2.1], [4], "float64"));
  close(fit.x.data, [1, -0.95], 1e-14);
  close(fit.residuals.data, [0.05], 1e-15);
  assert.deepEqual([fit.rank, fit.x.shape, fit.residuals.shape], [2, [2], [1]]);
  close(fit.s.data, [4.10003045, 1.09075677], 1e-8);
  const two = lstsq(a, slice(numbers([4, 3]), []));
  assert.deepEqual([two.x.shape, two.residuals.shape], [[2, 3], [3]]);
  // x + y = 2 twice: the shortest solution is (1, 1).
  const short = lstsq(matrix([[1, 1], [1, 1]]), fromData([2, 2], [2], "float64"));
  close(short.x.data, [1, 1], 1e-15);
  assert.deepEqual([short.rank, short.residuals.size], [1, 0]);
  const wide = lstsq(matrix([[1, 0, 1]]), fromData([2], [1], "float64"));
  close(wide.x.data, [1, 0, 1], 1e-15);
  const none = lstsq(zeros([3, 2]), fromData([1, 2, 3], [3], "float64"));
  assert.deepEqual([none.rank, ...none.x.data], [0, 0, 0]);
});

Deno.test("matrices that cannot be used are refused, with element, pivot or shape", async () => {
  await ready({ threads: 2 });
  const shape = { name: "ShapeError" };
  const domain = (message: RegExp) => ({ name: "DomainError", message });
  assert.throws(() => eigh(zeros([2, 3])), { ...shape, message: /must be square, got \[2, 3\]/ });
  assert.throws(() => eigh(zeros([3])), { ...shape, message: /a matrix has two axes, got \[3\]/ });
  assert.throws(() => solve(zeros([2, 2]), zeros([3])), { ...shape, message: /shape \[2\] .* got \[3\] and \[2, 2\]/ });
  assert.throws(
    () => eigh(matrix([[1, 2], [2.5, 1]])),
    domain(/must be symmetric, got 2.5 as element \[1, 0\] of the matrix/),
  );
  assert.throws(() => svd(matrix([[1, NaN]])), domain(/must be finite, got NaN as element \[0, 1\]/));
  assert.throws(
    () => solve(matrix([[1, 2], [2, 4]]), zeros([2])),
    domain(/must not be singular, got 0 as pivot 1 of the matrix/),
  );
  assert.throws(
    () => solve(matrix([[1, 0], [0, 1]]), fromData([1, Infinity], [2], "float64")),
    domain(/right-hand side must be finite, got Infinity as element 1/),
  );
  const stack = zeros([40, 3, 3]);
  stack.data.fill(1);
  stack.data[300] = NaN;
  assert.throws(() => eigh(stack), domain(/NaN as element \[1, 0\] of matrix 33 of the stack/));
  assert.throws(
    () => inv(permuteAxes(stack.at(0))),
    domain(/Cannot invert: the matrix must not be singular, got 0 as pivot 1/),
  );
});
