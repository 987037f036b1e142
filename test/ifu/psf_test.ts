import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { convolvePsf, pointSpread, telescope } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });

Deno.test("convolvePsf() gives the cube of the original after its point spread function", () => {
  const [before, after] = [reference("main_05_cube"), reference("main_06_cube_psf")];
  const psf = pointSpread({ size: 5, sigma: 0.6 }, telescope("MUSE"));
  for (const [dtype, tolerance] of [["float64", 1e-9], ["float32", 1e-6]] as const) {
    using flux = fromData(before.data, before.shape, dtype);
    using seen = convolvePsf(flux, psf);
    assert.ok(difference(seen.data, after.data) < tolerance);
  }
});
