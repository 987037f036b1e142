import assert from "node:assert/strict";
import { empty, fromData, zeros } from "../../lib/array/mod.ts";
import { DomainError, sha256 } from "../../lib/base/mod.ts";
import { metadata, ParticleField, type RealArray, type Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { ForceMesh, particleDensity, particleForce } from "../../lib/pm/mod.ts";
import { divergenceInto, gradientInto, kickDrift, paintVectorsInto, vectorShape } from "../../lib/pm/_kernel_steps.ts";
import { randomUniform } from "../../lib/rng/mod.ts";

await ready({ threads: 2 });
type Precision = "float32" | "float64";
const within = (value: number, bound: number, what: string) => assert.ok(value <= bound, `${what}: ${value}`);

/** Numbers in [-size, size). */
function random(shape: readonly number[], size: number, seed: number, dtype: Precision = "float64"): RealArray {
  const count = shape.reduce((a, b) => a * b, 1);
  const numbers = randomUniform(count, { key: seed, low: -size, high: size });
  return fromData(numbers, shape, dtype) as RealArray;
}

function particlesOf(mesh: Triple, array: RealArray): ParticleField {
  return new ParticleField(array, metadata({ mesh, boxSize: mesh }), "gridRelative");
}

/** Calls `f(node, weight)` for the eight nodes of each particle. */
function clouds([nx, ny, nz]: Triple, d: ArrayLike<number>, f: (at: number, node: number, weight: number) => void) {
  const cells = nx * ny * nz;
  const wrap = (i: number, n: number) => ((i % n) + n) % n;
  for (let at = 0; at < cells; at++) {
    const site = [Math.floor(at / ny / nz), Math.floor(at / nz) % ny, at % nz];
    const u = site.map((s, c) => s + d[c * cells + at]);
    for (let corner = 0; corner < 8; corner++) {
      const [i, j, k] = u.map((u, c) => Math.floor(u) + (corner >> c & 1));
      const weight = [i, j, k].reduce((w, i, c) => w * (1 - Math.abs(u[c] - i)), 1);
      f(at, (wrap(i, nx) * ny + wrap(j, ny)) * nz + wrap(k, nz), weight);
    }
  }
}

function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let bad = 0;
  for (let i = 0; i < expected.length; i++) bad = Math.max(bad, Math.abs(actual[i] - expected[i]));
  return bad;
}

const MESHES: [Triple, number][] = [[[16, 18, 21], 1.5], [[24, 16, 20], 4], [[10, 9, 8], 40], [[3, 1, 2], 2]];

Deno.test("particleDensity() is that of eight nodes a particle, also for displacements of several boxes", () => {
  for (const [mesh, size] of MESHES) {
    using d = random([3, ...mesh], size, 3);
    const expected = new Float64Array(d.size / 3);
    clouds(mesh, d.data, (_, node, weight) => expected[node] += weight);
    // Sums of about ten weights; in float32 displacements of 40 cells are rounded by 2e-6.
    for (const [dtype, bound] of [["float64", 1e-13], ["float32", 2e-5]] as const) {
      using own = fromData(d.data, d.shape, dtype) as RealArray;
      using density = particleDensity(particlesOf(mesh, own));
      within(worst(density.array.data, expected), bound, `${dtype} ${mesh}`);
      let mass = 0;
      density.array.data.forEach((v) => mass += v);
      within(Math.abs(mass / expected.length - 1), dtype === "float64" ? 1e-14 : 1e-7, `mass in ${dtype}`);
    }
  }
});

Deno.test("vectors are painted and read with the same weights", () => {
  for (const [mesh, size] of MESHES) {
    for (const [dtype, bound] of [["float64", 1e-13], ["float32", 2e-5]] as const) {
      using d = random([3, ...mesh], size, 5, dtype);
      using v = random([3, ...mesh], 1, 6, dtype);
      using out = empty(vectorShape(mesh), dtype) as RealArray;
      paintVectorsInto(mesh, d, v, out);
      const cells = d.size / 3;
      const nz = mesh[2];
      const at = (node: number, c: number) => 4 * (node + Math.floor(node / nz)) + c;
      const painted = new Float64Array(3 * cells);
      clouds(mesh, d.data, (i, node, w) => {
        for (let c = 0; c < 3; c++) painted[c * cells + node] += w * v.data[c * cells + i];
      });
      const own = Float64Array.from(painted, (_, i) => out.data[at(i % cells, Math.floor(i / cells))]);
      within(worst(own, painted), bound, `painting in ${dtype}`);
      // The last group of a row is the first.
      assert.equal(out.data[4 * nz + 1], out.data[1]);

      using read = zeros([3, ...mesh], dtype) as RealArray;
      kickDrift(mesh, out, { kick: 1, drift: 0 }, d, read);
      const expected = new Float64Array(3 * cells);
      clouds(mesh, d.data, (i, node, w) => {
        for (let c = 0; c < 3; c++) expected[c * cells + i] += w * painted[c * cells + node];
      });
      within(worst(read.data, expected), 8 * bound, `reading in ${dtype}`);
    }
  }
});

