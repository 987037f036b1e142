import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { growthFunctions, stepFactors } from "../../lib/pm/mod.ts";
import { shifted } from "./shifted.ts";

await ready({ threads: 1 });
const ALL = ["omegaC", "omegaB", "h", "ns", "sigma8", "w0", "wa", "omegaK"] as const;
const open = C.cosmology({ ...C.planck18, omegaLambda: undefined, omegaK: 0.04, omegaR: 9e-5, w0: -0.9, wa: 0.25 });
const UNIVERSES = [C.planck18, open, C.einsteinDeSitter];
const SCALES = [0.02, 0.3, 0.77, 1];

// Differences of sixth order with steps of 1e-3: measured below 3e-9 beside the value or the largest partial.
const TOLERANCE = 1e-8;
const close = (actual: number, expected: number, tolerance: number, size = Math.abs(expected)) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * size, `${actual} ${expected}`);

/** Derivatives by a parameter of functions of a universe, by differences of sixth order. */
function differences(
  universe: C.Cosmology,
  name: C.CosmologyParameter,
  f: (c: C.Cosmology) => Float64Array,
  h = 1e-3,
): Float64Array {
  const at = [-3, -2, -1, 1, 2, 3].map((steps) => f(shifted(universe, name, steps * h)));
  return at[0].map((_, i) => {
    const [a, b, c, d, e, g] = at.map((values) => values[i]);
    return (45 * (d - c) - 9 * (e - b) + (g - a)) / (60 * h);
  });
}

/** Quantities of backgroundFunctions() by other functions of the library. */
const QUANTITIES: Record<
  string,
  [keyof C.BackgroundFunctions<number>, (c: C.Cosmology, a: number) => number, string?]
> = {
  E: ["expansionRate", (c, a) => C.expansionRate(c, 1 / a - 1)],
  D1: ["growthFactor", (c, a) => C.growthFactor(c, 1 / a - 1)],
  f1: ["growthRate", (c, a) => C.growthRate(c, 1 / a - 1)],
  D2: ["growthFactor", (c, a) => C.growthFactor(c, 1 / a - 1, { order: "2" }), "2"],
  f2: ["growthRate", (c, a) => C.growthRate(c, 1 / a - 1, { order: "2" }), "2"],
  D3a: ["growthFactor", (c, a) => C.growthFactor(c, 1 / a - 1, { order: "3a" }), "3a"],
  f3a: ["growthRate", (c, a) => C.growthRate(c, 1 / a - 1, { order: "3a" }), "3a"],
  D3b: ["growthFactor", (c, a) => C.growthFactor(c, 1 / a - 1, { order: "3b" }), "3b"],
  f3b: ["growthRate", (c, a) => C.growthRate(c, 1 / a - 1, { order: "3b" }), "3b"],
  slope: ["growthSlope", slope],
  momentum: ["growthMomentum", (c, a) => a ** 3 * C.expansionRate(c, 1 / a - 1) * slope(c, a)],
  distance: ["comovingDistance", (c, a) => C.comovingDistance(c, 1 / a - 1)],
};

function slope(c: C.Cosmology, a: number): number {
  return C.growthRate(c, 1 / a - 1) * C.growthFactor(c, 1 / a - 1) / a;
}

const call = <T>(f: C.BackgroundFunctions<T>, name: keyof C.BackgroundFunctions<number>, a: T, order?: string): T =>
  (f[name] as (a: T, order?: string) => T)(a, order);

for (const [number, universe] of UNIVERSES.entries()) {
  Deno.test(`differentiableBackground() has plain values, and the partials of differences, in universe ${number}`, () => {
    const plain = C.backgroundFunctions(universe);
    const smooth = C.differentiableBackground(universe, ALL);
    const cases = Object.values(QUANTITIES).flatMap((quantity) => SCALES.map((a) => ({ quantity, a })));
    const peers = (c: C.Cosmology) => Float64Array.from(cases, ({ quantity: [, peer], a }) => peer(c, a));
    const values = peers(universe);
    const expected = ALL.map((parameter) => differences(universe, parameter, peers));
    cases.forEach(({ quantity: [name, , order], a }, i) => {
      const found = call(smooth, name, smooth.arithmetic.of(a), order);
      close(found.value, values[i], 1e-12);
      assert.equal(found.value, call(plain, name, a, order));
      const size = Math.max(Math.abs(found.value), ...found.gradient.map(Math.abs));
      found.gradient.forEach((g, j) => close(g, expected[j][i], TOLERANCE, size));
    });
  });
}

