import { type AnyField, withSpectra } from "./_fields.ts";
import { type Axis, countModes, type HalfSpectrum, sumMultipoles } from "./_kernel.ts";
import { prepare, type SpectrumMesh, unitsOf } from "./_prepare.ts";
import { binEdges, modeLimits } from "./bins.ts";
import { checkAxis } from "./cylinder.ts";
import type { PowerOptions } from "./half_spectra.ts";

/** Options of multipoles. */
export interface MultipoleOptions extends Omit<PowerOptions, "emptyBins"> {
  /** [1] Line of sight: 0 is x, 1 is y, 2 is z. Default 2. */
  axis?: Axis;
}

/** Multipoles of a power spectrum in bins of wavenumber; NaN in bins without modes. */
export interface PowerMultipoles {
  /** [h/Mpc] Edges of the bins, one more than bins. */
  edges: Float64Array;
  /** [h/Mpc] Arithmetic middle of each bin's edges. */
  k: Float64Array;
  /** [h/Mpc] Mean wavenumber of each bin's modes. */
  kMean: Float64Array;
  /** P_0, the mean power, in `unit`. */
  monopole: Float64Array;
  /** P_2, in `unit`. */
  quadrupole: Float64Array;
  /** P_4, in `unit`. */
  hexadecapole: Float64Array;
  /** [1] Modes of each bin, both of each pair k and -k. */
  modes: Float64Array;
  /** Unit, as "mK^2 (Mpc/h)^3". */
  unit: string;
}

/**
 * Multipoles of the power of a field along a line of sight: P_l(k) = (2 l + 1) V / N^2 <|F(k)|^2 L_l(mu)> over the modes
 * of each bin, for l = 0, 2 and 4, with the Legendre polynomials L_l and mu = k_axis / k (plane-parallel). The monopole
 * is that of `powerSpectrum`.
 *
 * The modes of a bin are those of the mesh: in bins of few modes the mean of L_4 over them is not 0, so that an isotropic
 * field has a hexadecapole of 9 <L_4> P there; the mean of L_2 over whole shells is 0 by the symmetry of the mesh.
 *
 * @param field Field on a cubic mesh, whole or in parts.
 * @param options Line of sight, bins (as for `powerSpectrum`), window, shot noise (of the monopole).
 * @returns Multipoles in the field's unit squared times (Mpc/h)^3.
 * @throws {DomainError} for counts or densities, bad bins, or another axis.
 * @example A wave along the line of sight has mu = 1, where all L_l are 1
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { powerMultipoles } from "@cosmesh/cosmesh/power";
 *
 * await ready();
 * const array = zeros([8, 8, 8], "float64");
 * array.data.forEach((_, i) => array.data[i] = Math.cos(2 * Math.PI * (i % 8) / 8));
 * const wave = new Field({ array, boxSize: 10, quantity: "overdensity", unit: "1" });
 * const { monopole, quadrupole } = powerMultipoles(wave, { bins: [0.6, 0.7] });
 * console.log(quadrupole[0] / monopole[0]); // 5
 * ```
 */
export function powerMultipoles(field: AnyField, options: MultipoleOptions = {}): PowerMultipoles {
  return crossMultipoles(field, field, options);
}

/**
 * Multipoles of the cross power of two fields on one mesh, of Re(A(k) conj(B(k))); else as `powerMultipoles`.
 *
 * @param a One field.
 * @param b The other one.
 * @param options As for `powerMultipoles`; `deconvolve` is the scheme of both.
 * @returns Multipoles in the product of the fields' units times (Mpc/h)^3.
 * @throws {DomainError} if meshes or boxes differ, for counts or densities, bad bins, or another axis.
 */
export function crossMultipoles(a: AnyField, b: AnyField, options: MultipoleOptions = {}): PowerMultipoles {
  return withSpectra(a, b, (sa, sb, mesh) => multipolesOfHalfSpectra(sa, sb, mesh, options));
}

/**
 * As `crossMultipoles`, from half spectra that are at hand, for example from `rfftn`.
 *
 * @param a Half spectrum `[n, n, floor(n / 2) + 1]`.
 * @param b The other one, of the same type; `a` itself for the auto power.
 * @param mesh `cells` n, `boxSize` [Mpc/h], and the units of both fields.
 * @param options As for `powerMultipoles`.
 * @returns Multipoles in bins.
 * @throws {ShapeError} if a shape is not that of the mesh; {DtypeError} if the types differ; {DomainError} for bad bins.
 */
export function multipolesOfHalfSpectra(
  a: HalfSpectrum,
  b: HalfSpectrum,
  mesh: SpectrumMesh,
  options: MultipoleOptions = {},
): PowerMultipoles {
  const { cells, boxSize, planes, window, norm } = prepare(a, b, mesh, options.deconvolve);
  const { axis = 2, shotNoise = 0 } = options;
  checkAxis(axis);
  const edges = binEdges(cells, boxSize, options);
  const limits = modeLimits(edges, cells, boxSize);
  const { counts: modes, lengths } = countModes(cells, limits);
  const sums = sumMultipoles(a, b, planes, axis, window, limits);
  // Means of the power times 1, mu^2 and mu^4.
  const mean = (bin: number, power: number) => sums[3 * bin + power] * norm / modes[bin];
  const each = (value: (bin: number) => number) => Float64Array.from(modes, (_, bin) => value(bin));
  return {
    edges,
    k: each((i) => (edges[i] + edges[i + 1]) / 2),
    kMean: each((i) => lengths[i] / modes[i] * (2 * Math.PI / boxSize)),
    monopole: each((i) => mean(i, 0) - shotNoise),
    quadrupole: each((i) => 5 / 2 * (3 * mean(i, 1) - mean(i, 0))),
    hexadecapole: each((i) => 9 / 8 * (35 * mean(i, 2) - 30 * mean(i, 1) + 3 * mean(i, 0))),
    modes,
    unit: unitsOf(mesh).unit,
  };
}
