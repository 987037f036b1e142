import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import * as L from "../../lib/lensing/mod.ts";
import reference from "./reference/limber.json" with { type: "json" };

await ready({ threads: 2 });
const OPTIONS = { h: 0.6766, omegaM: 0.3111, omegaB: 0.049, sigma8: 0.8102, ns: 0.9665, tCmb: 2.726 };
const linear = C.linearPower(C.cosmology(OPTIONS));
const HUBBLE_DISTANCE = 2997.92458;
const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} ${expected}`);

Deno.test("angularPower() of P = A/k in a universe of matter is analytic", () => {
  // Growth a^2 and (1 + z)^2 of the kernels cancel: C_l = (3/2)^2 (H0/c)^4 A/(l + 1/2) int (1 - x/x1)(1 - x/x2) x dx.
  const universe = C.cosmology({ ...C.einsteinDeSitter, ns: -1 });
  const k = [1e-6, 1e-3, 1, 1e3, 1e6];
  const law = C.tabulatedPower(universe, k, k.map((k) => 70 / k));
  const planes = [1, 2].map((z) => ({ kind: "lensing", sources: L.sourcePlane(z) }) as const);
  // With this bias counts have n(z) dz/dchi b = (1 + z)/(0.5 c/H0).
  const bias = (z: Float64Array) => z.map((z) => 1 / Math.sqrt(1 + z));
  const probes = [...planes, { kind: "counts", sources: L.topHat(0.3, 0.8), bias } as const];
  const ell = Float64Array.of(0, 10, 1000);
  const { pairs, power } = L.angularPower(law, ell, probes, { nonlinear: "linear", lensing: "flat" });
  assert.deepEqual(pairs, [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]);
  const [x1, x2, low, high] = [1, 2, 0.3, 0.8].map((z) => 2 * HUBBLE_DISTANCE * (1 - 1 / Math.sqrt(1 + z)));
  const lensing = 1.5 / HUBBLE_DISTANCE ** 2;
  const counts = 1 / (0.5 * HUBBLE_DISTANCE);
  const cross = (x: number) => (high - low) - (high ** 2 - low ** 2) / (2 * x);
  const integrals = [
    lensing ** 2 * x1 ** 2 / 12,
    lensing ** 2 * (x1 ** 2 / 6 - x1 ** 3 / (12 * x2)),
    lensing * counts * cross(x1),
    lensing ** 2 * x2 ** 2 / 12,
    lensing * counts * cross(x2),
    counts ** 2 * Math.log(high / low),
  ];
  integrals.forEach((integral, p) => ell.forEach((l, i) => close(power[p][i], 70 / (l + 0.5) * integral, 1e-9)));
  // Factors of l.
  const [whole, shear] = (["convergence", "shear"] as const).map((lensing) =>
    L.angularPower(law, ell, planes.slice(0, 1), { nonlinear: "linear", lensing }).power[0]
  );
  close(whole[1], power[0][1] * (110 / 10.5 ** 2) ** 2, 1e-13);
  close(shear[1], power[0][1] * 12 * 11 * 10 * 9 / 10.5 ** 4, 1e-13);
  assert.equal(shear[0], 0);
});

// CCL's tables and its own integral of sigma8; measured 1.5e-4.
const CCL_TOLERANCE = 3e-4;

Deno.test("angularPower() agrees with CCL for lensing, counts and their cross power", () => {
  const probes: L.Probe[] = [
    { kind: "lensing", sources: L.smail({ alpha: 2, beta: 1.5, z0: 0.6, most: 6 }) },
    { kind: "counts", sources: L.topHat(0.5, 0.9), bias: 1.5 },
    { kind: "lensing", sources: L.sourcePlane(1) },
  ];
  const ell = Float64Array.from(reference.ell);
  for (const nonlinear of ["linear", "halofit"] as const) {
    const { power } = L.angularPower(linear, ell, probes, { nonlinear, lensing: "shear" });
    power.forEach((c, p) => c.forEach((c, i) => close(c, reference[nonlinear][p][i], CCL_TOLERANCE)));
  }
});

Deno.test("angularPower() in curved space is a plain sum over distances", () => {
  for (const omegaK of [0.1, -0.1]) {
    const universe = C.cosmology({ ...OPTIONS, omegaK });
    const curved = C.linearPower(universe);
    const root = Math.sqrt(Math.abs(omegaK)) / HUBBLE_DISTANCE;
    const radius = (x: number) => (omegaK > 0 ? Math.sinh(root * x) : Math.sin(root * x)) / root;
    const [far, n, l] = [C.comovingDistance(universe, 1.5), 2000, 200];
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const x = far * (i + 0.5) / n;
      const z = C.redshiftAtComovingDistance(universe, x);
      const kernel = 1.5 * 0.3111 / HUBBLE_DISTANCE ** 2 * (1 + z) * radius(far - x) * radius(x) / radius(far);
      sum += far / n * (kernel / radius(x)) ** 2 * C.matterPower(curved, (l + 0.5) / radius(x), { z });
    }
    const probe = { kind: "lensing", sources: L.sourcePlane(1.5) } as const;
    const options = { nonlinear: "linear", lensing: "flat" } as const;
    close(L.angularPower(curved, Float64Array.of(l), [probe], options).power[0][0], sum, 1e-5);
  }
});

Deno.test("angularPower() of a thin shell of sources is that of a plane, and of a table that of its formula", () => {
  const ell = Float64Array.of(20, 500);
  const of = (sources: L.RedshiftDistribution) => L.angularPower(linear, ell, [{ kind: "lensing", sources }]).power[0];
  const [plane, thin] = [of(L.sourcePlane(1)), of(L.topHat(0.999, 1.001))];
  const z = Float64Array.from({ length: 101 }, (_, i) => 0.4 + 0.01 * i);
  const [hat, table] = [of(L.topHat(0.4, 1.4)), of(L.tabulatedRedshifts(z, z.map(() => 3)))];
  const spline = of(L.tabulatedRedshifts(z, z.map(() => 3), { interpolation: "spline" }));
  ell.forEach((_, i) => {
    close(thin[i], plane[i], 1e-5);
    close(table[i], hat[i], 1e-6);
    close(spline[i], hat[i], 1e-6);
  });
});

Deno.test("angularPower() gives the same bits for 1 and more threads, and for parts of the multipoles", async () => {
  const ell = Float64Array.from({ length: 40 }, (_, i) => 10 * i);
  const probes: L.Probe[] = [{ kind: "lensing", sources: L.topHat(0.5, 1) }, {
    kind: "counts",
    sources: L.topHat(0.2, 0.4),
  }];
  await ready({ threads: 1 });
  const one = L.angularPower(linear, ell, probes);
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(L.angularPower(linear, ell, probes), one);
  }
  const part = L.angularPower(linear, ell.slice(7, 9), probes);
  part.power.forEach((c, p) => assert.deepEqual(c, one.power[p].slice(7, 9)));
});

Deno.test("probes that cannot be used are refused", () => {
  const ell = Float64Array.of(10);
  const plane = { kind: "counts", sources: L.sourcePlane(1) } as const;
  assert.throws(() => L.angularPower(linear, ell, [plane]), /galaxies must be spread over redshifts, got a plane/);
  assert.throws(() => L.angularPower(linear, ell, []), /"probes.length"/);
  assert.throws(() => L.angularPower(linear, Float64Array.of(-1), [plane]), DomainError);
  const sources = L.topHat(0.1, 0.2);
  const bias = () => Float64Array.of(1);
  assert.throws(() => L.angularPower(linear, ell, [{ kind: "counts", sources, bias }]), ShapeError);
  assert.throws(
    () => L.angularPower(linear, ell, [{ kind: "lensing", sources }], { nonlinear: "emulator" as "linear" }),
    /"nonlinear"/,
  );
});
