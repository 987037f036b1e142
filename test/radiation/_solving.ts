/** Profiles that tests solve, and comparisons of tables. */

import {
  checkParameters,
  type ComputedProfiles,
  computeProfiles,
  type PartialParameters,
  type ProfileOptions,
  type ReionizationParameters,
  reionizationParameters,
} from "../../lib/radiation/mod.ts";
import { reference } from "./_files.ts";

/** Light cones with the nodes of BEoRN. */
export const BEORN_NODES = { xrayStep: 0.1, lymanStep: 0.01, xrayFrequencies: 50 };

/** Parameters of the reference run, solved exactly. */
export function referenceParameters(): ReionizationParameters {
  const { parameters } = JSON.parse(Deno.readTextFileSync(reference("parameters.json")));
  return checkParameters({ ...parameters, solver: { ...parameters.solver, ode_method: "exact" } }).parameters;
}

/** A grid that is solved in some milliseconds: 11 masses, of which two are below the least one, 2 rates, 7 redshifts. */
export function smallParameters(changes: PartialParameters = {}): ReionizationParameters {
  return reionizationParameters({
    ...changes,
    solver: {
      redshifts: [20, 17, 14, 12, 10, 9, 8],
      halo_mass_accretion_alpha: [0.5, 0.7, 0.9],
      ...{ halo_mass_bin_min: 1e7, halo_mass_bin_max: 1e12, halo_mass_nbin: 12 },
      ...changes.solver,
    },
  });
}

/** Tables of computed profiles by name. */
export const tablesOf = (p: ComputedProfiles): Record<string, Float64Array> => ({
  bubbleRadius: p.bubbleRadius.data,
  xray: p.xray.data,
  temperature: p.temperature.data,
  lymanAlpha: p.lymanAlpha.data,
});

/** Copies of the tables of profiles that are solved and given back. */
export function solve(parameters: ReionizationParameters, options?: ProfileOptions): Record<string, Float64Array> {
  using profiles = computeProfiles(parameters, options);
  return Object.fromEntries(Object.entries(tablesOf(profiles)).map(([name, data]) => [name, data.slice()]));
}

/** Quantile of the relative differences of two tables where the second is above `floor`. */
export function relative(a: ArrayLike<number>, b: ArrayLike<number>, { floor = 0, quantile = 1 } = {}): number {
  const all = Array.from(b, (v, i) => v > floor ? Math.abs(a[i] / v - 1) : -1).filter((d) => d >= 0).sort((x, y) =>
    x - y
  );
  return all[Math.min(all.length - 1, Math.floor(quantile * all.length))];
}

/** Differences of tables `[r, ...]` as `relative` has them, where a number is above 1e-10 of the largest of its radius. */
export function relativeByRadius(a: Float64Array, b: Float64Array, radii: number, quantile = 1): number {
  const size = b.length / radii;
  const kept: [number, number][] = [];
  for (let r = 0; r < radii; r++) {
    const row = b.subarray(r * size, (r + 1) * size);
    const floor = 1e-10 * row.reduce((x, y) => Math.max(x, y), 0);
    row.forEach((v, i) => v > floor && kept.push([a[r * size + i], v]));
  }
  return relative(kept.map(([x]) => x), kept.map(([, y]) => y), { quantile });
}
