/**
 * What is measured on a cube: images through filters, magnitudes, spectra, Voronoi bins.
 *
 * @module
 */
import type { NdArray } from "../../lib/array/mod.ts";
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import { suggestion } from "../../lib/config/mod.ts";
import {
  abMagnitude,
  bandImage,
  type BinnedSpectra,
  binSpectra,
  type Cube,
  distancesOf,
  type Filter,
  type IfuSettings,
  readCube,
  readFilter,
  signalAndNoise,
  type Spectrum,
  TOP_HATS,
  totalSpectrum,
  type VoronoiBins,
  voronoiBins,
  whiteLight,
} from "../../lib/ifu/mod.ts";
import { type DrawnMap, readMaps } from "./maps.ts";

/** Light through a filter. */
export interface BandResult {
  readonly filter: Filter;
  /** Mean flux density of spaxels `[y, x]`, in the unit of the cube. */
  readonly image: NdArray<"float64">;
  /** [mag] AB magnitude of the whole field. */
  readonly magnitude: number;
}

/** Spaxels that are added up. */
export interface BinResult {
  readonly bins: VoronoiBins;
  readonly spectra: BinnedSpectra;
}

/** All that is measured. Give it back with `using`. */
export interface Results extends Disposable {
  readonly cube: Cube;
  /** Sum of light over wavelength `[y, x]`, in the unit of the cube times Angstrom. */
  readonly white: NdArray<"float64">;
  readonly bands: readonly BandResult[];
  /** Sum of the spectra of all spaxels. */
  readonly total: Spectrum;
  /** Left out if the cube has no variance, or no bins are wanted. */
  readonly binned?: BinResult;
  readonly maps: readonly DrawnMap[];
  /** What the user should know. */
  readonly notes: readonly string[];
}

/** Whether a cube covers all of a filter. */
function covers({ wavelength, wavelengthStep: step }: Cube, filter: Filter): boolean {
  const [first, last] = [filter.wavelength[0], filter.wavelength[filter.wavelength.length - 1]];
  return wavelength[0] - step / 2 <= first && wavelength[wavelength.length - 1] + step / 2 >= last;
}

async function filtersOf(settings: IfuSettings, cube: Cube, files: readonly string[]): Promise<Filter[]> {
  const { source, values: { analysis } } = settings;
  const names = Object.keys(TOP_HATS);
  const bands = analysis.bands as readonly string[];
  for (const band of bands) {
    if (names.includes(band)) continue;
    const why = `must be filters that ship, got "${band}"${suggestion(band, names)}; or give files as analysis.filters`;
    throw new InputError(`Cannot use ${source}: "analysis.bands" ${why}`, source, "analysis.bands");
  }
  const shipped = TOP_HATS as Readonly<Record<string, Filter>>;
  const wanted = bands.length > 0
    ? bands.map((name) => shipped[name])
    : Object.values(shipped).filter((filter) => covers(cube, filter));
  return [...wanted, ...await Promise.all(files.map((path) => readFilter(path)))];
}

/** What bins of the wanted signal-to-noise ratio there are, or why there are none. */
function binnedOf(cube: Cube, target: number | "none"): BinResult | string | undefined {
  if (target === "none") return;
  if (!cube.variance) return "there are no Voronoi bins, as the cube has no noise; give telescope.noise to have some";
  using images = signalAndNoise(cube);
  try {
    const bins = voronoiBins(images.signal, images.noise, {
      targetSignalToNoise: target,
      mask: lit(cube, images.noise),
    });
    return { bins, spectra: binSpectra(cube, bins.bins) };
  } catch (error) {
    if (isToolkitError(error, "DomainError")) {
      return `there are no Voronoi bins: ${error.message.replace(/^[^:]*: /, "")}`;
    }
    throw error;
  }
}

/** Spaxels of the aperture that have noise. */
function lit({ aperture }: Cube, noise: NdArray<"float64">): Uint8Array {
  return aperture.map((inside, i) => inside && noise.data[i] > 0 ? 1 : 0);
}

/**
 * Measures a cube.
 *
 * @param file The cube.
 * @param mapsFile The maps.
 * @param filters Files of filter curves.
 */
export async function measureAll(
  settings: IfuSettings,
  file: string,
  mapsFile: string,
  filters: readonly string[],
): Promise<Results> {
  const { source, values: { analysis } } = settings;
  using held = new DisposableStack();
  const cube = held.use(await readCube(file));
  const total = totalSpectrum(cube);
  const { distanceMpc } = distancesOf(settings);
  const bands = (await filtersOf(settings, cube, filters)).map((filter): BandResult => {
    try {
      const magnitude = abMagnitude(total, filter, { luminosityDistance: distanceMpc });
      return { filter, image: held.use(bandImage(cube, filter)), magnitude };
    } catch (cause) {
      if (!isToolkitError(cause, "DomainError")) throw cause;
      const key = filters.length > 0 ? "analysis.filters" : "analysis.bands";
      const message = `Cannot use ${source}: "${key}": ${cause.message.replace(/^Cannot [^:]*: /, "")}`;
      throw new InputError(message, source, key, { cause });
    }
  });
  const binned = binnedOf(cube, analysis.bin_signal_to_noise as number | "none");
  if (typeof binned === "object") held.use(binned.spectra);
  const white = held.use(whiteLight(cube));
  const kept = held.move();
  return {
    ...{ cube, white, bands, total, maps: await readMaps(mapsFile) },
    ...typeof binned === "object" ? { binned } : {},
    notes: typeof binned === "string" ? [binned] : [],
    [Symbol.dispose]: () => kept.dispose(),
  };
}
