import assert from "node:assert/strict";
import { inFolder } from "./_tools.ts";

/** Runs an operation on a cube of 64 MiB with a budget of 16 MiB, in a process of its own. */
async function once(operation: string, folder: string) {
  const script = new URL("../../bench/_chunked_once.ts", import.meta.url).pathname;
  const args = ["run", "-A", script, operation, folder, "256", "32,256,32", "16", "2"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

// The budget and 100 MB for everything else, as the compiled code of HDF5. An array in memory beside its transpose takes
// 128 MiB, and would not pass.
const MOST_BYTES = 16 * 2 ** 20 + 100e6;

Deno.test("transpose() and reduce() of an array four times the budget keep within the budget and 100 MB", {
  // What is measured is in /proc.
  ignore: Deno.build.os !== "linux",
}, async () => {
  await inFolder(async (folder) => {
    await once("make", folder);
    for (const operation of ["zarr", "hdf5", "reduce"]) {
      const { grownBytes, planBytes = 0, values } = await once(operation, folder);
      assert.ok(grownBytes < MOST_BYTES, `${operation} grew by ${grownBytes} bytes`);
      assert.ok(planBytes <= 16 * 2 ** 20);
      // Element [i, 255, 255] is i 2^16 + 2^16 - 1; the mean of 0 .. 255 is 127.5. All elements are 0 .. 2^24 - 1, whose
      // variance is (2^48 - 1) / 12.
      if (values) {
        assert.equal(values[0], 127.5 * 2 ** 16 + 2 ** 16 - 1);
        assert.ok(Math.abs(values[1] / Math.sqrt((2 ** 48 - 1) / 12) - 1) < 1e-14);
      }
    }
  });
});
