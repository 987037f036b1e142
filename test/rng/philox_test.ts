import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomNormal, randomUniform } from "../../lib/rng/mod.ts";

Deno.test("randomUniform() and randomNormal() give the same bits with 1, 2 and 3 threads, and for any count", async () => {
  await ready({ threads: 1 });
  const uniform = randomUniform(100_001, { seed: 5, stream: 2 });
  const normal = randomNormal(100_001, { seed: 5, stream: 2 });
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(randomUniform(100_001, { seed: 5, stream: 2 }), uniform);
    assert.deepEqual(randomNormal(777, { seed: 5, stream: 2 }), normal.subarray(0, 777).slice());
  }
});

Deno.test("randomUniform() gives other numbers for another seed or stream", async () => {
  await ready({ threads: 1 });
  const first = ({ seed, stream }: { seed: number; stream: number }) => randomUniform(1, { seed, stream })[0];
  const seen = new Set(
    [[0, 0], [1, 0], [0, 1], [2 ** 40, 0], [0, 2 ** 40]].map(([seed, stream]) => first({ seed, stream })),
  );
  assert.equal(seen.size, 5);
  assert.throws(() => randomUniform(1, { seed: -1 }), (e) => isToolkitError(e, "DomainError"));
});
