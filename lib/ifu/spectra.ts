import { empty, type NdArray } from "../array/mod.ts";
import { checkPositive, ShapeError } from "../base/mod.ts";
import { binnedSum } from "./_kernel_measure.ts";
import type { Cube, CubeUnit } from "./cube.ts";

/** A spectrum, such as the sum of those of some spaxels. */
export interface Spectrum {
  /** [Angstrom] Centers of the wavelength pixels. */
  readonly wavelength: Float64Array;
  /** [Angstrom] Width of a wavelength pixel. */
  readonly wavelengthStep: number;
  /** Light in each. */
  readonly flux: Float64Array;
  /** Its variance, if the cube has one. */
  readonly variance?: Float64Array;
  /** Unit of `flux`. */
  readonly unit: CubeUnit;
}

/** Spectra of bins. Give them back with `using` or `dispose()`. */
export class BinnedSpectra implements Disposable {
  /** Used by `binSpectra`. */
  constructor(
    /** Light `[bin, wavelength]`. */
    readonly flux: NdArray<"float64">,
    /** Variance, if the cube has one, of equal shape. */
    readonly variance?: NdArray<"float64">,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.flux.dispose();
    this.variance?.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Sums of the spectra of each bin, and of their variances: noise of different spaxels is taken to be independent. After a
 * convolution with a point spread function it is not, and the variance is then too small.
 *
 * @param cube Spectra.
 * @param bins [1] Number of the bin of each spaxel `[y, x]`, from 0 on; negative for none.
 * @throws {ShapeError} if there is not one number for each spaxel.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { binSpectra, Cube } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1, 2, 3, 4, 5, 6], [1, 3, 2], "float32");
 * const axis = { wavelength: Float64Array.of(5000, 5001), wavelengthStep: 1, spaxelSize: 1 };
 * using cube = new Cube({ flux, ...axis, unit: "Lsun/Angstrom" });
 * using sums = binSpectra(cube, Int32Array.of(0, -1, 0));
 * console.log(sums.flux.shape, sums.flux.data); // [ 1, 2 ]; 6, 8
 * ```
 */
export function binSpectra(cube: Cube, bins: Int32Array): BinnedSpectra {
  const [ny, nx, count] = cube.flux.shape;
  if (bins.length !== ny * nx) {
    const rule = `one number for each of ${ny} x ${nx} spaxels`;
    throw new ShapeError(`Cannot bin spectra: it takes ${rule}, got ${bins.length}`, rule, String(bins.length));
  }
  const sum = (array: Cube["flux"]) => {
    const out = empty([bins.reduce((most, b) => Math.max(most, b), -1) + 1, count], "float64");
    if (out.size > 0) binnedSum(array, bins, out);
    return out;
  };
  return new BinnedSpectra(sum(cube.flux), cube.variance && sum(cube.variance));
}

/**
 * Sum of the spectra of a cube, or of those of some spaxels.
 *
 * @param cube Spectra.
 * @param mask [1] Spaxels `[y, x]` that are counted, where it is not 0. Default: the aperture of the cube.
 * @throws {ShapeError} if the mask has not one number for each spaxel.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { Cube, totalSpectrum } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const flux = fromData([1, 2, 3, 4], [1, 2, 2], "float32");
 * const axis = { wavelength: Float64Array.of(5000, 5001), wavelengthStep: 1, spaxelSize: 1 };
 * using cube = new Cube({ flux, ...axis, unit: "Lsun/Angstrom" });
 * console.log(totalSpectrum(cube).flux); // 4, 6
 * ```
 */
export function totalSpectrum(cube: Cube, mask: Uint8Array = cube.aperture): Spectrum {
  const { wavelength, wavelengthStep, unit } = cube;
  const bins = Int32Array.from(mask, (inside) => inside ? 0 : -1);
  using sums = binSpectra(cube, bins);
  const only = ({ data }: NdArray<"float64">) => data.length > 0 ? data.slice() : new Float64Array(wavelength.length);
  const variance = sums.variance && { variance: only(sums.variance) };
  return { wavelength, wavelengthStep, unit, flux: only(sums.flux), ...variance };
}

/**
 * Spaxels whose centers lie in a circle, such as a fiber's.
 *
 * @param cube Cube, for its spaxels.
 * @param radius [arcsec] Radius of the circle.
 * @param center [arcsec] Its center `[x, y]` from the middle of the field. Default `[0, 0]`.
 * @returns [1] 1 for spaxels `[y, x]` inside, 0 for others.
 * @throws {DomainError} if the radius is not positive.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { circleMask, Cube } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const axis = { wavelength: Float64Array.of(5000), wavelengthStep: 1, spaxelSize: 0.5 };
 * using cube = new Cube({ flux: zeros([3, 3, 1], "float32"), ...axis, unit: "Lsun/Angstrom" });
 * console.log(circleMask(cube, 0.5)); // 0, 1, 0, 1, 1, 1, 0, 1, 0
 * ```
 */
export function circleMask(cube: Cube, radius: number, center: readonly [number, number] = [0, 0]): Uint8Array {
  checkPositive(radius, "radius");
  const { spaxelSize, flux: { shape: [ny, nx] } } = cube;
  return Uint8Array.from({ length: ny * nx }, (_, i) => {
    const x = (i % nx - (nx - 1) / 2) * spaxelSize - center[0];
    const y = (Math.floor(i / nx) - (ny - 1) / 2) * spaxelSize - center[1];
    return Number(x * x + y * y <= radius * radius);
  });
}