Deno.test("functions of a dual scale factor have its derivative, too", () => {
  const h = 1e-3;
  for (const universe of UNIVERSES) {
    const plain = C.backgroundFunctions(universe);
    const { arithmetic: _, omegaM: __, scaleFactor: ___, scaleFactors: ____, ...functions } = C
      .differentiableBackground(universe, ["ns"]);
    for (const [name, f] of Object.entries(functions)) {
      const at = (a: number) => call(plain, name as keyof C.BackgroundFunctions<number>, a);
      for (const a of [0.3, 0.9]) {
        const slope = (8 * (at(a + h) - at(a - h)) - (at(a + 2 * h) - at(a - 2 * h))) / (12 * h);
        const { gradient } = f(C.dual(a, [2]));
        close(gradient[0], 2 * slope, 1e-8, Math.max(1e-3, Math.abs(slope)));
      }
    }
    // Two of these derivatives have names.
    close(functions.growthFactor(C.dual(0.6, [1])).gradient[0], plain.growthSlope(0.6), 1e-12);
    close(functions.growthSlope(C.dual(0.6, [1])).gradient[0], plain.growthSecondSlope(0.6), 1e-12, 1);
    close(functions.growthMomentum(C.dual(0.6, [1])).gradient[0], plain.growthMomentumSlope(0.6), 1e-12);
  }
});

Deno.test("scaleFactor() undoes comovingDistance(), with all derivatives", () => {
  const { comovingDistance, scaleFactor, arithmetic } = C.differentiableBackground(open, ALL);
  const a = { value: 0.6, gradient: Float64Array.from(ALL, (_, i) => i + 1) };
  const back = scaleFactor(comovingDistance(a));
  close(back.value, 0.6, 1e-13);
  back.gradient.forEach((g, i) => close(g, i + 1, 1e-11));
  const { value, gradient } = scaleFactor(arithmetic.of(1500));
  const inverse = (c: C.Cosmology) => Float64Array.of(C.scaleFactorAtComovingDistance(c, 1500));
  ALL.forEach((name, j) => close(gradient[j], differences(open, name, inverse)[0], TOLERANCE, value));
});

Deno.test("scaleFactors() is scaleFactor() of each, and growth there has the derivatives at a fixed distance", () => {
  const distances = Float64Array.from({ length: 5000 }, (_, i) => i);
  const { scaleFactor, scaleFactors, growthFactor, arithmetic } = C.differentiableBackground(open, ALL);
  const found = scaleFactors(distances);
  for (const i of [0, 1500, 4999]) assert.deepEqual(found[i], scaleFactor(arithmetic.of(i)));
  const growth = (c: C.Cosmology) =>
    Float64Array.of(C.growthFactor(c, C.redshiftAtComovingDistance(c, 1500), { order: "2" }));
  const { value, gradient } = growthFactor(found[1500], "2");
  ALL.forEach((name, j) => close(gradient[j], differences(open, name, growth)[0], TOLERANCE, Math.abs(value)));
  assert.deepEqual(scaleFactors(new Float64Array()), []);
});

Deno.test("kicks and drifts in duals are those of stepFactors(), with their derivatives", () => {
  const times = Float64Array.of(0.1, 0.25, 0.5, 1);
  /** Gf(m) - Gf(m') over D1, then D1(b) - D1(a) over Gf(m), of the second step. */
  const factors = <T>({ arithmetic: m, growthFactor, growthMomentum }: C.BackgroundFunctions<T>): T[] => {
    const [before, a, b] = [0.1, 0.25, 0.5].map(m.of);
    const [past, middle] = [m.mul(before, a), m.mul(a, b)].map((x) => growthMomentum(m.sqrt(x)));
    return [
      m.div(m.sub(middle, past), growthFactor(a)),
      m.div(m.sub(growthFactor(b), growthFactor(a)), middle),
    ];
  };
  const plain = (c: C.Cosmology) => {
    const { kick, drift } = stepFactors(times, growthFunctions(c));
    return Float64Array.of(kick[1], drift[1]);
  };
  const found = factors(C.differentiableBackground(open, ALL));
  plain(open).forEach((value, i) => close(found[i].value, value, 1e-12));
  ALL.forEach((name, j) =>
    differences(open, name, plain).forEach((d, i) => close(found[i].gradient[j], d, TOLERANCE, found[i].value))
  );
});

