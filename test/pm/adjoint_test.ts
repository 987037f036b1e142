import assert from "node:assert/strict";
import { empty, type NdArray, zeros } from "../../lib/array/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { metadata, ParticleField, type RealArray as Real, type Triple } from "../../lib/fields/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import {
  divergenceInto,
  gradientInto,
  kickDrift,
  paintVectorsInto,
  scalarShape,
  vectorShape,
} from "../../lib/pm/_kernel_steps.ts";
import * as pm from "../../lib/pm/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";
import { density, drift, type Dual, push } from "./_tangent_twin.ts";

await ready({ threads: 2 });

type DType = "float32" | "float64";

function normal(shape: readonly number[], key: number, std: number, dtype: DType = "float64"): Real {
  return randomNormal(zeros(shape, dtype) as NdArray<"float64">, { key, std }) as Real;
}

/** Particles at a = 0.1, `std` cells from their sites, that move by about that in a run. */
function cloud(mesh: Triple, std: number, dtype: DType = "float64"): pm.Particles {
  const meta = metadata({ mesh, boxSize: mesh });
  const field = (key: number, s: number) =>
    new ParticleField(normal([3, ...mesh], key, s, dtype), meta, "gridRelative");
  return new pm.Particles(field(1, std), field(2, 0.1 * std), 0.1);
}

const numbers = (a: Real) => a.data as Float64Array;
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

function close(what: string, got: number, wanted: number, tolerance: number): void {
  const scale = Math.max(1, Math.abs(wanted));
  assert.ok(Math.abs(got - wanted) < tolerance * scale, `${what}: ${got}, not ${wanted}`);
}

Deno.test("painting and divergence of vectors are the transposes of reading and gradient", () => {
  const mesh: Triple = [6, 7, 9];
  const [x, q, m] = [normal([3, ...mesh], 1, 2), normal([3, ...mesh], 2, 1), normal(vectorShape(mesh), 3, 1)];
  const width = 40;
  for (let at = 0; at < m.size; at += width) {
    // The fourth numbers take no part, and a row ends with its first node.
    for (let i = 3; i < width; i += 4) m.data[at + i] = 0;
    m.data.copyWithin(at + width - 4, at, at + 4);
  }
  /** Without the ends of rows. */
  const inner = (a: Real, b: Real, row: number, own: number) =>
    numbers(a).reduce((sum, v, i) => sum + (i % row < own ? v * b.data[i] : 0), 0);
  using painted = empty(vectorShape(mesh)) as Real;
  paintVectorsInto(mesh, x, q, painted);
  using read = zeros([3, ...mesh]) as Real;
  kickDrift(mesh, m, { kick: 1, drift: 0 }, x, read);
  // Sums of a thousand products of numbers around 1.
  close("painted", inner(painted, m, width, width - 4), dot(numbers(q), numbers(read)), 1e-12);
  const phi = normal(scalarShape(mesh), 4, 1);
  using slope = empty(vectorShape(mesh)) as Real;
  using divergence = empty(scalarShape(mesh)) as Real;
  gradientInto(mesh, 1, phi, slope);
  divergenceInto(mesh, 1, m, divergence);
  close("divergence", -inner(phi, divergence, 10, 9), inner(slope, m, width, width - 4), 1e-12);
});

const MESH: Triple = [6, 5, 8];
const SHAPE = [3, ...MESH];
const CELLS = 240;
const PLAN = pm.schedule({ t0: 0.1, dt0: 0.25, targets: [0.3, 0.5, 1] });

/** Factors of a run with every kick, that do not follow from a universe. */
function factorsOf(solver: pm.Solver): pm.StepFactors {
  const made = pm.stepFactors(PLAN.times, pm.growthFunctions(planck18), { solver });
  return {
    ...made,
    kick: made.kick.map((k, i) => k * (1 + 0.1 * i)),
    drift: made.drift.map((d, i) => d * (1 - 0.1 * i)),
  };
}

/**
 * A number: weights times the last state, and at each target times displacements, plus half the squared density at the second
 * one. The run forwards, then backwards.
 */
const weights = [normal(SHAPE, 11, 1), normal(SHAPE, 12, 1), normal([3, ...SHAPE], 13, 1)].map(numbers);

function forwards(start: pm.Particles, options: pm.EvolveOptions): number {
  let value = 0;
  const [wx, wp, wt] = weights;
  pm.evolve(start, {
    ...options,
    schedule: PLAN,
    onTarget: (particles, index) => {
      value += dot(wt.subarray(index * 3 * CELLS, (index + 1) * 3 * CELLS), numbers(particles.displacement.array));
      if (index !== 1) return;
      using painted = pm.particleDensity(particles.displacement);
      value += 0.5 * dot(numbers(painted.array), numbers(painted.array));
    },
  });
  return value + dot(wx, numbers(start.displacement.array)) + dot(wp, numbers(start.momentum.array));
}

