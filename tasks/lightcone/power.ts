/**
 * Power of matter in the box at the times of shells.
 *
 * @module
 */
import { Field } from "../../lib/array/mod.ts";
import { growthFactor, halofit, matterPower } from "../../lib/cosmology/mod.ts";
import type { DensityField } from "../../lib/fields/mod.ts";
import { comparePowers, crossPower, powerMultipoles, powerSpectrum, sampleError } from "../../lib/power/mod.ts";
import type { Plan } from "./config.ts";
import { powerOf } from "./initial.ts";
import type { PowerResult } from "./measure.ts";

/** An overdensity as the power spectra take it. */
const fieldOf = ({ array, meta: { boxSize: [boxSize] } }: DensityField) =>
  new Field({ array: array as Field["array"], boxSize, quantity: "overdensity", unit: "1" });

/**
 * Power of the box at the time of each shell, near to far; the window of painting (CIC) is divided out.
 *
 * @param densities Stack of shells.
 * @param initial Linear overdensity of today from which the run began.
 */
export async function measurePower(
  plan: Plan,
  densities: DensityField,
  initial: DensityField,
): Promise<PowerResult[]> {
  const linear = await powerOf(plan);
  const options = plan.analysis.bins === null ? {} : { bins: plan.analysis.bins };
  const start = fieldOf(initial);
  const first = powerSpectrum(start, options);
  return [...densities].map((density, i) => {
    using delta = density.to("overdensity");
    const field = fieldOf(delta);
    const painted = { ...options, deconvolve: "cic" } as const;
    const spectrum = powerSpectrum(field, painted);
    const { quadrupole, hexadecapole } = powerMultipoles(field, painted);
    const cross = crossPower(start, field, options);
    const z = densities.redshifts![i];
    const growth = growthFactor(plan.universe, z);
    // A bin without modes has no wavenumber.
    const at = (power: (k: Float64Array) => Float64Array) => {
      const values = power(spectrum.kMean.map((k) => k > 0 ? k : 1));
      return values.map((p, i) => spectrum.kMean[i] > 0 ? p : NaN);
    };
    return {
      ...{ z, spectrum, error: sampleError(spectrum), quadrupole, hexadecapole },
      transfer: comparePowers({ first, second: spectrum, cross }).transfer.map((t) => t / growth),
      // The window is in both the cross power and the power.
      coherence: comparePowers({ first, second: powerSpectrum(field, options), cross }).coherence,
      theory: at((k) => matterPower(linear, k, { z })),
      nonlinear: at((k) => halofit(linear, k, { z })),
    };
  });
}
