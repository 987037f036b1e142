import { NdArray } from "../array/mod.ts";
import { checkOneOf, DomainError } from "../base/mod.ts";
import { cylinderBins } from "./_cylinder_bins.ts";
import { type AnyField, withSpectra } from "./_fields.ts";
import { type Axis, type HalfSpectrum, sumCylinder } from "./_kernel.ts";
import { prepare, type SpectrumMesh, unitsOf } from "./_prepare.ts";
import type { BinOptions } from "./bins.ts";
import type { PowerOptions } from "./half_spectra.ts";

/** Options of cylindrical power spectra. */
export interface CylinderOptions extends Omit<PowerOptions, "bins"> {
  /** [1] Line of sight: 0 is x, 1 is y, 2 is z. Default 2. */
  axis?: Axis;
  /** Number of bins of k_perp, or their edges [h/Mpc], rising. Default: floor(6 log10(cells)). */
  perpendicularBins?: BinOptions["bins"];
  /** Number of bins of k_par, or their edges [h/Mpc], rising from 0 or more. Default: floor(6 log10(cells)). */
  parallelBins?: BinOptions["bins"];
}

/** Power in bins of the wavenumbers across and along a line of sight; arrays `[perpendicular, parallel]`. */
export interface CylindricalPower {
  /** [h/Mpc] Edges of the bins of k_perp. */
  perpendicularEdges: Float64Array;
  /** [h/Mpc] Edges of the bins of k_par = |k_axis|. */
  parallelEdges: Float64Array;
  /** [h/Mpc] Arithmetic middle of the edges of each bin of k_perp. */
  kPerpendicular: Float64Array;
  /** [h/Mpc] Arithmetic middle of the edges of each bin of k_par. */
  kParallel: Float64Array;
  /** [h/Mpc] Mean k_perp of the modes of each bin of it; NaN where there are none. */
  kPerpendicularMean: Float64Array;
  /** [h/Mpc] Mean k_par of the modes of each bin of it; NaN where there are none. */
  kParallelMean: Float64Array;
  /** Mean power of each bin's modes, in `unit`. */
  power: NdArray<"float64">;
  /** k^3 P / (2 pi^2) at the middles, k^2 = k_perp^2 + k_par^2, in `dimensionlessUnit`. */
  dimensionless: NdArray<"float64">;
  /** [1] Modes of each bin, both of each pair k and -k. */
  modes: NdArray<"float64">;
  /** Unit of `power`, as "mK^2 (Mpc/h)^3". */
  unit: string;
  /** Unit of `dimensionless`, as "mK^2"; "1" for fields without a unit. */
  dimensionlessUnit: string;
}

/**
 * Cylindrical power spectrum of a field: P(k_perp, k_par) = V / N^2 <|F(k)|^2> over the modes of each bin, with k_par the
 * size of the wavenumber along the line of sight and k_perp that across it. Conventions as for `powerSpectrum`: the
 * field minus its mean, not divided by it.
 *
 * Bins that are not given go from 2 pi / L to the highest wavenumber of each direction (pi n / L along, sqrt(2) times as
 * much across), both included; modes with k_par = 0 or k_perp = 0 are in none of them. Give edges from 0 to have those.
 * With `emptyBins: "nearest"` a bin without modes holds the value of the nearest one by the numbers of the bins.
 *
 * @param field Field on a cubic mesh, whole or in parts.
 * @param options Line of sight, bins, window, shot noise, empty bins.
 * @returns Power in the field's unit squared times (Mpc/h)^3, with wavenumbers [h/Mpc] and numbers of modes.
 * @throws {DomainError} for counts or densities, bad bins, or another axis.
 * @example A plane wave along the line of sight: V / 4 in each of two modes
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { cylindricalPower } from "@cosmesh/cosmesh/power";
 *
 * await ready();
 * const array = zeros([8, 8, 8], "float64");
 * array.data.forEach((_, i) => array.data[i] = Math.cos(2 * Math.PI * (i % 8) / 8));
 * const wave = new Field({ array, boxSize: 10, quantity: "overdensity", unit: "1" });
 * const { power, modes } = cylindricalPower(wave, { perpendicularBins: [0, 0.1], parallelBins: [0.6, 0.7] });
 * console.log(modes.data[0], power.data[0]); // 2 modes, V / 4 = 250
 * ```
 */
