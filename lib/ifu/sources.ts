import { InputError, isToolkitError } from "../base/mod.ts";
import {
  type ColumnPlaces,
  downloadTngCutout,
  type Galaxy,
  type GalaxyFormat,
  readGalaxy,
  readTngCutout,
  subset,
  syntheticGalaxy,
} from "../galaxy/mod.ts";
import { readTemplates, syntheticTemplates, type TemplateGrid } from "../stellar/mod.ts";
import { inputErrors } from "./_input_errors.ts";
import { optionOf } from "./_keys.ts";
import { type Download, type IfuSettings, refusalOf } from "./config.ts";
import { type Instrument, instrumentOf } from "./instrument.ts";

/** [1] Share by which velocities may shift spectra beyond the telescope's wavelengths: 6000 km/s. */
const SHIFTS = 0.02;

/** Opens the file of a galaxy. */
async function readFile({ values, withGas }: IfuSettings, path: string, format: string | null): Promise<Galaxy> {
  const { center, half_mass_radius: halfMassRadius, redshift } = values.data;
  const places = (table: string) =>
    Object.fromEntries(
      Object.entries(values[table]).filter(([, names]) => names !== null).map(([key, names]) => [optionOf(key), names]),
    ) as ColumnPlaces;
  const options = {
    ...center === null ? {} : { center: center as readonly number[] },
    ...halfMassRadius === null ? {} : { halfMassRadius: halfMassRadius as number },
    ...redshift === null ? {} : { redshift: redshift as number },
    stars: places("data.stars"),
    ...withGas ? { gas: places("data.gas") } : {},
  };
  return await readGalaxy(path, { ...options, ...format === null ? {} : { format: format as GalaxyFormat } });
}

/**
 * Downloads the galaxy of a configuration that asks for it, unless it is there and may be used.
 *
 * @returns Path of the file.
 * @throws {InputError} without a key, permission or network; it says what to do.
 */
export async function downloadGalaxy(download: Download, withGas: boolean): Promise<string> {
  try {
    return await downloadTngCutout({ ...download, gas: withGas });
  } catch (error) {
    if (!isToolkitError(error, "InputError")) throw error;
    // Its options are keys here.
    const text = error.message.replace('"apiKey"', '"data.args.api_key"').replace("its path", "its path as data.path")
      .replace("run with --allow-net", "run with --allow-net (deno run -A tasks/main.ts in place of deno task)");
    throw new InputError(text, error.source, error.key, { cause: error });
  }
}

/**
 * The galaxy of a configuration: made, from a file, or downloaded. Particles may be read from its file until it is given back.
 *
 * @param settings What the configuration asks for.
 * @param downloaded Path of the cutout, where the galaxy is a download that was made before.
 * @throws {InputError | FormatError} if there is no such file, or it cannot be used.
 */
export async function openGalaxy(settings: IfuSettings, downloaded?: string): Promise<Galaxy> {
  const { galaxy: from, source, withGas } = settings;
  let all: Galaxy;
  if (from.kind === "synthetic") all = inputErrors(source, "data.synthetic", () => syntheticGalaxy(from.options));
  else if (from.kind === "file") all = await readFile(settings, from.path, from.format);
  else all = await readTngCutout(downloaded ?? await downloadGalaxy(from, withGas));
  try {
    const { gas, ...rest } = all;
    const wanted = withGas && gas ? { ...rest, gas } : rest;
    return settings.subset ? subset(wanted, settings.subset.count, settings.subset.seed) : wanted;
  } catch (error) {
    all[Symbol.dispose]();
    throw error;
  }
}

/** [Angstrom] Wavelengths at rest of the pixels of an instrument, edges included, and those that shifts by velocities reach. */
export function templateWindow({ telescope, wavelengthMargin }: Instrument, redshift: number) {
  const { wavelength, wavelengthStep: step } = telescope;
  const [first, last] = [wavelength[0] - step / 2, wavelength[wavelength.length - 1] + step / 2];
  const rest = (observed: number) => observed / (1 + redshift);
  return {
    pixels: [rest(first), rest(last)] as const,
    reach: [
      rest(Math.max(first - wavelengthMargin * step, 0)) / (1 + SHIFTS),
      rest(last + wavelengthMargin * step) * (1 + SHIFTS),
    ] as const,
  };
}

/** Where users of RUBIX have its templates. */
const RUBIX_FILES: Readonly<Record<string, string>> = {
  BruzualCharlot2003: "BC03lr.h5 in RUBIX's folder spectra/ssp/templates",
  Mastar_CB19_SLOG_1_5: "MaStar_CB19.slog_1_5.fits.gz, which RUBIX downloads from pyPipe3D's site",
  FSPS: "fsps.h5, which RUBIX makes in its folder spectra/ssp/templates",
};

/** [Angstrom] Below it synthetic templates have no light. */
const SHORTEST = 900;

/**
 * The templates of a configuration, on the wavelengths that its instrument needs.
 *
 * @param settings What the configuration asks for.
 * @throws {InputError | FormatError} if the file cannot be used, or does not cover the wavelengths.
 */
export async function openTemplates(settings: IfuSettings): Promise<TemplateGrid> {
  const { source, redshift, values } = settings;
  const { name, path, step, ...told } = values["ssp.template"];
  const dtype = values.output.dtype as "float32" | "float64";
  const { pixels, reach } = templateWindow(instrumentOf(settings), redshift);
  const refuse = refusalOf(source);
  const outOfTemplates = (cover: string): never => {
    const needed = pixels.map((wavelength) => wavelength.toFixed(1)).join(" to ");
    const why = `must lie in what templates cover, and at rest it is ${needed} Angstrom, not ${cover}`;
    return refuse("telescope.wave_range", `${why}; narrow it, or give other templates`);
  };
  if (path === null) {
    if (name !== "synthetic") {
      const file = RUBIX_FILES[name as string];
      const given = file === undefined ? "its file" : `its file, which is ${file}`;
      refuse("ssp.template.path", `is missing: "${name}" does not ship; give ${given}, or name = "synthetic"`);
    }
    if (pixels[0] < SHORTEST) outOfTemplates(`from ${SHORTEST} Angstrom on`);
    const wavelength = { from: Math.max(reach[0], SHORTEST), to: reach[1] + (step as number), step: step as number };
    return inputErrors(source, "ssp.template", () => syntheticTemplates({ wavelength, dtype }));
  }
  const options = {
    dtype,
    ...Object.fromEntries(Object.entries(told).flatMap(([k, value]) => value === null ? [] : [[optionOf(k), value]])),
    ...name === "synthetic" ? {} : { name: name as string },
  };
  try {
    return await readTemplates(path as string, { ...options, range: reach });
  } catch (error) {
    if (!isToolkitError(error, "DomainError")) throw error;
  }
  try {
    // Beyond the pixels, what the templates do not reach is taken from their ends.
    return await readTemplates(path as string, { ...options, range: pixels });
  } catch (error) {
    if (!isToolkitError(error, "DomainError")) throw error;
    return outOfTemplates(error.expected);
  }
}
