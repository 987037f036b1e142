/** Templates of the closed formula against those of another program, test/ifu/reference/README.md. */
import assert from "node:assert/strict";
import { DomainError } from "../../lib/base/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { syntheticTemplates } from "../../lib/stellar/mod.ts";

await ready({ threads: 2 });

// The file has float32 numbers of stars summed one by one; measured 2.9e-6, in the cores of Ca II H and K of rich old stars.
const TOLERANCE = 5e-6;

Deno.test("syntheticTemplates() gives the reference grid", async () => {
  using file = await openHdf5(new URL("../ifu/reference/ssp_toy.h5", import.meta.url));
  using grid = syntheticTemplates({ wavelength: { from: 3500, to: 10000, step: 5 }, dtype: "float64" });
  for (const axis of ["age", "metallicity", "wavelength"] as const) {
    const expected = file.readNumbers(axis);
    assert.equal(grid[axis].length, expected.length);
    assert(grid[axis].every((v, i) => Math.abs(v / expected[i] - 1) < 1e-15), axis);
  }
  const expected = file.readNumbers("flux");
  const worst = expected.reduce((most, v, i) => Math.max(most, Math.abs(grid.flux.data[i] / v - 1)), 0);
  assert(worst < TOLERANCE, `${worst}`);
});

Deno.test("syntheticTemplates() does not depend on threads, nor on what other nodes there are", async () => {
  const wavelength = Float64Array.from({ length: 333 }, (_, i) => 900 * 1.02 ** i);
  const runs = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using grid = syntheticTemplates({ wavelength });
    runs.push(grid.flux.data.slice());
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
  await ready({ threads: 2 });
  using all = syntheticTemplates({ wavelength });
  using one = syntheticTemplates({ wavelength, metallicity: all.metallicity.slice(3, 4), age: all.age.slice(5, 6) });
  assert.deepEqual(one.flux.data, all.flux.at(3).at(5).data);
  assert(all.flux.data.every((v) => v >= 0 && Number.isFinite(v)));
});

Deno.test("syntheticTemplates() refuses wavelengths without light, and axes out of order", () => {
  const before = memoryUse().allocated;
  assert.throws(() => syntheticTemplates({ wavelength: { from: 500, to: 1000, step: 10 } }), DomainError);
  const options = { wavelength: { from: 4000, to: 5000, step: 10 } };
  const age = Float64Array.of(1, 0.5);
  assert.throws(
    () => syntheticTemplates({ ...options, age }),
    /"age" must be positive and ascending, got 0.5 at place 1/,
  );
  assert.throws(() => syntheticTemplates({ wavelength: { from: 4000, to: 5000, step: 0 } }), /wavelength.step/);
  assert.throws(() => syntheticTemplates({ wavelength: { from: 5000, to: 4000, step: 10 } }), /at least 0/);
  assert.equal(memoryUse().allocated, before);
});
