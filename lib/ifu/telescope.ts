/** An instrument that takes a spectrum in each spaxel of its field. */
export interface Telescope {
  /** What it is called in messages and headers. */
  readonly name: string;
  /** [arcsec] Side of the field. */
  readonly fieldOfView: number;
  /** [arcsec] Side of a spaxel. */
  readonly spaxelSize: number;
  /** [1] Spaxels along a side of the field. */
  readonly spaxels: number;
  /** [Angstrom] Centers of the wavelength pixels, equidistant. */
  readonly wavelength: Float64Array;
  /** [Angstrom] Width of a wavelength pixel. */
  readonly wavelengthStep: number;
  /** [Angstrom] Full width at half maximum of the line spread function: one, or one for each wavelength pixel. */
  readonly lsfFwhm: number | Float64Array;
  /** Shape of the field. */
  readonly aperture: "square" | "circular" | "hexagonal";
}
