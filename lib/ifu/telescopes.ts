/** Numbers of a telescope: [field and spaxel in arcsec, first and last wavelength, step, FWHM of the LSF in Angstrom, aperture]. */
type Row = readonly [
  fieldOfView: number,
  spaxelSize: number,
  first: number,
  last: number,
  step: number,
  lsfFwhm: number,
  aperture: "square" | "circular" | "hexagonal",
];

/** Telescopes by name, with the numbers of `telescopes.yaml` of RUBIX 0.0.5; the last wavelength is left out. */
export const TELESCOPES: Readonly<Record<string, Row>> = {
  MUSE: [5, 0.2, 4700.15, 9351.4, 1.25, 2.51, "square"],
  MUSE_WFM: [60, 0.2, 4700.15, 9351.4, 1.25, 2.51, "square"],
  MUSE_ultraWFM: [180, 0.2, 4700.15, 9351.4, 1.25, 2.51, "square"],
  NIRSpec_PRISM_CLEAR: [3, 0.1, 6000, 53000, 114.36, 471, "square"],
  NIRSpec_G140M_F070LP: [3, 0.1, 7000, 12600, 6.38, 15.02, "square"],
  NIRSpec_G140M_F100LP: [3, 0.1, 9800, 18800, 6.38, 15.02, "square"],
  NIRSpec_G235M_F170LP: [3, 0.1, 17000, 31500, 10.69, 25.2, "square"],
  NIRSpec_G395M_F290LP: [3, 0.1, 28800, 52000, 17.98, 42.39, "square"],
  NIRSpec_G140H_F070LP: [3, 0.1, 7000, 12600, 2.41, 5.65, "square"],
  NIRSpec_G140H_F100LP: [3, 0.1, 9800, 18700, 2.37, 5.65, "square"],
  NIRSpec_G235H_F170LP: [3, 0.1, 17000, 31500, 3.98, 9.42, "square"],
  NIRSpec_G395H_F290LP: [3, 0.1, 28800, 52000, 6.69, 15.78, "square"],
  MaNGA_12: [12, 0.5, 3622, 10354, 1.04, 2.85, "hexagonal"],
  MaNGA_32: [32, 0.5, 3622, 10354, 1.04, 2.85, "hexagonal"],
  SAMI: [15, 0.5, 3750, 5750, 1.04, 2.65, "circular"],
  HECTOR: [30, 0.1, 3720, 5910, 1.6, 1.3, "hexagonal"],
  CALIFA: [74, 1, 3700, 4750, 2.7, 2.7, "hexagonal"],
  TESTGRADIENT: [2, 2, 4700.15, 9351.4, 10, 2.51, "square"],
};

/** Names that `telescope` knows. */
export const TELESCOPE_NAMES: readonly string[] = Object.keys(TELESCOPES);
