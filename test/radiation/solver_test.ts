import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  binHalos,
  computeProfiles,
  haloMassHistory,
  type PartialParameters,
  profileBytes,
  type ProfileOptions,
  reionizationParameters,
  sliceProfiles,
} from "../../lib/radiation/mod.ts";
import { inputError } from "./_files.ts";
import { relative, smallParameters, solve } from "./_solving.ts";

await ready({ threads: 2 });

const [MASSES, ALPHAS, REDSHIFTS] = [11, 2, 7];
/** Place in a table `[r, mass, alpha, z]`. */
const place = (r: number, mass: number, alpha: number, k: number) =>
  ((r * MASSES + mass) * ALPHAS + alpha) * REDSHIFTS + k;

/** Matter alone: H = H0 a^-1.5. */
const MATTER = { Om: 1, Ol: 0, Ob: 0.05 };
const HUBBLE_TIME_S = 3.08568e19 / 67.3;

Deno.test("bubbles of a constant source grow with time in matter alone, without recombination", () => {
  const parameters = smallParameters({
    cosmology: MATTER,
    source: { source_type: "constant", Nion: 1e52, halo_mass_min: 1 },
    solver: { clumping: 0 },
  });
  const baryons = 0.05 * 2.775e11 / (8.4119e-58 * 0.673);
  const time = (z: number) => 2 / 3 * HUBBLE_TIME_S * (1 + z) ** -1.5;
  const { bubbleRadius } = solve(parameters);
  parameters.solver.redshifts.forEach((z, k) => {
    const radius = Math.cbrt(3 / (4 * Math.PI) * 1e52 * (time(z) - time(20)) / baryons);
    for (let bin = 0; bin < MASSES * ALPHAS; bin++) {
      assert.ok(Math.abs(bubbleRadius[bin * REDSHIFTS + k] - radius) <= 1e-12 * radius);
    }
  });
});

Deno.test("temperatures in matter alone are the closed form of X-rays linear in a", () => {
  const parameters = smallParameters({ cosmology: MATTER });
  const { xray, temperature } = solve(parameters);
  const a = [1 / 136, ...parameters.solver.redshifts.map((z) => 1 / (1 + z))];
  // d(T a^2)/da = 2/(3 k_B H0) a^2.5 rho, integrated power by power.
  const power = (from: number, to: number, p: number) => (to ** (p + 1) - from ** (p + 1)) / (p + 1);
  for (let i = 0; i < xray.length; i += REDSHIFTS) {
    let [sum, before] = [0, 0];
    for (let k = 0; k < REDSHIFTS; k++) {
      const [a0, a1, after] = [a[k], a[k + 1], xray[i + k]];
      const slope = (after - before) / (a1 - a0);
      sum += 2 / (3 * 8.61733e-5) * HUBBLE_TIME_S *
        ((before - slope * a0) * power(a0, a1, 2.5) + slope * power(a0, a1, 3.5));
      assert.ok(Math.abs(temperature[i + k] - sum / a1 ** 2) <= 1e-12 * sum / a1 ** 2);
      before = after;
    }
  }
});

Deno.test("methods with steps come to the exact solution", () => {
  const parameters = smallParameters({ solver: { clumping: 10 } });
  const exact = solve(parameters);
  for (
    const [ode_method, bubbles, heat] of [
      ["RK45", 1e-10, 1e-10],
      ["Radau", 1e-10, 1e-10],
      // Methods of several steps start with small ones at each redshift, and add up more errors.
      ["LSODA", 1e-7, 1e-7],
      ["BDF", 1e-7, 1e-7],
    ] as const
  ) {
    const rtol = bubbles === 1e-10 ? 1e-11 : 1e-9;
    const solver = { ...parameters.solver, ode_method, ode_rtol: rtol, ode_atol: 1e-16 };
    const steps = solve({ ...parameters, solver });
    assert.ok(relative(steps.bubbleRadius, exact.bubbleRadius, { floor: 1e-3 }) < bubbles, ode_method);
    assert.ok(relative(steps.temperature, exact.temperature, { floor: 1e-5 }) < heat, ode_method);
    assert.deepEqual([steps.xray, steps.lymanAlpha], [exact.xray, exact.lymanAlpha]);
  }
});

