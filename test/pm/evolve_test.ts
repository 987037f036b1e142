import assert from "node:assert/strict";
import { Field, fromData } from "../../lib/array/mod.ts";
import { DomainError, sha256 } from "../../lib/base/mod.ts";
import { einsteinDeSitter, growthFactor, linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { metadata, ParticleField, type RealArray, type Triple } from "../../lib/fields/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import {
  evolve,
  type EvolveOptions,
  ForceMesh,
  growthFunctions,
  initialField,
  lagrangianDisplacements,
  linearDensity,
  particleDensity,
  Particles,
  schedule,
  stepBack,
  stepFactors,
} from "../../lib/pm/mod.ts";
import { powerSpectrum } from "../../lib/power/mod.ts";
import { fieldOf, rms, start } from "./_reference_steps.ts";

await ready({ threads: 2 });
const within = (value: number, bound: number, what: string) => assert.ok(value <= bound, `${what}: ${value}`);
const positions = (particles: Particles) => Float64Array.from(particles.displacement.array.data);
const momenta = (particles: Particles) => Float64Array.from(particles.momentum.array.data);

/** The reference's particles after a run. */
function run(dtype: "float32" | "float64", options: Partial<EvolveOptions>): Particles {
  const particles = start(dtype);
  evolve(particles, { cosmology: planck18, ...options });
  return particles;
}

Deno.test("schedule() steps by dt0, and cuts steps at targets", () => {
  const { times, targets } = schedule({ t0: 0.1, dt0: 0.25, targets: [0.5, 0.75, 0.8] });
  assert.deepEqual([...times], [0.1, 0.35, 0.5, 0.75, 0.8]);
  assert.deepEqual(targets, [2, 3, 4]);
  // On to t1; a target at the beginning is its own; 0.1 + 0.2 rounds to just above 0.3.
  const on = schedule({ t0: 0.1, dt0: 0.2, t1: 0.35, targets: [0.1, 0.3] });
  assert.deepEqual([...on.times], [0.1, 0.3, 0.35]);
  assert.deepEqual(on.targets, [0, 1]);
});

Deno.test("schedule(), evolve() and stepBack() refuse what they cannot do", () => {
  const refused = (body: () => void, text: string) =>
    assert.throws(body, (e: Error) => e instanceof DomainError && e.message.includes(text), text);
  refused(() => schedule({ t0: 0.5, dt0: 0.1, t1: 0.4 }), "a run goes forwards in time");
  refused(() => schedule({ t0: 0.5, dt0: 0 }), `"dt0"`);
  refused(() => schedule({ t0: 0.5, dt0: 0.1, t1: 1, targets: [0.4] }), "at least 0.5");
  refused(() => schedule({ t0: 0.1, dt0: 0.1, targets: [0.5, 0.5] }), "above 0.5");
  refused(() => schedule({ t0: 0.1, dt0: 0.1, t1: 0.5, targets: [0.7] }), `at most "t1"`);
  using particles = start("float32");
  const cosmology = planck18;
  const late = { times: Float64Array.of(0.2, 0.3), targets: [] };
  refused(() => evolve(particles, { cosmology, schedule: late }), "must begin at the particles' scale factor, 0.1");
  const back = { times: Float64Array.of(0.1, 0.3, 0.2), targets: [] };
  refused(() => evolve(particles, { cosmology, schedule: back }), "times[2] = 0.2");
  refused(() => evolve(particles, { cosmology, t1: 0.05 }), "forwards in time");
  refused(() => evolve(particles, { cosmology, correction: { kind: "pgd", ks: 0 } }), `"ks"`);
  const factors = stepFactors(Float64Array.of(0.1, 0.2), growthFunctions(cosmology));
  refused(() => evolve(particles, { cosmology, factors, dt0: 0.05, t1: 0.2 }), "3, 4, 3, 2 numbers, got 2, 3, 2, 1");
  using work = new ForceMesh([24, 24, 24], "float32");
  const pgd = { correction: { kind: "pgd" } } as const;
  refused(() => stepBack(particles, work, { kick: 1, drift: 1 }, pgd), `only a correction of kind "sharpening"`);
  using small = new ForceMesh([24, 24, 12], "float32");
  assert.throws(() => evolve(particles, { cosmology, work: small }), /must be of 24 x 24 x 24 cells/);
});

Deno.test("stepFactors() in a universe of matter alone are those by hand", () => {
  // D1 = a, E = a^(-3/2), Gf = a^(3/2).
  const times = Float64Array.of(0.25, 0.36, 1);
  const { kick, drift, momentumTimes } = stepFactors(times, growthFunctions(einsteinDeSitter));
  const gf = (a: number) => a ** 1.5;
  const [m0, m1] = [0.3, 0.6];
  const close = (actual: Float64Array, expected: number[]) =>
    expected.forEach((e, i) => within(Math.abs(actual[i] - e), 1e-10, `number ${i}`));
  close(momentumTimes, [0.25, m0, m1, 1]);
  close(kick, [(gf(m0) - gf(0.25)) / 0.25, (gf(m1) - gf(m0)) / 0.36, gf(1) - gf(m1)]);
  close(drift, [0.11 / gf(m0), 0.64 / gf(m1)]);
});

