import assert from "node:assert/strict";
import { allocate, memoryUse, overlaps, ready, release, sameMemory, viewAt } from "../../lib/kernel/mod.ts";

Deno.test("overlaps() sees the same bytes through the buffers of before and after the memory grew", async () => {
  await ready({ threads: 1 });
  const early = allocate(Float64Array, 8, "early");
  const { reserved } = memoryUse();
  const grown = allocate(Uint8Array, reserved, "what makes the memory grow");
  assert.ok(memoryUse().reserved > reserved);
  const late = viewAt(Float64Array, early.byteOffset, 8);
  assert.notEqual(late.buffer, early.buffer);
  assert.ok(sameMemory(early, late));
  assert.ok(overlaps(early, late));
  assert.ok(overlaps(early.subarray(0, 5), late.subarray(4)));
  assert.ok(!overlaps(early.subarray(0, 4), late.subarray(4)));
  assert.ok(!overlaps(early, new Float64Array(8)));
  [early, grown].forEach(release);
});
