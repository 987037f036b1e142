import assert from "node:assert/strict";
import { DomainError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { fixedQuad, gaussLegendre } from "../../lib/quadrature/mod.ts";

await ready({ threads: 1 });

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} ${expected}`);

Deno.test("growth in a universe of matter is a power of a", () => {
  const c = C.einsteinDeSitter;
  for (const z of [0, 0.5, 9, 1e4, 1e8]) {
    const a = 1 / (1 + z);
    close(C.growthFactor(c, z), a, 1e-12);
    close(C.growthFactor(c, z, { order: "2" }), -3 / 7 * a ** 2, 1e-12);
    close(C.growthFactor(c, z, { order: "3a" }), -1 / 3 * a ** 3, 1e-12);
    close(C.growthFactor(c, z, { order: "3b" }), 10 / 21 * a ** 3, 1e-12);
    close(C.growthFactor(c, z, { order: "2", normalization: "self" }), a ** 2, 1e-12);
    close(C.growthFactor(c, z, { normalization: "early" }), a, 1e-12);
    (["1", "2", "3a", "3b"] as const).forEach((order, i) =>
      close(C.growthRate(c, z, { order }), [1, 2, 3, 3][i], 1e-12)
    );
  }
});

Deno.test("growth with radiation is Meszaros' solution", () => {
  const c = C.cosmology({ h: 0.7, omegaM: 0.9999, omegaB: 0.05, omegaR: 1e-4 });
  const equality = 1e-4 / 0.9999;
  for (const z of [0, 100, 1e4, 1e7]) {
    const a = 1 / (1 + z);
    close(C.growthFactor(c, z, { normalization: "early" }), a + 2 / 3 * equality, 1e-12);
    close(C.growthRate(c, z), a / (a + 2 / 3 * equality), 1e-11);
  }
});

Deno.test("growth of all orders is that of exact spheres in any universe with a cosmological constant", () => {
  const rule = gaussLegendre(60);
  for (const [omegaM, omegaLambda] of [[1, 0], [0.3, 0.7], [0.25, 0.6], [0.4, 0.8]]) {
    const c = C.cosmology({ h: 0.7, omegaM, omegaB: 0.04, omegaLambda });
    // Time at which a shell (dr/dt)^2 = Om/r + OL r^2 - K is at r, with r = R y^2.
    const time = (r: number, k: number) =>
      fixedQuad(
        (y) => 2 * r ** 1.5 * y * y / Math.sqrt(omegaM + omegaLambda * (r * y * y) ** 3 - k * r * y * y),
        0,
        1,
        { rule },
      );
    const own = -c.omegaK;
    const today = time(1, own);
    const [d1, d2, d3a, d3b] = (["1", "2", "3a", "3b"] as const).map((order) =>
      C.growthFactor(c, 0, { order, normalization: "early" })
    );
    // Overdensity e a at the start: K = own + 5/3 Om e.
    const radius = (e: number) => {
      let r = 1;
      for (let i = 0; i < 50; i++) {
        const k = own + 5 / 3 * omegaM * e;
        r -= (time(r, k) - today) * Math.sqrt(omegaM / r + omegaLambda * r * r - k);
      }
      return r;
    };
    const e = 0.03;
    const [over, under] = [radius(e), radius(-e)];
    const even = ((over + under) / 2 - 1) / e ** 2;
    const odd = ((over - under) / 2 + e * d1 / 3) / e ** 3;
    // The next terms are e^2 beside these.
    close(even, d2 / 9, 2e-3);
    close(odd, -(d3a / 81 + d3b / 27), 2e-3);
    // To first order, far more precisely.
    close((radius(1e-5) - radius(-1e-5)) / 2e-5, -d1 / 3, 1e-8);
  }
});

Deno.test("criticalOverdensity() is 1.68647 for matter alone, and refuses what it does not solve", () => {
  const exact = 0.15 * (12 * Math.PI) ** (2 / 3);
  for (const z of [0, 1, 20]) close(C.criticalOverdensity(C.einsteinDeSitter, z), exact, 1e-12);
  // Nakamura and Suto (1997): 1.6865 Om(z)^0.0055, a fit to 1e-4 or so.
  const c = C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.04 });
  for (const z of [0, 1, 5]) close(C.criticalOverdensity(c, z), exact * C.omegaMatter(c, z) ** 0.0055, 3e-4);
  assert.throws(() => C.criticalOverdensity(C.planck2018, 0), (error: unknown) => {
    assert.ok(error instanceof DomainError);
    assert.match(error.message, /needs w0 = -1, wa = 0, omegaR = 0, got -1, 0, .*give a number for "deltaC"/);
    return true;
  });
});

Deno.test("virial quantities: Bryan and Norman, Barkana and Loeb", () => {
  close(C.virialOverdensity(C.einsteinDeSitter, 3), 18 * Math.PI ** 2, 1e-14);
  const c = C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.04 });
  // d = -0.7: 177.65 - 57.4 - 19.11.
  close(C.virialOverdensity(c, 0), 101.14, 1e-4);
  // For matter alone the cube root is 1.
  close(C.virialTemperature(C.einsteinDeSitter, 1e8, { z: 9 }), 1.98e4, 1e-12);
  close(C.virialTemperature(C.einsteinDeSitter, 8e8, { z: 9, mu: 1.2 }), 4 * 2 * 1.98e4, 1e-12);
  const t = C.virialTemperature(c, Float64Array.of(1e7, 1e9), { z: 12 });
  close(C.virialMass(c, t, { z: 12 })[1], 1e9, 1e-12);
  const r = C.virialRadius(C.einsteinDeSitter, 1e12, { z: 1 });
  close(4 / 3 * Math.PI * r ** 3 * 18 * Math.PI ** 2 * 8 * C.einsteinDeSitter.criticalDensity, 1e12, 1e-12);
});

Deno.test("opticalDepth() by hand, and for any order of redshifts", () => {
  const c = C.einsteinDeSitter;
  const n = C.meanHydrogenDensity(c, 0);
  // 2/3 ((1 + z)^1.5 - 1) in units of sigma_T n c/H0; z = 8: 52/3.
  const unit = 6.6524587321e-25 * n * 2997.92458 / 0.7 * 3.08568e24;
  const tau = C.opticalDepth(c, [3, 8], [1, 1], { heliumFraction: 0 });
  close(tau[0], unit * 14 / 3, 1e-13);
  close(tau[1], unit * 52 / 3, 1e-13);
  assert.deepEqual(C.opticalDepth(c, [8, 3], [1, 1], { heliumFraction: 0 }), tau.slice().reverse());
  // A mass fraction of 0.24 is 0.24/(4 0.76) helium per hydrogen; both electrons below 3, one above.
  const helium = C.opticalDepth(c, [8], [1])[0];
  close(helium, 0.76 * unit * (14 / 3 * (1 + 2 * 0.06 / 0.76) + 38 / 3 * (1 + 0.06 / 0.76)), 1e-12);
  // Planck 2018 measured 0.054 +- 0.007; half ionised at 7.7.
  const planck = C.opticalDepth(C.planck2018, [5, 7, 8.4, 11], [1, 1, 0, 0])[3];
  assert.ok(planck > 0.045 && planck < 0.065, `${planck}`);
  assert.throws(() => C.opticalDepth(c, [1, 3, 2], [1, 1, 1]), /all rising or all falling, got 3 before 2/);
  assert.throws(() => C.opticalDepth(c, [1, 3], [1]), /must be as many, at least 1, got 2 and 1/);
  assert.throws(() => C.opticalDepth(c, [1], [1.1]), /"ionized\[0\]": it must be between 0 and 1, got 1.1/);
});
