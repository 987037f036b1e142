import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import {
  accretionRate,
  computeProfiles,
  crossSection,
  haloMassHistory,
  lymanSpectrum,
  type PartialParameters,
  type ReionizationParameters,
  starFormationEfficiency,
  xrayOpticalDepth,
  xraySpectrum,
} from "../../lib/radiation/mod.ts";
import { smallParameters } from "./_solving.ts";

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
