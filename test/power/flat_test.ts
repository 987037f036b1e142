import assert from "node:assert/strict";
import { Field, NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { compareFields, comparePowers, flatAngularPower, powerSpectrum } from "../../lib/power/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";

const DEGREE = Math.PI / 180;

Deno.test("flatAngularPower() of a wave has A/4 in each of two modes at l = 2 pi m/side", async () => {
  await ready({ threads: 2 });
  const [nx, ny, m] = [24, 16, 3];
  const sides = [6, 4] as const;
  const map = zeros([nx, ny]);
  map.data.forEach((_, i) => map.data[i] = 7 + Math.cos(2 * Math.PI * m * Math.floor(i / ny) / nx));
  const l = 2 * Math.PI * m / (6 * DEGREE);
  const { power, modes, l: mean } = flatAngularPower(map, { fieldSize: sides, edges: [l * 0.999, l * 1.001, l * 1.1] });
  // (3, 0), (-3, 0) and, as 6/4 m = 2, (0, 2), (0, -2).
  assert.equal(modes[0], 4);
  assert.ok(Math.abs(power[0] * modes[0] / (2 * 24 * DEGREE ** 2 / 4) - 1) < 1e-12);
  assert.ok(Math.abs(mean[0] / l - 1) < 1e-12);
});

Deno.test("flatAngularPower() of white noise sums to its variance and is the area of a pixel", async () => {
  await ready({ threads: 2 });
  for (const [nx, ny] of [[32, 48], [27, 33]]) {
    const map = new NdArray(randomNormal(nx * ny, { key: 3 }), [nx, ny], "float64");
    const mean = map.data.reduce((s, v) => s + v, 0) / map.size;
    const variance = map.data.reduce((s, v) => s + (v - mean) ** 2, 0) / map.size;
    const area = 8 * 12 * DEGREE ** 2;
    const { power, modes } = flatAngularPower(map, { fieldSize: [8, 12], edges: [0, 1e5] });
    assert.equal(modes[0], nx * ny - 1);
    assert.ok(Math.abs(power[0] * modes[0] / area / variance - 1) < 1e-12);
    const { power: bins, edges } = flatAngularPower(map, { fieldSize: [8, 12] });
    assert.equal(bins.length, 49);
    assert.ok(Math.abs(edges[49] / Math.min(Math.PI * nx / (8 * DEGREE), Math.PI * ny / (12 * DEGREE)) - 1) < 1e-12);
  }
});

Deno.test("flatAngularPower() of two maps is linear in each", async () => {
  await ready({ threads: 2 });
  const map = new NdArray(randomNormal(400, { key: 5 }), [20, 20], "float64");
  const other = new NdArray(map.data.map((v) => -3 * v), [20, 20], "float64");
  const options = { fieldSize: 5, edges: [50, 300, 600] };
  const [own, cross] = [flatAngularPower(map, options), flatAngularPower(map, { ...options, other })];
  own.power.forEach((p, i) => assert.ok(Math.abs(cross.power[i] / (-3 * p) - 1) < 1e-12));
});

Deno.test("flatAngularPower() refuses what does not fit", async () => {
  await ready({ threads: 2 });
  const map = zeros([8, 8]);
  assert.throws(() => flatAngularPower(zeros([8]), { fieldSize: 1 }), (e) => isToolkitError(e, "ShapeError"));
  assert.throws(
    () => flatAngularPower(map, { fieldSize: 1, other: zeros([8, 4]) }),
    (e) => isToolkitError(e, "ShapeError"),
  );
  assert.throws(() => flatAngularPower(map, { fieldSize: 0 }), (e) => isToolkitError(e, "DomainError"));
  assert.throws(() => flatAngularPower(map, { fieldSize: 1, edges: [2, 1] }), (e) => isToolkitError(e, "DomainError"));
});

function field(data: Float64Array): Field {
  return new Field({
    array: new NdArray(data, [16, 16, 16], "float64"),
    boxSize: 100,
    quantity: "overdensity",
    unit: "1",
  });
}

Deno.test("compareFields() of a field plus independent noise has the coherence of the two variances", async () => {
  await ready({ threads: 2 });
  const [signal, noise] = [1, 2].map((key) => randomNormal(4096, { key }));
  const bins = [0.1, 0.5];
  const { transfer, coherence, modes } = compareFields(field(signal), field(signal.map((v, i) => 2 * v + noise[i])), {
    bins,
  });
  // White noise of variance 1 and 4 + 1; about 4000 modes in pairs: errors 2 %.
  assert.ok(modes[0] > 2000);
  assert.ok(Math.abs(transfer[0] / Math.sqrt(5) - 1) < 0.06 && Math.abs(coherence[0] / (2 / Math.sqrt(5)) - 1) < 0.04);
  const same = compareFields(field(signal), field(signal.map((v) => -3 * v)), { bins });
  assert.ok(Math.abs(same.transfer[0] - 3) < 1e-12 && Math.abs(same.coherence[0] + 1) < 1e-12);
});

Deno.test("comparePowers() refuses powers in other bins", async () => {
  await ready({ threads: 2 });
  const one = field(randomNormal(4096, { key: 1 }));
  const [first, second] = [powerSpectrum(one, { bins: [0.1, 0.2] }), powerSpectrum(one, { bins: [0.1, 0.3] })];
  assert.throws(() => comparePowers({ first, second, cross: first }), (e) => isToolkitError(e, "DomainError"));
});