Deno.test("default tolerances of methods with steps are good to 1e-6", () => {
  const parameters = smallParameters();
  const exact = solve(parameters);
  for (const ode_method of ["RK45", "LSODA", "Radau", "BDF"] as const) {
    const steps = solve({ ...parameters, solver: { ...parameters.solver, ode_method } });
    assert.ok(relative(steps.bubbleRadius, exact.bubbleRadius, { floor: 0.01 }) < 1e-6, ode_method);
    assert.ok(relative(steps.temperature, exact.temperature, { floor: 1e-5 }) < 1e-6, ode_method);
  }
});

Deno.test("halos below the least mass have no profiles, and no number is negative", () => {
  for (const source of [{}, { source_type: "Ross" }, { source_type: "Ghara" }, { source_type: "constant" }] as const) {
    const parameters = smallParameters({ source });
    const tables = solve(parameters);
    for (const [name, table] of Object.entries(tables)) {
      assert.ok(table.every((v) => v >= 0 && v < Infinity), name);
      const radii = table.length / (MASSES * ALPHAS * REDSHIFTS);
      // Two masses are below 1e8 M_sun/h at z = 8, and were lighter before.
      for (let r = 0; r < radii; r++) {
        for (let i = place(r, 0, 0, 0); i < place(r, 2, 0, 0); i++) assert.equal(table[i], 0, name);
      }
      assert.ok(table[place(radii - 1 >> 1, 10, 1, 6)] > 0, name);
    }
  }
});

Deno.test("profiles have the same bits for 1, 2 and 3 threads", async () => {
  const choices: [PartialParameters, ProfileOptions][] = [
    [{}, {}],
    [{}, { xrayStep: 0.1, lymanStep: 0.01, xrayFrequencies: 51, refine: 3 }],
    [{ solver: { ode_method: "LSODA" } }, {}],
    [{ source: { f_st_grid_n: 7 } }, { fStGrid: true }],
  ];
  for (const [changes, options] of choices) {
    await ready({ threads: 1 });
    const one = solve(smallParameters(changes), options);
    for (const threads of [2, 3]) {
      await ready({ threads });
      assert.deepEqual(solve(smallParameters(changes), options), one);
    }
  }
  await ready({ threads: 2 });
});

Deno.test("the axis of efficiencies holds what separate runs give", () => {
  const grids = {
    lognormal: [0.05 * 0.25 ** 1.5, 0.05 * 0.25 ** 0.75, 0.05, 0.1, 0.2].map((_, i) => 0.05 * 4 ** ((i - 2) / 2)),
    uniform: [0.01, 0.0575, 0.105, 0.1525, 0.2],
  };
  for (const distribution of ["lognormal", "uniform"] as const) {
    const source = { f_st_grid_n: 5, f_st_paint_distribution: distribution };
    using whole = computeProfiles(smallParameters({ source }), { fStGrid: true });
    assert.deepEqual(whole.lymanAlpha.shape, [1000, 11, 2, 5, 7]);
    whole.fStGrid!.forEach((f, i) => assert.ok(Math.abs(f / grids[distribution][i] - 1) < 1e-14));
    whole.fStGrid!.forEach((f_st, i) => {
      const tables = solve(smallParameters({ source: { ...source, f_st } }));
      for (const name of ["bubbleRadius", "temperature", "lymanAlpha", "xray"] as const) {
        const table = whole[name]!.data;
        for (let j = 0; j < tables[name].length; j++) {
          const [bin, k] = [Math.floor(j / REDSHIFTS), j % REDSHIFTS];
          if (table[(bin * 5 + i) * REDSHIFTS + k] !== tables[name][j]) assert.fail(`${name} ${f_st} ${j}`);
        }
      }
    });
  }
});

