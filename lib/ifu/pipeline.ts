import type { Galaxy } from "../galaxy/mod.ts";
import { ready, threadCount } from "../kernel/mod.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { type IfuConfig, type IfuSettings, ifuSettings, readIfuConfig } from "./config.ts";
import type { Cube } from "./cube.ts";
import { type CubeGradient, cubeGradient } from "./cube_gradient.ts";
import { type Observation, observe, type ObserveOptions } from "./observe.ts";
import { openGalaxy, openTemplates } from "./sources.ts";

/** Loads the kernels unless that was done: how many threads they use is then not changed. */
async function loaded(): Promise<void> {
  try {
    threadCount();
  } catch {
    await ready();
  }
}

/**
 * From a configuration to a cube, as `deno task paint` makes it from the same configuration; RUBIX's are understood.
 *
 * @example A small field
 * ```ts
 * import { IfuPipeline } from "@cosmesh/cosmesh/ifu";
 *
 * const pipeline = new IfuPipeline({
 *   data: { synthetic: { stars: 1000 } },
 *   telescope: { name: "MUSE", spatial_res: 0.5, wave_res: 20, noise: { signal_to_noise: 20 } },
 *   galaxy: { dist_z: 0.1, rotation: { type: "edge-on" } },
 * });
 * using seen = await pipeline.run();
 * console.log(seen.cube.flux.shape, seen.cube.unit); // [10, 10, 233] 1e-20 erg/s/cm2/Angstrom
 * ```
 */
export class IfuPipeline {
  /** Reads nothing yet. */
  constructor(
    /** Path of a TOML, YAML or JSON file, or its tables. */
    readonly config: IfuConfig,
  ) {}

  /**
   * Makes the cube.
   *
   * @param options What to tell of progress.
   * @returns The cube, and what it was seen with. Give it back with `using` or `dispose()`.
   * @throws {InputError | FormatError} for a configuration or files that cannot be used, with file, key, rule and way out.
   * @throws {MemoryError} if the cube is too large.
   */
  run(options: ObserveOptions = {}): Promise<Observation> {
    return this.#with((settings, galaxy, templates) => observe(settings, galaxy, templates, options));
  }

  /**
   * How far the cube without noise is from another, and the derivatives of that by mass, metallicity, age and velocity of each
   * star; see `cubeGradient`.
   *
   * @param target Cube of the shape and unit that the configuration gives; its variance weighs, if it has one.
   * @throws {ShapeError} if the target has another shape. {InputError} for another unit. Else as `run`.
   */
  gradient(target: Cube): Promise<CubeGradient> {
    return this.#with((settings, galaxy, templates) => cubeGradient(settings, galaxy, templates, target));
  }

  async #with<T>(body: (settings: IfuSettings, galaxy: Galaxy, templates: TemplateGrid) => T): Promise<T> {
    const settings = await ifuSettings(await readIfuConfig(this.config));
    await loaded();
    using templates = await openTemplates(settings);
    using galaxy = await openGalaxy(settings);
    return body(settings, galaxy, templates);
  }
}