Deno.test("growth for matter alone goes on beyond today", () => {
  const { growthFactor, growthMomentum } = C.backgroundFunctions(C.einsteinDeSitter);
  close(growthFactor(1.1), 1.1, 1e-9);
  close(growthMomentum(1.05), 1.05 ** 1.5, 1e-10);
  assert.throws(() => growthFactor(1.2), /"a": it must be between 1e-8 and 1.1, got 1.2/);
  assert.throws(() => growthFactor(0), DomainError);
});

Deno.test("powerSensitivity() has the partial derivatives of differences of matterPower()", () => {
  const k = Float64Array.of(1e-4, 0.02, 0.07, 0.5, 8);
  for (const universe of [C.planck18, open]) {
    for (const transfer of ["eisensteinHu", "eisensteinHuNoWiggle"] as const) {
      for (const z of [0, 1.5]) {
        const linear = C.linearPower(universe, { transfer });
        const { power, gradient } = C.powerSensitivity(linear, ALL, k, { z });
        const plain = C.matterPower(linear, k, { z });
        ALL.forEach((name, j) => {
          const f = (c: C.Cosmology) => C.matterPower(C.linearPower(c, { transfer }), k, { z });
          // Phases of oscillations vary fast with baryons.
          const expected = differences(universe, name, f, name === "omegaB" ? 5e-5 : 5e-4);
          k.forEach((_, i) => close(gradient[j][i], expected[i], TOLERANCE, Math.max(Math.abs(expected[i]), power[i])));
        });
        k.forEach((_, i) => close(power[i], plain[i], 1e-12));
      }
    }
  }
});

Deno.test("powerSensitivity() gives the same bits for 1 and more threads", async () => {
  const k = Float64Array.from({ length: 1000 }, (_, i) => 1e-3 * (i + 1));
  const linear = C.linearPower(open);
  const one = C.powerSensitivity(linear, ALL, k);
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(C.powerSensitivity(linear, ALL, k), one);
  }
  await ready({ threads: 1 });
});

Deno.test("parameters and spectra that cannot be used are refused", () => {
  assert.throws(() => C.differentiableBackground(open, ["omegaX" as "omegaC"]), /"parameters\[0\]"/);
  assert.throws(() => C.differentiableBackground(open, ["w0", "w0"]), /each may stand there once, got "w0" twice/);
  const table = C.tabulatedPower(open, [0.01, 0.1, 1, 10], [100, 10, 1, 0.1]);
  assert.throws(() => C.powerSensitivity(table, ["ns"], Float64Array.of(1)), /a spectrum of linearPower, got a table/);
  assert.throws(() => C.powerSensitivity(C.linearPower(open), ["ns"], Float64Array.of(-1)), DomainError);
  assert.throws(() => C.dual(1, undefined as unknown as number[]), ShapeError);
});

Deno.test("arithmetic of duals has the values of numbers and the derivatives of differences", () => {
  const formula = <T>(m: C.Arithmetic<T>, x: T, y: T): T =>
    m.add(
      m.max(m.div(m.mul(x, y), m.sub(y, m.of(3))), m.of(-100)),
      m.scale(m.sqrt(m.sub(m.mul(m.add(x, y), x), m.of(0.5))), -2),
    );
  const [x, y, h] = [1.3, 0.7, 1e-5];
  const { value, gradient } = formula(C.duals(2), C.dual(x, [1, 0]), C.dual(y, [0, 1]));
  const plain = (x: number, y: number) => formula(C.numbers, x, y);
  assert.equal(value, plain(x, y));
  close(gradient[0], (plain(x + h, y) - plain(x - h, y)) / (2 * h), 1e-9);
  close(gradient[1], (plain(x, y + h) - plain(x, y - h)) / (2 * h), 1e-9);
  assert.equal(C.duals(2).max(C.dual(1, [1, 0]), C.dual(2, [0, 1])).gradient[1], 1);
});
