import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { selfComm } from "../../lib/mpi/mod.ts";
import { flatShare, pencilIndices } from "../../lib/distributor/mod.ts";
import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_pencil_checks.ts";

await ready({ threads: 1 });

for (const [name, run] of checks) Deno.test(`one rank: ${name}`, () => run(selfComm()));
testOnRanks(new URL("./_pencil_checks.ts", import.meta.url), checks, { ranks: [2, 3, 4] });

Deno.test("flatShare() gives the last ranks more", () => {
  const lengths = (n: number, ranks: number) => Array.from({ length: ranks }, (_, r) => flatShare(n, ranks, r).length);
  assert.deepEqual([lengths(7, 3), lengths(6, 3), lengths(1, 3)], [[2, 2, 3], [2, 2, 2], [0, 0, 1]]);
});

Deno.test("pencilIndices() goes line by line, with more lines on the first ranks", () => {
  // [1, 3, 2]: places are 2 y + z. Along y there are two lines, along z three.
  assert.deepEqual([...pencilIndices(0, 2, [1, 3, 2], "y_pencil")], [0, 2, 4]);
  assert.deepEqual([...pencilIndices(0, 2, [1, 3, 2], "z_pencil")], [0, 1, 2, 3]);
  assert.deepEqual([...pencilIndices(1, 2, [1, 3, 2], "z_pencil")], [4, 5]);
  // [2, 1, 2]: places are 2 x + z.
  assert.deepEqual([...pencilIndices(1, 2, [2, 1, 2], "x_pencil")], [1, 3]);
  assert.deepEqual([...pencilIndices(3, 4, [1, 1, 2], "x_pencil")], []);
});
