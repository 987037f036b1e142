import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { comovingDistance, planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { type CoevalSource, type LightconeOptions, makeLightcone, toRedshiftSpace } from "../../lib/lightcone/mod.ts";
import { Cubes, field, noise, velocity } from "./_cubes.ts";

const N = 12;
const REDSHIFTS = [7, 7.25, 7.9, 8.4];
/** Noise that changes along every axis and with z. */
const signal = (z: number) => (x: number, y: number, l: number) =>
  Math.fround(30 * noise(x * N * N + y * N + l + Math.round(100 * z)) - 10);
const cubes = (dtype: "float32" | "float64" = "float32") =>
  new Cubes(REDSHIFTS, (z) => ({
    dTb: field(N, signal(z), { dtype }),
    xHII: field(N, (x) => x / N / z, { quantity: "ionisedFraction", unit: "1" }),
  }));
const options = (more: Partial<LightconeOptions<"dTb">> = {}): LightconeOptions<"dTb"> => ({
  cosmology: planck18,
  quantities: ["dTb"],
  ...more,
});

Deno.test("makeLightcone() takes cell j mod n of the two fields around each slice, along each axis", async () => {
  for (const [threads, axis] of [[1, 0], [2, 1], [3, 2]] as const) {
    await ready({ threads });
    for (const dtype of ["float32", "float64"] as const) {
      const { dTb } = await makeLightcone(cubes(dtype), options({ axis }));
      const [, , slices] = dTb.array.shape;
      assert.ok(slices > 5 * N, "the box repeats itself");
      let worst = 0;
      for (let j = 0; j < slices; j++) {
        const z = dTb.redshifts[j];
        const k = Math.min(REDSHIFTS.findLastIndex((at) => at <= z), REDSHIFTS.length - 2);
        const t = (z - REDSHIFTS[k]) / (REDSHIFTS[k + 1] - REDSHIFTS[k]);
        for (const [u, v] of [[0, 0], [3, 7], [N - 1, N - 1]]) {
          const c = j % N;
          const cell = [[c, u, v], [u, c, v], [u, v, c]][axis] as [number, number, number];
          const expected = signal(REDSHIFTS[k])(...cell) * (1 - t) + signal(REDSHIFTS[k + 1])(...cell) * t;
          worst = Math.max(worst, Math.abs(dTb.array.data[(u * N + v) * slices + j] - expected));
        }
      }
      // Weights and sums are float32, of values up to 20.
      assert.ok(worst < 4e-6, `off by ${worst} along axis ${axis}`);
      assert.deepEqual([dTb.cells, dTb.boxSize, dTb.quantity, dTb.unit], [N, 40, "brightnessTemperature", "mK"]);
      dTb[Symbol.dispose]();
    }
  }
});

Deno.test("makeLightcone() gives the same bits with 1, 2 and 3 threads", async () => {
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const axis of [0, 1, 2] as const) {
      const { dTb } = await makeLightcone(cubes(), options({ axis }));
      results.push(dTb.array.data.slice());
      dTb[Symbol.dispose]();
    }
  }
  for (let i = 3; i < 9; i++) assert.deepEqual(results[i], results[i % 3]);
});

Deno.test("makeLightcone() is linear in redshift or distance, or takes the nearer field", async () => {
  await ready({ threads: 1 });
  const ramp = () => new Cubes([7, 9], (z) => ({ dTb: field(4, () => z === 7 ? 0 : 1) }));
  const [near, far] = comovingDistance(planck18, Float64Array.of(7, 9));
  for (
    const [interpolation, fraction] of [
      ["redshift", (z: number) => (z - 7) / 2],
      ["distance", (_: number, chi: number) => (chi - near) / (far - near)],
      ["nearest", (z: number) => z < 8 ? 0 : 1],
    ] as const
  ) {
    const { dTb } = await makeLightcone(ramp(), options({ interpolation }));
    dTb.redshifts.forEach((z, j) => {
      assert.ok(Math.abs(dTb.array.data[j] - fraction(z, dTb.distances[j])) < 1e-7, `${interpolation} at z = ${z}`);
    });
  }
});

Deno.test("makeLightcone() reads each redshift once, holds two, and makes several quantities in one pass", async () => {
  await ready({ threads: 1 });
  const source = cubes();
  const { dTb, xHII } = await makeLightcone(source, { cosmology: planck18, quantities: ["dTb", "xHII"] });
  assert.deepEqual(source.log, [
    ...["read 7", "read 7.25", "dispose 7", "read 7.9", "dispose 7.25", "read 8.4", "dispose 7.9", "dispose 8.4"],
  ]);
  assert.equal(source.most, 2);
  assert.equal(dTb.redshifts, xHII.redshifts);
  assert.equal(xHII.quantity, "ionisedFraction");
  // The row x = 5: 5 / 12 / z, at z = 7 in the first slice.
  assert.equal(xHII.array.data[5 * N * xHII.redshifts.length], Math.fround(5 / 12 / 7));
});

