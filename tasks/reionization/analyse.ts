/**
 * Measures painted cubes: spectra as tables and HDF5, figures, and a report.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import type { Config } from "../registry.ts";
import { analysisSettings, paintSettings } from "./config.ts";
import { snapshotsOf, TOO_LARGE } from "./paint.ts";

/** The step that analyses what `paint` made. */
export function analyseTask(config: Config, paint: Task): Task {
  const settings = analysisSettings(config);
  const { parameters } = paintSettings(config);
  const { Ncell: cells } = parameters.simulation;

  async function estimate(threads: number): Promise<Estimate> {
    const { length } = await snapshotsOf(config);
    return {
      // The five fields of a cube, and two spectra.
      kernelBytes: 28 * cells ** 3 + 2 ** 24,
      // The program with what draws figures; a slab of a file.
      otherBytes: 260 * 2 ** 20 + Math.min(4 * cells ** 3, 2 ** 26),
      remedy: TOO_LARGE,
      // Measured on two cores at 2.6 GHz.
      seconds: 1 + length * (0.8 + 1e-7 * cells ** 3 * (1 + 1 / threads)),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const [{ measureCubes }, tables, figures] = await Promise.all([
      import("./measure.ts"),
      import("./tables.ts"),
      import("./figures.ts"),
    ]);
    const results = await context.phase(
      "measure",
      // Up to where the first of the four parts ends in the bar.
      () => measureCubes(context.input("paint"), settings, (fraction) => context.progress(fraction / 4)),
    );
    const specs = figures.figuresOf(results);
    const parts: Record<string, (path: string) => Promise<void>> = {
      "spectra.h5": (path) => tables.writeSpectra(path, results),
      "spectra.csv": (path) => Deno.writeTextFile(path, tables.spectraText(results)),
      "figures": (path) =>
        context.phase(
          "figures",
          () => figures.writeFigures(path, specs, settings.png_scale, (fraction) => context.progress(fraction)),
        ),
      "report.html": async (path) => {
        const html = await context.phase(
          "report",
          () => figures.report(context.output("figures"), results, specs, parameters, config.values.input),
        );
        await Deno.writeTextFile(path, html);
      },
    };
    await context.parts(Object.keys(parts), (path, index) => Object.values(parts)[index](path));
  }

  return {
    name: "analyse",
    version: 1,
    module: import.meta.url,
    inputs: { paint },
    parameters: settings as unknown as Json,
    estimate,
    run,
  };
}
