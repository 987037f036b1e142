import { ready } from "../kernel/mod.ts";
import { type IfuConfig, ifuSettings, readIfuConfig } from "./config.ts";
import { type Observation, observe, type ObserveOptions } from "./observe.ts";
import { openGalaxy, openTemplates } from "./sources.ts";

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
  /** @param config Path of a TOML, YAML or JSON file, or its tables. */
  constructor(readonly config: IfuConfig) {}

  /**
   * Makes the cube.
   *
   * @param options What to tell of progress.
   * @returns The cube, and what it was seen with. Give it back with `using` or `dispose()`.
   * @throws {InputError | FormatError} for a configuration or files that cannot be used, with file, key, rule and way out.
   * @throws {MemoryError} if the cube is too large.
   */
  async run(options: ObserveOptions = {}): Promise<Observation> {
    const settings = await ifuSettings(await readIfuConfig(this.config));
    await ready();
    using templates = await openTemplates(settings);
    using galaxy = await openGalaxy(settings);
    return observe(settings, galaxy, templates, options);
  }
}
