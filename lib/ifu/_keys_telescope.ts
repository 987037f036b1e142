import type { Parameter } from "../config/mod.ts";
import { POSITIVE, table } from "./_keys.ts";

/** The instrument, and the universe through which it looks. */
export const TELESCOPE_KEYS: readonly Parameter[] = [
  ...table("telescope", {
    name: {
      kind: "text",
      default: "MUSE",
      description: "An instrument that ships, whose numbers the other keys replace, or the name of one they make up",
    },
    base: {
      kind: "text",
      default: null,
      description: "The one that ships whose numbers hold where no key is given, if its own name is another",
    },
    fov: { ...POSITIVE, unit: "arcsec", default: null, description: "Side of the field" },
    spatial_res: { ...POSITIVE, unit: "arcsec", default: null, description: "Side of a spaxel" },
    wave_range: {
      kind: "numbers",
      unit: "Angstrom",
      least: 0,
      aboveLeast: true,
      default: null,
      description: "First wavelength, and where pixels end",
    },
    wave_res: { ...POSITIVE, unit: "Angstrom", default: null, description: "Width of a wavelength pixel" },
    lsf_fwhm: {
      ...POSITIVE,
      kind: ["number", "text"],
      choices: ["MUSE_UDF"],
      unit: "Angstrom",
      default: null,
      description:
        "Full width at half maximum of the line spread function; or that of MUSE over wavelength (Bacon et al. 2017)",
    },
    aperture_type: {
      kind: "text",
      choices: ["square", "circular", "hexagonal"],
      default: null,
      description: "Shape of the field",
    },
  }),
  ...table("telescope.psf", {
    name: {
      kind: "text",
      choices: ["gaussian", "moffat", "none"],
      default: "gaussian",
      description: "Form of the point spread function",
    },
    size: { kind: "integer", unit: "1", least: 1, default: null, description: "Pixels along a side of its kernel" },
    sigma: { ...POSITIVE, unit: "1", default: null, description: "Standard deviation of a Gaussian, in pixels" },
    fwhm: {
      ...POSITIVE,
      unit: "arcsec",
      default: null,
      description: "Full width at half maximum, in place of sigma; 0.8 if neither is given",
    },
    beta: { ...POSITIVE, unit: "1", least: 1, default: 2.8, description: "Exponent of Moffat's function" },
    slope: {
      kind: "number",
      unit: "1",
      least: -2,
      most: 2,
      default: 0,
      description: "The width grows as wavelength to this power; -0.2 for the atmosphere (Kolmogorov)",
    },
    reference: {
      ...POSITIVE,
      unit: "Angstrom",
      default: null,
      description: "Wavelength at which fwhm holds; the middle of the range unless given",
    },
  }),
  ...table("telescope.lsf", {
    sigma: { ...POSITIVE, unit: "Angstrom", default: null, description: "Standard deviation of the kernel itself" },
    fwhm: {
      ...POSITIVE,
      unit: "Angstrom",
      default: null,
      description:
        "Full width at half maximum of the instrument, of which the kernel is what the templates lack; the telescope's unless given",
    },
  }),
  ...table("telescope.noise", {
    signal_to_noise: {
      ...POSITIVE,
      unit: "1",
      default: null,
      description: "That of a wavelength pixel in the median of the spaxels with light",
    },
    noise_distribution: {
      kind: "text",
      choices: ["normal", "uniform"],
      default: "normal",
      description: "Distribution of noise, of mean 0",
    },
    magnitude_limit: {
      kind: "number",
      unit: "AB mag/arcsec2",
      default: null,
      description: "Brightness that is seen with limit_signal_to_noise in each voxel, in place of signal_to_noise",
    },
    limit_signal_to_noise: { ...POSITIVE, unit: "1", default: 5, description: "See magnitude_limit" },
    seed: { kind: "integer", unit: "1", least: 0, default: 0, description: "Seed of the noise" },
  }),
  ...table("telescope.noise.detector", {
    exposure_time: {
      ...POSITIVE,
      unit: "s",
      default: null,
      description: "Length of an exposure: noise of photons, sky and detector, in place of signal_to_noise",
    },
    exposures: { kind: "integer", unit: "1", least: 1, default: 1, description: "Number of exposures" },
    collecting_area: {
      ...POSITIVE,
      unit: "m2",
      default: 49.3,
      description: "Area of the mirror; that of the VLT unless given",
    },
    throughput: {
      ...POSITIVE,
      unit: "1",
      most: 1,
      default: 0.25,
      description: "Share of the photons that are counted",
    },
    sky_brightness: {
      kind: "number",
      unit: "AB mag/arcsec2",
      default: null,
      description: "Brightness of the sky, whose noise stays; none unless given",
    },
    read_noise: {
      kind: "number",
      unit: "1",
      least: 0,
      default: 0,
      description: "Electrons of noise of reading a pixel",
    },
    dark_current: { kind: "number", unit: "1/s", least: 0, default: 0, description: "Electrons of a pixel" },
    pixels: { ...POSITIVE, unit: "1", default: 1, description: "Detector pixels that a voxel collects" },
  }),
  ...table("cosmology", {
    name: {
      kind: "text",
      choices: ["PLANCK15", "PLANCK18", "CUSTOM"],
      default: "PLANCK15",
      description: "Universe: RUBIX's (Om0 0.3075, h 0.6774), that of Planck 2018, or cosmology.args",
    },
  }),
  ...table("cosmology.args", {
    Om0: { ...POSITIVE, unit: "1", most: 2, default: null, description: "Matter today; flat" },
    w0: { kind: "number", unit: "1", least: -3, most: 0, default: -1, description: "Equation of state today" },
    wa: { kind: "number", unit: "1", least: -3, most: 3, default: 0, description: "w(a) = w0 + wa (1 - a)" },
    h: { ...POSITIVE, unit: "1", most: 2, default: null, description: "Hubble constant / 100 km/s/Mpc" },
  }),
];
