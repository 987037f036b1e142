import assert from "node:assert/strict";
import type { MergerTree } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { openPkdgrav, treeRates } from "../../lib/simulation/mod.ts";
import { inputError } from "../radiation/_files.ts";
import { folderOf } from "./_numbers.ts";

/** Branches of halos 0, 1, 2 of snapshot 5 through snapshots 4 and 3, with alpha = 0.5, 0.7, 0.9. */
const RATES = [0.5, 0.7, 0.9];
const TREE: MergerTree = {
  haloIds: Float64Array.from({ length: 9 }, (_, i) => i % 3),
  snapshots: Int32Array.from({ length: 9 }, (_, i) => 5 - Math.floor(i / 3)),
  masses: Float64Array.from({ length: 9 }, (_, i) => 1e10 * Math.exp(-RATES[i % 3] * Math.floor(i / 3))),
  mainProgenitors: Int32Array.from({ length: 9 }, (_, i) => i < 6 ? i + 3 : -1),
};
const OPTIONS = { redshifts: { 5: 7, 4: 8, 3: 9 }, fallback: 0.79 };

Deno.test("treeRates() finds halos by their number, and subhalos by their halo", async () => {
  await ready({ threads: 1 });
  const rates = treeRates(TREE, OPTIONS);
  const close = async (halos: Parameters<typeof rates>[0], expected: number[]) => {
    const got = await rates(halos);
    assert.equal(got.length, expected.length);
    expected.forEach((alpha, i) => assert.ok(Math.abs(got[i] - alpha) < 1e-12, `${i}: ${got[i]}`));
  };
  const masses = Float64Array.of(1e10, 1e10, 1e10, 1e10);
  await close({ name: "step 5", number: 5, z: 7, masses }, [...RATES, 0.79]);
  // Subhalos 0 and 1 lie in halo 2, subhalo 2 in halo 0.
  const subhaloHalos = Float64Array.of(2, 2, 0);
  await close({ name: "step 5", number: 5, z: 7, masses, subhaloHalos }, [0.9, 0.79, 0.5, 0.79]);
  assert.throws(
    () => rates({ name: "step 6", number: 6, z: 6, masses }),
    inputError("step 6", "6", /the merger trees have no redshift for snapshot 6 \(step 6\)/),
  );
});

Deno.test("treeRates() gives the halos of a loader their rates", async () => {
  await ready({ threads: 1 });
  using run = await openPkdgrav(folderOf("pkdgrav"), { boxSize: 20, h: 0.7, alphas: treeRates(TREE, OPTIONS) });
  const index = run.snapshots.findIndex(({ z }) => z === 7);
  using snapshot = await run.read(index);
  const { alphas } = snapshot.halos;
  assert.deepEqual(Array.from(alphas.slice(0, 4), (a) => a.toFixed(9)), [
    "0.500000000",
    "0.700000000",
    "0.900000000",
    "0.790000000",
  ]);
});
