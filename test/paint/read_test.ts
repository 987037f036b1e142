import assert from "node:assert/strict";
import { Field, fromData, zeros } from "../../lib/array/mod.ts";
import { sha256 } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { assignmentWindow, deconvolutionFactor, interpolate, paintInto, type Scheme } from "../../lib/paint/mod.ts";
import { random, stencil } from "./_plain.ts";

const SCHEMES: Scheme[] = ["ngp", "cic", "tsc", "pcs"];

for (const scheme of SCHEMES) {
  Deno.test(`interpolate() with ${scheme} is the transpose of painting, with 1, 2 and 3 threads the same bits`, async () => {
    const r = random(9);
    const [count, n] = [20_000, 24];
    for (const dtype of ["float32", "float64"] as const) {
      const digests = new Set<string>();
      const make = (length: number) => Float64Array.from({ length }, () => r() - 0.5);
      const [place, weights, values] = [make(3 * count), make(count), make(n ** 3)];
      for (const threads of [1, 2, 3]) {
        await ready({ threads });
        using positions = fromData(place, [count, 3], "float64");
        using painted = zeros([n, n, n], dtype);
        paintInto(painted, positions, { scheme, boxSize: 1, weights });
        using array = zeros([n, n, n], dtype) as Field["array"];
        array.data.set(values);
        using seen = interpolate(new Field({ array, boxSize: 1, quantity: "other", unit: "1" }), positions, { scheme });
        let [left, right] = [0, 0];
        painted.data.forEach((v, i) => left += v * array.data[i]);
        seen.data.forEach((v, i) => right += v * weights[i]);
        // Both are sums of 2e4 random terms of about 0.1: float32 leaves 1e-7 sqrt(2e4) 0.1.
        assert.ok(Math.abs(left - right) < (dtype === "float32" ? 1e-4 : 1e-12), `${left} ${right}`);
        digests.add(sha256(new Uint8Array(seen.data.buffer, seen.data.byteOffset, seen.data.byteLength)));
      }
      assert.equal(digests.size, 1);
    }
  });
}

Deno.test("interpolate() keeps a constant field constant", async () => {
  await ready({ threads: 2 });
  const r = random(1);
  using positions = fromData(Float64Array.from({ length: 300 }, () => 3 * r() - 1), [100, 3], "float64");
  using array = zeros([8, 8, 8], "float64");
  array.data.fill(2.5);
  const field = new Field({ array, boxSize: 1, quantity: "other", unit: "1" });
  for (const scheme of SCHEMES) {
    using seen = interpolate(field, positions, { scheme });
    seen.data.forEach((v) => assert.ok(Math.abs(v - 2.5) < 1e-14));
  }
});

Deno.test("assignmentWindow() is the Fourier transform of the weights of a particle, averaged over the cell", async () => {
  await ready({ threads: 1 });
  const n = 16;
  for (const scheme of SCHEMES) {
    const window = assignmentWindow(scheme, n);
    assert.equal(window.length, 9);
    for (const m of [0, 1, 5, 8]) {
      // Mean over particle places u in a cell of sum_i w_i(u) cos(2 pi m (i - u) / n).
      const samples = 4000;
      let sum = 0;
      for (let s = 0; s < samples; s++) {
        const u = 4 + (s + 0.5) / samples;
        for (const [i, w] of stencil(scheme, u, n)) sum += w * Math.cos(2 * Math.PI * m * (i - u) / n);
      }
      // The midpoint rule with 4000 places has an error of about 1e-7.
      assert.ok(Math.abs(sum / samples - window[m]) < 1e-6, `${scheme} ${m}: ${sum / samples} ${window[m]}`);
      assert.ok(Math.abs(deconvolutionFactor(scheme, n)[m] * window[m] ** 2 - 1) < 1e-14);
    }
  }
});