Deno.test("the centre of a bin stays in the bin at all redshifts, for both means of the accretion rate", () => {
  for (const alphaCentres of ["geometric", "arithmetic"] as const) {
    const parameters = smallParameters();
    using profiles = computeProfiles(parameters, { alphaCentres });
    const edges = parameters.solver.halo_mass_accretion_alpha;
    const mean = (a: number, b: number) => alphaCentres === "geometric" ? Math.sqrt(a * b) : 0.5 * (a + b);
    const column = (mass: number, alpha: number, k: number) => profiles.massEdges.data[(mass * 3 + alpha) * 7 + k];
    parameters.solver.redshifts.forEach((z, k) => {
      for (let alpha = 0; alpha <= ALPHAS; alpha++) {
        const centre = alpha < ALPHAS ? mean(edges[alpha], edges[alpha + 1]) : edges[ALPHAS];
        for (let mass = 0; mass <= MASSES; mass++) {
          const expected = haloMassHistory(1e7 * 1e5 ** (mass / 11), centre, z, 8);
          assert.ok(Math.abs(column(mass, alpha, k) / expected - 1) < 1e-12);
        }
      }
    });
    // Halos that have grown like the centres are sorted into their bins at each redshift.
    for (const z of parameters.solver.redshifts) {
      const slice = sliceProfiles(profiles, z);
      const centres = Array.from({ length: MASSES * ALPHAS }, (_, bin) => {
        const [mass, j] = [Math.floor(bin / ALPHAS), bin % ALPHAS];
        const alpha = mean(edges[j], edges[j + 1]);
        return { alpha, mass: haloMassHistory(1e7 * 1e5 ** ((mass + 0.5) / 11), alpha, z, 8) };
      });
      const halos = haloCatalog({
        positions: new Float64Array(3 * centres.length),
        masses: Float64Array.from(centres, (c) => c.mass),
        alphas: Float64Array.from(centres, (c) => c.alpha),
        ...{ z, boxSize: 100 },
      });
      const all = reionizationParameters({ ...parameters, source: { halo_mass_min: 1 } });
      assert.deepEqual([...binHalos(halos, slice, all).bin], Array.from(centres.keys()));
    }
  }
});

Deno.test("refine comes to a limit, and its tables are at the redshifts asked for", () => {
  const parameters = smallParameters({ source: { halo_mass_min: 1 } });
  const [once, twice, four, eight] = [1, 2, 4, 8].map((refine) => solve(parameters, { refine }));
  // Most of the radii of light are so close that nothing was different when it left.
  for (
    const [name, quantile] of [["bubbleRadius", 0.5], ["temperature", 0.5], ["xray", 0.9], ["lymanAlpha", 0.9]] as const
  ) {
    const far = [once, twice, four].map((t) => relative(t[name], eight[name], { quantile }));
    assert.ok(far[0] > 2 * far[1] && far[1] > 2 * far[2], `${name} ${far}`);
  }
});

Deno.test("profiles for a range of parameters are finite, and fall with distance", () => {
  // A fixed walk through the parameters: multiples of the golden ratio fill the unit interval evenly.
  for (let i = 1; i <= 12; i++) {
    const u = (j: number) => (0.6180339887498949 * (7 * i + j)) % 1;
    const parameters = smallParameters({
      source: {
        ...{ alS_xray: 3 * u(0), lyman_alpha_power_law: 2 * u(1) - 0.5, halo_mass_min: 10 ** (6 + 4 * u(2)) },
        ...{ energy_cutoff_min_xray: 10 + 500 * u(3), energy_cutoff_max_xray: 1000 + 9000 * u(4) },
        t_source_age: i % 3 === 0 ? 10 + 200 * u(5) : null,
      },
      solver: {
        ...{ HI_frac: u(6), clumping: 10 ** (4 * u(7)), z_source_start: 20.1 + 100 * u(8) },
        redshifts: [20, 15, 10 + 4 * u(9), 9, 8, 7 * u(10), 0],
      },
      cosmology: { Om: 0.2 + 0.3 * u(11), Ol: 0.5 + 0.3 * u(12) },
    });
    const tables = solve(parameters);
    for (const [name, table] of Object.entries(tables)) {
      assert.ok(table.every((v) => v >= 0 && v < Infinity), `${i} ${name}`);
    }
    const inner = tables.xray[place(10, 10, 1, 6)];
    assert.ok(inner > 0 && tables.xray[place(60, 10, 1, 6)] < inner);
  }
});

