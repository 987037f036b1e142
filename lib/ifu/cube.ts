import type { NdArray } from "../array/mod.ts";

/** Unit of the numbers of a cube, for each Angstrom as observed. */
export type CubeUnit = "Lsun/Angstrom" | "1e-20 erg/s/cm2/Angstrom";

/** Real numbers in one of two widths. */
export type CubeArray = NdArray<"float32" | "float64">;

/** What a cube is made of. */
export interface CubeParts {
  /** Light `[y, x, wavelength]`. */
  readonly flux: CubeArray;
  /** Variance of `flux`, of the same shape. */
  readonly variance?: CubeArray;
  /** [Angstrom] Centers of the wavelength pixels. */
  readonly wavelength: Float64Array;
  /** [Angstrom] Width of a wavelength pixel. */
  readonly wavelengthStep: number;
  /** [arcsec] Side of a spaxel. */
  readonly spaxelSize: number;
  /** Unit of `flux`. */
  readonly unit: CubeUnit;
  /** 1 for spaxels `[y, x]` of the field, 0 outside of it, where there is no light. Default: all. */
  readonly aperture?: Uint8Array;
}

/** A spectrum in each spaxel. Give it back with `using` or `dispose()`. */
export class Cube implements Disposable {
  /** `[y, x, wavelength]` */
  readonly flux: CubeArray;
  /** `[y, x, wavelength]` */
  readonly variance?: CubeArray;
  /** [Angstrom] */
  readonly wavelength: Float64Array;
  /** [Angstrom] */
  readonly wavelengthStep: number;
  /** [arcsec] */
  readonly spaxelSize: number;
  /** Unit of `flux`. */
  readonly unit: CubeUnit;
  /** `[y, x]` */
  readonly aperture: Uint8Array;

  /** Takes over the arrays. */
  constructor(parts: CubeParts) {
    const [ny, nx] = parts.flux.shape;
    this.flux = parts.flux;
    if (parts.variance) this.variance = parts.variance;
    this.wavelength = parts.wavelength;
    this.wavelengthStep = parts.wavelengthStep;
    this.spaxelSize = parts.spaxelSize;
    this.unit = parts.unit;
    this.aperture = parts.aperture ?? new Uint8Array(ny * nx).fill(1);
  }

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