Deno.test("makeLightcone() reads only what its range needs", async () => {
  await ready({ threads: 1 });
  const source = cubes();
  const { dTb } = await makeLightcone(source, options({ zLow: 7.3, zHigh: 7.9 }));
  assert.deepEqual(source.log.filter((line) => line.startsWith("read")), ["read 7.25", "read 7.9"]);
  assert.ok(dTb.redshifts[0] === 7.3 && dTb.redshifts[dTb.redshifts.length - 1] <= 7.9);
});

Deno.test("makeLightcone() goes by the redshifts of the fields where names have three decimals", async () => {
  await ready({ threads: 1 });
  const exact = [7.0004, 7.4996];
  const source: CoevalSource<"dTb"> = {
    redshifts: [7, 7.5],
    read: (i) => ({ z: exact[i], dTb: field(4, () => i) }),
  };
  const { dTb } = await makeLightcone(source, options());
  dTb.redshifts.forEach((z, j) => {
    const expected = Math.min(1, Math.max(0, (z - exact[0]) / (exact[1] - exact[0])));
    assert.ok(Math.abs(dTb.array.data[j] - expected) < 1e-7);
  });
});

Deno.test("makeLightcone() of fields in redshift space is that of the moved fields", async () => {
  await ready({ threads: 2 });
  const v = velocity(N, (x, y, l) => 300 * Math.sin(2 * Math.PI * l / N + x - y));
  const redshifts = [7, 7.5];
  const distorted: CoevalSource<"dTb"> = {
    redshifts,
    read: (i) => {
      const z = redshifts[i];
      return { z, dTb: toRedshiftSpace(field(N, signal(z)), v, { z, cosmology: planck18 }) };
    },
  };
  const { dTb } = await makeLightcone(distorted, options());
  const at7 = distorted.read(0, []) as { dTb: ReturnType<typeof field> };
  // The first slice lies at z = 7: cell 0 of the moved field.
  const slices = dTb.redshifts.length;
  for (let row = 0; row < N * N; row++) {
    assert.equal(dTb.array.data[row * slices], at7.dTb.array.data[row * N]);
  }
});

Deno.test("makeLightcone() refuses sources and ranges that make no sense, and disposes of what it read", async () => {
  await ready({ threads: 1 });
  const rejects = (source: CoevalSource<"dTb">, more: Partial<LightconeOptions<"dTb">>, text: RegExp) =>
    assert.rejects(
      () => makeLightcone(source, options(more)),
      (e: unknown) => isToolkitError(e, "DomainError") && (text.test(e.message) || assert.fail(e.message)),
    );
  const plain = (redshifts: number[]) => new Cubes(redshifts, () => ({ dTb: field(4, () => 1) }));
  await rejects(plain([7]), {}, /fields of at least two redshifts, got 1/);
  await rejects(plain([8, 7]), {}, /must be at least 0 and rise; sort the fields, got 7 at place 1 after 8/);
  await rejects(plain([7, 7]), {}, /rise/);
  await rejects(plain([7, 8]), { zLow: 6 }, /within the redshifts of the fields, 7 to 8, got 6 and 8/);
  await rejects(plain([7, 8]), { zHigh: 8.01 }, /7 to 8, got 7 and 8.01/);
  await rejects(plain([7, 8]), { zLow: 7.5, zHigh: 7.5 }, /zLow must be below zHigh/);
  await rejects(plain([7, 8]), { axis: 3 as 2 }, /axis 3/);
  await rejects(plain([7, 8]), { interpolation: "cubic" as "nearest" }, /"interpolation"/);
  await rejects(plain([7, 8]), { quantities: [] }, /at least one quantity/);
  await rejects(plain([7, 8]), { quantities: ["xHII" as "dTb"] }, /the fields of z = 7 must have "xHII", got dTb/);
  const mixed = new Cubes([7, 8, 9], (z) => ({ dTb: field(4, () => 1, { boxSize: z < 9 ? 40 : 50 }) }));
  await rejects(mixed, {}, /share mesh and box, got 4\^3 cells in 40 Mpc\/h and 4\^3 cells in 50 Mpc\/h/);
  assert.equal(mixed.held, 0, "all was disposed of");
  const cells = new Cubes([7, 8], (z) => ({ dTb: field(z === 7 ? 4 : 5, () => 1) }));
  await rejects(cells, {}, /share mesh and box/);
  const liar: CoevalSource<"dTb"> = { redshifts: [7, 8], read: () => ({ z: 7, dTb: field(4, () => 1) }) };
  await rejects(liar, {}, /fields read for z = 8 must be of that redshift, got 7/);
});
