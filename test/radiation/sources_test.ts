import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  accretionRate,
  crossSection,
  escapeFraction,
  haloMassHistory,
  ionisingPhotonRate,
  lymanSpectrum,
  oldestSourceRedshift,
  reionizationParameters,
  starFormationEfficiency,
  xrayOpticalDepth,
  xraySpectrum,
} from "../../lib/radiation/mod.ts";
import { numbersOf, reference } from "./_files.ts";
import { referenceParameters, relative } from "./_solving.ts";

await ready({ threads: 2 });
const of = (name: string) => numbersOf(reference("sources.h5"), name);
const near = (a: number, b: number, tolerance = 1e-13) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.abs(b), `${a} ${b}`);

// The same formulas in another program's arithmetic; powers of large numbers lose some digits.
const FORMULA = 1e-12;
// BEoRN's norm of the X-ray spectrum is a difference of powers 1e-5 apart.
const CANCELLED = 1e-10;

Deno.test("accretion, efficiencies and photon rates are BEoRN's", async () => {
  const parameters = referenceParameters();
  const { redshifts } = parameters.solver;
  const [mass, alpha] = [await of("mass_bin_centers"), await of("alpha_bin_centers")];
  const column = (f: (m: number, a: number, z: number) => number) =>
    Float64Array.from([...mass].flatMap((m) => [...alpha].flatMap((a) => redshifts.map((z) => f(m, a, z)))));
  const [masses, alphas, z] = [column((m) => m), column((_, a) => a), column((_m, _a, z) => z)];
  const at = haloMassHistory(masses, alphas, z, 7);
  assert.ok(relative(at, await of("halo_mass_centres")) < FORMULA);
  const rate = accretionRate(at, alphas, z, parameters);
  assert.ok(relative(rate, await of("dMdt_centres")) < FORMULA);
  assert.ok(relative(starFormationEfficiency(at, parameters), await of("f_star")) < FORMULA);
  assert.ok(relative(escapeFraction(at, parameters), await of("f_esc")) < FORMULA);
  const photons = ionisingPhotonRate(at, rate, parameters);
  const expected = await of("Ngdot_ion");
  assert.ok(relative(photons, expected) < FORMULA);
  assert.ok(photons.every((n, i) => (n === 0) === (expected[i] === 0)) && photons.includes(0));
});

Deno.test("spectra, cross sections and efficiencies are BEoRN's", async () => {
  const parameters = referenceParameters();
  const [energies, masses] = [await of("functions/E_eV"), await of("functions/M")];
  for (const [atom, name] of [["HI", "sigma_HI"], ["HeI", "sigma_HeI"], ["HeII", "sigma_HeII"]] as const) {
    assert.ok(relative(crossSection(atom, energies), await of(`functions/${name}`)) < FORMULA, name);
  }
  const xrays = xraySpectrum(energies.map((e) => e / 4.135667e-15), parameters);
  assert.ok(relative(xrays, await of("functions/eps_xray")) < CANCELLED);
  const lyman = lymanSpectrum(await of("functions/nu_lyal"), parameters);
  assert.ok(relative(lyman, await of("functions/eps_lyal")) < FORMULA);
  assert.ok(relative(starFormationEfficiency(masses, parameters), await of("functions/f_star_M")) < FORMULA);
  assert.ok(relative(escapeFraction(masses, parameters), await of("functions/f_esc_M")) < FORMULA);
});

