/**
 * What is measured of painted cubes: moments, power spectra, bubble sizes, slices.
 *
 * @module
 */
import { type Field, type Moments, moments } from "../../lib/array/mod.ts";
import { type BubbleSizes, bubbleSizes } from "../../lib/morphology/mod.ts";
import type { VegaLiteSpec } from "../../lib/plot/mod.ts";
import {
  crossPower,
  type CylindricalPower,
  cylindricalPower,
  type PowerSpectrum,
  powerSpectrum,
  sampleError,
} from "../../lib/power/mod.ts";
import { CUBE_FIELDS, type CubeFields, openTemporalCube, type StoredCube } from "../../lib/radiation/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";
import type { TaskContext } from "../../lib/runner/mod.ts";
import type { AnalysisSettings } from "./config.ts";

/** Fields that are measured: those of a cube, and the brightness in redshift space. */
export type FieldName = keyof CubeFields | "redshiftSpace";

/** Spectra that are measured, where the cubes have their fields: two fields each, and a name for files. */
export const SPECTRA = [
  { name: "dTb", fields: ["brightnessTemperature", "brightnessTemperature"], title: "21-cm brightness temperature" },
  { name: "dTb_RSD", fields: ["redshiftSpace", "redshiftSpace"], title: "21-cm brightness in redshift space" },
  { name: "xHII", fields: ["ionisedFraction", "ionisedFraction"], title: "ionised fraction" },
  { name: "delta_b", fields: ["density", "density"], title: "overdensity" },
  {
    name: "delta_b_dTb",
    fields: ["density", "brightnessTemperature"],
    title: "overdensity and brightness temperature",
  },
] as const satisfies readonly { name: string; fields: readonly [FieldName, FieldName]; title: string }[];

/** Name of a spectrum. */
export type SpectrumName = typeof SPECTRA[number]["name"];

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
  /** One-point moments of each field, in its unit. */
  readonly moments: { readonly [F in keyof CubeFields]: Moments };
  /** Spectra by name. */
  readonly spectra: { readonly [S in SpectrumName]?: Measured };
  /** Power of the brightness, in redshift space if the cube has it, across and along the line of sight. */
  readonly cylindrical: CylindricalPower;
  /** Sizes of ionised regions. */
  readonly bubbles: BubbleSizes;
  /** A slice of each field but those that are the same everywhere. */
  readonly slices: readonly { readonly field: keyof CubeFields; readonly figure: VegaLiteSpec }[];
}

/** Measures all cubes of a folder, from the lowest redshift on; ranks share them. */
export async function measureCubes(
  folder: string,
  settings: AnalysisSettings,
  lineOfSight: 0 | 1 | 2,
  context: Pick<TaskContext, "map" | "ranks">,
  progress: (fraction: number) => void,
): Promise<CubeResults[]> {
  const { sliceFigure } = await import("../../lib/plot/mod.ts");
  const cubes = await openTemporalCube(folder);
  const { length } = cubes.files;
  let done = 0;
  return await context.map(length, async (index) => {
    using cube = await cubes.read(index);
    const results = measure(cube, settings, lineOfSight, sliceFigure);
    progress(Math.min(++done * context.ranks / length, 1));
    return results;
  });
}

function measure(
  cube: StoredCube,
  settings: AnalysisSettings,
  lineOfSight: 0 | 1 | 2,
  sliceFigure: typeof import("../../lib/plot/mod.ts").sliceFigure,
): CubeResults {
  const { bins, spacing, slice_axis, slice_index, rays, ionised_threshold: threshold } = settings;
  const names = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[];
  const found = Object.fromEntries(names.map((name) => [name, moments(cube[name].array)])) as CubeResults["moments"];
  const options = { spacing, emptyBins: "nan", ...(bins === null ? {} : { bins }) } as const;
  const field = (name: FieldName): Field | undefined =>
    name === "redshiftSpace" ? cube.redshiftSpace?.field : cube[name];
  const spectra = SPECTRA.flatMap(({ name, fields }): [SpectrumName, Measured][] => {
    const [a, b] = fields.map(field);
    if (!a || !b) return [];
    if (a !== b) return [[name, { spectrum: crossPower(a, b, options) }]];
    const spectrum = powerSpectrum(a, options);
    return [[name, { spectrum, error: sampleError(spectrum) }]];
  });
  const slices = names.filter((name) => found[name].max > found[name].min).map((name) => ({
    field: name,
    figure: sliceFigure(cube[name], {
      axis: slice_axis,
      ...(slice_index === null ? {} : { index: slice_index }),
      title: `${title(name)}, z = ${cube.z.toFixed(3)}`,
    }),
  }));
  return {
    z: cube.z,
    moments: found,
    spectra: Object.fromEntries(spectra),
    cylindrical: cylindricalPower(field("redshiftSpace") ?? cube.brightnessTemperature, {
      axis: cube.redshiftSpace?.lineOfSight ?? lineOfSight,
      emptyBins: "nan",
      ...octaves(cube.density.cells),
    }),
    bubbles: bubbleSizes(cube.ionisedFraction, { key: randomKey(0).fold("bubble sizes"), rays, threshold }),
    slices,
  };
}

/** Bins of k_perp and k_par that double, so that none is empty. */
function octaves(cells: number) {
  const bins = 31 - Math.clz32(cells / 2);
  return { perpendicularBins: bins, parallelBins: bins };
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