function backwards(end: pm.Particles, options: Omit<pm.EvolveAdjointOptions, "onTarget">) {
  const cotangent: pm.Cotangent = { displacement: zeros(SHAPE) as Real, momentum: zeros(SHAPE) as Real };
  cotangent.displacement.data.set(weights[0]);
  cotangent.momentum.data.set(weights[1]);
  const seen: number[] = [];
  const slopes = pm.evolveAdjoint(end, cotangent, {
    ...options,
    schedule: PLAN,
    onTarget: (particles, index, { displacement }) => {
      seen.push(index);
      assert.equal(particles.a, PLAN.times[PLAN.targets[index]]);
      const own = weights[2].subarray(index * 3 * CELLS, (index + 1) * 3 * CELLS);
      own.forEach((w, i) => displacement.data[i] += w);
      if (index !== 1) return;
      using painted = pm.particleDensity(particles.displacement);
      pm.addDensityCotangent(particles, painted.array, displacement);
    },
  });
  assert.deepEqual(seen, [2, 1, 0]);
  return { cotangent, slopes };
}

/** The same number by plain loops, with its change along `change` and along changes of the factors. */
function twin(start: pm.Particles, change: Float64Array[], factors: pm.StepFactors, by: Float64Array[], run: {
  solver: pm.Solver;
  correction?: Required<pm.Correction>;
}): [number, number] {
  const dual = (a: Real, d: Float64Array): Dual => ({ v: numbers(a).slice(), d: d.slice() });
  const [x, p] = [dual(start.displacement.array, change[0]), dual(start.momentum.array, change[1])];
  const [wx, wp, wt] = weights;
  const sums = { v: 0, d: 0 };
  const add = (w: Float64Array, of: Dual) => {
    sums.v += dot(w, of.v);
    sums.d += dot(w, of.d);
  };
  const steps = factors.drift.length;
  const { solver, correction } = run;
  for (let i = 0; i <= steps; i++) {
    const index = PLAN.targets.indexOf(i);
    const hand = () => {
      if (index < 0) return;
      add(wt.subarray(index * 3 * CELLS, (index + 1) * 3 * CELLS), x);
      if (index !== 1) return;
      const rho = density(MESH, x);
      sums.v += 0.5 * dot(rho.v, rho.v);
      sums.d += dot(rho.v, rho.d);
    };
    if (solver === "doubleKickDrift") hand();
    const force: Dual = { v: new Float64Array(3 * CELLS), d: new Float64Array(3 * CELLS) };
    push(MESH, {}, x, force);
    drift(p, force, factors.kick[i], by[0][i]);
    const { kind, alpha = 0, kl = 0, ks = 1 } = correction ?? {};
    const shape = { gravity: 0, correction: 1, low: kl, high: ks };
    if (kind === "sharpening" && i < steps) {
      const sharp: Dual = { v: new Float64Array(3 * CELLS), d: new Float64Array(3 * CELLS) };
      push(MESH, shape, x, sharp);
      drift(p, sharp, alpha / factors.drift[i], -alpha / factors.drift[i] ** 2 * by[1][i]);
    }
    if (solver === "driftDoubleKick") hand();
    if (i === steps) break;
    drift(x, p, factors.drift[i], by[1][i]);
    if (kind === "pgd") push(MESH, { ...shape, correction: alpha }, { v: x.v.slice(), d: x.d.slice() }, x);
  }
  add(wx, x);
  add(wp, p);
  return [sums.v, sums.d];
}

const corrections: (Required<pm.Correction> | undefined)[] = [
  undefined,
  { kind: "sharpening", alpha: 0.2, kl: 0.8, ks: 1.5 },
  { kind: "pgd", alpha: 0.2, kl: 0.8, ks: 1.5 },
];

for (const solver of ["doubleKickDrift", "driftDoubleKick"] as const) {
  for (const correction of corrections) {
    Deno.test(`evolveAdjoint() has the derivatives of a tangent run: ${solver}, ${correction?.kind ?? "plain"}`, () => {
      using start = cloud(MESH, 1.2);
      const factors = factorsOf(solver);
      const options = { cosmology: planck18, solver, factors, ...(correction && { correction }) };
      using particles = start.copy();
      // PGD goes back by copies: here of every second step, and with others in between made anew.
      using checkpoints = new pm.Checkpoints(particles, { every: 2 });
      const value = forwards(particles, { ...options, onStep: checkpoints.onStep });
      const kept = correction?.kind === "pgd" ? { checkpoints } : {};
      const { cotangent, slopes } = backwards(particles, { ...options, ...kept, initial: start });
      assert.ok(slopes.deviation! < 1e-12, `comes back to ${slopes.deviation}`);
      assert.deepEqual([particles.a, particles.momentumA], [start.a, start.momentumA]);
      const change = [21, 22].map((key) => numbers(normal(SHAPE, key, 1)));
      const by = [factors.kick, factors.drift].map((f, i) => numbers(normal([f.length], 23 + i, 1)));
      const [same, slope] = twin(start, change, factors, by, { solver, correction });
      // Sums of thousands of products, of numbers of up to some tens after eight forces.
      close("value", value, same, 1e-11);
      const found = dot(numbers(cotangent.displacement), change[0]) + dot(numbers(cotangent.momentum), change[1]) +
        dot(slopes.kick, by[0]) + dot(slopes.drift, by[1]);
      close("slope", found, slope, 1e-10);
      if (!correction) return;
      for (const name of ["alpha", "kl", "ks"] as const) {
        const at = (h: number) => {
          using from = start.copy();
          return forwards(from, { ...options, correction: { ...correction, [name]: correction[name] + h } });
        };
        // Rounding of the difference: 1e-13 over 1e-6.
        close(name, slopes.correction![name], (at(1e-6) - at(-1e-6)) / 2e-6, 1e-6);
      }
    });
  }
}

