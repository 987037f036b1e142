import assert from "node:assert/strict";
import { dot, fromData, matmul, NdArray, outer, permuteAxes, slice, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

function filled<D extends "float32" | "float64">(shape: readonly number[], dtype: D): NdArray<D> {
  const array = zeros(shape, dtype);
  for (let i = 0; i < array.size; i++) array.data[i] = (i * 7919) % 23 - 11;
  return array;
}

Deno.test("matmul() of whole numbers is exact for all shapes and orders of memory, with 1, 2, 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const dtype of ["float32", "float64"] as const) {
      for (
        const [m, k, n] of [[2, 3, 4], [100, 100, 301], [257, 70, 9], [3, 20_000, 5], [700, 300, 1], [1, 300, 700]]
      ) {
        using a = filled([m, k], dtype);
        using b = filled([k, n], dtype);
        using bt = filled([n, k], dtype);
        using straight = matmul(a, b);
        using turned = matmul(a, permuteAxes(bt));
        for (const [i, j] of [[0, 0], [m - 1, n - 1], [m >> 1, n >> 1], [m - 1, 0]]) {
          let [s, t] = [0, 0];
          for (let p = 0; p < k; p++) {
            s += a.data[i * k + p] * b.data[p * n + j];
            t += a.data[i * k + p] * bt.data[j * k + p];
          }
          assert.equal(straight.data[i * n + j], s);
          assert.equal(turned.data[i * n + j], t);
        }
      }
    }
  }
});

Deno.test("matmul() of fractions has the same bits for 1, 2, 3 threads", async () => {
  using a = fromData(
    Float32Array.from({ length: 300 * 20_000 }, (_, i) => 1 / (1 + i % 997)),
    [300, 20_000],
    "float32",
  );
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using small = matmul(slice(a, [0, 5]), permuteAxes(slice(a, [5, 12])));
    using large = matmul(slice(a, [], [0, 500]), permuteAxes(slice(a, [], [500, 1000])));
    seen.add([...small.data, ...large.data].join());
  }
  assert.equal(seen.size, 1);
});

Deno.test("matmul() broadcasts stacks, takes vectors, and promotes", async () => {
  await ready({ threads: 2 });
  const stack = filled([5, 2, 3], "float64");
  const one = filled([3, 4], "float32");
  const product = matmul(stack, one);
  assert.deepEqual([product.shape, product.dtype], [[5, 2, 4], "float64"]);
  for (let s = 0; s < 5; s++) assert.deepEqual([...product.at(s).data], [...matmul(stack.at(s), one).data]);
  const grid = matmul(slice(stack, [], null), slice(filled([7, 3, 2], "float64"), null));
  assert.deepEqual(grid.shape, [5, 7, 2, 2]);
  const v = fromData([1, 2, 3], [3], "float64");
  assert.deepEqual(matmul(stack, v).shape, [5, 2]);
  assert.deepEqual([...matmul(v, one).data], [...matmul(slice(v, null), one).data]);
  assert.equal(matmul(v, v).data[0], 14);
  assert.deepEqual(matmul(v, v).shape, []);
  assert.equal(dot(v, fromData([4, 5, 6], [3], "int32")), 32);
  assert.deepEqual([...outer(v, fromData([1, 10], [2], "float32")).data], [1, 10, 2, 20, 3, 30]);
  assert.deepEqual([...matmul(zeros([2, 0]), zeros([0, 2])).data], [0, 0, 0, 0]);
});

Deno.test("matmul() keeps NaN and infinities, and refuses shapes and outputs that do not suit", async () => {
  await ready({ threads: 1 });
  const a = new NdArray(Float64Array.of(NaN, 0, 0, 1), [2, 2], "float64");
  assert.deepEqual([...matmul(a, new NdArray(Float64Array.of(0, 0, 1, 1), [2, 2], "float64")).data], [NaN, NaN, 1, 1]);
  assert.throws(() => matmul(zeros([2, 3]), zeros([2, 3])), {
    name: "ShapeError",
    message: /got \[2, 3\] and \[2, 3\]/,
  });
  assert.throws(() => matmul(a, a, { out: a }), { name: "DtypeError", message: /memory of its own/ });
  assert.throws(() => dot(zeros([2]), zeros([3])), { name: "ShapeError", message: /two vectors of the same length/ });
});
