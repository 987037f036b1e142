import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { starSums } from "../../lib/galaxy/_align.ts";
import {
  applyFrame,
  type Frame,
  type Galaxy,
  galaxyFromArrays,
  halfMassRadius,
  orientGalaxy,
  readRubixGalaxy,
  type Rotation,
  rotationMatrix,
} from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomKey, randomNormal, randomUniform } from "../../lib/rng/mod.ts";
import { readReference, referencePath } from "./_reference.ts";

await ready();

/** Of each array's largest number: what the reference agrees to, in double precision. */
const TOLERANCE = 1e-9;

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = TOLERANCE, what = "numbers") {
  assert.equal(actual.length, expected.length);
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= tolerance * scale,
      `${what}: ${actual[i]}, not ${expected[i]}, at ${i}`,
    );
  }
}

/** Reads a column whole. */
function column(galaxy: Galaxy, name: "coords" | "velocity" | "mass"): Float64Array {
  const all = new Float64Array(galaxy.stars.count * (name === "mass" ? 1 : 3));
  galaxy.stars.read(name, 0, all);
  return all;
}

Deno.test("orientGalaxy() centres as RUBIX: positions by the center, velocities by the median within 10 kpc", async () => {
  using galaxy = await readRubixGalaxy(referencePath("galaxy.h5"));
  const frame = orientGalaxy(galaxy, { align: false });
  assert.deepEqual([...frame.matrix], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  using stars = applyFrame(galaxy.stars, frame);
  assertClose(stars.coords.data, readReference("00_centred_coords").data);
  assertClose(stars.velocity!.data, readReference("00_centred_velocity").data, 1e-15);
});

Deno.test("orientGalaxy() turns by Euler angles as RUBIX, gas by the matrix of the stars", async () => {
  using galaxy = await readRubixGalaxy(referencePath("galaxy.h5"));
  const frame = orientGalaxy(galaxy, { align: false, rotation: { alpha: 60, beta: 20, gamma: 35 } });
  using stars = applyFrame(galaxy.stars, frame);
  assertClose(stars.coords.data, readReference("main_01_rotated_coords").data);
  assertClose(stars.velocity!.data, readReference("main_01_rotated_velocity").data);
  using gas = applyFrame(galaxy.gas!, frame);
  assertClose(gas.coords.data, readReference("dusty_Cardelli89_01_gas_rotated_coords").data);
  using part = applyFrame(galaxy.gas!, frame, 100, 7);
  assert.deepEqual(part.coords.data, gas.coords.data.slice(300, 321));
});

/** The matrix with the sign of each column as in `signs`. */
function withSigns(matrix: Float64Array, signs: Float64Array): Float64Array {
  const columns = [0, 1, 2].map((j) =>
    Math.sign([0, 1, 2].reduce((s, i) => s + matrix[3 * i + j] * signs[3 * i + j], 0))
  );
  return matrix.map((x, i) => x * columns[i % 3]);
}

for (const [name, select] of [["align_intended", undefined], ["align_all_inside", 1e9]] as const) {
  Deno.test(`orientGalaxy() aligns with the axes of the tensor of inertia: ${name}`, async () => {
    using galaxy = await readRubixGalaxy(referencePath("galaxy_tilted.h5"));
    const radius = select ?? galaxy.halfMassRadius;
    const { matrix, center } = orientGalaxy({ ...galaxy, halfMassRadius: radius });
    const expected = readReference(`${name}_matrix`).data;
    assertClose(withSigns(matrix, expected), expected);
    const inertia = readReference(`${name}_inertia`).data;
    assertClose(starSums(galaxy.stars, center, new Float64Array(3), radius!).inertia, inertia);
    // A^T I A is diagonal, with moments ascending.
    const turned = [0, 1, 2].map((a) =>
      [0, 1, 2].map((b) => {
        let sum = 0;
        for (let i = 0; i < 9; i++) sum += matrix[3 * Math.floor(i / 3) + a] * inertia[i] * matrix[3 * (i % 3) + b];
        return sum;
      })
    );
    assert.ok(turned[0][0] < turned[1][1] && turned[1][1] < turned[2][2]);
    assertClose([turned[0][1], turned[0][2], turned[1][2], turned[2][2]], [0, 0, 0, turned[2][2]]);
    // Right-handed, spinning about +z, skewed towards +x.
    const frame: Frame = { center, velocity: orientGalaxy(galaxy).velocity, matrix };
    using stars = applyFrame(galaxy.stars, frame);
    const [x, v, m] = [stars.coords.data, stars.velocity!.data, column(galaxy, "mass")];
    let [spin, skew] = [0, 0];
    for (let i = 0; i < m.length; i++) {
      const [a, b, c] = x.subarray(3 * i);
      if (Math.hypot(a, b, c) > radius!) continue;
      spin += m[i] * (a * v[3 * i + 1] - b * v[3 * i]);
      skew += m[i] * a * a * a;
    }
    assert.ok(spin > 0 && skew > 0);
    assert.ok(rotationMatrix({ matrix }).length === 9, "determinant +1");
  });
}

Deno.test("orientGalaxy() gives the same coordinates however the galaxy was turned and moved before", async () => {
  using galaxy = await readRubixGalaxy(referencePath("galaxy_tilted.h5"));
  const velocity = orientGalaxy(galaxy, { align: false }).velocity;
  const options = { rotation: { alpha: 30, gamma: 77 } };
  using straight = applyFrame(galaxy.stars, orientGalaxy(galaxy, { ...options, centering: { velocity } }));
  for (const angles of [{ alpha: 113, beta: 41, gamma: -160 }, { alpha: -20, beta: 100, gamma: 5 }, { beta: 180 }]) {
    const matrix = rotationMatrix(angles);
    using turned = applyFrame(galaxy.stars, { center: galaxy.center, velocity, matrix });
    const copy = galaxyFromArrays({
      halfMassRadius: galaxy.halfMassRadius,
      center: [7, -3, 11],
      stars: {
        coords: turned.coords.data.map((x, i) => x + [7, -3, 11][i % 3]),
        velocity: turned.velocity!.data.map((v, i) => v + [100, 50, -70][i % 3]),
        mass: column(galaxy, "mass"),
        metallicity: new Float64Array(galaxy.stars.count),
        age: new Float64Array(galaxy.stars.count),
      },
    });
    using again = applyFrame(copy.stars, orientGalaxy(copy, { ...options, centering: { velocity: [100, 50, -70] } }));
    assertClose(again.coords.data, straight.coords.data);
    assertClose(again.velocity!.data, straight.velocity!.data);
  }
});

/** A galaxy of so many stars with normal positions and velocities, some of them equal. */
function cloud(count: number, spread = 5): Galaxy {
  const key = randomKey(3);
  return galaxyFromArrays({
    stars: {
      coords: randomNormal(new Float64Array(3 * count), { key: key.fold("x"), std: spread }),
      velocity: randomNormal(new Float64Array(3 * count), { key: key.fold("v"), mean: 20, std: 100 }).map((v) =>
        v < -50 ? Math.round(v) : v
      ),
      mass: randomUniform(new Float64Array(count), { key: key.fold("m"), low: 1, high: 2 }),
      metallicity: new Float64Array(count),
      age: new Float64Array(count),
    },
  });
}

/** The median by sorting. */
function medians(galaxy: Galaxy, radius: number): number[] {
  const [x, v] = [column(galaxy, "coords"), column(galaxy, "velocity")];
  return [0, 1, 2].map((c) => {
    const sorted = v.filter((_, i) => {
      const k = 3 * Math.floor(i / 3);
      return i % 3 === c && Math.sqrt(x[k] * x[k] + x[k + 1] * x[k + 1] + x[k + 2] * x[k + 2]) < radius;
    }).sort();
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  });
}

Deno.test("orientGalaxy() finds exact medians, of even and odd numbers, in memory and over a stream", () => {
  for (const count of [1, 2, 3, 10, 1001, 70_000, 300_000]) {
    using galaxy = cloud(count);
    const radius = count < 5 ? 1000 : 10;
    const { velocity } = orientGalaxy(galaxy, {
      align: false,
      centering: { radius, center: column(galaxy, "coords").slice(0, 3) },
    });
    const shifted = galaxyFromArrays({
      stars: {
        coords: column(galaxy, "coords").map((x, i, all) => x - all[i % 3]),
        velocity: column(galaxy, "velocity"),
        mass: column(galaxy, "mass"),
        metallicity: new Float64Array(count),
        age: new Float64Array(count),
      },
    });
    assert.deepEqual([...velocity], medians(shifted, radius), `${count} stars`);
  }
});

Deno.test("orientGalaxy() finds medians and half-mass radii of more stars than are held", () => {
  // Velocities of 300 000 stars that share their first digits, half of them at one value, and masses by hand.
  const count = 600_001;
  const coords = new Float64Array(3 * count);
  const velocity = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    coords[3 * i + 1] = 1 + (i * 7919 % count) / count;
    velocity[3 * i] = 100 + (i * 104_729 % count) * 1e-7;
    velocity[3 * i + 1] = i < 300_000 ? -7.25 : 7.25;
    velocity[3 * i + 2] = 3;
  }
  const ones = new Float64Array(count).fill(1);
  const galaxy = galaxyFromArrays({
    center: [0, 1.5, 0],
    stars: { coords, velocity, mass: ones, metallicity: ones, age: ones },
  });
  const frame = orientGalaxy(galaxy, { align: false });
  assert.deepEqual([...frame.velocity], [100 + 300_000 * 1e-7, 7.25, 3]);
  // Distances from the origin are 1 + k/count, k = 0 .. count - 1; half of the mass is reached by the star k = 300000.
  assert.equal(halfMassRadius(galaxy, [0, 0, 0]), 1 + 300_000 / count);
});

