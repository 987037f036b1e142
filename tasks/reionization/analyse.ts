/**
 * Measures painted cubes: statistics as tables and HDF5, a light-cone, figures, and a report.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import type { Config } from "../registry.ts";
import { analysisSettings } from "./config.ts";
import { TOO_LARGE } from "./paint.ts";
import type { Plan } from "./sources.ts";

/** The step that analyses what `paint` made. */
export function analyseTask(config: Config, { settings: painting, snapshots }: Plan, paint: Task): Task {
  const settings = analysisSettings(config);
  const { parameters, line_of_sight: lineOfSight } = painting;
  const { Ncell: cells } = parameters.simulation;
  const withCone = settings.lightcone && snapshots.length > 1;

  function estimate(threads: number): Estimate {
    return {
      // The six fields of a cube and two spectra; two cubes of two fields and a slab for the light-cone are less.
      kernelBytes: 32 * cells ** 3 + 2 ** 26,
      // The program with what draws figures; a slab of a file.
      otherBytes: 300 * 2 ** 20 + Math.min(4 * cells ** 3, 2 ** 26),
      remedy: TOO_LARGE,
      // Measured on two cores at 2.6 GHz.
      seconds: 3 + snapshots.length * (0.4 + 2e-7 * cells ** 3 * (1 + 1 / threads)),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const [{ measureCubes }, tables, figures, cone] = await Promise.all([
      import("./measure.ts"),
      import("./tables.ts"),
      import("./figures.ts"),
      import("./cone.ts"),
    ]);
    const folder = context.input("paint");
    const results = await context.phase(
      "measure",
      // Up to where the first of the parts ends in the bar.
      () => measureCubes(folder, settings, lineOfSight, context, (fraction) => context.progress(fraction / 6)),
    );
    if (withCone) {
      await context.part(
        "lightcone.h5",
        (path) => context.phase("light-cone", () => cone.writeCone(path, folder, parameters, lineOfSight)),
      );
    }
    const planes = withCone ? { planes: await cone.conePlanes(context.output("lightcone.h5")) } : {};
    const drawn = { results, parameters, ...planes };
    const specs = figures.figuresOf(drawn);
    const parts: Record<string, (path: string) => Promise<void>> = {
      "statistics.h5": (path) => tables.writeStatistics(path, results, parameters),
      "spectra.csv": (path) => Deno.writeTextFile(path, tables.spectraText(results)),
      "history.csv": (path) => Deno.writeTextFile(path, tables.historyText(results, parameters)),
      "figures": (path) =>
        context.phase(
          "figures",
          () => figures.writeFigures(path, specs, settings.png_scale, (fraction) => context.progress(fraction)),
        ),
    };
    await context.parts(Object.keys(parts), (path, index) => Object.values(parts)[index](path));
    await context.part("report.html", async (path) => {
      const html = await context.phase(
        "report",
        () => figures.report(context.output("figures"), drawn, specs, config.values.input),
      );
      await Deno.writeTextFile(path, html);
    });
  }

  return {
    name: "analyse",
    version: 2,
    module: import.meta.url,
    inputs: { paint },
    parameters: { ...settings as unknown as Record<string, Json>, lineOfSight },
    estimate,
    distributed: true,
    run,
  };
}
