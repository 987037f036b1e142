import assert from "node:assert/strict";
import { fromData, stats, zeros } from "../../lib/array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { growthFactor, linearPower, matterPower, planck18 } from "../../lib/cosmology/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { initialField, linearDensity, whiteNoise } from "../../lib/pm/mod.ts";

await ready({ threads: 2 });
const linear = linearPower(planck18);

/** P of each mode but the mean, with |m|^2. */
function* modesOf(field: ReturnType<typeof initialField>): Generator<[m2: number, power: number, index: number]> {
  const { cells: n, boxSize, spectrum: { data } } = field;
  const half = Math.floor(n / 2) + 1;
  for (let i = 1; i < n * n * half; i++) {
    const m = [Math.floor(i / half / n), Math.floor(i / half) % n, i % half].map((j) => Math.min(j, n - j));
    const square = data[2 * i] ** 2 + data[2 * i + 1] ** 2;
    yield [m[0] ** 2 + m[1] ** 2 + m[2] ** 2, square * boxSize ** 3 / n ** 6, i];
  }
}

Deno.test("whiteNoise() has mean 0 and variance 1, and another key has other numbers", () => {
  using noise = whiteNoise({ cells: 32, key: 5 });
  using other = whiteNoise({ cells: 32, key: 6 });
  const { mean, std } = stats(noise);
  // 32768 numbers: 1/sqrt(n) = 0.0055, 1/sqrt(2 n) = 0.0039.
  assert.ok(Math.abs(mean) < 4 * 0.0055 && Math.abs(std - 1) < 4 * 0.0039);
  assert.notDeepEqual(noise.data.slice(0, 4), other.data.slice(0, 4));
});

Deno.test("initialField() has the power that was asked for, within sample variance", () => {
  const cells = 48;
  using field = initialField(linear, { cells, boxSize: 300, key: 11 });
  // P over what it should be is an exponential variable of mean 1, by shells of |m|; modes with mirror images are left out.
  const [sums, counts] = [new Float64Array(24), new Float64Array(24)];
  for (const [m2, power, i] of modesOf(field)) {
    const [z, shell] = [i % (cells / 2 + 1), Math.floor(Math.sqrt(m2))];
    if (z === 0 || z === cells / 2 || shell >= 24) continue;
    sums[shell] += power / matterPower(linear, 2 * Math.PI / 300 * Math.sqrt(m2));
    counts[shell]++;
  }
  const scores = Array.from(sums.subarray(1), (sum, i) => (sum / counts[i + 1] - 1) * Math.sqrt(counts[i + 1]));
  assert.ok(scores.every((s) => Math.abs(s) < 4), scores.join(" "));
  const square = scores.reduce((sum, s) => sum + s * s, 0);
  // Chi squared of 23: mean 23, standard deviation 6.8.
  assert.ok(square > 7 && square < 50, String(square));
});

Deno.test("fixed amplitudes give each mode its power exactly, and keep its phase", () => {
  for (const cells of [8, 9]) {
    using noise = whiteNoise({ cells, key: 2, dtype: "float64" });
    using free = initialField(linear, { cells, boxSize: 100, noise });
    using fixed = initialField(linear, { cells, boxSize: 100, noise, fixed: true });
    for (const [m2, power, i] of modesOf(fixed)) {
      const expected = matterPower(linear, 2 * Math.PI / 100 * Math.sqrt(m2));
      assert.ok(Math.abs(power / expected - 1) < 1e-13, `${cells} ${i}`);
      const [a, b] = [free, fixed].map(({ spectrum: { data } }) => Math.atan2(data[2 * i + 1], data[2 * i]));
      assert.ok(Math.abs(a - b) < 1e-12 || Math.abs(Math.abs(a - b) - 2 * Math.PI) < 1e-12);
    }
    assert.deepEqual([...fixed.spectrum.data.slice(0, 2)], [0, 0]);
  }
});

Deno.test("paired fields are opposite, of noise, of a key and of modes", () => {
  const options = { cells: 16, boxSize: 100, key: 9 };
  using one = initialField(linear, options);
  using other = initialField(linear, { ...options, paired: true });
  assert.ok(one.spectrum.data.every((v, i) => v + other.spectrum.data[i] === 0));
  assert.ok(one.spectrum.data.some((v) => v !== 0));
  using noise = whiteNoise({ cells: 16, key: 9 });
  using same = initialField(linear, { cells: 16, boxSize: 100, noise });
  assert.deepEqual(same.spectrum.data, one.spectrum.data);
  using modes = initialField(linear, { cells: 16, boxSize: 100, noise: one.spectrum, paired: true });
  assert.ok(one.spectrum.data.every((v, i) => v + modes.spectrum.data[i] === 0));
});