Deno.test("halfMassRadius() weighs stars by mass", () => {
  const galaxy = galaxyFromArrays({
    stars: {
      coords: [1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0],
      velocity: new Float64Array(12),
      mass: [1, 1, 1, 5],
      metallicity: new Float64Array(4),
      age: new Float64Array(4),
    },
  });
  assert.equal(halfMassRadius(galaxy), 4);
  assert.equal(halfMassRadius(galaxy, [4, 0, 0]), 0);
});

Deno.test("orientGalaxy() computes a missing half-mass radius", () => {
  using galaxy = cloud(5000);
  const given = orientGalaxy({ ...galaxy, halfMassRadius: halfMassRadius(galaxy) });
  assert.deepEqual(orientGalaxy(galaxy), given);
});

Deno.test("orientGalaxy() gives the same bits with 1, 2 and 3 threads", async () => {
  using galaxy = cloud(30_000);
  const run = async (threads: number) => {
    await ready({ threads });
    const frame = orientGalaxy(galaxy);
    using stars = applyFrame(galaxy.stars, frame);
    return [...frame.matrix, ...frame.velocity, ...stars.coords.data.slice(0, 30_000)];
  };
  const one = await run(1);
  assert.deepEqual(await run(2), one);
  assert.deepEqual(await run(3), one);
});

