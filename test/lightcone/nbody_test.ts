import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { growthFactor, planck18, redshiftAtComovingDistance } from "../../lib/cosmology/mod.ts";
import { metadata, ParticleField } from "../../lib/fields/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { lightconeShells, nbody, paintFlat, paintSpherical, type RealArray, shellAt } from "../../lib/lightcone/mod.ts";
import { evolve, growthFunctions, particleDensity, Particles } from "../../lib/pm/mod.ts";
import { noise } from "./_particles.ts";

const meta = metadata({ mesh: [16, 16, 16], boxSize: [200, 200, 200] });

/** Particles that move by the growing mode of a random displacement. */
function start(a: number, dtype: "float32" | "float64" = "float64"): Particles {
  const [growth, momentum] = [growthFunctions(planck18).growth(a), growthFunctions(planck18).momentum(a)];
  const of = (factor: number) => {
    const data = noise([3, 16, 16, 16], 1, 1.5).data.map((v) => v * factor);
    return new ParticleField(fromData(data, [3, 16, 16, 16], dtype) as RealArray, meta, "gridRelative");
  };
  return new Particles(of(growth), of(momentum), a);
}

Deno.test("nbody() paints each shell at its time, near to far, with metadata, and leaves the particles as they were", async () => {
  await ready({ threads: 2 });
  using particles = start(0.6);
  const before = particles.displacement.array.data.slice();
  const common = { cosmology: planck18, dt0: 0.1, nbShells: 3 } as const;
  const shells = lightconeShells(meta, common);
  using flat = nbody(particles, { ...common, target: "flat", pixels: [16, 8] });
  const steps: number[][] = [];
  using sphere = nbody(particles, {
    ...{
      ...common,
      target: "spherical",
      nside: 8,
      scheme: "rbfNeighbor",
      onProgress: (...s: number[]) => steps.push(s),
    },
  });
  using drifted = nbody(particles, { ...common, target: "spherical", nside: 8, interpolation: "drift" });
  using density = nbody(particles, { ...common, target: "density" });
  using displaced = nbody(particles, { ...common, target: "particles" });
  assert.deepEqual(particles.displacement.array.data, before);
  assert.equal(particles.a, 0.6);
  // One run of several targets, in their order, also of one kind twice.
  const several = nbody(particles, {
    ...common,
    targets: [
      { target: "density" },
      { target: "spherical", nside: 8, scheme: "rbfNeighbor" },
      { target: "flat", pixels: [16, 8] },
      { target: "spherical", nside: 4 },
      { target: "particles" },
    ],
  });
  assert.deepEqual(several.map(({ array }) => array.shape[1]), [16, 768, 16, 192, 3]);
  for (const [made, i] of [[density, 0], [sphere, 1], [flat, 2], [displaced, 4]] as const) {
    assert.deepEqual(several[i].array.data, made.array.data);
    assert.deepEqual(several[i].meta, made.meta);
  }
  several.forEach((made) => made[Symbol.dispose]());
  // Particles of the time of the only shell stay.
  const still = { cosmology: planck18, scaleFactors: [0.6], widths: [10] };
  using there = nbody(particles, { ...still, target: "particles", inPlace: true });
  assert.deepEqual(there.array.at(0).data, before);
  // 0.6 to 0.945 in four steps, then one to each nearer shell.
  assert.deepEqual(steps.at(-1), [steps.length, steps.length]);
  using same = particles.copy();
  let seen = 0;
  evolve(same, {
    cosmology: planck18,
    dt0: 0.1,
    synchronise: false,
    targets: shells.scaleFactors.slice().reverse(),
    onTarget({ displacement, momentum, a, momentumA }, index) {
      const shell = 2 - index;
      const one = shellAt(shells, shell);
      assert.equal(a, one.scaleFactors[0]);
      const drift = { momentum, cosmology: planck18, scaleFactor: a, momentumScaleFactor: momentumA };
      const is = (stack: { array: RealArray }, made: { array: RealArray }) =>
        assert.deepEqual(stack.array.at(shell).data, made.array.data.subarray());
      is(flat, paintFlat(displacement, one, { pixels: [16, 8] }));
      is(sphere, paintSpherical(displacement, one, { nside: 8, scheme: "rbfNeighbor" }));
      is(drifted, paintSpherical(displacement, one, { nside: 8, drift }));
      is(density, particleDensity(displacement));
      is(displaced, displacement);
      seen++;
    },
  });
  assert.equal(seen, 3);
  for (const made of [flat, sphere, drifted, density, displaced]) {
    const { centers, widths, scaleFactors, status } = made.meta;
    assert.deepEqual({ centers, widths, scaleFactors }, {
      centers: shells.centers,
      widths: shells.widths,
      scaleFactors: shells.scaleFactors,
    });
    assert.equal(status, "lightcone");
  }
  assert.deepEqual([flat, sphere, density, displaced].map((f) => f.unit), [
    "density",
    "density",
    "counts",
    "gridRelative",
  ]);
});