Deno.test("evolve() has the same bits with 1, 2 and 3 threads", async () => {
  const hashes = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using particles = run("float32", { dt0: 0.3 });
    hashes.push(
      [particles.displacement, particles.momentum].map(({ array: { data } }) =>
        sha256(new Uint8Array(data.slice().buffer))
      ),
    );
  }
  await ready({ threads: 2 });
  assert.deepEqual(hashes[1], hashes[0]);
  assert.deepEqual(hashes[2], hashes[0]);
});

Deno.test("both solvers make the same run, in parts or at once, and hand particles out before or after the kick", () => {
  const targets = [0.4, 0.7, 1];
  const seen: Record<string, [number, number][]> = {};
  const at = (name: string) => ({
    onTarget: ({ a, momentumA }: Particles) => (seen[name] ??= []).push([a, momentumA]),
  });
  const done: number[] = [];
  using one = run("float64", { dt0: 0.2, targets, ...at("lag"), onStep: (i, all) => done.push(i, all) });
  assert.deepEqual(done, [1, 6, 2, 6, 3, 6, 4, 6, 5, 6, 6, 6]);
  using two = run("float64", { dt0: 0.2, targets, solver: "driftDoubleKick", ...at("lead") });
  const middle = (a: number, b: number) => Math.sqrt(a * b);
  const [[a, lag]] = seen.lag;
  assert.equal(a, 0.4);
  within(Math.abs(lag - middle(0.3, 0.4)), 1e-15, "before");
  within(Math.abs(seen.lead[0][1] - middle(0.4, 0.6)), 1e-15, "after");
  assert.deepEqual(seen.lead[2], [1, 1]);
  assert.deepEqual([one.a, one.momentumA], [1, 1]);
  // Rounding alone.
  within(rms(positions(one), positions(two)), 1e-12, "positions");
  within(rms(momenta(one), momenta(two)), 1e-12, "momenta");
  for (const synchronise of [true, false]) {
    using parts = run("float64", { dt0: 0.2, t1: 0.4, synchronise });
    within(Math.abs(parts.momentumA - (synchronise ? 0.4 : middle(0.3, 0.4))), 1e-15, "time of momenta");
    evolve(parts, { cosmology: planck18, dt0: 0.2, targets: targets.slice(1) });
    within(rms(positions(parts), positions(one)), 1e-12, "in parts");
  }
});

Deno.test("stepBack() takes a run back to its beginning", () => {
  // Measured 2e-15 and 1.2e-6 cells.
  for (const [dtype, bound] of [["float64", 1e-12], ["float32", 1e-5]] as const) {
    for (const correction of [undefined, { kind: "sharpening", alpha: 0.02 }] as const) {
      const { times } = schedule({ t0: 0.1, dt0: 0.05 });
      const { kick, drift } = stepFactors(times, growthFunctions(planck18), { synchronise: false });
      using particles = run(dtype, { synchronise: false, correction });
      using before = start(dtype);
      within(0.1, rms(positions(particles), positions(before)), "moved");
      using work = new ForceMesh(particles.meta.mesh, dtype);
      for (let i = drift.length - 1; i >= 0; i--) {
        stepBack(particles, work, { kick: kick[i], drift: drift[i] }, { correction });
      }
      within(rms(positions(particles), positions(before)), bound, `positions in ${dtype}`);
      within(rms(momenta(particles), momenta(before)), bound, `momenta in ${dtype}`);
    }
  }
});

Deno.test("evolve() keeps the momentum of all particles, and is of second order in the step", () => {
  const runs = [0.18, 0.09, 0.045, 0.0225].map((dt0) => {
    using particles = run("float64", { dt0 });
    const p = momenta(particles);
    for (let c = 0; c < 3; c++) {
      const sum = p.subarray(c * 24 ** 3, (c + 1) * 24 ** 3).reduce((a, b) => a + b, 0);
      within(Math.abs(sum) / 24 ** 3, 1e-13, "mean momentum");
    }
    return positions(particles);
  });
  const steps = runs.slice(1).map((finer, i) => rms(finer, runs[i]));
  const orders = steps.slice(1).map((finer, i) => Math.log2(steps[i] / finer));
  assert.ok(orders.every((order) => order > 1.7 && order < 2.3), `${orders}`);
});

