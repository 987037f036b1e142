import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  accretionRate,
  binHalos,
  computeProfiles,
  crossSection,
  haloMassHistory,
  lymanSpectrum,
  type PartialParameters,
  profileBytes,
  type ProfileOptions,
  type ReionizationParameters,
  reionizationParameters,
  sliceProfiles,
  starFormationEfficiency,
  xrayOpticalDepth,
  xraySpectrum,
} from "../../lib/radiation/mod.ts";
import { inputError } from "./_files.ts";
import { relative, smallParameters, solve } from "./_solving.ts";

await ready({ threads: 2 });

const [MASSES, ALPHAS, REDSHIFTS] = [11, 2, 7];
/** Place in a table `[r, mass, alpha, z]`. */
const place = (r: number, mass: number, alpha: number, k: number) =>
  ((r * MASSES + mass) * ALPHAS + alpha) * REDSHIFTS + k;

/** Star formation [M_sun/h/yr] of a bin at any redshift: linear between those of the table, from 0 at the start. */
function starFormation(parameters: ReionizationParameters, mass: number, alpha: number): (z: number) => number {
  const { solver, cosmology } = parameters;
  const edge = (i: number) => 1e7 * 1e5 ** (i / 11);
  const alphas = solver.halo_mass_accretion_alpha;
  const [m0, a] = [Math.sqrt(edge(mass) * edge(mass + 1)), Math.sqrt(alphas[alpha] * alphas[alpha + 1])];
  const knots = [solver.z_source_start, ...solver.redshifts];
  const values = knots.map((z, i) => {
    const m = haloMassHistory(m0, a, z, 8);
    const formed = cosmology.Ob / cosmology.Om * starFormationEfficiency(m, parameters);
    return i === 0 ? 0 : formed * accretionRate(m, a, z, parameters);
  });
  return (z) => {
    if (z > knots[0]) return 0;
    const i = Math.max(1, knots.findIndex((knot) => knot <= z));
    return values[i] + (values[i - 1] - values[i]) * (z - knots[i]) / (knots[i - 1] - knots[i]);
  };
}

/** Simpson's rule. */
function simpson(from: number, to: number, n: number, f: (x: number) => number): number {
  const h = (to - from) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * f(from + i * h);
  return sum * h / 3;
}

/** [Mpc/h] c/H. */
const distance = ({ cosmology: { Om, Ol } }: ReionizationParameters, z: number) =>
  2997.92 / Math.sqrt(Om * (1 + z) ** 3 + (1 - Om - Ol) * (1 + z) ** 2 + Ol);

/** Redshift seen from z at a comoving distance, by bisection of Simpson's integral. */
function seenAt(parameters: ReionizationParameters, z: number, r: number): number {
  let [low, high] = [z, 200];
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (low + high);
    if (simpson(z, middle, 100, (x) => distance(parameters, x)) < r) low = middle;
    else high = middle;
  }
  return low;
}

const area = (h: number) => (h / 3.08568e24) ** 2;

Deno.test("X-ray heating and Lyman-alpha photons are those of direct integration, also in a curved universe", () => {
  const parameters = smallParameters({
    source: { alS_xray: 1.4, energy_cutoff_max_xray: 5000, lyman_alpha_power_law: 0.7, halo_mass_min: 1e5 },
    cosmology: { Om: 0.3, Ol: 0.6 },
  });
  using profiles = computeProfiles(parameters);
  const { h0 } = parameters.cosmology;
  // [radius, mass, alpha, redshift]
  for (const [r, mass, alpha, k] of [[0, 10, 1, 6], [90, 8, 0, 3], [140, 10, 0, 6], [165, 9, 1, 4], [150, 10, 1, 0]]) {
    const [z, radius, stars] = [
      parameters.solver.redshifts[k],
      profiles.radii[r],
      starFormation(parameters, mass, alpha),
    ];
    const from = seenAt(parameters, z, radius);
    const integral = simpson(Math.log(500), Math.log(5000), 400, (logE) => {
      const e = Math.exp(logE);
      const heating = 0.92 * crossSection("HI", e) * (e - 13.6) + 0.08 * crossSection("HeI", e) * (e - 24.5);
      const depth = xrayOpticalDepth(e, z, from, parameters);
      const nu = e / 4.135667e-15;
      return nu * Math.exp(-depth) * xraySpectrum(nu * (1 + from) / (1 + z), parameters) * heating;
    });
    const expected = 2e-4 ** 0.225 * area(h0) / (4 * Math.PI * (radius / (1 + z)) ** 2) * integral * stars(from);
    assert.ok(expected > 0);
    const got = profiles.xray.data[place(r, mass, alpha, k)];
    // Simpson's rule with 400 intervals.
    assert.ok(Math.abs(got / expected - 1) < 1e-7, `${r} ${got} ${expected}`);
  }
  const share = [1, 0, 0.2609, 0.3078, 0.3259, 0.3353, 0.3410, 0.3448, 0.3476, 0.3496, 0.3512, 0.3524, 0.3535, 0.3543];
  share.push(0.3550, 0.3556, 0.3561, 0.3565, 0.3569, 0.3572, 0.3575);
  for (const [r, mass, alpha, k] of [[0, 10, 1, 6], [500, 8, 0, 3], [800, 10, 0, 6], [860, 9, 1, 4], [880, 9, 1, 5]]) {
    const [z, radius] = [parameters.solver.redshifts[k], profiles.lymanAlphaRadii[r]];
    const from = seenAt(parameters, z, radius * (1 + z));
    const photons = share.reduce((sum, f, i) => {
      const [n, part] = [i + 2, (n: number) => 1 - 1 / n ** 2];
      if ((1 + from) > (1 + z) * part(n + 1) / part(n)) return sum;
      return sum + f * lymanSpectrum(3.2898e15 * part(n) * (1 + from) / (1 + z), parameters);
    }, 0);
    const year = 3600 * 24 * 365.25;
    const expected = photons * starFormation(parameters, mass, alpha)(from) / (4 * Math.PI * radius ** 2) * area(h0) /
      year;
    const got = profiles.lymanAlpha.data[place(r, mass, alpha, k)];
    // The redshift of a tiny radius by bisection.
    assert.ok(Math.abs(got - expected) <= 1e-9 * expected, `${r} ${got} ${expected}`);
  }
});

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