Deno.test("evolveAdjoint() gives the same bits with 1, 2 and 3 threads", async () => {
  const run = async (threads: number) => {
    await ready({ threads });
    using particles = cloud([12, 10, 14], 2, "float32");
    const options = { cosmology: planck18, dt0: 0.3, t0: 0.1 };
    pm.evolve(particles, options);
    const [displacement, momentum] = [5, 6].map((key) => normal([3, 12, 10, 14], key, 1, "float32"));
    const { kick, drift } = pm.evolveAdjoint(particles, { displacement, momentum }, options);
    return [displacement.data, momentum.data, particles.displacement.array.data, kick, drift].map((a) => a.slice());
  };
  const one = await run(1);
  assert.deepEqual(await run(2), one);
  assert.deepEqual(await run(3), one);
  await ready({ threads: 2 });
});

Deno.test("evolveAdjoint() needs no more memory for more steps, and comes back in float32", () => {
  const need = (dt0: number) => {
    using start = cloud([32, 32, 32], 1.5, "float32");
    using particles = start.copy();
    const options = { cosmology: planck18, dt0, t0: 0.1 };
    pm.evolve(particles, options);
    using displacement = normal([3, 32, 32, 32], 5, 1, "float32");
    using momentum = normal([3, 32, 32, 32], 6, 1, "float32");
    const before = memoryUse().allocated;
    resetPeak();
    const { deviation } = pm.evolveAdjoint(particles, { displacement, momentum }, { ...options, initial: start });
    // float32 through up to 36 steps, of particles that move by 10 cells: measured 4e-6.
    assert.ok(deviation! < 1e-4 && deviation! > 0, `${deviation}`);
    return memoryUse().peak - before;
  };
  const few = need(0.3);
  assert.equal(need(0.025), few);
  // Scalars in rows of 34, vectors in rows of 33: 4 (2 34/32 + 4 33/32) = 25 bytes a cell, and tables of growth.
  assert.ok(few < 27 * 32 ** 3, `${few / 32 ** 3} bytes a cell`);
});

Deno.test("evolveAdjoint() refuses what does not belong together", () => {
  using particles = cloud([8, 8, 8], 1);
  const bars = (shape: number[], dtype: DType = "float64") => ({
    displacement: zeros(shape, dtype) as Real,
    momentum: zeros(shape, dtype) as Real,
  });
  const options = { cosmology: planck18, dt0: 0.3, t0: 0.1 };
  const own = bars([3, 8, 8, 8]);
  const refuses = (name: string, text: RegExp, run: () => void) =>
    assert.throws(run, (error: Error) => error.name === name && text.test(error.message));
  refuses(
    "ShapeError",
    /"displacement" must have shape \[3, 8, 8, 8\]/,
    () => pm.evolveAdjoint(particles, bars([8, 8, 8, 3]), options),
  );
  refuses(
    "DtypeError",
    /"displacement" must be float64/,
    () => pm.evolveAdjoint(particles, bars([3, 8, 8, 8], "float32"), options),
  );
  refuses(
    "DomainError",
    /times must end at the particles' scale factor, 0.1, got 1/,
    () => pm.evolveAdjoint(particles, own, options),
  );
  using start = particles.copy();
  pm.evolve(particles, options);
  refuses(
    "DomainError",
    /"pgd" needs "checkpoints"/,
    () => pm.evolveAdjoint(particles, own, { ...options, correction: { kind: "pgd" } }),
  );
  refuses("DomainError", /"t0"/, () => pm.evolveAdjoint(particles, own, { cosmology: planck18 }));
  start.momentum.array.data[7] += 0.01;
  refuses(
    "ConvergenceError",
    /ends 0.0\d* cells from the beginning, more than 0.001; use "checkpoints"/,
    () => pm.evolveAdjoint(particles, own, { ...options, initial: start }),
  );
  using density = zeros([8, 8, 9]);
  refuses(
    "ShapeError",
    /"densityBar" must have shape \[8, 8, 8\]/,
    () => pm.addDensityCotangent(particles, density as Real, own.displacement),
  );
});