Deno.test("xrayOpticalDepth() is the integral that BEoRN's trapezoidal rule approximates", async () => {
  const parameters = referenceParameters();
  const { Om, Ob, h0 } = parameters.cosmology;
  const [all, z] = [await of("functions/E_eV"), await of("functions/tau_zgrid")];
  const energies = all.filter((_, i) => i % 4 === 0);
  const table = await of("functions/tau_z_from_7_E_grid");
  // The integrand by hand: baryons of 8.4119e-58 solar masses, 92 % hydrogen by number.
  const integrand = (energy: number, x: number) => {
    const section = 0.92 * crossSection("HI", energy * (1 + x) / 8) + 0.08 * crossSection("HeI", energy * (1 + x) / 8);
    const hubble = 100 * h0 * Math.sqrt(Om * (1 + x) ** 3 + 1 - Om);
    return 2.99792e5 * h0 / hubble * 2.775e11 * Ob / (8.4119e-58 * h0) * (1 + x) ** 2 * section *
      (h0 / 3.08568e24) ** 2;
  };
  let [sums, furthest] = [0, 0];
  for (const [i, energy] of energies.entries()) {
    let sum = 0;
    for (let j = 1; j < z.length; j++) {
      sum += 0.5 * (integrand(energy, z[j]) + integrand(energy, z[j - 1])) * (z[j] - z[j - 1]);
      const expected = table[i * z.length + j];
      near(sum, expected, 1e-10);
      const exact = xrayOpticalDepth(energy, 7, z[j], parameters);
      furthest = Math.max(furthest, Math.abs(exact / expected - 1));
      sums++;
    }
    // The exact one by a rule of order four on 200 intervals.
    const h = (z[z.length - 1] - 7) / 400;
    let simpson = 0;
    for (let j = 0; j <= 400; j++) {
      simpson += (j % 400 === 0 ? 1 : j % 2 ? 4 : 2) * integrand(energy, 7 + j * h) * h / 3;
    }
    near(xrayOpticalDepth(energy, 7, z[z.length - 1], parameters), simpson, 1e-8);
  }
  assert.equal(sums, energies.length * (z.length - 1));
  // Steps of 0.1 in redshift at z = 7: (0.1/8)^2 times a curvature of about 2, over 12.
  assert.ok(furthest > 1e-6 && furthest < 2e-3, String(furthest));
});

Deno.test("source types, by hand", () => {
  const photons = (source_type: "SED" | "Ghara" | "Ross" | "constant", mass: number, rate = 3) =>
    ionisingPhotonRate(mass, rate, reionizationParameters({ source: { source_type, Nion: 2000 } }));
  const year = 3600 * 24 * 365.25;
  near(photons("Ghara", 1e9), 1.33e43 * 2000 * 1e9 / 0.673);
  near(photons("Ross", 1e9), 1e9 / 0.673 * 0.045 / 0.315 / (1e7 * year) / 8.4119e-58);
  near(photons("constant", 1e9), 2000);
  const star = starFormationEfficiency(1e9, reionizationParameters());
  near(photons("SED", 1e9), 3 / 0.673 * star * 0.045 / 0.315 * 0.2 * 2000 / year / 1.6726219e-27 * 1.988e30);
  for (const type of ["SED", "Ghara", "Ross", "constant"] as const) assert.equal(photons(type, 9.9e7), 0, type);
  assert.equal(starFormationEfficiency(9.9e7, reionizationParameters()), 0);
  assert.equal(starFormationEfficiency(1.904e11, reionizationParameters({ source: { f_st: 1, Mt: 1e13, g4: 1 } })), 1);
  assert.equal(escapeFraction(1e6, reionizationParameters({ source: { pl_esc: 1 } })), 1);
});

Deno.test("spectra have the energy or photons of their norm, and slope 1 is the limit", () => {
  for (const alS_xray of [0.3, 1, 1.00001, 1.5]) {
    const parameters = reionizationParameters({ source: { alS_xray } });
    // Simpson's rule in the logarithm of the energy, from 500 to 2000 eV.
    const [h, planck] = [Math.log(4) / 200, 4.135667e-15];
    let energy = 0;
    for (let i = 0; i <= 200; i++) {
      const nu = 500 * Math.exp(i * h) / planck;
      energy += (i % 200 === 0 ? 1 : i % 2 ? 4 : 2) * h / 3 * xraySpectrum(nu, parameters) * planck * nu * nu;
    }
    near(energy, 3.4e40 / 0.673 * 6.242e11, 1e-9);
  }
  const at = (alS_xray: number) => xraySpectrum(2e17, reionizationParameters({ source: { alS_xray } }));
  near(at(1), at(1 + 1e-9), 1e-8);
  for (const lyman_alpha_power_law of [0, 1, 2]) {
    const parameters = reionizationParameters({ source: { lyman_alpha_power_law } });
    let photons = 0;
    const h = (3.2898e15 - 2.4674e15) / 200;
    for (let i = 0; i <= 200; i++) {
      photons += (i % 200 === 0 ? 1 : i % 2 ? 4 : 2) * h / 3 * lymanSpectrum(2.4674e15 + i * h, parameters);
    }
    near(photons, 9690 / (8.4119e-58 * 0.673), 1e-10);
  }
});