Deno.test("nbody() without shells ends at t1 and gives no stack; inPlace moves the particles", async () => {
  await ready({ threads: 1 });
  using particles = start(0.6, "float32");
  using density = nbody(particles, { cosmology: planck18, target: "density", t1: 0.8 });
  using displaced = nbody(particles, { cosmology: planck18, target: "particles", t1: 0.8, inPlace: true });
  assert.deepEqual([density.array.shape, displaced.array.shape], [[16, 16, 16], [3, 16, 16, 16]]);
  assert.equal(particles.a, 0.8);
  assert.deepEqual(displaced.array.data, particles.displacement.array.data);
  using painted = particleDensity(displaced);
  assert.deepEqual(painted.array.data, density.array.data);
  assert.deepEqual([...density.meta.scaleFactors!], [0.8]);
});

Deno.test("nbody() leaves no memory behind but the field, with shells and without", async () => {
  await ready({ threads: 1 });
  using particles = start(0.6, "float32");
  const run = { cosmology: planck18, dt0: 0.2 } as const;
  for (const target of ["density", "particles"] as const) {
    for (const shells of [{}, { nbShells: 2 }]) {
      const before = memoryUse().allocated;
      nbody(particles, { ...run, ...shells, target: target as "density" }).dispose();
      assert.equal(memoryUse().allocated, before, target);
    }
  }
});

Deno.test("drift brings particles of the growing mode to where they cross the light cone", async () => {
  await ready({ threads: 1 });
  const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 1 });
  using particles = start(0.93);
  const { displacement, momentum, a } = particles;
  const drift = { momentum, cosmology: planck18, scaleFactor: a };
  using drifted = paintSpherical(displacement, shells, { nside: 8, drift });
  // By hand: each with the growth of the time at which light left its place at a = 0.93.
  const exact = particles.copy();
  const [data, now] = [exact.displacement.array.data, growthFactor(planck18, 1 / 0.93 - 1)];
  for (let i = 0; i < 4096; i++) {
    const site = [i >> 8, i >> 4 & 15, i & 15];
    const at = site.map((s, axis) => ((s + data[4096 * axis + i]) % 16 + 16) % 16 - 8);
    const there = growthFactor(planck18, redshiftAtComovingDistance(planck18, 12.5 * Math.hypot(...at)));
    for (const axis of [0, 1, 2]) data[4096 * axis + i] *= there / now;
  }
  using expected = paintSpherical(exact.displacement, shells, { nside: 8 });
  using still = paintSpherical(displacement, shells, { nside: 8 });
  const differ = (one: RealArray, two: RealArray) => {
    let [most, size] = [0, 0];
    for (let i = 0; i < one.size; i++) {
      most = Math.max(most, Math.abs(one.data[i] - two.data[i]));
      size = Math.max(size, two.data[i]);
    }
    return most / size;
  };
  // Lines between 2048 points of the table: measured below 1e-7.
  assert.ok(differ(drifted.array, expected.array) < 1e-6, `${differ(drifted.array, expected.array)}`);
  assert.ok(differ(still.array, expected.array) > 1e-3);
});

Deno.test("nbody() refuses shells before the particles' time, targets without shells, and wrong paintings before it runs", async () => {
  await ready({ threads: 1 });
  using particles = start(0.98);
  const run = { cosmology: planck18, dt0: 0.1, onProgress: () => assert.fail("it ran") };
  const wrong = (body: () => unknown, message: RegExp) =>
    assert.throws(body, (e) => isToolkitError(e, "DomainError") && message.test(e.message), `${message}`);
  wrong(() => nbody(particles, { ...run, nbShells: 2, target: "density" }), /not be before.*particles of a = 0.98/);
  wrong(() => nbody(particles, { ...run, target: "flat", pixels: [4, 4] }), /"flat" needs shells/);
  wrong(() => nbody(particles, { ...run, target: "cube" as "density" }), /"target"/);
  wrong(() => nbody(particles, { ...run, target: "density", interpolation: "linear" as "none" }), /"interpolation"/);
  using early = start(0.6);
  wrong(() => nbody(early, { ...run, nbShells: 2, target: "spherical", nside: 12 }), /power of two/);
  wrong(() => nbody(early, { ...run, nbShells: 2, reach: 120, target: "spherical", nside: 8 }), /within 100 Mpc/);
});
