import { isToolkitError } from "../base/mod.ts";
import { nearest, type Values } from "../config/mod.ts";
import type { Refusal } from "./config.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { optionOf } from "./_keys.ts";
import { type LineSpread, lineSpread } from "./lsf.ts";
import type { DetectorOptions, NoiseOptions } from "./noise.ts";
import { type PointSpread, pointSpread, type SeeingOptions } from "./psf.ts";
import { type Telescope, telescope, type TelescopeOptions } from "./telescope.ts";
import { TELESCOPE_NAMES } from "./telescopes.ts";

/** Members of a telescope and the keys that set them. */
const KEYS = {
  fieldOfView: "fov",
  spaxelSize: "spatial_res",
  wavelengthRange: "wave_range",
  wavelengthStep: "wave_res",
  lsfFwhm: "lsf_fwhm",
  aperture: "aperture_type",
} as const;

/** Why a name is no instrument: the list, and the nearest of it. */
function notShipped(name: string): string {
  const near = nearest(name, TELESCOPE_NAMES);
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  return `must be one of ${TELESCOPE_NAMES.join(", ")}, got "${name}"${hint}`;
}

/** The telescope of a configuration: one that ships, one with changes, or one whose numbers are all given. */
export function telescopeFrom({ telescope: given }: Values, refuse: Refusal): Telescope {
  const name = given.name as string;
  const base = given.base as string | null ?? (TELESCOPE_NAMES.includes(name) ? name : null);
  const changes = Object.entries(KEYS).filter(([, key]) => given[key] !== null);
  if (base === null) {
    const missing = Object.values(KEYS).filter((key) => given[key] === null && key !== "aperture_type");
    if (missing.length > 0) {
      const keys = missing.map((key) => `telescope.${key}`).join(", ");
      const own = changes.length === 0 ? "" : `; for one of your own, give telescope.base, or ${keys} too`;
      refuse("telescope.name", notShipped(name) + own);
    }
  } else if (!TELESCOPE_NAMES.includes(base)) {
    refuse("telescope.base", notShipped(base));
  }
  const range = given.wave_range as readonly number[] | null;
  if (range !== null && range.length !== 2) {
    refuse("telescope.wave_range", `must be the first wavelength and where pixels end, got ${range.length} numbers`);
  }
  if (range !== null && range[0] >= range[1]) {
    refuse("telescope.wave_range", `must end above where it begins, got ${range[0]} to ${range[1]}`);
  }
  const options = Object.fromEntries(changes.map(([member, key]) => [member, given[key]]));
  try {
    return telescope({ name, ...base === null ? {} : { base }, ...options } as TelescopeOptions);
  } catch (error) {
    if (!isToolkitError(error, "DomainError")) throw error;
    const key = changes.find(([member]) => error.message.includes(`"${member}"`))?.[1] ?? "fov";
    return refuse(`telescope.${key}`, `must be ${error.expected}, got ${error.actual}`);
  }
}

/** The point spread function of a configuration; undefined for none. */
export function psfOf(
  { "telescope.psf": { name, size, sigma, fwhm, beta, slope, reference } }: Values,
  telescope: Pick<Telescope, "spaxelSize" | "wavelength">,
  refuse: Refusal,
): PointSpread | undefined {
  if (name === "none") return;
  if (typeof size === "number" && size % 2 === 0) {
    refuse("telescope.psf.size", `must be odd, as an even one moves the image by half a pixel, got ${size}`);
  }
  if (sigma !== null) {
    if (fwhm !== null) refuse("telescope.psf.fwhm", "must be left out where telescope.psf.sigma is given");
    if (name !== "gaussian") refuse("telescope.psf.sigma", `must be fwhm for telescope.psf.name = "${name}"`);
    if (slope !== 0) refuse("telescope.psf.slope", "needs telescope.psf.fwhm in place of sigma");
    // The square that holds all but a millionth of the light.
    const side = size ?? 2 * Math.ceil(5.26 * (sigma as number)) + 1;
    return pointSpread({ size: side as number, sigma: sigma as number }, telescope);
  }
  const options = { kind: name, fwhm: fwhm ?? 0.8, slope, ...name === "moffat" ? { beta } : {} } as SeeingOptions;
  if (reference !== null) options.referenceWavelength = reference as number;
  if (size !== null) options.radius = (size as number - 1) / 2;
  return pointSpread(options, telescope);
}

/** The line spread function of a configuration, with the wavelength pixels that it needs at both ends. */
export function lsfOf(
  { "telescope.lsf": { sigma, fwhm } }: Values,
  telescope: Telescope,
  templates: Pick<TemplateGrid, "fwhm" | "wavelength">,
  redshift: number,
  refuse: Refusal,
): { lsf: LineSpread; margin: number } {
  if (sigma !== null) {
    if (fwhm !== null) refuse("telescope.lsf.fwhm", "must be left out where telescope.lsf.sigma is given");
    const lsf = lineSpread({ sigma: sigma as number }, telescope);
    return { lsf, margin: lsf.radius };
  }
  const lsf = lineSpread(
    { ...fwhm === null ? {} : { fwhm: fwhm as number }, template: templates, redshift },
    telescope,
  );
  return { lsf, margin: lsf.margin };
}

/** The noise of a configuration; undefined for none. */
export function noiseOf(
  { "telescope.noise": noise, "telescope.noise.detector": detector, output: { unit } }: Values,
  refuse: Refusal,
): NoiseOptions | undefined {
  const { signal_to_noise: signalToNoise, magnitude_limit: magnitudeLimit } = noise;
  const given = Object.entries({
    "telescope.noise.signal_to_noise": signalToNoise,
    "telescope.noise.magnitude_limit": magnitudeLimit,
    "telescope.noise.detector.exposure_time": detector.exposure_time,
  }).flatMap(([key, value]) => value === null ? [] : [key]);
  if (given.length > 1) refuse(given[1], `must be left out where ${given[0]} is given`);
  if (given.length === 0) return;
  const common = { key: noise.seed as number, distribution: noise.noise_distribution as "normal" | "uniform" };
  if (signalToNoise !== null) return { signalToNoise: signalToNoise as number, ...common };
  if (unit === "Lsun/Angstrom") refuse(given[0], `needs fluxes, got output.unit = "${unit}"`);
  if (magnitudeLimit !== null) {
    const limitSignalToNoise = noise.limit_signal_to_noise as number;
    return { magnitudeLimit: magnitudeLimit as number, limitSignalToNoise, ...common };
  }
  const set = Object.entries(detector).filter(([, value]) => value !== null);
  const members = Object.fromEntries(set.map(([key, value]) => [optionOf(key), value]));
  return { detector: members as unknown as DetectorOptions, ...common };
}
