import assert from "node:assert/strict";
import type { Field } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { cosmology, einsteinDeSitter, growthRate, hubble, planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { toRedshiftSpace } from "../../lib/lightcone/mod.ts";
import { powerSpectrum } from "../../lib/power/mod.ts";
import { field, noise, velocity } from "./_cubes.ts";

const N = 24;
/** At z = 8 in a universe of matter v = 300 km/s is 1 Mpc/h: (1 + z) v/(100 sqrt((1 + z)^3)). */
const space = { z: 8, cosmology: einsteinDeSitter };
const KMS_PER_MPCH = 300;
const signal = (x: number, y: number, z: number) => 30 * noise((x * N + y) * N + z) - 10;
const wild = (x: number, y: number, z: number) => 900 * (noise((z * N + y) * N + x) - 0.5);

function sums({ cells, array: { data } }: Field, axis: 0 | 1 | 2): Float64Array {
  const out = new Float64Array(cells * cells);
  data.forEach((value, i) => {
    const index = [Math.floor(i / (cells * cells)), Math.floor(i / cells) % cells, i % cells];
    const [u, v] = index.filter((_, a) => a !== axis);
    out[u * cells + v] += value;
  });
  return out;
}

Deno.test("toRedshiftSpace() keeps the sum of each skewer, exactly and with particles, along each axis", async () => {
  await ready({ threads: 2 });
  for (const axis of [0, 1, 2] as const) {
    for (const [dtype, tolerance] of [["float64", 1e-12], ["float32", 2e-4]] as const) {
      for (const method of ["cells", "particles"] as const) {
        const before = field(N, signal, { dtype });
        const moved = toRedshiftSpace(before, velocity(N, wild), { ...space, axis, method });
        assert.equal(moved.array.dtype, dtype);
        const [a, b] = [sums(before, axis), sums(moved, axis)];
        a.forEach((sum, i) => assert.ok(Math.abs(sum - b[i]) < tolerance, `skewer ${i}: ${sum} became ${b[i]}`));
      }
    }
  }
});

Deno.test("toRedshiftSpace() with one velocity is a shift, whole cells and a fraction", async () => {
  await ready({ threads: 1 });
  const before = field(N, signal, { boxSize: N, dtype: "float64" });
  const at = (x: number, y: number, z: number) => before.array.data[before.array.offset(x, y, (z + N) % N)];
  for (const shift of [0, 3, -2, 0.25, -0.4, 7.5]) {
    const v = velocity(N, () => shift * KMS_PER_MPCH, N);
    const moved = toRedshiftSpace(before, v, space).array;
    // The second order: 1 - v/(2c), 4e-3 of the largest shift.
    const d = shift * (1 - shift * KMS_PER_MPCH / 2 / 299792.458);
    const [whole, part] = [Math.floor(d), d - Math.floor(d)];
    for (let z = 0; z < N; z++) {
      const expected = (1 - part) * at(5, 7, z - whole) + part * at(5, 7, z - whole - 1);
      assert.ok(Math.abs(moved.data[moved.offset(5, 7, z)] - expected) < 1e-11, `shift ${shift}, cell ${z}`);
    }
  }
});

Deno.test("toRedshiftSpace() of a uniform field with a linear velocity is compressed or stretched evenly", async () => {
  await ready({ threads: 1 });
  // v = s x within `half` cells of cell 12, which does not move, makes lengths 1 + s. With s = -1.5 that part turns over to
  // half its length, density 2, and what lies to both sides comes to lie over it: 1 + 2 + 1.
  for (const [s, half, density] of [[-0.5, 8, 2], [0.5, 8, 2 / 3], [-1.5, 4, 4]]) {
    const speed = (z: number) => s * Math.min(half, Math.max(-half, z - 12)) * KMS_PER_MPCH;
    const one = field(N, () => 1, { boxSize: N, dtype: "float64" });
    const moved = toRedshiftSpace(one, velocity(N, (_x, _y, z) => speed(z), N), space).array;
    // The second order of the shift, 1 - v/(2c), adds s v/c to lengths: 3e-3 where speeds are 900 km/s, of 1/2.
    for (let z = 11; z <= 13; z++) {
      assert.ok(Math.abs(moved.data[z] / density - 1) < 6e-3, `slope ${s}: ${moved.data[z]}, expected ${density}`);
    }
  }
});

Deno.test("toRedshiftSpace() boosts a plane wave of matter by Kaiser's factor, (1 + f mu^2)^2 in power", async () => {
  await ready({ threads: 2 });
  const n = 48;
  const boxSize = 200;
  const z = 1;
  const f = growthRate(planck18, z);
  const amplitude = 1e-3;
  // A wave along (kx, 0, kz): mu = kz/k; v_z = a H f (mu/k) times the wave moved by a quarter: div v = -a H f delta.
  for (const [kx, kz] of [[0, 1], [1, 1], [2, 1], [1, 2], [1, 0]]) {
    const k = 2 * Math.PI / boxSize * Math.hypot(kx, kz);
    const mu = kz / Math.hypot(kx, kz);
    const phase = (x: number, z: number) => 2 * Math.PI * (kx * x + kz * z) / n;
    const delta = field(n, (x, _y, z) => amplitude * Math.cos(phase(x, z)), {
      ...{ boxSize, quantity: "overdensity", unit: "1", dtype: "float64" },
    });
    // [km/s] per Mpc/h: H/h/(1 + z).
    const speed = hubble(planck18, z) / planck18.h / (1 + z) * f * mu / k * amplitude;
    const v = velocity(n, (x, _y, z) => -speed * Math.sin(phase(x, z)), boxSize);
    const moved = toRedshiftSpace(delta, v, { z, cosmology: planck18 });
    const bins = [0.9 * k, 1.1 * k];
    const ratio = powerSpectrum(moved, { bins }).power[0] / powerSpectrum(delta, { bins }).power[0];
    const kaiser = (1 + f * mu * mu) ** 2;
    // Velocities are linear between centres and contents even in cells: (k cell)^2/12 kz^2, 1 % for two waves in 48 cells; second order in the amplitude.
    assert.ok(Math.abs(ratio / kaiser - 1) < 0.015, `mu ${mu}: ${ratio}, Kaiser ${kaiser}`);
  }
});

Deno.test("toRedshiftSpace() along one axis is that along another of exchanged fields", async () => {
  await ready({ threads: 2 });
  const along = (axis: 0 | 1 | 2) => {
    const turn = (f: typeof signal) => (x: number, y: number, z: number) =>
      axis === 0 ? f(y, z, x) : axis === 1 ? f(x, z, y) : f(x, y, z);
    const moved = toRedshiftSpace(field(N, turn(signal)), velocity(N, turn(wild)), { ...space, axis }).array;
    return (u: number, v: number, l: number) =>
      moved.data[axis === 0 ? moved.offset(l, u, v) : axis === 1 ? moved.offset(u, l, v) : moved.offset(u, v, l)];
  };
  const [a, b, c] = ([0, 1, 2] as const).map(along);
  for (let i = 0; i < N ** 3; i++) {
    const [u, v, l] = [Math.floor(i / (N * N)), Math.floor(i / N) % N, i % N];
    assert.ok(a(u, v, l) === c(u, v, l) && b(u, v, l) === c(u, v, l));
  }
});

Deno.test("toRedshiftSpace() gives the same bits with 1, 2 and 3 threads", async () => {
  for (const method of ["cells", "particles"] as const) {
    for (const axis of [0, 1, 2] as const) {
      const results: Float32Array[] = [];
      for (const threads of [1, 2, 3]) {
        await ready({ threads });
        const moved = toRedshiftSpace(field(N, signal), velocity(N, wild), { ...space, axis, method });
        results.push(moved.array.data as Float32Array);
      }
      assert.deepEqual(results[1], results[0]);
      assert.deepEqual(results[2], results[0]);
    }
  }
});

Deno.test("toRedshiftSpace() moves 1 + delta of an overdensity", async () => {
  await ready({ threads: 1 });
  const parts = { boxSize: N, dtype: "float64", quantity: "overdensity", unit: "1" } as const;
  const v = velocity(N, (_x, _y, z) => 200 * Math.sin(2 * Math.PI * z / N), N);
  const delta = toRedshiftSpace(field(N, (x, y, z) => noise(x * N * N + y * N + z) - 0.5, parts), v, space);
  const counts = toRedshiftSpace(
    field(N, (x, y, z) => noise(x * N * N + y * N + z) + 0.5, { ...parts, quantity: "counts" }),
    v,
    space,
  );
  delta.array.data.forEach((value, i) => assert.ok(Math.abs(value + 1 - counts.array.data[i]) < 1e-14));
});

Deno.test("toRedshiftSpace() refuses what it cannot move, and names the place of a bad number", async () => {
  await ready({ threads: 2 });
  const good = field(4, () => 1);
  const still = velocity(4, () => 0);
  const refuses = (text: RegExp, f: Field, v: Field, more: object = {}) =>
    assert.throws(
      () => toRedshiftSpace(f, v, { ...space, ...more }),
      (e: unknown) => isToolkitError(e, "DomainError") && (text.test(e.message) || assert.fail(e.message)),
    );
  refuses(/velocity must be peculiar and in km\/s, its unit says "m\/s"/, good, still.with({ unit: "m/s" }));
  refuses(/share mesh and box/, good, velocity(4, () => 0, 50));
  refuses(/Cannot move temperature/, good.with({ quantity: "temperature" }), still);
  refuses(/axis 4/, good, still, { axis: 4 });
  refuses(/"z"/, good, still, { z: -1 });
  refuses(/"particlesPerCell"/, good, still, { particlesPerCell: 0 });
  refuses(/"method"/, good, still, { method: "gaussian" });
  const bad = (x: number, y: number, z: number) => x === 2 && y === 1 && z === 3 ? NaN : 0;
  refuses(/the velocity must have finite .*, got NaN at \[2, 1, 3\]/, good, velocity(4, bad));
  refuses(/the field must have finite .*, got NaN at \[2, 1, 3\]/, field(4, bad), still);
  refuses(/velocity must have .* velocities of peculiar motion, got 1e\+30/, good, velocity(4, () => 1e30));
});

Deno.test("toRedshiftSpace() has the shift (1 + z) v/H(z) of any universe", async () => {
  await ready({ threads: 1 });
  const universe = cosmology({ h: 0.7, omegaM: 0.27, omegaB: 0.044 });
  const shift = 10 * 150 / (hubble(universe, 9) / 0.7);
  const before = field(8, (_x, _y, z) => z === 0 ? 1 : 0, { boxSize: 8, dtype: "float64" });
  const moved = toRedshiftSpace(before, velocity(8, () => 150, 8), { z: 9, cosmology: universe });
  // 0.51 Mpc/h of cells of 1; second order 2.5e-4 of it.
  assert.ok(Math.abs(moved.array.data[1] / shift - 1) < 3e-4);
});
