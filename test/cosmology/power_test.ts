import assert from "node:assert/strict";
import { DomainError, FormatError, ShapeError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready({ threads: 1 });
const linear = C.linearPower(C.planck18);
const smooth = C.linearPower(C.planck18, { transfer: "eisensteinHuNoWiggle" });
const WINDOWS = ["topHat", "sharpK", "smoothK", "gaussian"] as const;

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} ${expected}`);

Deno.test("linearPower() has sigma8, and grows as D1 squared", () => {
  close(C.sigmaR(linear, 8), 0.8102, 1e-14);
  close(C.sigmaR(linear, 8, { z: 3 }), 0.8102 * C.growthFactor(C.planck18, 3), 1e-14);
  const k = Float64Array.of(1e-4, 0.1, 5);
  const [now, then] = [C.matterPower(linear, k), C.matterPower(linear, k, { z: 3 })];
  const growth = C.growthFactor(C.planck18, 3);
  k.forEach((k, i) => {
    close(then[i], now[i] * growth ** 2, 1e-14);
    close(now[i], linear.amplitude * k ** 0.9665 * C.transferFunction(C.planck18, k) ** 2, 1e-14);
  });
});

Deno.test("mass and radius are of a sphere of mean density", () => {
  const mass = C.radiusToMass(C.einsteinDeSitter, 3);
  close(mass, 36 * Math.PI * C.einsteinDeSitter.criticalDensity, 1e-15);
  close(C.massToRadius(C.einsteinDeSitter, mass), 3, 1e-15);
  close(C.sigmaM(linear, C.radiusToMass(C.planck18, 8)), 0.8102, 1e-13);
});

Deno.test("dlnSigmaDlnM() is the derivative of sigmaM(), for all windows", () => {
  for (const window of WINDOWS) {
    for (const mass of [1e6, 1e10, 1e15]) {
      const h = 1e-4;
      const [up, down] = [h, -h].map((h) => Math.log(C.sigmaM(smooth, mass * Math.exp(h), { window })));
      close(C.dlnSigmaDlnM(smooth, mass, { window }), (up - down) / (2 * h), 1e-6);
    }
  }
  // smoothK of a large slope comes close to sharpK.
  close(C.sigmaM(smooth, 1e12, { window: "smoothK", beta: 20 }), C.sigmaM(smooth, 1e12, { window: "sharpK" }), 0.05);
});

Deno.test("tabulatedPower() of a table of a fit is that fit, within and beyond its ends", () => {
  const k = Float64Array.from({ length: 400 }, (_, i) => 10 ** (-4 + i * 0.02));
  const table = C.tabulatedPower(C.planck18, k, C.matterPower(smooth, k, { z: 2 }), { z: 2 });
  for (const at of [1.01e-4, 0.0123, 0.77, 3000]) close(C.matterPower(table, at), C.matterPower(smooth, at), 1e-6);
  close(C.sigmaR(table, 8), 0.8102, 1e-7);
  // Below: ns = 0.9665, beside a transfer function of almost 1; above: the slope at the end.
  close(C.matterPower(table, 1e-6), C.matterPower(smooth, 1e-6), 2e-3);
  close(C.matterPower(table, 2e4), C.matterPower(smooth, 2e4), 0.05);
  const line = C.tabulatedPower(C.planck18, [0.01, 0.1, 1, 10], [100, 10, 1, 0.1], { interpolation: "linear" });
  for (const at of [0.03, 0.5, 100]) close(C.matterPower(line, at), 1 / at, 1e-12);
  close(C.sigmaR(C.tabulatedPower(C.planck18, k, k.map((k) => 1 / k), { normalize: true }), 8), 0.8102, 1e-14);
});

Deno.test("tabulatedPower() refuses tables that are none", () => {
  assert.throws(() => C.tabulatedPower(C.planck18, [1, 2, 3], [1, 2, 3]), ShapeError);
  assert.throws(() => C.tabulatedPower(C.planck18, [1, 2, 2, 3], [1, 2, 3, 4]), /k = 2, P = 3 in row 2/);
  assert.throws(() => C.tabulatedPower(C.planck18, [1, 2, 3, 4], [1, 2, -3, 4]), DomainError);
});

Deno.test("parsePower() reads the files of CAMB and CLASS", () => {
  const camb = "#  k/h    P\n  0.10000E-03  0.49000E+03\n  0.20000E-03  0.97000E+03\n";
  assert.deepEqual(C.parsePower(camb), { k: Float64Array.of(1e-4, 2e-4), power: Float64Array.of(490, 970) });
  const units = C.parsePower("# 1:k (1/Mpc)\t2:P\n0.05,1000,7\r\n0.1,500,8\r\n\n", { h: 0.5 });
  assert.deepEqual(units, { k: Float64Array.of(0.1, 0.2), power: Float64Array.of(125, 62.5) });
  const refuse = (text: string, location: string, pattern: RegExp) =>
    assert.throws(() => C.parsePower(text, { path: "pk.dat" }), (error: unknown) => {
      assert.ok(error instanceof FormatError);
      assert.deepEqual([error.path, error.location], ["pk.dat", location]);
      assert.match(error.message, pattern);
      return true;
    });
  refuse("# k P\n0.1 5\n0.05 6\n", "line 3", /larger k than the line before, got 0.05/);
  refuse("k P\n0.1 5\n", "line 1", /must have k and P above 0 .* got "k P"; begin a comment with #/);
  refuse("0.1\n", "line 1", /got "0.1"/);
  refuse("# nothing\n", "line 1", /hold no table/);
});

Deno.test("readPowerFile() reads a file, and names it in errors", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "0.1 5\n0.2 4\n");
  assert.deepEqual((await C.readPowerFile(path)).power, Float64Array.of(5, 4));
  await Deno.writeTextFile(path, "0.1 x\n");
  await assert.rejects(C.readPowerFile(path), (error: unknown) => error instanceof FormatError && error.path === path);
  await Deno.remove(path);
});

Deno.test("expectedHalos() is the integral of the mass function", () => {
  const options = { minMass: 1e12, maxMass: 1e13, z: 1 };
  const n = 2000;
  const h = Math.log(10) / n;
  const masses = Float64Array.from({ length: n }, (_, i) => 1e12 * Math.exp(h * (i + 0.5)));
  const sum = C.massFunction(linear, masses, { z: 1 }).reduce((s, v) => s + h * v, 0);
  close(C.expectedHalos(linear, { ...options, volume: 1e6 }), 1e6 * sum, 1e-6);
  assert.throws(() => C.expectedHalos(linear, { minMass: 1e13, maxMass: 1e12 }), /"maxMass": it must be above minMass/);
});

Deno.test("conditional mass functions: none for the whole, the mean for an empty environment", () => {
  const masses = Float64Array.of(1e9, 1e11, 1e13);
  const options = { z: 7, model: "pressSchechter" as const };
  // Of an environment of all that is, the mean one is the unconditional Press-Schechter function.
  const whole = C.conditionalMassFunction(linear, masses, Float64Array.of(0), { environmentMass: 1e24, z: 7 });
  const mean = C.massFunction(linear, masses, options);
  masses.forEach((_, i) => close(whole[i], mean[i], 1e-5));
  const calibrated = C.conditionalMassFunction(linear, masses, Float64Array.of(0), {
    ...{ environmentMass: 1e24, z: 7, calibration: "shethTormen" },
  });
  C.massFunction(linear, masses, { z: 7 }).forEach((n, i) => close(calibrated[i], n, 1e-5));
  // Nothing as heavy as the environment; nothing where all has collapsed.
  const small = C.conditionalMassFunction(linear, masses, Float64Array.of(0.5, 1.7), { environmentMass: 1e12, z: 7 });
  assert.deepEqual([small[1], small[3], small[4], small[5]], [0, 0, 0, 0]);
  assert.ok(small[0] > mean[0]);
  assert.throws(
    () => C.conditionalMassFunction(linear, masses, Float64Array.of(NaN), { environmentMass: 1e12 }),
    /"delta": element 0 is NaN/,
  );
});

Deno.test("bias and mass functions go together: the mean bias of all mass is 1", () => {
  // Peak-background split: int nu f b = 1 for Press-Schechter with Mo and White, Sheth-Tormen with its own.
  const c = C.einsteinDeSitter;
  const power = C.tabulatedPower(c, [1e-6, 1e-3, 1, 1e6], [1e12, 1e6, 1, 1e-12].map((p) => 10 * p));
  const masses = Float64Array.from({ length: 4000 }, (_, i) => Math.exp(-30 + i * 0.0175));
  for (const [model, bias] of [["pressSchechter", "moWhite"], ["shethTormen", "shethTormen"]] as const) {
    const n = C.massFunction(power, masses, { model });
    const b = C.haloBias(power, masses, { model: bias });
    const mean = n.reduce((sum, n, i) => sum + 0.0175 * n * masses[i] * b[i], 0) / C.meanMatterDensity(c);
    const all = n.reduce((sum, n, i) => sum + 0.0175 * n * masses[i], 0) / C.meanMatterDensity(c);
    // The mass below exp(-30) is missed: it has the bias 1 - 1/delta_c or so.
    assert.ok(Math.abs(mean + (1 - all) * (1 - 1 / 1.686) - 1) < 0.02, `${model} ${mean} ${all}`);
  }
});

Deno.test("1, 2 and 3 threads give the same sigma, mass functions and bias", async () => {
  const masses = Float64Array.from({ length: 300 }, (_, i) => 10 ** (5 + i / 30));
  const all = () => [
    ...WINDOWS.map((window) => C.sigmaM(linear, masses, { window })),
    C.massFunction(linear, masses, { model: "tinker08", overdensity: 500, z: 1 }),
    C.haloBias(linear, masses, { model: "tinker10" }),
  ];
  const one = all();
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(all(), one);
  }
  await ready({ threads: 1 });
});

Deno.test("options of halos are checked by name", () => {
  const bad = (options: object) => () => C.massFunction(linear, 1e10, options);
  assert.throws(bad({ model: "x" }), /"model": it must be one of "pressSchechter", .* got "x"/);
  assert.throws(
    bad({ model: "tinker08", overdensity: 100 }),
    /"overdensity": it must be between 200 and 3200, got 100/,
  );
  assert.throws(bad({ deltaC: 0 }), /"deltaC": it must be above 0, got 0/);
  assert.throws(bad({ window: "x" }), /"window"/);
  assert.throws(bad({ z: -1 }), /"z": it must be between 0 and 100000000, got -1/);
  assert.throws(
    () => C.massFunction(linear, Float64Array.of(1, -1)),
    /"mass\[1\]": it must be a finite number above 0/,
  );
});
