import { type AnyField, withSpectra } from "./_fields.ts";
import type { CylindricalPower } from "./cylinder.ts";
import { powerOfHalfSpectra, type PowerOptions, type PowerSpectrum } from "./half_spectra.ts";

/**
 * Power spectrum of a field: P(k) = V / N^2 <|F(k)|^2> over the modes of each bin, of the field minus its mean. V is the
 * volume and N the number of cells, F the unnormalised forward transform. The field is not divided by its mean; for
 * counts or densities take the `overdensity` first.
 *
 * Of a field in parts (`DistributedField`) all ranks call this, and each gets the power of the whole: the same bits for any
 * number of ranks and any decomposition, and those of the whole field on one rank. The same holds for cross power,
 * power across and along a line of sight, and multipoles.
 *
 * @param field Field on a cubic mesh, whole or in parts.
 * @param options Bins (default: floor(6 log10 n) logarithmic ones from 2 pi / L to the corner of the mesh), window, shot
 * noise, empty bins.
 * @returns Power in the field's unit squared times (Mpc/h)^3, with wavenumbers [h/Mpc] and numbers of modes.
 * @throws {DomainError} for counts or densities, and for bad bins.
 * @example A plane wave has all its power in one mode and its mirror image: P = V / 4
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { powerSpectrum } from "@cosmesh/cosmesh/power";
 *
 * await ready();
 * const array = zeros([8, 8, 8], "float64");
 * array.data.forEach((_, i) => array.data[i] = Math.cos(2 * Math.PI * (i % 8) / 8));
 * const wave = new Field({ array, boxSize: 10, quantity: "overdensity", unit: "1" });
 * const { power, modes } = powerSpectrum(wave, { bins: [0.6, 0.7] });
 * console.log(power[0] * modes[0]); // 2 V / 4 = 500
 * ```
 */
export function powerSpectrum(field: AnyField, options: PowerOptions = {}): PowerSpectrum {
  return crossPower(field, field, options);
}

/**
 * Cross power spectrum of two fields on one mesh: P(k) = V / N^2 <Re(A(k) conj(B(k)))>, of the fields minus their means.
 *
 * @param a One field.
 * @param b The other one.
 * @param options As for `powerSpectrum`; `deconvolve` is the scheme of both.
 * @returns Power in the product of the fields' units times (Mpc/h)^3.
 * @throws {DomainError} if meshes or boxes differ, for counts or densities, and for bad bins.
 */
export function crossPower(a: AnyField, b: AnyField, options: PowerOptions = {}): PowerSpectrum {
  return withSpectra(a, b, (sa, sb, mesh) => powerOfHalfSpectra(sa, sb, mesh, options));
}

/**
 * Standard error of the power of a Gaussian field, P sqrt(2 / modes): half of the modes are independent.
 *
 * @param spectrum Auto power in shells, or across and along a line of sight.
 * @returns Errors in the unit of the power; NaN where there are no modes.
 */
export function sampleError(
  { power, modes }: Pick<PowerSpectrum, "power" | "modes"> | Pick<CylindricalPower, "power" | "modes">,
): Float64Array {
  const [values, counts] = [power, modes].map((a) => a instanceof Float64Array ? a : a.data as Float64Array);
  return values.map((p, i) => counts[i] > 0 ? Math.abs(p) * Math.sqrt(2 / counts[i]) : NaN);
}