Deno.test("linearDensity() of one mode is D1 times its windows", () => {
  const [n, boxSize, radius, gaussian] = [12, 60, 7, 3];
  using modes = zeros([n, n, n / 2 + 1], "complex128");
  // Mode (2, 0, 1): a cosine of amplitude 1.
  modes.data[2 * ((2 * n + 0) * (n / 2 + 1) + 1)] = n ** 3 / 2;
  using field = initialField(linear, { cells: n, boxSize, noise: modes });
  const k = 2 * Math.PI / boxSize * Math.sqrt(5);
  const x = k * radius;
  const ball = 3 * (Math.sin(x) - x * Math.cos(x)) / x ** 3;
  for (
    const [options, window] of [[{}, 1], [{ radius }, ball], [
      { gaussianRadius: gaussian },
      Math.exp(-((k * gaussian) ** 2) / 2),
    ], [
      { radius, gaussianRadius: gaussian },
      ball * Math.exp(-((k * gaussian) ** 2) / 2),
    ]] as const
  ) {
    const { array } = linearDensity(field, { z: 3, ...options });
    const amplitude = growthFactor(planck18, 3) * window;
    array.data.forEach((v, i) => {
      const phase = 2 * Math.PI / n * (2 * Math.floor(i / n / n) + i % n);
      assert.ok(Math.abs(v - amplitude * Math.cos(phase)) < 1e-14);
    });
    array.dispose();
  }
});

Deno.test("initialField() and linearDensity() refuse what they cannot use, and leave no memory", () => {
  const before = memoryUse().allocated;
  const box = { boxSize: 100 };
  const good = { cells: 8, ...box, key: 1 };
  assert.throws(
    () => initialField(linear, { ...good, cells: 1 }),
    /Cannot use "cells": it must be a whole number of at/,
  );
  assert.throws(() => initialField(linear, { ...good, cells: 8.5 }), DomainError);
  assert.throws(() => initialField(linear, { ...good, boxSize: 0 }), /Cannot use "boxSize"/);
  assert.throws(() => initialField(linear, { cells: 8, ...box }), /give "key" or "noise", got neither/);
  {
    using noise = zeros([8, 8, 8], "float32");
    assert.throws(() => initialField(linear, { ...good, noise }), /give "key" or "noise", got both/);
    assert.throws(() => initialField(linear, { cells: 9, ...box, noise }), (error: unknown) => {
      assert.ok(error instanceof ShapeError);
      assert.match(error.message, /real noise must have shape \[9, 9, 9\], got \[8, 8, 8\]/);
      return true;
    });
    noise.data[noise.offset(2, 3, 4)] = NaN;
    assert.throws(() => initialField(linear, { cells: 8, ...box, noise }), (error: unknown) => {
      assert.ok(error instanceof DomainError);
      assert.match(error.message, /noise must be finite numbers, got NaN at \[2, 3, 4\]/);
      return true;
    });
    using modes = zeros([8, 8, 8], "complex64");
    assert.throws(
      () => initialField(linear, { cells: 8, ...box, noise: modes }),
      /complex modes must have shape \[8, 8, 5\]/,
    );
    using right = zeros([8, 8, 5], "complex64");
    assert.throws(() => initialField(linear, { cells: 8, ...box, noise: right, fixed: true }), /used as they are/);
    right.data[2 * ((1 * 8 + 7) * 5 + 4) + 1] = Infinity;
    assert.throws(() => initialField(linear, { cells: 8, ...box, noise: right }), /got Infinity at \[1, 7, 4\]/);
    using counts = fromData(new Array(512).fill(0), [8, 8, 8], "int32");
    assert.throws(() => initialField(linear, { cells: 8, ...box, noise: counts as never }), DtypeError);
  }
  using field = initialField(linear, good);
  assert.throws(() => linearDensity(field, { z: -1 }), DomainError);
  assert.throws(() => linearDensity(field, { z: 1, radius: -1 }), /Cannot use "radius"/);
  assert.throws(() => linearDensity(field, { z: 1, gaussianRadius: NaN }), /Cannot use "gaussianRadius"/);
  field.dispose();
  assert.equal(memoryUse().allocated, before);
});
