import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { dct1n, rfftn } from "../../lib/fft/mod.ts";
import { distance, noise } from "./_naive.ts";

await ready({ threads: 2 });

// Rounding errors grow like the logarithm of the length; measured 2e-7 and 4e-16.
const TOLERANCE = { float32: 6e-7, float64: 2e-15 } as const;

Deno.test("dct1n() is the octant of the spectrum of the even array", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const [a, b, c] of [[8, 8, 8], [6, 10, 16], [5, 1, 7], [32, 4, 2], [11, 47, 2]]) {
      const octant = fromData(noise((a + 1) * (b + 1) * (c + 1)) as never, [a + 1, b + 1, c + 1], dtype);
      const full = zeros([2 * a, 2 * b, 2 * c], dtype);
      for (let i = 0; i < 2 * a; i++) {
        for (let j = 0; j < 2 * b; j++) {
          for (let k = 0; k < 2 * c; k++) {
            const at = octant.offset(Math.min(i, 2 * a - i), Math.min(j, 2 * b - j), Math.min(k, 2 * c - k));
            full.data[full.offset(i, j, k)] = octant.data[at];
          }
        }
      }
      const spectrum = rfftn(full);
      const expected = octant.data.map((_, at) => {
        const [i, j, k] = [Math.floor(at / (b + 1) / (c + 1)), Math.floor(at / (c + 1)) % (b + 1), at % (c + 1)];
        return spectrum.data[2 * spectrum.offset(i, j, k)];
      });
      assert.ok(distance(dct1n(octant).data, expected) < TOLERANCE[dtype], `${[a, b, c]} ${dtype}`);
    }
  }
});

Deno.test("dct1n() with norm forward undoes it, and ortho undoes itself", () => {
  const x = fromData(noise(2 * 9 * 13 * 17), [2, 9, 13, 17], "float64");
  assert.ok(distance(dct1n(dct1n(x), { norm: "forward" }).data, x.data) < 2e-15);
  assert.ok(distance(dct1n(dct1n(x, { norm: "ortho" }), { norm: "ortho" }).data, x.data) < 2e-15);
});

Deno.test("dct1n() gives the same bits in place, and for 1, 2 and 3 threads", async () => {
  const numbers = Float32Array.from(noise(33 * 33 * 33));
  const expected = dct1n(fromData(numbers, [33, 33, 33], "float32")).data.slice();
  for (const threads of [1, 3, 2]) {
    await ready({ threads });
    const x = fromData(numbers, [33, 33, 33], "float32");
    assert.deepEqual(dct1n(x).data, expected);
    assert.deepEqual(x.data, numbers);
    assert.equal(dct1n(x, { out: x }), x);
    assert.deepEqual(x.data, expected);
  }
});

Deno.test("dct1n() refuses what it cannot do", () => {
  const fails = (body: () => unknown, code: "ShapeError" | "DtypeError" | "DomainError", message: RegExp) =>
    assert.throws(body, (error: unknown) => {
      assert.ok(isToolkitError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  fails(() => dct1n(zeros([4, 4])), "ShapeError", /last three axes .* got \[4, 4\]/);
  fails(() => dct1n(zeros([4, 1, 4])), "ShapeError", /2 or more numbers/);
  fails(() => dct1n(zeros([4, 4, 4], "complex64") as never), "DtypeError", /float32 or float64, got complex64/);
});