export function cylindricalPower(field: AnyField, options: CylinderOptions = {}): CylindricalPower {
  return crossCylindricalPower(field, field, options);
}

/**
 * Cylindrical cross power spectrum of two fields on one mesh, V / N^2 <Re(A(k) conj(B(k)))>; else as `cylindricalPower`.
 *
 * @param a One field.
 * @param b The other one.
 * @param options As for `cylindricalPower`; `deconvolve` is the scheme of both.
 * @returns Power in the product of the fields' units times (Mpc/h)^3.
 * @throws {DomainError} if meshes or boxes differ, for counts or densities, bad bins, or another axis.
 */
export function crossCylindricalPower(a: AnyField, b: AnyField, options: CylinderOptions = {}): CylindricalPower {
  return withSpectra(a, b, (sa, sb, mesh) => cylindricalOfHalfSpectra(sa, sb, mesh, options));
}

/**
 * As `crossCylindricalPower`, from half spectra that are at hand, for example from `rfftn`.
 *
 * @param a Half spectrum `[n, n, floor(n / 2) + 1]`.
 * @param b The other one, of the same type; `a` itself for the auto power.
 * @param mesh `cells` n, `boxSize` [Mpc/h], and the units of both fields.
 * @param options As for `cylindricalPower`.
 * @returns Power in bins.
 * @throws {ShapeError} if a shape is not that of the mesh; {DtypeError} if the types differ; {DomainError} for bad bins.
 */
export function cylindricalOfHalfSpectra(
  a: HalfSpectrum,
  b: HalfSpectrum,
  mesh: SpectrumMesh,
  options: CylinderOptions = {},
): CylindricalPower {
  const { cells, boxSize, planes, window, norm } = prepare(a, b, mesh, options.deconvolve);
  const { axis = 2, emptyBins = "nan", shotNoise = 0, spacing, perpendicularBins, parallelBins } = options;
  checkAxis(axis);
  checkOneOf(emptyBins, "emptyBins", ["nan", "nearest"]);
  const across = cylinderBins("across", cells, boxSize, { bins: perpendicularBins, spacing });
  const along = cylinderBins("along", cells, boxSize, { bins: parallelBins, spacing });
  const shape = [across.counts.length, along.counts.length];
  const table = (value: (i: number, j: number, at: number) => number) =>
    new NdArray(
      Float64Array.from(
        { length: shape[0] * shape[1] },
        (_, at) => value(Math.floor(at / shape[1]), at % shape[1], at),
      ),
      shape,
      "float64",
    );
  const modes = table((i, j) => across.counts[i] * along.counts[j]);
  const sums = sumCylinder(a, b, planes, axis, window, across.limits, along.limits);
  const power = table((_i, _j, at) => sums[at] * norm / modes.data[at] - shotNoise);
  if (emptyBins === "nearest") fillEmpty(power, modes);
  const [kPerpendicular, kParallel] = [across.middles, along.middles];
  return {
    perpendicularEdges: across.edges,
    parallelEdges: along.edges,
    kPerpendicular,
    kParallel,
    kPerpendicularMean: across.means,
    kParallelMean: along.means,
    power,
    dimensionless: table((i, j, at) =>
      power.data[at] * Math.sqrt(kPerpendicular[i] ** 2 + kParallel[j] ** 2) ** 3 / (2 * Math.PI ** 2)
    ),
    modes,
    ...unitsOf(mesh),
  };
}

/** Checks the number of a line of sight. */
export function checkAxis(axis: number): void {
  if ([0, 1, 2].includes(axis)) return;
  throw new DomainError(`Cannot use "axis": it must be 0, 1 or 2, got ${axis}`, "0, 1 or 2", String(axis));
}

/** Gives bins without modes the value of the nearest one that has some; of equally near ones the first. */
function fillEmpty(power: NdArray<"float64">, modes: NdArray<"float64">): void {
  const columns = power.shape[1];
  const filled = [...modes.data.keys()].filter((at) => modes.data[at] > 0);
  if (filled.length === 0) return;
  const distance = (a: number, b: number) =>
    (Math.floor(a / columns) - Math.floor(b / columns)) ** 2 + (a % columns - b % columns) ** 2;
  for (const at of modes.data.keys()) {
    if (modes.data[at] > 0) continue;
    power.data[at] = power.data[filled.reduce((best, i) => distance(i, at) < distance(best, at) ? i : best)];
  }
}
