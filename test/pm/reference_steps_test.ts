import assert from "node:assert/strict";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { evolve, growthFunctions, particleDensity, particleForce, schedule, stepFactors } from "../../lib/pm/mod.ts";
import { file, read, referenceFactors, rms, start, thinned, worst } from "./_reference_steps.ts";

await ready({ threads: 2 });
const within = (value: number, bound: number, what: string) => assert.ok(value <= bound, `${what}: ${value}`);

Deno.test("particleDensity() and particleForce() are JaxPM's", () => {
  using particles = start("float64");
  using density = particleDensity(particles.displacement);
  within(worst(thinned(density.array.data, 2, 1), read("paint")), 1e-13, "density");
  using force = particleForce(particles.displacement);
  within(worst(thinned(force.array.data, 2), read("force")), 1e-13, "force");
  using single = start("float32");
  using coarse = particleForce(single.displacement);
  // f32 transforms of 24^3: measured 7e-7.
  within(worst(thinned(coarse.array.data, 2), read("force")), 3e-6, "force in float32");
});

for (const [name, solver] of [["rkdk", "doubleKickDrift"], ["efdk", "driftDoubleKick"]] as const) {
  Deno.test(`evolve() with "${solver}" and JaxPM's factors makes JaxPM's steps`, () => {
    const plan = schedule({ t0: 0.1, dt0: 0.05, t1: 1 });
    assert.deepEqual(plan.times, read("times"));
    const factors = referenceFactors(name);
    const seen: number[] = [];
    using particles = start("float64");
    evolve(particles, {
      cosmology: planck18,
      schedule: { times: plan.times, targets: [1, 2] },
      solver,
      factors,
      onTarget({ displacement, momentum, a }, index) {
        seen.push(a);
        const step = `${name}/step${index + 1}`;
        // float32 in the file.
        within(worst(thinned(displacement.array.data, 3), read(`${step}_dx`)), 1e-7, `${step} displacements`);
        within(worst(thinned(momentum.array.data, 3), read(`${step}_p`)), 1e-7, `${step} momenta`);
      },
    });
    assert.deepEqual(seen, [...plan.times.subarray(1, 3)]);
    // Round-off of 18 steps, which small scales amplify.
    within(
      worst(thinned(particles.displacement.array.data, 3), read(`${name}/final_dx`)),
      1e-10,
      "final displacements",
    );
  });
}

Deno.test("evolve() in float32 with exact growth ends where JaxPM ends", () => {
  using particles = start("float32");
  evolve(particles, { cosmology: planck18, synchronise: false });
  const final = thinned(particles.displacement.array.data, 3);
  // cells
  within(rms(final, read("rkdk/final_dx")), 1e-3, "root mean square of the difference");
});

Deno.test("stepFactors() are JaxPM's up to its tables' straight lines", () => {
  const { times } = schedule({ t0: file.numberAttribute("/", "a0"), dt0: file.numberAttribute("/", "dt"), t1: 1 });
  for (const [name, solver] of [["rkdk", "doubleKickDrift"], ["efdk", "driftDoubleKick"]] as const) {
    const ours = stepFactors(times, growthFunctions(planck18), { solver, synchronise: false });
    const theirs = referenceFactors(name);
    // The last kick of "efdk" leads beyond the tables.
    within(worst(ours.kick.subarray(0, 18), theirs.kick.subarray(0, 18)), 1e-4, `kicks of ${name}`);
    within(worst(ours.drift, theirs.drift), 1e-4, `drifts of ${name}`);
  }
});