Deno.test("sources begin at z_source_start or at their age, for X-rays and Lyman-alpha photons alike", () => {
  const reach = (changes: PartialParameters) => {
    using profiles = computeProfiles(smallParameters(changes));
    const last = (table: Float64Array, radii: Float64Array) => {
      const r = Array.from(radii.keys()).findLast((r) => table[place(r, 10, 1, 6)] > 0)!;
      return radii[r];
    };
    return [last(profiles.xray.data, profiles.radii), 9 * last(profiles.lymanAlpha.data, profiles.lymanAlphaRadii)];
  };
  const to = (parameters: ReionizationParameters, z: number) => simpson(8, z, 200, (x) => distance(parameters, x));
  const young = smallParameters({ source: { t_source_age: 20 } });
  // 20 Myr before z = 8: about 8.21.
  const age = (z: number) =>
    simpson(8, z, 200, (x) => distance(young, x) / (1 + x)) / 2997.92 * 3.08568e19 / 67.3 * 0.673 / 0.673 / 3.15576e13;
  let z = 8;
  while (age(z) < 20) z += 1e-5;
  const [xray, lyman] = reach({ source: { t_source_age: 20 } });
  const limit = to(young, z);
  assert.ok(xray <= limit && limit < xray * 1.06, `${xray} ${limit}`);
  assert.ok(lyman <= limit && limit < lyman * 1.017, `${lyman} ${limit}`);
  const late = { solver: { z_source_start: 20.5 } };
  const furthest = to(smallParameters(late), 20.5);
  assert.ok(reach({})[0] === 600 && furthest > 600);
  const [all] = reach({ solver: { redshifts: [8.6, 8.5, 8.4, 8.3, 8.2, 8.1, 8], z_source_start: 9 } });
  assert.ok(all <= to(young, 9) && to(young, 9) < all * 1.06);
});

Deno.test("Lyman-alpha photons add up to those that were emitted", () => {
  const parameters = smallParameters();
  using profiles = computeProfiles(parameters);
  const [k, z] = [6, 8];
  const stars = starFormation(parameters, 10, 1);
  const share = [1, 0.2609, 0.3078, 0.3259, 0.3353, 0.3410, 0.3448, 0.3476, 0.3496, 0.3512, 0.3524, 0.3535, 0.3543];
  share.push(0.3550, 0.3556, 0.3561, 0.3565, 0.3569, 0.3572, 0.3575);
  const part = (n: number) => 1 - 1 / n ** 2;
  const emitted = share.reduce((sum, f, i) => {
    const n = i === 0 ? 2 : i + 3;
    const end = (1 + z) * part(n + 1) / part(n) - 1;
    return sum + f * simpson(z, end, 600, (x) => stars(x) * distance(parameters, x) / (1 + z));
  }, 0) * lymanSpectrum(3e15, parameters) / (3600 * 24 * 365.25) * area(parameters.cosmology.h0);
  const r = profiles.lymanAlphaRadii;
  const shell = (i: number) => 4 * Math.PI * r[i] ** 2 * profiles.lymanAlpha.data[place(i, 10, 1, k)];
  let sum = 0;
  for (let i = 1; i < r.length; i++) sum += 0.5 * (shell(i) + shell(i - 1)) * (r[i] - r[i - 1]);
  // Steps of 1.6 % in radius, at the end of each line half a step.
  assert.ok(Math.abs(sum / emitted - 1) < 5e-3, `${sum} ${emitted}`);
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
