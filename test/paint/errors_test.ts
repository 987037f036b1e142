import assert from "node:assert/strict";
import { Field, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { interpolate, overdensity, paint, paintCic, paintInto, type Scheme } from "../../lib/paint/mod.ts";

function fails(run: () => unknown, code: "ShapeError" | "DomainError" | "DtypeError", message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(isToolkitError(error, code), String(error));
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("paint() says what is wrong with shapes, types and options", async () => {
  await ready({ threads: 1 });
  const options = { cells: 4, boxSize: 1 };
  using wrong = zeros([3, 512], "float32");
  fails(
    () => paintCic(wrong, options),
    "ShapeError",
    /must have shape \[particle, 3\], got \[3, 512\]; transpose them/,
  );
  using whole = zeros([5, 3], "int32");
  const cast = whole as unknown as NdArray<"float32">;
  fails(() => paintCic(cast, options), "DtypeError", /positions must be of float32 or float64, got int32/);
  using p = zeros([5, 3], "float32");
  fails(
    () => paint(p, { ...options, scheme: "tcs" as Scheme }),
    "DomainError",
    /"ngp", "cic", "tsc", "pcs", got "tcs"/,
  );
  fails(() => paintCic(p, { cells: 2.5, boxSize: 1 }), "DomainError", /"cells"/);
  fails(() => paintCic(p, { cells: 4, boxSize: 0 }), "DomainError", /"boxSize"/);
  fails(
    () => paintCic(p, { ...options, weights: new Float32Array(4) }),
    "ShapeError",
    /one weight for each of the 5 particles, got 4/,
  );
  using flat = zeros([4, 4], "float32");
  fails(() => paintInto(flat, p, { scheme: "cic", boxSize: 1 }), "ShapeError", /\[nx, ny, nz\], got \[4, 4\]/);
});

Deno.test("paint() and interpolate() name the first position or weight that is not finite, and leak nothing", async () => {
  for (const threads of [1, 3]) {
    await ready({ threads });
    // In no order, then in the order of a lattice, which takes another way.
    for (const place of [(i: number) => (i * 0.618034) % 1, (i: number) => Math.floor(i / 300_000 * 64) / 64]) {
      const before = memoryUse().allocated;
      using p = fromData(Float32Array.from({ length: 300_000 }, (_, i) => place(i)), [100_000, 3], "float32");
      p.data[3 * 70_001 + 2] = NaN;
      p.data[3 * 60_002] = -Infinity;
      const message = /all positions and weights must be finite, position 60002 is \(-Infinity, /;
      fails(() => paintCic(p, { cells: 64, boxSize: 1 }), "DomainError", message);
      fails(() => paint(p, { cells: 64, boxSize: 1, scheme: "pcs" }), "DomainError", message);
      const field = new Field({ array: zeros([8, 8, 8], "float64"), boxSize: 1, quantity: "other", unit: "1" });
      fails(() => interpolate(field, p), "DomainError", message);
      field.array.dispose();
      p.data.fill(0.5);
      const weights = new Float64Array(100_000);
      weights[99_999] = Infinity;
      fails(
        () => paintCic(p, { cells: 64, boxSize: 1, weights }),
        "DomainError",
        /weight 99999 is not a finite number/,
      );
      assert.equal(memoryUse().allocated, before + p.data.byteLength);
    }
  }
});

Deno.test("overdensity() refuses a field whose mean is not above 0", async () => {
  await ready({ threads: 1 });
  using array = zeros([2, 2, 2], "float64");
  const field = new Field({ array, boxSize: 1, quantity: "counts", unit: "1" });
  fails(() => overdensity(field), "DomainError", /a finite mean above 0, got 0/);
});