Deno.test("cross sections begin at the thresholds", () => {
  assert.deepEqual([...crossSection("HI", Float64Array.of(1, 13.59))], [0, 0]);
  assert.deepEqual([...crossSection("HeI", Float64Array.of(13.6, 24.49))], [0, 0]);
  // 6.3e-18 and 7.4e-18 cm^2 (Osterbrock & Ferland 2006, fig. 2.2).
  near(crossSection("HI", 13.6), 6.3e-18, 0.01);
  near(crossSection("HeI", 24.6), 7.4e-18, 0.02);
});

Deno.test("accretionRate() has the curvature that Om and Ol leave", () => {
  const rate = (Om: number, Ol: number) =>
    accretionRate(1e10, 0.5, 9, reionizationParameters({ cosmology: { Om, Ol } }));
  const hubble = (Om: number, Ol: number) => Math.sqrt(Om * 1000 + (1 - Om - Ol) * 100 + Ol);
  near(rate(0.3, 0.5) / rate(0.3, 0.7), hubble(0.3, 0.5) / hubble(0.3, 0.7));
});

Deno.test("oldestSourceRedshift() is where a source of that age began", () => {
  // Matter alone: t = 2/(3 H0) (1+z)^-1.5, and 1/H0 = 3.08568e19/67.3 s.
  const cosmology = { Om: 1, Ol: 0, Ob: 0.05 };
  const time = (z: number) => 2 / 3 * 3.08568e19 / 67.3 / (3600 * 24 * 365.25) * 1e-6 * (1 + z) ** -1.5;
  for (const t_source_age of [0.1, 30, 100]) {
    const parameters = reionizationParameters({ cosmology, source: { t_source_age } });
    const z = oldestSourceRedshift(Float64Array.of(6, 9, 15), parameters);
    [6, 9, 15].forEach((at, i) => {
      if (time(at) - time(35) < t_source_age) return assert.equal(z[i], 35);
      near(time(at) - time(z[i]), t_source_age, 1e-9);
    });
  }
  assert.equal(oldestSourceRedshift(8, reionizationParameters()), 35);
});

Deno.test("functions of sources refuse what they cannot use", () => {
  const parameters = reionizationParameters();
  const refuses = (body: () => unknown, code: "DomainError" | "ShapeError" | "DtypeError", message: RegExp) =>
    assert.throws(body, (error: unknown) => {
      assert.ok(isToolkitError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  refuses(() => starFormationEfficiency(-1, parameters), "DomainError", /"mass": .* above 0, got -1/);
  refuses(() => escapeFraction(Float64Array.of(1, NaN), parameters), "DomainError", /"mass\[1\]": .* got NaN/);
  refuses(() => haloMassHistory(1e9, Float64Array.of(1, 2), Float64Array.of(1), 6), "ShapeError", /"z": .* 2 numbers/);
  refuses(() => accretionRate([1e9] as unknown as number, 1, 1, parameters), "DtypeError", /use Float64Array.from/);
  refuses(() => xrayOpticalDepth(500, 8, 7, parameters), "DomainError", /needs from >= z, got z = 8 and from = 7/);
  refuses(() => crossSection("Li" as "HI", 500), "DomainError", /"HI", "HeI", "HeII"/);
  refuses(() => oldestSourceRedshift(36, parameters), "DomainError", /z_source_start = 35, got 36/);
});
