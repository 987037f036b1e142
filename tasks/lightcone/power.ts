/**
 * Power of matter in the box at the times of shells.
 *
 * @module
 */
import { Field } from "../../lib/array/mod.ts";
import { halofit, matterPower } from "../../lib/cosmology/mod.ts";
import type { DensityField } from "../../lib/fields/mod.ts";
import { powerSpectrum, sampleError } from "../../lib/power/mod.ts";
import type { Plan } from "./config.ts";
import { powerOf } from "./initial.ts";
import type { PowerResult } from "./measure.ts";

/** Power of the box at the time of each shell, near to far; the window of painting (CIC) is divided out. */
export async function measurePower(plan: Plan, densities: DensityField): Promise<PowerResult[]> {
  const { bins } = plan.analysis;
  const linear = await powerOf(plan);
  return [...densities].map((density, i) => {
    using delta = density.to("overdensity");
    const field = new Field({
      array: delta.array as Field["array"],
      boxSize: plan.meta.boxSize[0],
      ...{ quantity: "overdensity", unit: "1" } as const,
    });
    const spectrum = powerSpectrum(field, { deconvolve: "cic", ...(bins === null ? {} : { bins }) });
    const z = densities.redshifts![i];
    // A bin without modes has no wavenumber.
    const at = (power: (k: Float64Array) => Float64Array) => {
      const values = power(spectrum.kMean.map((k) => k > 0 ? k : 1));
      return values.map((p, i) => spectrum.kMean[i] > 0 ? p : NaN);
    };
    return {
      ...{ z, spectrum, error: sampleError(spectrum) },
      theory: at((k) => matterPower(linear, k, { z })),
      nonlinear: at((k) => halofit(linear, k, { z })),
    };
  });
}
