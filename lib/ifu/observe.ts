import { InputError } from "../base/mod.ts";
import type { Frame, Galaxy } from "../galaxy/mod.ts";
import type { FitsHeader } from "../io/mod.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { apertureMask } from "./aperture.ts";
import type { IfuSettings } from "./config.ts";
import { Cube, type CubeArray, type CubeUnit } from "./cube.ts";
import { cubeHeader } from "./cube_header.ts";
import { toFlux } from "./flux.ts";
import { inputErrors } from "./_input_errors.ts";
import type { Instrument } from "./instrument.ts";
import { seen } from "./_seen.ts";
import { type View, viewOf } from "./_view.ts";
import { addNoise } from "./noise.ts";
import { paintCube, type PaintedCube } from "./paint_cube.ts";
import type { Telescope } from "./telescope.ts";

/** Stars of a cube: in the field, painted, and those clamped to the templates. */
export type StarCounts = Omit<PaintedCube, "flux">;

/** A galaxy as it is seen. Give it back with `using` or `dispose()`. */
export class Observation implements Disposable {
  /** Used by `observe`. */
  constructor(
    /** Spectra, and their variance if there is noise. */
    readonly cube: Cube,
    /** What it was seen with. */
    readonly instrument: Instrument,
    /** From the simulation to the observer. */
    readonly frame: Frame,
    /** Stars in the field, painted, and clamped to the templates. */
    readonly counts: StarCounts,
    /** What a user should know of the result. */
    readonly notes: readonly string[],
    /** Entries for files. */
    readonly header: FitsHeader,
    /** Whether wavelengths are those in air or in vacuum, as the templates' are. */
    readonly medium: "air" | "vacuum",
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.cube.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Options of `observe`. */
export interface ObserveOptions {
  /** Is called while stars are painted, with the share that is done. */
  onProgress?: (fraction: number) => void;
}

/**
 * A cube of a galaxy as a configuration asks for: it is centered and turned, its stars are painted with a margin, dimmed by dust,
 * seen through point and line spread functions and the aperture, turned to fluxes, and given noise.
 *
 * @param settings What the configuration asks for.
 * @param galaxy Its stars are read in blocks.
 * @param templates Spectra of populations over the telescope's wavelengths at least.
 * @param options What to tell of progress.
 * @throws {InputError} for what a user can put right: configuration, particles and templates.
 * @throws {MemoryError} if the cube with its margins is too large, before anything is painted.
 * @example A galaxy in memory, through the instrument of a configuration
 * ```ts
 * import { syntheticGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ifuSettings, observe, openTemplates, readIfuConfig } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const settings = await ifuSettings(await readIfuConfig({ telescope: { name: "SAMI", wave_res: 20 } }));
 * using templates = await openTemplates(settings);
 * using galaxy = syntheticGalaxy({ stars: 1000 });
 * using seen = observe(settings, galaxy, templates);
 * console.log(seen.cube.flux.shape, seen.counts.stars); // [30, 30, 100] 998
 * ```
 */
export function observe(
  settings: IfuSettings,
  galaxy: Galaxy,
  templates: TemplateGrid,
  options: ObserveOptions = {},
): Observation {
  using view = viewOf(settings, galaxy, templates);
  const { instrument, parts } = view;
  const { telescope, noise } = instrument;
  const { cube: clear, counts } = clearCube(settings, view, options);
  let cube = clear;
  if (noise) {
    try {
      const variance = inputErrors(settings.source, "telescope.noise", () => addNoise(clear, noise));
      cube = cubeOf(clear.flux, telescope, clear.unit, variance);
    } catch (error) {
      clear.dispose();
      throw error;
    }
  }
  const notes = [...settings.notices, ...notesOf(counts, instrument, templates, settings.redshift)];
  return new Observation(
    cube,
    instrument,
    parts.frame,
    counts,
    notes,
    headerOf(settings, galaxy, templates),
    templates.medium,
  );
}

/** The cube of a galaxy before an instrument, without noise. */
export function clearCube(
  { values }: IfuSettings,
  { instrument, parts, from }: View,
  { onProgress }: ObserveOptions = {},
): { cube: Cube; counts: StarCounts } {
  const { telescope, distanceMpc } = instrument;
  const painted = inputErrors(from, "stars", () =>
    paintCube({
      ...parts,
      dtype: values.output.dtype as "float32" | "float64",
      ...onProgress ? { onProgress: (done: number, total: number) => onProgress(done / total) } : {},
    }));
  const { flux: light, ...counts } = painted;
  let cube = cubeOf(seen(light, instrument), telescope);
  try {
    checkLight(cube, telescope, counts, from);
    if (values.output.unit !== "Lsun/Angstrom") cube = toFlux(cube, { distanceMpc });
    return { cube, counts };
  } catch (error) {
    cube.dispose();
    throw error;
  }
}

function cubeOf(flux: CubeArray, telescope: Telescope, unit: CubeUnit = "Lsun/Angstrom", variance?: CubeArray): Cube {
  const { wavelength, wavelengthStep, spaxelSize } = telescope;
  const aperture = apertureMask(telescope);
  const waves = wavelength.length;
  aperture.forEach((inside, i) => inside || flux.data.fill(0, i * waves, (i + 1) * waves));
  return new Cube({ flux, wavelength, wavelengthStep, spaxelSize, unit, aperture, ...variance ? { variance } : {} });
}

/** Refuses an aperture without light: stars may all lie in the corners of the field around it. */
function checkLight({ flux }: Cube, { aperture, name }: Telescope, { stars }: StarCounts, from: string): void {
  if ((flux.data as Float64Array).some((value) => value !== 0)) return;
  const found =
    `no light falls into the ${aperture} aperture of ${name}, though its field around it has ${stars} stars`;
  const help = "check center, units of the coordinates and masses, or take a telescope with a wider field";
  throw new InputError(`Cannot use ${from}: ${found}; ${help}`, from, "stars");
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));

/** [Angstrom] Distance of neighbouring samples of templates, the median over the telescope's wavelengths, as observed. */
function sampling({ wavelength }: TemplateGrid, telescope: Telescope, redshift: number): number {
  const [first, last] = [telescope.wavelength[0], telescope.wavelength[telescope.wavelength.length - 1]];
  const steps = wavelength.subarray(1).map((w, i) => (w - wavelength[i]) * (1 + redshift));
  const inside = steps.filter((_, i) =>
    wavelength[i + 1] * (1 + redshift) > first && wavelength[i] * (1 + redshift) < last
  );
  return inside.sort()[inside.length >> 1];
}

/** What a user should know of a cube. */
function notesOf(
  counts: StarCounts,
  { lsf, telescope }: Instrument,
  templates: TemplateGrid,
  redshift: number,
): string[] {
  const { metallicity: Z, age } = templates;
  const step = sampling(templates, telescope, redshift);
  const { lsfFwhm } = telescope;
  const resolution = typeof lsfFwhm === "number" ? lsfFwhm : lsfFwhm.reduce((a, b) => Math.min(a, b));
  const clamped = (count: number, what: string, [low, high]: [number, number], unit: string) =>
    count === 0 ? [] : [
      `${count} of ${counts.painted} stars have ${what} outside of the templates' ${digits(low)} to ${
        digits(high)
      }${unit} and were ` +
      "painted with the nearest",
    ];
  const ends = (axis: Float64Array): [number, number] => [axis[0], axis[axis.length - 1]];
  return [
    ...clamped(counts.clampedAge, "ages", ends(age), " Gyr"),
    ...clamped(counts.clampedMetallicity, "metallicities", ends(Z), ""),
    ...lsf.unresolved === 0 ? [] : [
      `templates ${templates.name} are coarser than ${telescope.name} in ${lsf.unresolved} of ` +
      `${telescope.wavelength.length} wavelength pixels, which keep the templates' resolution`,
    ],
    ...step <= resolution ? [] : [
      `templates ${templates.name} have a sample each ${
        digits(step)
      } Angstrom as observed, and ${telescope.name} resolves ` +
      `${digits(resolution)}: lines and velocities are not what they would be`,
    ],
  ];
}

function headerOf(
  { values, galaxy: { kind }, redshift, subset }: IfuSettings,
  galaxy: Galaxy,
  templates: TemplateGrid,
): FitsHeader {
  const { telescope, "telescope.psf": psf, "telescope.noise": noise, "galaxy.rotation": rotation } = values;
  const { type, alpha, beta, gamma, matrix } = rotation;
  const given = <T>(value: unknown) => value === null ? undefined : value as T;
  const angles = [alpha, beta, gamma].map((angle) => angle ?? 0) as [number, number, number];
  return cubeHeader({
    pipeline: given<string>(values.pipeline.name) ?? "ifu",
    redshift,
    rotation: given<string>(type) ?? (matrix === null ? angles : "matrix"),
    simulation: kind === "download" ? values["data.args"].simulation as string : kind,
    galaxy: galaxy.name,
    ...kind === "download" ? { snapshot: values["data.args"].snapshot as number } : {},
    subset: subset !== null,
    templates: templates.name,
    telescope: telescope.name as string,
    psf: psf.name as string,
    psfSize: given<number>(psf.size),
    psfSigma: given<number>(psf.sigma),
    psfFwhm: given<number>(psf.fwhm),
    lsf: given<number>(values["telescope.lsf"].sigma),
    signalToNoise: given<number>(noise.signal_to_noise),
    noise: noise.noise_distribution as string,
    cosmology: values.cosmology.name as string,
  });
}