Deno.test("a kick and a drift are p += kick F and x += drift p; without momenta, x += kick F", () => {
  const mesh: Triple = [8, 9, 10];
  using work = new ForceMesh(mesh, "float64");
  using x = random([3, ...mesh], 2, 8);
  using p = random([3, ...mesh], 1, 9);
  using force = particleForce(particlesOf(mesh, x));
  work.solve(x);
  const kicked = p.data.map((p, i) => p + 0.3 * force.array.data[i]);
  const moved = x.data.map((x, i) => x + 0.7 * kicked[i]);
  using other = fromData(x.data, x.shape, "float64") as RealArray;
  kickDrift(mesh, work.vectors, { kick: 0.3, drift: 0.7 }, x, p);
  assert.equal(worst(p.data, kicked), 0);
  assert.equal(worst(x.data, moved), 0);
  const alone = other.data.map((x, i) => x + 0.3 * force.array.data[i]);
  kickDrift(mesh, work.vectors, { kick: 0.3, drift: 0 }, other);
  assert.equal(worst(other.data, alone), 0);
});

Deno.test("the divergence on the mesh is minus the transpose of the gradient", () => {
  for (const mesh of [[12, 7, 9], [2, 3, 1]] as Triple[]) {
    const [nx, ny, nz] = mesh;
    using work = new ForceMesh(mesh, "float64");
    using back = new ForceMesh(mesh, "float64");
    work.scalars.data.set(random(work.scalars.shape, 1, 1).data);
    gradientInto(mesh, 1, work.scalars, work.vectors);
    back.vectors.data.set(random(back.vectors.shape, 1, 2).data);
    divergenceInto(mesh, 1, back.vectors, back.scalars);
    let [left, right] = [0, 0];
    const row = work.scalars.shape[2];
    for (let r = 0; r < nx * ny; r++) {
      for (let k = 0; k < nz; k++) {
        const at = 4 * (r * (nz + 1) + k);
        for (let c = 0; c < 3; c++) left += work.vectors.data[at + c] * back.vectors.data[at + c];
        right -= work.scalars.data[r * row + k] * back.scalars.data[r * row + k];
      }
    }
    within(Math.abs(left - right), 1e-12 * Math.max(1, Math.abs(left)), `${mesh}`);
  }
});

/** Particles half a cell from their nodes with a plane wave along an axis, whose density is linear in its height. */
function wave(mesh: Triple, axis: number, mode: number, height: number): RealArray {
  const cells = mesh[0] * mesh[1] * mesh[2];
  const d = zeros([3, ...mesh], "float64") as RealArray;
  d.data.fill(0.5);
  for (let at = 0; at < cells; at++) {
    const i = [Math.floor(at / mesh[1] / mesh[2]), Math.floor(at / mesh[2]) % mesh[1], at % mesh[2]][axis];
    d.data[axis * cells + at] += height * Math.sin(2 * Math.PI * mode * i / mesh[axis]);
  }
  return d;
}

Deno.test("particleForce() of a plane wave is (8 sin k - sin 2k) sin k/(6 k^2) times its displacement", () => {
  // delta = -(1 - e^-ik) d, the gradient's factor is i (8 sin k - sin 2k)/6, and half a cell on it is read with (1 + e^ik)/2.
  const mesh: Triple = [16, 12, 10];
  const height = 1e-6;
  for (let axis = 0; axis < 3; axis++) {
    for (const options of [{}, { laplacian: "difference" }, { split: 1.3 }] as const) {
      using d = wave(mesh, axis, 2, height);
      using force = particleForce(particlesOf(mesh, d), options);
      const k = 2 * Math.PI * 2 / mesh[axis];
      const square = "laplacian" in options ? 4 * Math.sin(k / 2) ** 2 : k * k;
      const long = "split" in options ? Math.exp(-1.69 * k * k) : 1;
      const factor = (8 * Math.sin(k) - Math.sin(2 * k)) * Math.sin(k) / (6 * square) * long;
      const expected = d.data.map((d) => factor * (d - 0.5));
      // Second order in the height.
      within(worst(force.array.data, expected), 1e-5 * height, `axis ${axis}, ${JSON.stringify(options)}`);
    }
  }
});

Deno.test("forces sum to nothing", () => {
  using d = random([3, 16, 16, 16], 3, 11);
  using force = particleForce(particlesOf([16, 16, 16], d));
  for (let c = 0; c < 3; c++) {
    let [sum, size] = [0, 0];
    force.array.at(c).data.forEach((f) => (sum += f, size += Math.abs(f)));
    within(Math.abs(sum) / size, 1e-14, `axis ${c}`);
  }
});

Deno.test("densities and forces have the same bits with 1, 2 and 3 threads", async () => {
  const mesh: Triple = [64, 32, 36];
  const hashes = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const all: string[] = [];
    for (const [dtype, size] of [["float32", 2], ["float32", 90], ["float64", 2]] as const) {
      using d = random([3, ...mesh], size, 12, dtype);
      using force = particleForce(particlesOf(mesh, d));
      using vectors = empty(vectorShape(mesh), dtype) as RealArray;
      paintVectorsInto(mesh, d, force.array, vectors);
      for (const { data } of [force.array, vectors]) all.push(sha256(new Uint8Array(data.slice().buffer)));
    }
    hashes.push(all);
  }
  await ready({ threads: 2 });
  assert.deepEqual(hashes[1], hashes[0]);
  assert.deepEqual(hashes[2], hashes[0]);
});

Deno.test("a particle that is not finite is named", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const value of [NaN, Infinity]) {
      using d = zeros([3, 16, 16, 17], dtype) as RealArray;
      d.data[d.offset(1, 2, 3, 4)] = value;
      d.data[d.offset(2, 9, 3, 16)] = value;
      assert.throws(
        () => particleDensity(particlesOf([16, 16, 17], d)),
        (e: Error) =>
          e instanceof DomainError && e.message.includes(`particle (2, 3, 4) is displaced by (0, ${value}, 0)`),
      );
    }
  }
});
