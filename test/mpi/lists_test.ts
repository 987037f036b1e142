import assert from "node:assert/strict";
import { Lists } from "../../lib/mpi/_lists.ts";

const addressOf = (array: Int32Array<ArrayBuffer>) => Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(array)));
const at = (address: number) => new Deno.UnsafePointerView(Deno.UnsafePointer.create(BigInt(address))!);

Deno.test("Lists keep all lists of a call where they are told to be, also when they need more room", () => {
  const lists = new Lists(addressOf, 8);
  for (let call = 0; call < 3; call++) {
    lists.clear();
    const ints = lists.ints([1, -2, 3]);
    const handles = lists.handles([2 ** 47 + 5, 7]);
    const long = Array.from({ length: 5000 }, (_, i) => i);
    const many = lists.ints(long);
    const places = lists.longs([0, 3 * 2 ** 32 - 1]);
    assert.deepEqual([0, 4, 8].map((byte) => at(ints).getInt32(byte)), [1, -2, 3]);
    assert.deepEqual([0, 8].map((byte) => at(handles).getBigUint64(byte)), [2n ** 47n + 5n, 7n]);
    assert.deepEqual(long.map((i) => at(many).getInt32(4 * i)), long);
    assert.deepEqual([0, 8].map((byte) => at(places).getBigInt64(byte)), [0n, 3n * 2n ** 32n - 1n]);
    assert.deepEqual([handles, places].map((address) => address % 8), [0, 0]);
  }
});

Deno.test("Lists put handles down in as many bytes as the library has for them", () => {
  const lists = new Lists(addressOf, 4);
  const handles = lists.handles([0x44000000, -1946157056]);
  assert.deepEqual([0, 4].map((byte) => at(handles).getInt32(byte)), [0x44000000, -1946157056]);
});
