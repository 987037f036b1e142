import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { convolveLsf, lineSpread, telescope } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });

Deno.test("convolveLsf() gives the cube of the original after its line spread function", () => {
  const [before, after] = [reference("main_06_cube_psf"), reference("main_07_cube_psf_lsf")];
  const lsf = lineSpread({ sigma: 2 }, { ...telescope("MUSE"), wavelengthStep: 2.5 });
  for (const [dtype, tolerance] of [["float64", 1e-9], ["float32", 1e-6]] as const) {
    using flux = fromData(before.data, before.shape, dtype);
    using seen = convolveLsf(flux, lsf);
    assert.ok(difference(seen.data, after.data) < tolerance);
  }
});
