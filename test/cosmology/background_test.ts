import assert from "node:assert/strict";
import { DomainError, DtypeError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { quad } from "../../lib/quadrature/mod.ts";

await ready({ threads: 1 });

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} ${expected}`);

Deno.test("a universe of matter has distances, times and densities by hand", () => {
  const c = C.einsteinDeSitter;
  assert.equal(C.expansionRate(c, 3), 8);
  assert.equal(C.hubble(c, 3), 560);
  // 2 c/H0 (1 - 1/2); volume 4 pi/3 (c/H0)^3.
  close(C.comovingDistance(c, 3), 2997.92458, 1e-14);
  close(C.transverseComovingDistance(c, 3), 2997.92458, 1e-14);
  close(C.angularDiameterDistance(c, 3), 2997.92458 / 4, 1e-14);
  close(C.luminosityDistance(c, 3), 2997.92458 * 4, 1e-14);
  close(C.comovingVolume(c, 3), 4 / 3 * Math.PI * 2997.92458 ** 3, 1e-14);
  // 2/3 of 1/H0, 13.968 Gyr for h = 0.7; an eighth of it at z = 3.
  const today = 2 / 3 * 9.777922216807893 / 0.7;
  close(C.age(c, 0), today, 1e-13);
  close(C.age(c, 3), today / 8, 1e-13);
  close(C.lookbackTime(c, 3), today * 7 / 8, 1e-13);
  assert.deepEqual([C.omegaMatter(c, 9), C.omegaDarkEnergy(c, 9), C.omegaCurvature(c, 9)], [1, 0, 0]);
  assert.equal(C.expansionSlope(c, 9), -1.5);
  assert.equal(C.meanMatterDensity(c), c.criticalDensity);
  assert.equal(C.criticalDensity(c, 1), 8 * c.criticalDensity);
  close(C.meanBaryonDensity(c), 0.05 * c.criticalDensity, 1e-15);
});

Deno.test("an empty open universe has distances by hand", () => {
  // Milne's: D = c/H0 ln(1 + z), across it c/H0 sinh ln(1 + z). Matter of 1e-12 changes that by 1e-12.
  const c = C.cosmology({ h: 1, omegaM: 1e-12, omegaB: 0, omegaLambda: 0 });
  close(C.comovingDistance(c, 1), 2997.92458 * Math.log(2), 1e-11);
  close(C.transverseComovingDistance(c, 1), 2997.92458 * 0.75, 1e-11);
  assert.equal(c.omegaK, 1 - 1e-12);
});

Deno.test("distances near z = 0 keep their relative precision", () => {
  for (const z of [1e-15, 1e-9, 1e-4]) {
    const { omegaM } = C.planck18;
    // c/H0 (z - (1 + q0)/2 z^2), q0 = 3/2 Om - 1.
    const cubic = 2 * z * z;
    close(C.comovingDistance(C.planck18, z), 2997.92458 * z * (1 - 0.75 * omegaM * z), cubic + 1e-14);
  }
  assert.equal(C.comovingDistance(C.planck18, 0), 0);
});

Deno.test("inverses return to where they came from, over the edges of pieces too", () => {
  const z = Float64Array.from({ length: 2001 }, (_, i) => Math.expm1(i * 0.004));
  for (
    const c of [C.planck18, C.planck2018, C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.04, omegaK: -0.1, w0: -0.8 })]
  ) {
    const distance = C.redshiftAtComovingDistance(c, C.comovingDistance(c, z));
    const a = C.scaleFactorAtComovingDistance(c, C.comovingDistance(c, z));
    const age = C.redshiftAtAge(c, C.age(c, z));
    const lookback = C.redshiftAtLookbackTime(c, C.lookbackTime(c, z.subarray(0, 600)));
    z.forEach((z, i) => {
      close(1 + distance[i], 1 + z, 3e-13);
      close(a[i], 1 / (1 + z), 3e-13);
      close(1 + age[i], 1 + z, 3e-14);
      if (i < 600) close(1 + lookback[i], 1 + z, 3e-12);
    });
  }
  close(
    C.redshiftAtComovingDistance(C.planck18, 6000),
    C.redshiftAtComovingDistance(C.planck18, Float64Array.of(6000))[0],
    0,
  );
});

Deno.test("cosmology() fills in what follows, and presets are what they say", () => {
  const open = C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.045, omegaLambda: 0.6 });
  close(open.omegaK, 0.1, 1e-12);
  assert.equal(C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.045 }).omegaLambda, 0.7);
  assert.ok(Object.isFrozen(C.planck18) && C.planck18.omegaK === 0);
  // Photons of 2.7255 K: Omega h^2 = 2.473e-5 (Particle Data Group).
  close(C.cosmology({ h: 1, omegaM: 0.3, omegaB: 0.04, nEff: 0 }).omegaR, 2.473e-5, 1e-4);
  // Planck 2018 VI, table 2: age 13.797 Gyr, z_eq 3402.
  close(C.age(C.planck2018, 0), 13.797, 3e-4);
  close(C.planck2018.omegaM / C.planck2018.omegaR - 1, 3402, 5e-3);
  close(C.meanMatterDensity(C.beornCosmology), 0.315 * 2.775e11, 1e-15);
  assert.deepEqual({ ...C.cosmology({ ...C.planck18, w0: -1.1 }) }, { ...C.planck18, w0: -1.1 });
});

Deno.test("a universe that almost turned round needs finer tables, and gets them", () => {
  // E^2 = 0.3 x^3 - x^2 + 1.7 is 0.054 at x = 2.2.
  const c = C.cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.04, omegaLambda: 1.7 });
  const e2 = (x: number) => 0.3 * x ** 3 - x ** 2 + 1.7;
  const tight = { relativeTolerance: 1e-13, absoluteTolerance: 0, limit: 500 };
  for (const z of [0.5, 1.2, 5]) {
    const { value } = quad((z) => 1 / Math.sqrt(e2(1 + z)), 0, z, tight);
    close(C.comovingDistance(c, z), 2997.92458 * value, 1e-12);
    // Heath (1977): D = 5/2 Om E int (1 + z)/E^3 dz.
    const heath = quad((z) => (1 + z) / e2(1 + z) ** 1.5, z, Infinity, tight).value;
    close(C.growthFactor(c, z, { normalization: "early" }), 0.75 * Math.sqrt(e2(1 + z)) * heath, 1e-11);
  }
});

Deno.test("bad parameters and redshifts are refused by name", () => {
  const base = { h: 0.7, omegaM: 0.3, omegaB: 0.045 };
  const refuse = (f: () => unknown, pattern: RegExp) =>
    assert.throws(f, (error: unknown) => {
      assert.ok(error instanceof DomainError);
      assert.match(error.message, pattern);
      return true;
    });
  refuse(() => C.cosmology({ ...base, h: 0 }), /"h": it must be a finite number above 0, got 0/);
  refuse(() => C.cosmology({ ...base, omegaB: 0.4 }), /"omegaB": it must be between 0 and 0.3, got 0.4/);
  refuse(() => C.cosmology({ ...base, omegaLambda: 0.7, omegaK: 0.1 }), /must sum to 1; .*got 1\.1/);
  refuse(() => C.cosmology({ ...base, omegaR: 1e-4, nEff: 3 }), /"omegaR" or "nEff", not both/);
  refuse(() => C.cosmology({ ...base, w0: -0.5, wa: 0.6 }), /w0 \+ wa must not be above 0/);
  refuse(() => C.comovingDistance(C.planck18, -0.1), /"z": it must be between 0 and 100000000, got -0.1/);
  refuse(() => C.hubble(C.planck18, Float64Array.of(0, NaN)), /"z\[1\]": it must be a finite number above -1, got NaN/);
  refuse(() => C.redshiftAtComovingDistance(C.planck18, 1e5), /distance 0 must be within 9\d+\.\d+ Mpc\/h/);
  refuse(() => C.redshiftAtAge(C.planck18, 20), /time 0 must be .*today, at 13\.\d+ Gyr, got 20/);
  const list = [0, 1] as unknown as Float64Array;
  assert.throws(() => C.hubble(C.planck18, list), (error: unknown) => {
    assert.ok(error instanceof DtypeError);
    assert.match(error.message, /"z": it must be a number or a Float64Array, got an array; use Float64Array.from/);
    return true;
  });
  const bouncing = C.cosmology({ h: 0.7, omegaM: 0.05, omegaB: 0.01, omegaLambda: 2 });
  refuse(() => C.comovingDistance(bouncing, 1), /E\^2 above 0 for all z >= 0, but the universe turns round/);
});

Deno.test("one redshift or many, 1, 2 or 3 threads: the same bits", async () => {
  const z = Float64Array.from({ length: 20_011 }, (_, i) => i * i * 1e-6);
  const c = C.planck2018;
  const all = () => [
    C.hubble(c, z),
    C.comovingDistance(c, z),
    C.age(c, z),
    C.growthFactor(c, z, { order: "3b" }),
    C.growthRate(c, z),
    C.redshiftAtComovingDistance(c, C.comovingDistance(c, z)),
    C.transferFunction(c, z),
  ];
  const one = all();
  assert.equal(C.comovingDistance(c, z[7777]), one[1][7777]);
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(all(), one);
  }
  await ready({ threads: 1 });
});
