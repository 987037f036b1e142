import assert from "node:assert/strict";
import { spaxelEdges } from "../../lib/ifu/mod.ts";
import { difference, referenceRun, squareTelescope, stage } from "./_reference.ts";

Deno.test("spaxelEdges() are those of RUBIX, with a margin around", async () => {
  const { telescope, kpcPerArcsec } = await referenceRun();
  const { edges, side } = spaxelEdges({ telescope, kpcPerArcsec });
  assert.equal(side, 12);
  assert.ok(difference(edges, stage("main_03_bin_edges_kpc")) < 1e-15);
  const wide = spaxelEdges({ telescope, kpcPerArcsec, margin: 3 });
  assert.equal(wide.side, 18);
  assert.deepEqual(wide.edges.subarray(3, 16), edges);
  assert.ok(Math.abs(wide.edges[0] - (edges[0] - 3 * kpcPerArcsec)) < 1e-12);
});

Deno.test("spaxelEdges() refuses what it cannot use", () => {
  const telescope = squareTelescope(2, 1, 5000, 1, 2);
  assert.throws(() => spaxelEdges({ telescope, kpcPerArcsec: 0 }), { code: "DomainError", message: /"kpcPerArcsec"/ });
  assert.throws(() => spaxelEdges({ telescope, kpcPerArcsec: 1, margin: -1 }), {
    code: "DomainError",
    message: /"margin"/,
  });
});