Deno.test("computeProfiles() gives all memory back, and needs what profileBytes() says", () => {
  const parameters = smallParameters();
  const { allocated } = memoryUse();
  {
    using _profiles = computeProfiles(parameters);
    const held = memoryUse().allocated - allocated;
    // Light cones are a tenth of so small tables, and lie elsewhere.
    assert.ok(held <= profileBytes(parameters) && profileBytes(parameters) < 1.2 * held);
  }
  assert.equal(memoryUse().allocated, allocated);
  const tables = 99 * 9 * 38 * (1 + 2 * 200 + 1000) * 8;
  const said = profileBytes(reionizationParameters());
  assert.ok(said > tables && said < 1.005 * tables);
});

Deno.test("computeProfiles() refuses parameters without a solution", () => {
  const refuses = (changes: PartialParameters, key: string, message: RegExp, options?: ProfileOptions) =>
    assert.throws(() => computeProfiles(smallParameters(changes), options), inputError("the parameters", key, message));
  refuses({ solver: { z_source_start: 20 } }, "solver.redshifts", /below solver.z_source_start = 20, .* got 20; leave/);
  refuses({ solver: { z_decoupling: 30 } }, "solver.z_source_start", /at most solver.z_decoupling = 30, got 35/);
  const least = { source: { halo_mass_min: 1e12 } };
  refuses(least, "solver.halo_mass_bin_max", /above source.halo_mass_min = 1.00e\+12 M_sun\/h, got 1.00e\+12 with the/);
  refuses({ solver: { redshifts: [8, 0] } }, "solver.redshifts", /above 0 for light cones/, { xrayStep: 0.1 });
  const alphas = { solver: { halo_mass_accretion_alpha: [0, 0.5] } };
  refuses(alphas, "solver.halo_mass_accretion_alpha", /above 0 for geometric centres, got 0; take alphaCentres/);
  assert.ok(solve(smallParameters(alphas), { alphaCentres: "arithmetic" }).xray.some((v) => v > 0));
  const grid = { source: { f_st: 0.3 } };
  refuses(grid, "source.f_st_grid_max", /above source.f_st, .* got 0.2 with f_st = 0.3/, { fStGrid: true });
  // With Om = 0.01 and Ol = 2, E^2 = 0.01 x^3 - 1.01 x^2 + 2 is below 0 at x = 2.
  const loitering = { cosmology: { Om: 0.01, Ob: 0.005, Ol: 2 } };
  refuses(loitering, "cosmology.Ol", /so small beside cosmology.Om = 0.01 that H\^2 is above 0, got 2; lower it/);
  // Parameters that no check of their own has seen.
  const parameters = smallParameters();
  const rising = { ...parameters, solver: { ...parameters.solver, redshifts: [8, 9] } };
  const message = /"solver.redshifts" must be falling and at least 0, got \[8, 9\]; sort them/;
  assert.throws(() => computeProfiles(rising), inputError("the parameters", "solver.redshifts", message));
  // The first step of BDF is of order one, and an error of 1e-30 cannot be had from 0.
  const tight = smallParameters({ solver: { ode_method: "BDF", ode_atol: 1e-30 } });
  assert.throws(() => solve(tight), (error: unknown) => {
    assert.ok(isToolkitError(error, "ConvergenceError"), String(error));
    assert.match(error.message, /gave up on bubbles, .*; take solver.ode_method "exact", or larger solver.ode_rtol/);
    return true;
  });
  for (
    const [options, text] of [
      [{ refine: 0 }, /"refine": it must be a whole number of at least 1, got 0/],
      [{ xrayStep: -1 }, /"xrayStep": it must be a redshift of at least 0, got -1/],
      [{ xrayFrequencies: 1 }, /"xrayFrequencies": it must be a whole number of at least 2/],
      [{ alphaCentres: "mean" as "geometric" }, /"alphaCentres": it must be one of "geometric", "arithmetic"/],
    ] as const
  ) {
    assert.throws(() => computeProfiles(parameters, options), (error: unknown) => {
      assert.ok(isToolkitError(error, "DomainError"));
      assert.match(error.message, text);
      return true;
    });
  }
});
