import assert from "node:assert/strict";
import { Field, stats, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { allocate, memoryUse, ready, release } from "../../lib/kernel/mod.ts";
import { background, paintBytes, type PaintPhase, paintSnapshot } from "../../lib/radiation/mod.ts";
import { inputError, reference } from "./_files.ts";
import { digest, integral, numbers, paint, painted, relativeL2, small, withRun } from "./_painting.ts";

// Means of float32 fields, and kernels scaled in f64; measured 1.3e-7.
const MEAN_TOLERANCE = 1e-6;
// Profiles in a basis good to 1e-6; measured 1.4e-6 (temperature).
const BASIS_TOLERANCE = 3e-6;
// Transforms in float32 of the same numbers elsewhere; measured below 3e-7.
const SHIFT_TOLERANCE = 1e-6;

/** Some overdensity from -0.9 to 1.3. */
const lumpy = (i: number) => (i * 7919 % 23) / 10 - 0.9;
/** Bubbles before spreading, beside what `paint` gives. */
function paintWithBubbles(run: Parameters<typeof paint>[0]) {
  let bubbles = new Float32Array();
  const cube = paint(run, { onBubbles: (field) => bubbles = numbers(field).slice() });
  return { cube, bubbles };
}

// First, as memory that others took would be used again.
Deno.test("paintBytes() bounds what painting takes beside the snapshot", async () => {
  await ready({ threads: 2 });
  await withRun(reference("."), 0, (run) => {
    const { reserved } = memoryUse();
    using _ = paint(run);
    const taken = memoryUse().reserved - reserved;
    assert.ok(taken > 5 * 4 * 64 ** 3 / 2 && taken < paintBytes(64), `${taken}`);
  });
  assert.ok(paintBytes(512) < 3 * 2 ** 30);
});

Deno.test("paintSnapshot() ionises the volume 4/3 pi R^3 and heats by the profile's integral", async () => {
  await ready({ threads: 2 });
  using run = disposable(small({ simulation: { compute_s_alpha_fluctuations: false } }));
  const { cube, bubbles } = paintWithBubbles(run.run);
  using _ = cube;
  const { profiles, parameters } = run.run;
  const { boxSize } = cube.density;
  const cell = (boxSize / 16) ** 3;
  const volume = 4 / 3 * Math.PI * 2.3 ** 3;
  near(bubbles.reduce((a, b) => a + b, 0) * cell, volume, MEAN_TOLERANCE);
  near(stats(cube.ionisedFraction.array).mean * boxSize ** 3, volume, MEAN_TOLERANCE);
  // All nodes within R of the halo's own node at (1, 2, 3) have the same value, and others none.
  const inside = (i: number) => {
    const d = [i >> 8, (i >> 4) & 15, i & 15].map((x, axis) => Math.abs(x - [2, 4, 6][axis]));
    return Math.hypot(...d.map((x) => 0.5 * Math.min(x, 16 - x))) < 2.3;
  };
  const points = bubbles.filter((_, i) => inside(i)).length;
  bubbles.forEach((x, i) => near(x, inside(i) ? volume / cell / points : 0, MEAN_TOLERANCE));
  // No overdensity: the gas that nothing heats has the adiabatic temperature everywhere.
  const { adiabaticTemperatureK } = background(9, parameters);
  const heat = integral(profiles.temperatureRadii, profiles.temperature.data) / boxSize ** 3;
  const { mean } = stats(cube.temperature.array);
  near(mean - adiabaticTemperatureK, heat, MEAN_TOLERANCE);
  // S_alpha of the means: one number for the box, so the mean of x_alpha is known, too.
  const neutral = 1 - stats(cube.ionisedFraction.array).mean;
  const tau = 3e5 * neutral * ((1 + 9) / 7) ** 1.5;
  const s = Math.exp(-0.803 * mean ** (-2 / 3) * (1e-6 * tau) ** (1 / 3));
  const photons = integral(profiles.xAlphaRadii, profiles.xAlpha.data) / boxSize ** 3;
  near(stats(cube.lymanAlphaCoupling.array).mean, photons * s / (4 * Math.PI), MEAN_TOLERANCE);
});

Deno.test("paintSnapshot() puts a bubble smaller than a cell into the halo's own cell, and none of radius 0", async () => {
  await ready({ threads: 1 });
  for (const bubble of [0.2, 0]) {
    using run = disposable(small({ bubble, positions: Float64Array.of(1.2, 7.9, 3) }));
    using cube = paint(run.run);
    const x = numbers(cube.ionisedFraction);
    // Nodes are at multiples of 0.5: 1.2 is nearest to 1.0, and 7.9 to 8.0, which is 0.
    const own = (2 * 16 + 0) * 16 + 6;
    const volume = 4 / 3 * Math.PI * (bubble / 0.5) ** 3;
    x.forEach((value, i) => near(value, i === own ? volume : 0, MEAN_TOLERANCE));
  }
});

Deno.test("paintSnapshot() without halos gives neutral gas at the adiabatic temperature", async () => {
  await ready({ threads: 2 });
  using run = disposable(small({ positions: new Float64Array(0), delta: lumpy }));
  using cube = paint(run.run);
  assert.deepEqual([cube.report.halos, cube.report.bins, cube.report.transforms], [0, 0, 0]);
  assert.ok(numbers(cube.ionisedFraction).every((x) => x === 0));
  assert.ok(numbers(cube.lymanAlphaCoupling).every((x) => x === 0));
  const { adiabaticTemperatureK } = background(9, run.run.parameters);
  numbers(cube.temperature).forEach((t, i) =>
    near(t, adiabaticTemperatureK * (1 + Math.fround(lumpy(i))) ** (2 / 3), MEAN_TOLERANCE)
  );
});

Deno.test("paintSnapshot() ionises everything once bubbles exceed the box, and dTb vanishes", async () => {
  await ready({ threads: 2 });
  const positions = Float64Array.from({ length: 3 * 40 }, (_, i) => i * 3.7 % 8);
  using run = disposable(small({ positions, bubble: 2.6 }));
  using cube = paint(run.run);
  assert.equal(cube.report.spread, undefined);
  assert.ok(numbers(cube.ionisedFraction).every((x) => x === 1));
  assert.ok(numbers(cube.brightnessTemperature).every((x) => x === 0));
});

Deno.test("paintSnapshot() keeps the ionised fraction at min_xHII_value or above", async () => {
  await ready({ threads: 2 });
  using run = disposable(small());
  run.run.parameters = { ...run.run.parameters, source: { ...run.run.parameters.source, min_xHII_value: 0.25 } };
  using cube = paint(run.run);
  using neutral = disposable(small());
  using plain = paint(neutral.run);
  assert.deepEqual(numbers(cube.ionisedFraction), numbers(plain.ionisedFraction).map((x) => Math.max(x, 0.25)));
  assert.equal(stats(plain.ionisedFraction.array).min, 0);
});

Deno.test("paintSnapshot() moves with the halos by whole cells, across faces", async () => {
  await ready({ threads: 2 });
  const positions = Float64Array.from({ length: 3 * 12 }, (_, i) => i * i * 1.313 % 8);
  // Whole cells of 0.5, and no halo halfway between nodes. Regions are spread in order of place, so only bubbles move bit by bit.
  const moved = positions.map((x, i) => (x + [1.5, 6, 7.5][i % 3]) % 8);
  // Place in the first run of cell i of the second: 3, 12 and 15 cells back.
  const back = (i: number) =>
    [8, 4, 0].reduce((sum, shift, axis) => sum + ((((i >> shift) & 15) + [13, 4, 1][axis]) % 16 << shift), 0);
  const simulation = { compute_s_alpha_fluctuations: false };
  using run = disposable(small({ positions, bubble: 1.1, delta: lumpy, simulation }));
  using other = disposable(small({ positions: moved, bubble: 1.1, delta: (i) => lumpy(back(i)), simulation }));
  const [a, b] = [paintWithBubbles(run.run), paintWithBubbles(other.run)];
  using _ = a.cube;
  using __ = b.cube;
  assert.deepEqual(b.bubbles, a.bubbles.map((_, i) => a.bubbles[back(i)]));
  assert.ok(a.bubbles.some((x) => x > 1) && a.bubbles.some((x) => x === 0));
  for (const field of ["temperature", "lymanAlphaCoupling"] as const) {
    const expected = numbers(a.cube[field]);
    assert.ok(relativeL2(numbers(b.cube[field]), expected.map((_, i) => expected[back(i)])) < SHIFT_TOLERANCE);
  }
});

Deno.test("paintSnapshot() with the default tolerance agrees with exact profiles, with fewer transforms", async () => {
  await ready({ threads: 2 });
  await withRun(reference("."), 0, (run) => {
    using usual = paint(run);
    using exact = paint(run, { tolerance: 1e-12 });
    assert.ok(usual.report.transforms < exact.report.transforms);
    assert.ok(exact.report.transforms <= exact.report.bins);
    for (const [i, field] of painted(usual).entries()) {
      const difference = relativeL2(numbers(field), numbers(painted(exact)[i]));
      assert.ok(difference < BASIS_TOLERANCE, `${field.quantity}: ${difference}`);
    }
    using coarse = paint(run, { tolerance: 1e-2 });
    assert.ok(coarse.report.transforms < usual.report.transforms);
    assert.ok(relativeL2(numbers(coarse.temperature), numbers(exact.temperature)) < 1e-2);
  });
});

Deno.test("paintSnapshot() gives the same bits for 1, 2 and 3 threads", async () => {
  const digests: string[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    await withRun(reference("."), 1, async (run) => {
      const simulation = {
        ...run.parameters.simulation,
        compute_s_alpha_fluctuations: false,
        compute_x_coll_fluctuations: false,
      };
      const { cube, bubbles } = paintWithBubbles(run);
      using _ = cube;
      using uniform = paint({ ...run, parameters: { ...run.parameters, simulation } });
      const before = new TextDecoder("latin1").decode(await crypto.subtle.digest("SHA-256", bubbles));
      digests.push([before, ...await digest([...painted(cube), ...painted(uniform)])]);
    });
  }
  assert.deepEqual(digests[1], digests[0]);
  assert.deepEqual(digests[2], digests[0]);
});

Deno.test("paintSnapshot() names its phases in order", async () => {
  await ready({ threads: 1 });
  using run = disposable(small());
  const phases: PaintPhase[] = [];
  paint(run.run, { onPhase: (phase) => phases.push(phase) })[Symbol.dispose]();
  assert.deepEqual(phases, ["bin halos", "bubbles", "spread", "profiles", "couplings"]);
});

Deno.test("paintSnapshot() passes a warning of the profiles on", async () => {
  await ready({ threads: 1 });
  using run = disposable(small());
  using cube = paint({ ...run.run, profiles: { ...run.run.profiles, warning: "far away" } });
  assert.equal(cube.report.warning, "far away");
});

Deno.test("paintSnapshot() refuses what it cannot paint, says why, and keeps no memory", async () => {
  await ready({ threads: 2 });
  using run = disposable(small());
  const { snapshot, profiles, parameters } = run.run;
  const before = memoryUse().allocated;
  const heavy = { ...snapshot, halos: { ...snapshot.halos, masses: Float64Array.of(5e12) } };
  assert.throws(
    () => paintSnapshot(heavy, profiles, parameters),
    inputError("the halo catalogue", "solver.halo_mass_bin_max", /halo 0 \(5.0000e\+12 M_sun\/h, alpha 0.79\)/),
  );
  {
    using odd = disposable(small({ cells: 15 }));
    assert.throws(() => paint(odd.run), (error: unknown) => {
      assert.ok(isToolkitError(error, "DomainError"));
      assert.match(error.message, /^Cannot use "simulation.Ncell": .* even number .* got 15; the next is 16$/);
      return true;
    });
  }
  const array = zeros([16, 16, 16], "float64");
  const density = new Field({ array, boxSize: 8, quantity: "overdensity", unit: "1" });
  assert.throws(() => paintSnapshot({ ...snapshot, density }, profiles, parameters), (error: unknown) => {
    assert.ok(isToolkitError(error, "DomainError"));
    assert.deepEqual([error.expected, error.actual], ["float32", "float64"]);
    return true;
  });
  array.dispose();
  assert.throws(() => paint(run.run, { onBubbles: () => assert.fail("stop") }), /stop/);
  assert.throws(() => paint(run.run, { onPhase: (p) => assert.notEqual(p, "couplings") }), /couplings/);
  assert.equal(memoryUse().allocated, before);
});

Deno.test("paintSnapshot() says how many bytes are missing, and gives back what it had, wherever memory ends", async () => {
  await ready({ threads: 1 });
  using run = disposable(small({ cells: 64, bubble: 0.2 }));
  // All but a few MiB of the memory are taken; a mesh of 64^3 needs 1 MiB, a padded one 1.03 MiB.
  const taken: Uint8Array[] = [];
  for (let size = 2 ** 30; size >= 2 ** 18;) {
    try {
      taken.push(allocate(Uint8Array, size, "ballast", { zero: false }));
    } catch {
      size /= 2;
    }
  }
  try {
    let failures = 0;
    for (;; failures++) {
      const before = memoryUse().allocated;
      try {
        paint(run.run)[Symbol.dispose]();
        break;
      } catch (error) {
        assert.ok(isToolkitError(error, "MemoryError"), String(error));
        assert.match(error.message, /^Cannot .* MiB .* use a smaller mesh/);
        assert.ok(error.requestedBytes > 0);
      }
      assert.equal(memoryUse().allocated, before);
      release(taken.pop()!);
    }
    assert.ok(failures >= 2);
  } finally {
    taken.forEach(release);
  }
});

/** A run whose snapshot is disposed of with it. */
function disposable(run: ReturnType<typeof small>) {
  return { run, [Symbol.dispose]: () => run.snapshot[Symbol.dispose]() };
}

function near(actual: number, expected: number, tolerance: number) {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}, expected ${expected}`);
}
