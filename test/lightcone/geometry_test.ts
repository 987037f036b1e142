import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { comovingDistance, einsteinDeSitter, expansionRate, planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { lightconeGeometry, LINE_FREQUENCY_MHZ } from "../../lib/lightcone/mod.ts";

const HUBBLE_DISTANCE = 2997.92458;

Deno.test("lightconeGeometry() steps evenly in comoving distance, as by hand in a universe of matter", async () => {
  await ready({ threads: 1 });
  const { redshifts, distances, frequencies } = lightconeGeometry(einsteinDeSitter, {
    zLow: 3,
    zHigh: 8,
    cellSize: 0.5,
  });
  // chi = 2 c/H0 (1 - 1/sqrt(1 + z)): 2997.92458 at z = 3 and 4/3 of that, 3997.2327733, at z = 8: 1998 steps of 0.5 and a rest.
  assert.equal(redshifts.length, 1999);
  assert.equal(redshifts[0], 3);
  for (const j of [0, 1, 1000, 1998]) {
    const chi = HUBBLE_DISTANCE + 0.5 * j;
    const z = (1 - chi / (2 * HUBBLE_DISTANCE)) ** -2 - 1;
    assert.ok(Math.abs(distances[j] - chi) < 1e-9);
    assert.ok(Math.abs(redshifts[j] / z - 1) < 1e-12, `slice ${j}: ${redshifts[j]}, by hand ${z}`);
    assert.ok(Math.abs(frequencies[j] - 1420.405751768 / (1 + z)) < 1e-9);
  }
  assert.equal(LINE_FREQUENCY_MHZ, 1420.405751768);
});

Deno.test("lightconeGeometry() counts a last slice that lies at zHigh", async () => {
  await ready({ threads: 1 });
  const [near, far] = comovingDistance(planck18, Float64Array.of(7, 9));
  for (const steps of [1, 3, 100, 777]) {
    const { redshifts } = lightconeGeometry(planck18, { zLow: 7, zHigh: 9, cellSize: (far - near) / steps });
    assert.equal(redshifts.length, steps + 1);
    assert.ok(redshifts[steps] <= 9 && 9 - redshifts[steps] < 1e-12);
  }
});

Deno.test("steps of frequency as in tools21cm are too long by H dL/(4 (1 + z) c), which adds up", async () => {
  await ready({ threads: 1 });
  const cellSize = 0.78125;
  const { redshifts } = lightconeGeometry(planck18, { zLow: 6.5, zHigh: 12, cellSize });
  // Their recipe: nu -> nu - nu0 H dL/((1 + z)^2 c), with the same cosmology.
  let z = 6.5;
  let predicted = 0;
  for (let j = 0; j < redshifts.length - 1; j++) {
    const x = expansionRate(planck18, z) * cellSize / HUBBLE_DISTANCE / (1 + z);
    predicted += x / 4;
    z = 1 / (1 / (1 + z) - x / (1 + z)) - 1;
  }
  const drift = (comovingDistance(planck18, z) - comovingDistance(planck18, redshifts[redshifts.length - 1])) /
    cellSize;
  assert.ok(Math.abs(drift / predicted - 1) < 0.02, `${drift} cells, predicted ${predicted}`);
});

Deno.test("lightconeGeometry() refuses ranges that do not rise, and steps of 0", async () => {
  await ready({ threads: 1 });
  const make = (zLow: number, zHigh: number, cellSize = 1) => lightconeGeometry(planck18, { zLow, zHigh, cellSize });
  assert.throws(
    () => make(8, 8),
    (e) => isToolkitError(e, "DomainError") && /below zHigh, got 8 and 8/.test(e.message),
  );
  assert.throws(() => make(-1, 8), (e) => isToolkitError(e, "DomainError") && /"zLow"/.test(e.message));
  assert.throws(() => make(7, NaN), (e) => isToolkitError(e, "DomainError") && /"zHigh"/.test(e.message));
  assert.throws(() => make(7, 8, 0), (e) => isToolkitError(e, "DomainError") && /"cellSize"/.test(e.message));
});
