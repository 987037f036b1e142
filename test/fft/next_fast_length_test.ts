import assert from "node:assert/strict";
import { nextFastLength } from "../../lib/fft/mod.ts";

/** Whether 2, 3, 5 and 7 are the only factors. */
function smooth(n: number): boolean {
  for (const p of [2, 3, 5, 7]) while (n % p === 0) n /= p;
  return n === 1;
}

Deno.test("nextFastLength() is the next number without a factor above 7, tried one by one", () => {
  for (let target = 1; target <= 3000; target++) {
    let [any, even] = [target, target === 1 ? 1 : target + target % 2];
    while (!smooth(any)) any++;
    while (!smooth(even)) even += 2;
    assert.equal(nextFastLength(target), any);
    assert.equal(nextFastLength(target, { real: true }), even);
  }
});

Deno.test("nextFastLength() takes large targets and refuses bad ones", () => {
  assert.equal(nextFastLength(2 ** 40), 2 ** 40);
  assert.equal(nextFastLength(1e9 + 7), 2 ** 5 * 3 ** 6 * 5 ** 3 * 7 ** 3); // 1000188000
  for (const bad of [0, -3, 2.5, NaN]) {
    assert.throws(() => nextFastLength(bad), { code: "DomainError", message: /"target".*whole number of at least 1/ });
  }
});
