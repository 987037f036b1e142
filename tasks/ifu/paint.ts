/**
 * Sees a galaxy through the instrument: the cube as FITS and HDF5, and maps of what is in its spaxels.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import { type IfuSettings, observe, observeBytes, openGalaxy, particleMaps, writeCube } from "../../lib/ifu/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import { readRubixTemplates } from "../../lib/stellar/mod.ts";
import { plannedInstrument, valuesOf } from "./config.ts";
import { writeMaps } from "./maps.ts";
import { galaxyFile, templatesFile } from "./precompute.ts";

const FILES = ["cube.fits", "cube.h5", "maps.h5"];

/** Path of the cube in the folder of what the step made. */
export const cubeFile = (folder: string): string => `${folder}/cube.h5`;

/** Path of the maps in the folder of what the step made. */
export const mapsFile = (folder: string): string => `${folder}/maps.h5`;

/** Tables that decide the cube, beside the templates and the particles. */
const TABLES = [
  ...["data.subset", "galaxy", "galaxy.rotation", "cosmology", "cosmology.args"],
  ...["telescope", "telescope.psf", "telescope.lsf", "telescope.noise", "telescope.noise.detector"],
  ...["pipeline", "ssp", "ssp.dust", "output"],
];

/** [s] A star, for each thread; measured on two cores at 2.6 GHz, for estimates only. */
const STAR_SECONDS = 1e-5;

/** The step that paints. */
export function paintTask(settings: IfuSettings, templates: Task, download: Task | undefined): Task {
  const { values, galaxy: from, lookup: { ageAxis, metallicityAxis } } = settings;
  const dtype = values.output.dtype as "float32" | "float64";

  async function estimate(threads: number): Promise<Estimate> {
    const instrument = await plannedInstrument(settings, threads);
    const stars = from.kind === "synthetic" ? from.options.stars! : undefined;
    return {
      kernelBytes: observeBytes(settings, instrument) + 2 ** 26,
      otherBytes: 200 * 2 ** 20,
      remedy: "use a smaller telescope.fov, or a shorter telescope.wave_range and one run for each part",
      ...stars === undefined ? {} : { seconds: Math.ceil(1 + STAR_SECONDS * stars / threads) },
    };
  }

  async function run(context: TaskContext): Promise<void> {
    using held = new DisposableStack();
    const see = async () => {
      using grid = await context.phase(
        "templates",
        () => readRubixTemplates(templatesFile(context.input("templates")), { dtype }),
      );
      const open = () => openGalaxy(settings, download && galaxyFile(context.input("galaxy")));
      using galaxy = await context.phase("galaxy", open);
      const onProgress = (fraction: number) => context.progress(fraction);
      const seen = held.use(await context.phase("paint", () => observe(settings, galaxy, grid, { onProgress })));
      seen.notes.forEach((text) => context.note(text));
      const { frame, instrument: { telescope, kpcPerArcsec, psf } } = seen;
      const { stars } = galaxy;
      const maps = await context.phase("maps", () =>
        particleMaps({
          ...{ stars, frame, telescope, kpcPerArcsec, templates: grid, redshift: settings.redshift },
          ...{ ageAxis, metallicityAxis },
          ...psf ? { psf } : {},
        }));
      return { seen, maps };
    };
    let made: ReturnType<typeof see> | undefined;
    await context.parts(FILES, async (path, index) => {
      // One run over the stars serves all files.
      made ??= see();
      const { seen: { cube, header, medium }, maps } = await made;
      await context.phase(
        "write",
        () =>
          FILES[index] === "maps.h5"
            ? writeMaps(path, maps, cube.spaxelSize)
            : writeCube(path, cube, { header, medium }),
      );
    });
  }

  return {
    name: "paint",
    version: 1,
    module: import.meta.url,
    inputs: { templates, ...from.kind === "file" ? { galaxy: from.path } : download ? { galaxy: download } : {} },
    parameters: {
      values: valuesOf(values, TABLES, ["galaxy.align"]),
      gas: settings.withGas,
      align: settings.align,
      ...from.kind === "file"
        ? { file: valuesOf(values, ["data", "data.stars", "data.gas"], ["data.path", "data.name"]) }
        : {},
      ...from.kind === "synthetic" ? { synthetic: from.options as Json } : {},
    },
    estimate,
    run,
  };
}
