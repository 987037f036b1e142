/**
 * What is measured of painted cubes: means, power spectra, slices.
 *
 * @module
 */
import { stats } from "../../lib/array/mod.ts";
import type { VegaLiteSpec } from "../../lib/plot/mod.ts";
import { crossPower, type PowerSpectrum, powerSpectrum, sampleError } from "../../lib/power/mod.ts";
import { CUBE_FIELDS, type CubeFields, openTemporalCube, type StoredCube } from "../../lib/radiation/mod.ts";
import type { AnalysisSettings } from "./config.ts";

/** Spectra that are measured: two fields each, and a name for files. */
export const SPECTRA = [
  { name: "dTb", fields: ["brightnessTemperature", "brightnessTemperature"], title: "21-cm brightness temperature" },
  { name: "xHII", fields: ["ionisedFraction", "ionisedFraction"], title: "ionised fraction" },
  { name: "delta_b", fields: ["density", "density"], title: "overdensity" },
  {
    name: "delta_b_dTb",
    fields: ["density", "brightnessTemperature"],
    title: "overdensity and brightness temperature",
  },
] as const satisfies readonly { name: string; fields: readonly [keyof CubeFields, keyof CubeFields]; title: string }[];

/** A power spectrum with its standard error. */
export interface Measured {
  readonly spectrum: PowerSpectrum;
  /** Standard error of the power, for auto spectra. */
  readonly error?: Float64Array;
}

/** Results of one cube. */
export interface CubeResults {
  /** [1] Redshift. */
  readonly z: number;
  /** Mean and standard deviation of each field, in its unit. */
  readonly moments: { readonly [F in keyof CubeFields]: { mean: number; std: number; min: number; max: number } };
  /** Spectra in the order of `SPECTRA`. */
  readonly spectra: readonly Measured[];
  /** A slice of each field but those that are the same everywhere. */
  readonly slices: readonly { readonly field: keyof CubeFields; readonly figure: VegaLiteSpec }[];
}

/** Measures all cubes of a folder, one at a time, from the lowest redshift on. */
export async function measureCubes(
  folder: string,
  settings: AnalysisSettings,
  progress: (fraction: number) => void,
): Promise<CubeResults[]> {
  const { sliceFigure } = await import("../../lib/plot/mod.ts");
  const cubes = await openTemporalCube(folder);
  const results: CubeResults[] = [];
  for (let i = 0; i < cubes.files.length; i++) {
    using cube = await cubes.read(i);
    results.push(measure(cube, settings, sliceFigure));
    progress((i + 1) / cubes.files.length);
  }
  return results;
}

function measure(
  cube: StoredCube,
  { bins, spacing, slice_axis: axis, slice_index: index }: AnalysisSettings,
  sliceFigure: typeof import("../../lib/plot/mod.ts").sliceFigure,
): CubeResults {
  const names = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[];
  const moments = Object.fromEntries(names.map((name) => {
    const { mean, std, min, max } = stats(cube[name].array);
    return [name, { mean, std, min, max }];
  })) as CubeResults["moments"];
  const options = { spacing, emptyBins: "nan", ...(bins === null ? {} : { bins }) } as const;
  const spectra = SPECTRA.map(({ fields: [a, b] }) => {
    if (a !== b) return { spectrum: crossPower(cube[a], cube[b], options) };
    const spectrum = powerSpectrum(cube[a], options);
    return { spectrum, error: sampleError(spectrum) };
  });
  const slices = names.filter((name) => moments[name].max > moments[name].min).map((field) => ({
    field,
    figure: sliceFigure(cube[field], {
      axis,
      ...(index === null ? {} : { index }),
      title: `${title(field)}, z = ${cube.z.toFixed(3)}`,
    }),
  }));
  return { z: cube.z, moments, spectra, slices };
}

/** A field's name in headings. */
export function title(field: keyof CubeFields): string {
  return {
    density: "Overdensity",
    temperature: "Gas temperature",
    ionisedFraction: "Ionised fraction",
    lymanAlphaCoupling: "Lyman-α coupling",
    brightnessTemperature: "21-cm brightness",
  }[field];
}
