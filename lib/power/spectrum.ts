import { checkSameMesh, type Field } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { rfftn } from "../fft/mod.ts";
import type { HalfSpectrum } from "./_kernel.ts";
import { powerOfHalfSpectra, type PowerOptions, type PowerSpectrum } from "./half_spectra.ts";

/**
 * Power spectrum of a field: P(k) = V / N^2 <|F(k)|^2> over the modes of each bin, of the field minus its mean. V is the
 * volume and N the number of cells, F the unnormalised forward transform. The field is not divided by its mean; for
 * counts or densities take the `overdensity` first.
 *
 * @param field Field on a cubic mesh.
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
export function powerSpectrum(field: Field, options: PowerOptions = {}): PowerSpectrum {
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
export function crossPower(a: Field, b: Field, options: PowerOptions = {}): PowerSpectrum {
  checkSameMesh("measure power", a, b);
  [a, b].forEach(checkQuantity);
  const mesh = { cells: a.cells, boxSize: a.boxSize, units: [a.unit, b.unit] } as const;
  using spectrum = transform(a);
  if (b === a) return powerOfHalfSpectra(spectrum, spectrum, mesh, options);
  using other = transform(b);
  return powerOfHalfSpectra(spectrum, other, mesh, options);
}

function transform(field: Field): HalfSpectrum {
  return rfftn(field.array) as HalfSpectrum;
}

function checkQuantity({ quantity }: Field): void {
  if (quantity !== "counts" && quantity !== "density") return;
  throw new DomainError(
    `Cannot measure the power of a field of ${quantity}: its power depends on its mean; take overdensity(field) first`,
    "another quantity",
    quantity,
  );
}

/**
 * Standard error of the power of a Gaussian field, P sqrt(2 / modes): half of the modes are independent.
 *
 * @param spectrum Auto power.
 * @returns Errors in the unit of the power; NaN where there are no modes.
 */
export function sampleError({ power, modes }: PowerSpectrum): Float64Array {
  return power.map((p, i) => modes[i] > 0 ? Math.abs(p) * Math.sqrt(2 / modes[i]) : NaN);
}
