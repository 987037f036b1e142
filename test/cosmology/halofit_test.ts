import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import reference from "./reference/halofit.json" with { type: "json" };

await ready({ threads: 1 });
const OPTIONS = { h: 0.6766, omegaM: 0.3111, omegaB: 0.049, sigma8: 0.8102, ns: 0.9665, tCmb: 2.726 };
const linear = C.linearPower(C.cosmology(OPTIONS));
const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} ${expected}`);

/** An Einstein-de Sitter universe with `P = amplitude k^n`. */
function powerLaw(n: number, amplitude: number): C.LinearPower {
  const k = Float64Array.from({ length: 40 }, (_, i) => 10 ** (-6 + 0.3 * i));
  const universe = C.cosmology({ ...C.einsteinDeSitter, ns: n });
  return C.tabulatedPower(universe, k, k.map((k) => amplitude * k ** n));
}

// CCL integrates the nonlinear scale with a tolerance of its own; measured 9e-5.
const CCL_TOLERANCE = 2e-4;

Deno.test("halofit() boosts power as CCL does", () => {
  const k = Float64Array.from(reference.k);
  const universes = { constant: {}, w: { w0: -0.8 }, open: { omegaK: 0.05 } };
  for (const [name, options] of Object.entries(universes)) {
    const linear = C.linearPower(C.cosmology({ ...OPTIONS, ...options }));
    for (const z of [0, 1]) {
      const [theirLinear, theirs] = reference.ccl[name as "open"][`${z}` as "0"];
      const [plain, boosted] = [C.matterPower(linear, k, { z }), C.halofit(linear, k, { z })];
      k.forEach((_, i) => close(boosted[i] / plain[i], theirs[i] / theirLinear[i], CCL_TOLERANCE));
    }
  }
});

// CAMB tabulates power more coarsely; measured 2.9e-3 for any dark energy.
const CAMB_TOLERANCE = 4e-3;

Deno.test("halofit() of CAMB's linear power is CAMB's nonlinear power, with w0 and wa", () => {
  const universes = { constant: {}, w0wa: { w0: -0.9, wa: 0.2 }, far: { w0: -0.9, wa: -0.4 } };
  for (const [name, options] of Object.entries(universes)) {
    const theirs = reference.boltzmann[name as "far"];
    const universe = C.cosmology({ ...OPTIONS, ...options, tCmb: 2.7255, nEff: 3.046 });
    for (const z of [0, 1]) {
      const linear = C.tabulatedPower(universe, theirs.k, theirs.linear[z], { z });
      for (const [model, expected] of [["takahashi2012", theirs.takahashi], ["smith2003", theirs.original]] as const) {
        const found = C.halofit(linear, Float64Array.from(theirs.k), { z, model });
        found.forEach((power, i) => close(power, expected[z][i], CAMB_TOLERANCE));
      }
    }
  }
});

Deno.test("nonlinearScale() of a power law is analytic", () => {
  // sigma^2 = A/(2 pi^2) int k^(2+n) exp(-k^2 R^2) dk = A/(4 pi^2) Gamma((n + 3)/2) R^-(n+3); Gamma(1) and Gamma(3/2).
  for (const [n, gamma] of [[-1, 1], [0, Math.sqrt(Math.PI) / 2]]) {
    for (const z of [0, 3]) {
      const found = C.nonlinearScale(powerLaw(n, 70), z);
      close(found.k, (70 * gamma / (4 * Math.PI ** 2) / (1 + z) ** 2) ** (-1 / (n + 3)), 1e-9);
      assert.ok(Math.abs(found.slope - n) < 1e-8);
      assert.ok(Math.abs(found.curvature) < 1e-7);
    }
  }
});

Deno.test("halofit() is linear on large scales, and where nothing is nonlinear", () => {
  close(C.halofit(linear, 1e-4), C.matterPower(linear, 1e-4), 2e-3);
  assert.ok(C.halofit(linear, 1) > 3 * C.matterPower(linear, 1));
  assert.ok(Number.isNaN(C.nonlinearScale(linear, 3000).k));
  close(C.halofit(linear, 1, { z: 3000 }), C.matterPower(linear, 1, { z: 3000 }), 1e-15);
});

Deno.test("matterPowerAt() is matterPower() and halofit() at each redshift", () => {
  const [z, k] = [Float64Array.of(0, 0.5, 4), Float64Array.of(1e-4, 0.07, 0.3, 20)];
  const all = Float64Array.of(...k, ...k, ...k);
  const [plain, boosted] = [C.matterPowerAt(linear, z)(all), C.matterPowerAt(linear, z, { model: "smith2003" })(all)];
  z.forEach((z, i) =>
    k.forEach((k, j) => {
      close(plain[4 * i + j], C.matterPower(linear, k, { z }), 1e-8);
      close(boosted[4 * i + j], C.halofit(linear, k, { z, model: "smith2003" }), 1e-8);
    })
  );
  // A power law goes on beyond the table.
  const law = C.matterPowerAt(powerLaw(-1, 70), Float64Array.of(0));
  for (const k of [1e-9, 1e7]) close(law(Float64Array.of(k))[0], 70 / k, 1e-9);
});

Deno.test("matterPowerAt() gives the same bits for 1 and more threads", async () => {
  const z = Float64Array.from({ length: 50 }, (_, i) => i / 10);
  const k = Float64Array.from({ length: 500 }, (_, i) => 0.01 * (i + 1));
  const one = C.matterPowerAt(linear, z, { model: "takahashi2012" })(k);
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(C.matterPowerAt(linear, z, { model: "takahashi2012" })(k), one);
  }
  await ready({ threads: 1 });
});

Deno.test("what halofit cannot use is refused", () => {
  assert.throws(() => C.halofit(linear, -1), DomainError);
  assert.throws(() => C.halofit(linear, 1, { z: -1 }), /"z"/);
  assert.throws(() => C.halofit(linear, 1, { model: "halofit" as "smith2003" }), /"takahashi2012", "smith2003"/);
  const power = C.matterPowerAt(linear, Float64Array.of(0, 1));
  assert.throws(() => power(Float64Array.of(1, 2, 3)), ShapeError);
  assert.throws(() => power(Float64Array.of(1, 0)), /"k\[1\]"/);
});
