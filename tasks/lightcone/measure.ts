/**
 * What is measured of painted shells: power in the box, angular power, convergence.
 *
 * @module
 */
import { Field } from "../../lib/array/mod.ts";
import { matterPower } from "../../lib/cosmology/mod.ts";
import type { DensityField } from "../../lib/fields/mod.ts";
import { type PowerSpectrum, powerSpectrum, sampleError } from "../../lib/power/mod.ts";
import type { Plan } from "./config.ts";
import { powerOf } from "./initial.ts";

/** A shell, and the density of its map or mesh. */
export interface ShellResult {
  /** [1] Redshift of its middle. */
  readonly z: number;
  /** [Mpc/h] Distance of its middle. */
  readonly center: number;
  /** [Mpc/h] Thickness. */
  readonly width: number;
  /** [1] Mean density, over that of the universe. */
  readonly mean: number;
  /** [1] Standard deviation of the density, over its mean. */
  readonly std: number;
}

/** Power of matter in the box at the time of a shell. */
export interface PowerResult {
  /** [1] Redshift. */
  readonly z: number;
  readonly spectrum: PowerSpectrum;
  /** [(Mpc/h)^3] Standard error. */
  readonly error: Float64Array;
  /** [(Mpc/h)^3] Linear theory at the mean wavenumbers. */
  readonly theory: Float64Array;
}

/** Angular power of a map. */
export interface AngularResult {
  readonly kind: "spherical" | "flat" | "kappa_spherical" | "kappa_flat";
  /** Which map: its redshift. */
  readonly label: string;
  /** [1] Multipoles. */
  readonly l: Float64Array;
  /** [sr] Power. */
  readonly power: Float64Array;
  /** [sr] Shot noise of particles, which `power` has in it. */
  readonly noise?: number;
  /** [1] Standard deviation of the map. */
  readonly std: number;
}

/** All that is measured. */
export interface Results {
  readonly shells: readonly ShellResult[];
  readonly power: readonly PowerResult[];
  readonly angular: readonly AngularResult[];
}

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
    const theory = spectrum.kMean.map((k) => k > 0 ? matterPower(linear, k, { z }) : NaN);
    return { z, spectrum, error: sampleError(spectrum), theory };
  });
}
