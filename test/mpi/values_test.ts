import assert from "node:assert/strict";
import { fromData, NdArray, slice, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { decodeValue, encodeValue } from "../../lib/mpi/_values.ts";

const copy = (value: unknown) => decodeValue(encodeValue(value));

Deno.test("decodeValue() gives back what encodeValue() took, also what JSON loses", () => {
  const values = [
    null,
    undefined,
    "",
    "text äöü",
    false,
    [NaN, Infinity, -Infinity, -0, 1e-300],
    [2n ** 70n, undefined],
    { a: undefined, list: [[], {}] },
    { $: "number", $$: 1, text: "Infinity" },
  ];
  for (const value of values) assert.deepEqual(copy(value), value);
  assert.ok(Object.is((copy([-0]) as number[])[0], -0));
});

Deno.test("decodeValue() gives back arrays with their bits", async () => {
  await ready({ threads: 1 });
  const nan = new Float32Array(Uint32Array.of(0x7fc01234).buffer);
  assert.deepEqual(new Uint32Array((copy(nan) as Float32Array).buffer), Uint32Array.of(0x7fc01234));
  const typed = [new Uint8Array([1, 2, 3]), new Float64Array([-0]), BigInt64Array.of(-(2n ** 63n)), new Int16Array(0)];
  assert.deepEqual(copy(typed), typed);
  // Part of a buffer, and an array in the kernels' memory.
  assert.deepEqual(copy(new Float64Array([1, 2, 3, 4]).subarray(1, 3)), Float64Array.of(2, 3));
  using mesh = zeros([2, 3], "complex64");
  mesh.data[3] = 5;
  const got = copy({ mesh }) as { mesh: NdArray };
  assert.ok(got.mesh instanceof NdArray);
  assert.deepEqual([got.mesh.dtype, got.mesh.shape, [...got.mesh.data]], ["complex64", [2, 3], [...mesh.data]]);
});

Deno.test("encodeValue() names what cannot be sent", () => {
  const view = slice(fromData([1, 2, 3, 4], [2, 2], "float32"), [], [0]);
  const cases: [unknown, RegExp][] = [
    [{ a: [1, () => 2] }, /^Cannot send "value.a\[1\]": it must be plain data or an array, got a function$/],
    [new Map(), /"value": .* got an instance of Map$/],
    [{ at: new Date(0) }, /"value.at": .* got an instance of Date$/],
    [Symbol("s"), /got a symbol$/],
    [{ view }, /"value.view": .* got an instance of View$/],
  ];
  for (const [value, pattern] of cases) {
    assert.throws(() => encodeValue(value), (error) => error instanceof TypeError && pattern.test(error.message));
  }
});