/** A wave of displacements along z, half a cell from the nodes, where density is linear in it, growing as D1. */
function waves(mesh: Triple, height: number, a: number): Particles {
  const n = mesh[2];
  const { growth, momentum } = growthFunctions(planck18);
  const size = 3 * mesh[0] * mesh[1] * n;
  const of = (offset: number, factor: number) =>
    Float64Array.from(
      { length: size },
      (_, i) => i < size / 3 * 2 ? offset : offset + factor * Math.sin(2 * Math.PI * (i % n) / n),
    );
  const meta = metadata({ mesh, boxSize: mesh, status: "lpt1" });
  const x = fieldOf(of(0.5, height), "float64", meta);
  return new Particles(x, fieldOf(of(0, height * momentum(a) / growth(a)), "float64", meta), a);
}

Deno.test("a long wave grows as D1, in two steps as in many", () => {
  const height = 1e-4;
  for (const [dt0, bound] of [[0.45, 3e-3], [0.05, 3e-3]]) {
    using particles = waves([4, 4, 128], height, 0.1);
    evolve(particles, { cosmology: planck18, dt0 });
    const ratio = (positions(particles).at(-1 - 95)! - 0.5) / height;
    // The mesh's force on a wave of 128 cells is 4e-4 too weak, so it grows less by as much times ln D1.
    within(Math.abs(ratio * growthFactor(planck18, 9) - 1), bound, `dt0 = ${dt0}`);
  }
});

Deno.test("corrections move a wave by alpha exp(-kl^2/k^2) exp(-k^4/ks^4) of its force", () => {
  const [n, height] = [16, 1e-6];
  const k = 2 * Math.PI / n;
  const force = (8 * Math.sin(k) - Math.sin(2 * k)) * Math.sin(k) / (6 * k * k);
  const shape = 0.4 * Math.exp(-0.01 / (k * k)) * Math.exp(-(k ** 4) / 0.6 ** 4);
  for (const kind of ["pgd", "sharpening"] as const) {
    using particles = waves([4, 4, n], height, 0.5);
    particles.momentum.array.data.fill(0);
    // No gravity: one drift of a particle at rest.
    const factors = {
      times: Float64Array.of(0.5, 0.6),
      momentumTimes: Float64Array.of(0.5, 0.55, 0.55),
      kick: Float64Array.of(0, 0),
      drift: Float64Array.of(0.3),
    };
    const before = positions(particles);
    evolve(particles, {
      cosmology: planck18,
      t1: 0.6,
      dt0: 0.2,
      factors,
      correction: { kind, alpha: 0.4, kl: 0.1, ks: 0.6 },
    });
    const expected = before.map((x) => x + force * shape * (x - 0.5));
    within(rms(positions(particles), expected), 1e-5 * height, kind);
  }
});

Deno.test("P(k) of the final field is linear theory's at large scales", () => {
  const [n, boxSize] = [64, 500];
  const cell = boxSize / n;
  const meta = metadata({ mesh: [n, n, n], boxSize: [boxSize, boxSize, boxSize], status: "lpt2" });
  const of = ({ data, shape }: RealArray, factor: number) =>
    new ParticleField(fromData(data.map((v) => v * factor), shape, "float32") as RealArray, meta, "gridRelative");
  // Waves of 0.5 to 1.25 times the longest; a field and its negative, so that products of two waves cancel.
  const bins = { bins: [0.5, 1.25].map((m) => m * 2 * Math.PI / boxSize) };
  let [measured, expected] = [0, 0];
  for (const paired of [false, true]) {
    using field = initialField(linearPower(planck18), { cells: n, boxSize, key: 3, fixed: true, paired });
    using moved = lagrangianDisplacements(field, { z: 9, order: 2, velocities: true });
    // p = a^2 dx/dt / H0, of v = a dx/dt in km/s; H0 is 100 h km/s/Mpc.
    using particles = new Particles(of(moved.displacement, 1 / cell), of(moved.velocity!, 0.1 / (100 * cell)), 0.1);
    const bytes = memoryUse().allocated;
    resetPeak();
    evolve(particles, { cosmology: planck18, dt0: 0.1 });
    // Two meshes: 4 bytes a cell with padded rows, and 16.
    within((memoryUse().peak - bytes) / n ** 3, 20.5, "bytes a cell");
    using density = particleDensity(particles.displacement);
    using array = fromData(density.array.data.map((v) => v - 1), [n, n, n], "float32");
    const final = new Field({ array, boxSize, quantity: "overdensity", unit: "1" });
    measured += powerSpectrum(final, { ...bins, deconvolve: "cic" }).power[0];
    const linear = linearDensity(field, { z: 0 });
    expected += powerSpectrum(linear, bins).power[0];
    linear.array.dispose();
  }
  // Measured 0.9925: painting and reading make the force on these waves 0.2 % too weak.
  within(Math.abs(measured / expected - 1), 0.01, "P(k) over linear theory's");
});
