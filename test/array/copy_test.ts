import assert from "node:assert/strict";
import {
  assign,
  broadcastTo,
  contiguous,
  copyInto,
  type DType,
  fromData,
  NdArray,
  permuteAxes,
  slice,
  transpose,
  type View,
  viewOf,
  zeros,
} from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/** Elements of a view one by one, by index arithmetic. */
function elements(view: View): number[] {
  const out: number[] = [];
  const walk = (axis: number, place: number) => {
    if (axis === view.shape.length) out.push(view.data[place]);
    else for (let i = 0; i < view.shape[axis]; i++) walk(axis + 1, place + i * view.strides[axis]);
  };
  walk(0, view.offset);
  return out;
}

Deno.test("transpose() puts every element at its place, for all orders, types and 1, 2, 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const dtype of ["uint8", "uint16", "int32", "float32", "float64"] as DType[]) {
      for (const shape of [[7, 130, 67], [3, 5, 2], [300, 3, 4]]) {
        using array = zeros(shape, dtype);
        for (let i = 0; i < array.size; i++) array.data[i] = i;
        for (const axes of ORDERS) {
          using result = transpose<DType>(array, axes);
          assert.deepEqual(result.shape, axes.map((a) => shape[a]));
          const expected = elements(permuteAxes<DType>(array, axes));
          assert.ok(result.data.every((v, i) => v === expected[i]), `${dtype} [${shape}] axes ${axes}`);
        }
      }
    }
  }
});

Deno.test("transpose() of complex elements keeps the pairs together", async () => {
  await ready({ threads: 2 });
  for (const dtype of ["complex64", "complex128"] as const) {
    using array = fromData([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], [2, 3], dtype);
    using result = transpose<DType>(array);
    assert.deepEqual([...result.data], [1, 10, 4, 40, 2, 20, 5, 50, 3, 30, 6, 60]);
  }
});

Deno.test("slice() follows Python's rules for ranges, single indices and new axes", async () => {
  await ready({ threads: 1 });
  const m = new NdArray(Float64Array.from({ length: 12 }, (_, i) => i), [3, 4], "float64");
  assert.deepEqual(elements(slice(m, [], 3)), [3, 7, 11]);
  assert.deepEqual(elements(slice(m, -1)), [8, 9, 10, 11]);
  assert.deepEqual(elements(slice(m, 0, [null, null, -1])), [3, 2, 1, 0]);
  assert.deepEqual(elements(slice(m, 0, [3, 0, -2])), [3, 1]);
  assert.deepEqual(elements(slice(m, 0, [-3, 100])), [1, 2, 3]);
  assert.deepEqual(slice(m, [2, 1]).shape, [0, 4]);
  assert.deepEqual(slice(m, [5, 9], null, [1]).shape, [0, 1, 3]);
  assert.deepEqual([...contiguous(slice(m, [null, null, 2], [1, null, 2])).data], [1, 3, 9, 11]);
  assert.deepEqual([...contiguous(slice(slice(m, [1]), [], 2)).data], [6, 10]);
  assert.throws(() => slice(m, 3), /Cannot slice axis 0: the index must be a whole number from -3 to 2, got 3/);
  assert.throws(() => slice(m, [0, 2, 0]), /the step must not be 0/);
  assert.throws(() => slice(m, 0, 0, 0), /takes at most 2 indices, got 3/);
});

Deno.test("assign() broadcasts, and copes with memory that overlaps", async () => {
  await ready({ threads: 2 });
  using m = zeros([3, 4], "float32");
  using row = fromData([1, 2, 3, 4], [4], "float32");
  assign(m, row);
  assert.deepEqual([...m.data], [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  assign(slice(m, [1], [1]), slice(m, [0, 2], [0, 3]));
  assert.deepEqual([...m.data], [1, 2, 3, 4, 1, 1, 2, 3, 1, 1, 2, 3]);
  assert.deepEqual([...contiguous(broadcastTo(slice(row, [], null), [4, 2])).data], [1, 1, 2, 2, 3, 3, 4, 4]);
  assert.throws(
    () => assign(slice(m, 0), slice(m, [], 0)),
    /an array of shape \[3\] does not fill \[4\]|do not broadcast/,
  );
  assert.throws(() => broadcastTo(m, [4]), /Cannot broadcast: an array of shape \[3, 4\] does not fill \[4\]/);
});

Deno.test("copyInto() copies a box, also between the caller's own arrays", async () => {
  await ready({ threads: 2 });
  const out = new NdArray(new Float64Array(9).fill(9), [3, 3], "float64");
  const src = new NdArray(Float64Array.from({ length: 8 }, (_, i) => i), [2, 4], "float64");
  copyInto(out, [1, 0], src, [0, 2], [2, 2]);
  assert.deepEqual([...out.data], [9, 9, 9, 2, 3, 9, 6, 7, 9]);
  assert.throws(
    () => copyInto(out, [2, 0], src, [0, 0], [2, 2]),
    /"out" needs a box inside of \[3, 3\], got start \[2, 0\]/,
  );
});

Deno.test("a transpose of a view of a view is that of index arithmetic", async () => {
  await ready({ threads: 3 });
  using a = zeros([40, 50, 60], "float32");
  for (let i = 0; i < a.size; i++) a.data[i] = i;
  const view = permuteAxes(slice(a, [35, 3, -2], [], [1, null, 3]), [2, 0, 1]);
  using copy = contiguous(view);
  assert.deepEqual([...copy.data], elements(viewOf<DType>(view)));
});

Deno.test("reshape() shares memory and finds one length itself", () => {
  const a = new NdArray(new Float32Array(12), [3, 4], "float32");
  const b = a.reshape([2, -1]);
  b.data[7] = 5;
  assert.deepEqual(b.shape, [2, 6]);
  assert.equal(a.data[7], 5);
  assert.throws(() => a.reshape([5, -1]), /Cannot reshape \[3, 4\] to \[5, -1\]/);
});
