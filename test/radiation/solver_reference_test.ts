import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { readProfiles } from "../../lib/radiation/mod.ts";
import { numbersOf, reference } from "./_files.ts";
import { BEORN_NODES, referenceParameters, relative, relativeByRadius, solve } from "./_solving.ts";

await ready({ threads: 2 });

// The reference's tables are float32: 6e-8.
const SINGLE = 7e-8;
// BEoRN's solver with rtol 1e-9.
const BUBBLES = 1e-9;
const HEAT = 2e-8;

/** Every tenth radius of a table of 200. */
const thinned = (table: Float64Array): Float64Array => {
  const size = table.length / 200;
  return Float64Array.from({ length: 20 * size }, (_, i) => table[Math.floor(i / size) * 10 * size + i % size]);
};

Deno.test("computeProfiles() with BEoRN's nodes gives BEoRN's tables", async () => {
  const ours = solve(referenceParameters(), BEORN_NODES);
  const theirs = await readProfiles(reference("profiles.h5"));
  assert.ok(relativeByRadius(ours.xray, theirs.xray!.data, 200) < SINGLE);
  assert.ok(relativeByRadius(ours.lymanAlpha, theirs.lymanAlpha.data, 1000) < SINGLE);
  const heat = await numbersOf(reference("sources.h5"), "rho_heat");
  assert.ok(relativeByRadius(thinned(ours.temperature), heat, 20) < HEAT);
  const bubbles = await numbersOf(reference("sources.h5"), "R_bubble");
  assert.ok(relative(ours.bubbleRadius, bubbles, { floor: 0.01 }) < BUBBLES);
  // What is 0 there is 0 here; there, halos that do not shine yet have rounding errors next to them.
  ours.xray.forEach((v, i) => assert.ok(v === 0 || (v > 0 && theirs.xray!.data[i] > 0)));
});

Deno.test("computeProfiles() by default differs from BEoRN's tables by the errors of its nodes", () => {
  const parameters = referenceParameters();
  const [exact, beorn] = [solve(parameters), solve(parameters, BEORN_NODES)];
  const part = (options: Partial<typeof BEORN_NODES>) => solve(parameters, options);
  // Bubbles have no light cone.
  assert.deepEqual(exact.bubbleRadius, beorn.bubbleRadius);
  // 50 frequencies: the trapezoidal rule for about E^-4.5 dlnE with steps of ln(4)/49 is too large by (4 x 0.028)^2/12.
  const { xray } = part({ xrayFrequencies: 50 });
  const excess = relative(xray, exact.xray, { floor: 0 });
  assert.ok(excess > 1e-3 && excess < 1.6e-3, String(excess));
  // Nodes 0.1 apart: a median of 1e-3, and more where star formation begins between two nodes.
  const nodes = part({ xrayStep: 0.1 }).xray;
  const median = relativeByRadius(nodes, exact.xray, 200, 0.5);
  assert.ok(median > 5e-4 && median < 2e-3, String(median));
  assert.ok(relativeByRadius(nodes, exact.xray, 200, 0.999) < 0.04);
  // Nodes 0.01 apart are good to 1e-5 but where the light of a line ends.
  const photons = part({ lymanStep: 0.01 }).lymanAlpha;
  assert.ok(relativeByRadius(photons, exact.lymanAlpha, 1000, 0.5) < 1e-7);
  assert.ok(relativeByRadius(photons, exact.lymanAlpha, 1000, 0.999) < 1e-4);
  assert.ok(relativeByRadius(beorn.lymanAlpha, exact.lymanAlpha, 1000, 0.999) < 1e-4);
});

Deno.test("finer nodes come to what computeProfiles() gives by default", () => {
  const parameters = referenceParameters();
  const thin = { ...parameters, solver: { ...parameters.solver, redshifts: [12, 8, 7], halo_mass_nbin: 6 } };
  const exact = solve(thin);
  const at = (xrayStep: number, lymanStep: number) => {
    const { xray, lymanAlpha } = solve(thin, { xrayStep, lymanStep });
    return [relativeByRadius(xray, exact.xray, 200, 0.9), relativeByRadius(lymanAlpha, exact.lymanAlpha, 1000, 0.9)];
  };
  const [coarse, fine] = [at(0.08, 0.04), at(0.02, 0.01)];
  // Second order: steps a quarter as long have about a sixteenth of the error.
  coarse.forEach((c, i) => assert.ok(c / fine[i] > 10 && c / fine[i] < 20, `${c} ${fine[i]}`));
  const frequencies = relative(solve(thin, { xrayFrequencies: 2000 }).xray, exact.xray);
  // (4 x 0.0007)^2/12 of 2000 frequencies.
  assert.ok(frequencies > 2e-7 && frequencies < 2e-6, String(frequencies));
});
