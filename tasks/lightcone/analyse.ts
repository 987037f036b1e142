/**
 * Measures painted shells: power spectra, angular power, convergence maps, figures, and a report.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import { comovingDistance } from "../../lib/cosmology/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import type { Plan } from "./config.ts";
import { sourcesOf } from "./sources.ts";

/** The step that analyses what `paint` made. */
export function analyseTask(plan: Plan, paint: Task, initial: Task): Task {
  const { analysis, meta, shells } = plan;
  const cells = meta.mesh.reduce((a, b) => a * b, 1);
  const count = shells.centers?.length ?? shells.count;
  const pixels = 12 * shells.nside ** 2;

  function estimate(): Estimate {
    const maps = shells.targets.includes("spherical") ? 8 * count * pixels + 80 * pixels : 0;
    const meshes = shells.targets.includes("density") ? 4 * count * cells + 16 * cells : 0;
    return {
      kernelBytes: Math.max(maps, meshes) + 2 ** 26,
      // The program with what draws figures; a slab of a file.
      otherBytes: 300 * 2 ** 20 + 2 ** 26,
      remedy: "use a smaller simulation.mesh, a smaller shells.nside, or fewer shells",
      seconds: Math.ceil(3 + count * (1e-7 * cells + 2e-9 * pixels ** 1.5)),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const [{ measureAll }, tables, figures] = await Promise.all([
      import("./measure.ts"),
      import("./tables.ts"),
      import("./figures.ts"),
    ]);
    using measured = await measureAll(
      plan,
      context.input("paint"),
      context.input("initial"),
      context.phase.bind(context),
    );
    const { results, maps, convergence, shear } = measured;
    const { center, width } = results.shells[results.shells.length - 1];
    const behind = sourcesOf(plan).map(({ sources }) => sources.mean)
      .filter((z) => comovingDistance(plan.universe, z) > center + width / 2);
    if (behind.length > 0 && Object.keys(convergence).length > 0) {
      const end = `${(center + width / 2).toPrecision(4)} Mpc/h`;
      context.note(
        `sources at z = ${
          behind.map((z) => Number(z.toPrecision(4))).join(", ")
        } lie behind the last shell, which ends at ${end}: matter between is left out`,
      );
    }
    const specs = [...maps, ...figures.spectrumFigures(results)];
    const parts: Record<string, (path: string) => Promise<void>> = {
      ...(Object.keys(convergence).length > 0
        ? { "convergence.h5": (path: string) => tables.writeMaps(path, convergence) }
        : {}),
      ...(Object.keys(shear).length > 0 ? { "shear.h5": (path: string) => tables.writeMaps(path, shear) } : {}),
      "statistics.h5": (path) => tables.writeStatistics(path, results),
      "spectra.csv": (path) => Deno.writeTextFile(path, tables.spectraText(results)),
      "figures": (path) =>
        context.phase(
          "figures",
          () => figures.writeFigures(path, specs, analysis.png_scale, (fraction) => context.progress(fraction)),
        ),
    };
    await context.parts(Object.keys(parts), (path, index) => Object.values(parts)[index](path));
    await context.part("report.html", async (path) => {
      const html = await context.phase("report", () => figures.report(context.output("figures"), plan, results, specs));
      await Deno.writeTextFile(path, html);
    });
  }

  return {
    name: "analyse",
    version: 1,
    module: import.meta.url,
    inputs: { paint, initial, ...(plan.initial.power === null ? {} : { power: plan.initial.power }) },
    parameters: { ...analysis } as unknown as Json,
    estimate,
    run,
  };
}