Deno.test("orientGalaxy() leaves one star at the center as it is", () => {
  const one = galaxyFromArrays({
    stars: { coords: [1, 2, 3], velocity: [5, 6, 7], mass: [1], metallicity: [0.02], age: [10] },
    center: [1, 2, 3],
  });
  const frame = orientGalaxy(one);
  assert.deepEqual([...frame.velocity], [5, 6, 7]);
  rotationMatrix({ matrix: frame.matrix });
});

Deno.test("rotationMatrix() refuses what is no rotation", () => {
  const fail = (rotation: unknown, type: typeof DomainError | typeof ShapeError, text: RegExp) =>
    assert.throws(() => rotationMatrix(rotation as Rotation), (e) => e instanceof type && text.test(e.message));
  fail({ matrix: [1, 0, 0, 0, 1, 0, 0, 0, -1] }, DomainError, /mirror image; change the sign/);
  fail({ matrix: [1, 0, 0, 0, 1.01, 0, 0, 0, 1] }, DomainError, /products of columns that are 2.01e-2 off/);
  fail({ matrix: [1, 0, 0, 0, NaN, 0, 0, 0, 1] }, DomainError, /must be a rotation/);
  fail({ matrix: [1, 0, 0, 0] }, ShapeError, /must be \[3, 3\], got 4/);
  fail("sideways", DomainError, /"face-on", "edge-on", .* got "sideways"/);
  fail({ alpha: NaN }, DomainError, /alpha must be a finite number of degrees/);
  assert.deepEqual([...rotationMatrix({ matrix: [0, 1, 0, -1, 0, 0, 0, 0, 1] })], [0, 1, 0, -1, 0, 0, 0, 0, 1]);
});

Deno.test("orientGalaxy() names what is wrong with a galaxy", () => {
  using galaxy = cloud(100);
  const fail = (options: object, text: RegExp, type: typeof DomainError | typeof ShapeError = DomainError) =>
    assert.throws(() => orientGalaxy(galaxy, options), (e) => e instanceof type && text.test(e.message));
  fail({ centering: { center: [0, 99, 0] } }, /must lie among its stars, with y from .* got y = 99/);
  fail({ centering: { center: [0, 99, 0], velocity: [0, 0, 0] } }, /must lie among its stars/);
  fail({ centering: { radius: 1e-3 } }, /stars nearer than 0.001 kpc/);
  fail({ centering: { velocity: [0, 0] } }, /velocity must be three numbers/, ShapeError);
  fail({ centering: { radius: -1 } }, /centering.radius/);
  const none = { ...galaxy.stars, count: 0 };
  assert.throws(() => orientGalaxy({ ...galaxy, stars: none }), /must have at least one star/);
  const mass = column(galaxy, "mass");
  mass[3] = NaN;
  const columns = {
    coords: column(galaxy, "coords"),
    velocity: column(galaxy, "velocity"),
    metallicity: mass,
    age: mass,
  };
  assert.throws(() => orientGalaxy(galaxyFromArrays({ stars: { ...columns, mass } })), /finite and above 0, got NaN/);
  const broken = galaxyFromArrays({ halfMassRadius: 50, stars: { ...columns, mass } });
  assert.throws(() => orientGalaxy(broken), (e) => e instanceof DomainError && /must be finite/.test(e.message));
});
