import { angularDiameterDistance, luminosityDistance } from "../cosmology/mod.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { inputErrors } from "./_input_errors.ts";
import { lsfOf, noiseOf, psfOf, telescopeFrom } from "./_instrument.ts";
import { type IfuSettings, refusalOf } from "./config.ts";
import type { LineSpread } from "./lsf.ts";
import type { NoiseOptions } from "./noise.ts";
import type { PointSpread } from "./psf.ts";
import type { Telescope } from "./telescope.ts";

/** What a galaxy is seen with, as a configuration says. */
export interface Instrument {
  /** Spaxels and wavelengths. */
  readonly telescope: Telescope;
  /** Point spread function; left out if there is none. */
  readonly psf?: PointSpread;
  /** Line spread function, as far as the templates do not have it. */
  readonly lsf: LineSpread;
  /** [1] Wavelength pixels that are painted at both ends for it. */
  readonly wavelengthMargin: number;
  /** Noise; left out if there is none. */
  readonly noise?: NoiseOptions;
  /** [kpc/arcsec] Proper length of an angle at the galaxy. */
  readonly kpcPerArcsec: number;
  /** [Mpc] Luminosity distance of the galaxy. */
  readonly distanceMpc: number;
}

/**
 * The telescope of a configuration: one that ships, one with changes, or one whose numbers are all given.
 *
 * @throws {InputError} for one that is not known (with the list), and numbers that do not go together.
 */
export function telescopeOf({ values, source }: IfuSettings): Telescope {
  return telescopeFrom(values, refusalOf(source));
}

/**
 * Scale and distance of the galaxy of a configuration.
 *
 * @returns `kpcPerArcsec` [kpc/arcsec], proper length of an angle, and `distanceMpc` [Mpc], luminosity distance.
 */
export function distancesOf(
  { cosmology, redshift }: Pick<IfuSettings, "cosmology" | "redshift">,
): Pick<Instrument, "kpcPerArcsec" | "distanceMpc"> {
  const { h } = cosmology;
  return {
    kpcPerArcsec: angularDiameterDistance(cosmology, redshift) / h * 1000 * Math.PI / 648_000,
    distanceMpc: luminosityDistance(cosmology, redshift) / h,
  };
}

const NO_TEMPLATES = { fwhm: 0, wavelength: Float64Array.of(1) };

/**
 * The instrument of a configuration.
 *
 * @param settings What the configuration asks for.
 * @param templates Whose resolution spectra have before they are seen. Default: perfect ones.
 * @throws {InputError} for a telescope that is not known (with the list), and numbers that do not go together.
 * @example
 * ```ts
 * import { ifuSettings, instrumentOf, readIfuConfig } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { telescope, kpcPerArcsec } = instrumentOf(await ifuSettings(await readIfuConfig({ galaxy: { dist_z: 0.1 } })));
 * console.log(telescope.name, kpcPerArcsec.toFixed(4)); // MUSE 1.9048
 * ```
 */
export function instrumentOf(
  settings: IfuSettings,
  templates: Pick<TemplateGrid, "fwhm" | "wavelength"> = NO_TEMPLATES,
): Instrument {
  const { values, source, redshift } = settings;
  const refuse = refusalOf(source);
  const telescope = telescopeOf(settings);
  return inputErrors(source, "telescope", () => {
    const { lsf, margin } = lsfOf(values, telescope, templates, redshift, refuse);
    const { wavelength, wavelengthStep: step, spaxelSize } = telescope;
    const painted = Float64Array.from(
      { length: wavelength.length + 2 * margin },
      (_, i) => wavelength[0] + (i - margin) * step,
    );
    const psf = psfOf(values, { spaxelSize, wavelength: painted }, refuse);
    const noise = noiseOf(values, refuse);
    return {
      ...{ telescope, lsf, wavelengthMargin: margin, ...psf ? { psf } : {}, ...noise ? { noise } : {} },
      ...distancesOf(settings),
    };
  });
}

/** [byte] Room for a block of stars, sorted, and for transforms. */
const WORK_BYTES = 2 ** 26;

/** [byte] Most that arrays hold at once while a galaxy is seen, templates left out. */
export function observeBytes({ values }: IfuSettings, instrument: Instrument): number {
  const { telescope: { spaxels, wavelength }, psf, wavelengthMargin } = instrument;
  const width = values.output.dtype === "float64" ? 8 : 4;
  const bytes = (side: number, waves: number) => side * side * waves * width;
  const waves = wavelength.length + 2 * wavelengthMargin;
  const painted = bytes(spaxels + 2 * (psf?.radius ?? 0), waves);
  const seen = bytes(spaxels, waves);
  const final = bytes(spaxels, wavelength.length);
  return WORK_BYTES + Math.max(painted + (psf ? seen : 0), seen + final, final + (instrument.noise ? final : 0));
}
