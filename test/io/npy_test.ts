import assert from "node:assert/strict";
import { npyHeader } from "../../lib/io/mod.ts";
import { formatError } from "../radiation/_files.ts";

/** The beginning of a file of format 1.0 or 2.0. */
function file(header: string, version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text);
}

Deno.test("npyHeader() reads type, shape, order and fields, in both forms of length", () => {
  const plain = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 4), }";
  for (const [version, start] of [[1, 10], [2, 12]]) {
    const header = npyHeader(file(plain, version), "a.npy");
    assert.deepEqual(header, { type: "<f8", fields: [], shape: [2, 3, 4], fortran: true, start: start + plain.length });
  }
  const structured = "{'descr': [('pos', '<f4', (3,)), ('mass', '>f8')], 'fortran_order': False, 'shape': (7,), }";
  const { type, fields, shape } = npyHeader(file(structured), "a.npy");
  assert.deepEqual([type, shape], [undefined, [7]]);
  assert.deepEqual(fields, [{ name: "pos", type: "<f4", count: 3 }, { name: "mass", type: ">f8" }]);
});

Deno.test("npyHeader() refuses what is no such file", () => {
  for (const bytes of [new Uint8Array(), new Uint8Array(20), new TextEncoder().encode("NUMPY and more text")]) {
    assert.throws(() => npyHeader(bytes, "a.npy"), formatError("a.npy", "header", /it is no array of NumPy's format/));
  }
});
