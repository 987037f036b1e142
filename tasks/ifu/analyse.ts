/**
 * Measures the cube: images, magnitudes, spectra, Voronoi bins, figures, and a report.
 *
 * @module
 */
import type { IfuSettings } from "../../lib/ifu/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import { plannedInstrument, valuesOf } from "./config.ts";
import { cubeFile, mapsFile } from "./paint.ts";

/** The step that analyses what `paint` made. */
export function analyseTask(settings: IfuSettings, paint: Task): Task {
  const { values, redshift, cosmology } = settings;
  const { filters, png_scale } = values.analysis as { filters: readonly string[]; png_scale: number };
  const filterFiles = Object.fromEntries(filters.map((path, i) => [`filter ${i}`, path]));

  async function estimate(threads: number): Promise<Estimate> {
    const { telescope: { spaxels, wavelength }, noise } = await plannedInstrument(settings, threads);
    const width = values.output.dtype === "float64" ? 8 : 4;
    const cube = spaxels * spaxels * wavelength.length * width * (noise ? 2 : 1);
    // Spectra of bins, in float64, are few where the field is so large that it matters.
    return {
      kernelBytes: cube + (noise ? cube / width : 0) + 2 ** 26,
      otherBytes: 300 * 2 ** 20,
      remedy: "use a smaller telescope.fov, or a shorter telescope.wave_range and one run for each part",
      seconds: Math.ceil(3 + 2e-9 * cube),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const [{ measureAll }, { figuresOf }, tables, { report, writeFigures }] = await Promise.all([
      import("./measure.ts"),
      import("./pictures.ts"),
      import("./tables.ts"),
      import("./figures.ts"),
    ]);
    const inputs = Object.keys(filterFiles).map((name) => context.input(name));
    const folder = context.input("paint");
    using results = await context.phase(
      "measure",
      () => measureAll(settings, cubeFile(folder), mapsFile(folder), inputs),
    );
    results.notes.forEach((text) => context.note(text));
    const figures = figuresOf(results);
    const parts: Record<string, (path: string) => Promise<void>> = {
      "images.h5": (path) => tables.writeImages(path, results),
      "spectra.h5": (path) => tables.writeSpectra(path, results),
      "magnitudes.csv": (path) => Deno.writeTextFile(path, tables.magnitudesText(results)),
      "spectrum.csv": (path) => Deno.writeTextFile(path, tables.spectrumText(results)),
      "figures": (path) =>
        context.phase(
          "figures",
          () => writeFigures(path, figures, png_scale, (fraction) => context.progress(fraction)),
        ),
    };
    await context.parts(Object.keys(parts), (path, index) => Object.values(parts)[index](path));
    await context.part("report.html", async (path) => {
      const html = await context.phase("report", () => report(context.output("figures"), settings, results, figures));
      await Deno.writeTextFile(path, html);
    });
  }

  return {
    name: "analyse",
    version: 1,
    module: import.meta.url,
    inputs: { paint, ...filterFiles },
    // Luminosities become magnitudes by a distance.
    parameters: {
      redshift,
      cosmology: { ...cosmology },
      analysis: valuesOf(values, ["analysis"], ["analysis.filters"]),
    },
    estimate,
    run,
  };
}
