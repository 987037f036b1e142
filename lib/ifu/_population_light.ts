/** Light of each population of a grid of templates through a filter. */

import { empty } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { LookupOptions, TemplateGrid } from "../stellar/mod.ts";
import { transmissionAt } from "./_bandpass.ts";
import { type PopulationLight, weightedSum } from "./_kernel_measure.ts";
import type { Filter } from "./filter.ts";

/** Sorted numbers of both lists between two limits. */
function merged(a: Float64Array, b: Float64Array, from: number, to: number): Float64Array {
  const all = Float64Array.of(...new Set([...a, ...b, from, to])).sort();
  return all.filter((w) => w >= from && w <= to);
}

/**
 * Weights of template samples whose sum with a spectrum at rest is its photon-weighted mean flux density through a filter
 * at a redshift, for each Angstrom as observed. Spectrum and filter are linear between their points: the integrals are exact.
 */
function sampleWeights(templates: TemplateGrid, filter: Filter, redshift: number): Float64Array {
  const { wavelength } = templates;
  const stretch = 1 + redshift;
  const band = filter.wavelength.map((w) => w / stretch);
  const [from, to] = [band[0], band[band.length - 1]];
  const [first, last] = [wavelength[0], wavelength[wavelength.length - 1]];
  if (!(from >= first && to <= last)) {
    const rule = `${from.toFixed(1)} to ${to.toFixed(1)} Angstrom at rest`;
    const got = `${first.toFixed(1)} to ${last.toFixed(1)} Angstrom`;
    const why = `filter ${filter.name} at redshift ${redshift} needs templates from ${rule}`;
    throw new DomainError(
      `Cannot weigh stars by light: ${why}, ${templates.name} has ${got}; use another band`,
      rule,
      got,
    );
  }
  const weights = new Float64Array(wavelength.length);
  const points = merged(wavelength, band, from, to);
  let total = 0;
  for (let i = 1, k = 0; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    while (wavelength[k + 1] <= a && k + 2 < wavelength.length) k++;
    // Simpson's rule, exact for the product of spectrum, transmission and wavelength.
    for (const [w, part] of [[a, 1], [(a + b) / 2, 4], [b, 1]]) {
      const value = part * (b - a) / 6 *
        transmissionAt(filter, Math.min(Math.max(w * stretch, filter.wavelength[0]), filter.wavelength.at(-1)!)) * w;
      const t = (w - wavelength[k]) / (wavelength[k + 1] - wavelength[k]);
      weights[k] += value * (1 - t);
      weights[k + 1] += value * t;
      total += value;
    }
  }
  return weights.map((w) => w / (total * stretch));
}

/** Light of populations [L_sun/Angstrom for each M_sun] through a filter, as the kernel takes it. */
export function populationLight(
  templates: TemplateGrid,
  filter: Filter,
  redshift: number,
  lookup: LookupOptions,
): PopulationLight {
  const { metallicity, age, flux } = templates;
  using light = empty([metallicity.length, age.length], "float64");
  weightedSum(flux, sampleWeights(templates, filter, redshift), light);
  const { metallicityAxis = "log", ageAxis = "log" } = lookup;
  const logs = [metallicityAxis, ageAxis].map((axis) => Number(axis === "log"));
  return {
    sizes: Uint32Array.of(metallicity.length, age.length, ...logs),
    numbers: Float64Array.of(...metallicity, ...age, ...light.data),
  };
}
