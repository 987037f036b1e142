/**
 * The pipeline of reionization: halos and radiation profiles to 21-cm cubes, spectra and figures.
 *
 * @module
 */
import type { Pipeline } from "../registry.ts";
import { analyseTask } from "./analyse.ts";
import { PARAMETERS } from "./config.ts";
import { paintTask } from "./paint.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** The pipeline. */
export const pipeline: Pipeline = {
  description: "Ionised bubbles, gas temperature and the 21-cm signal around halos",
  parameters: PARAMETERS,
  example: () => ({
    text: Deno.readTextFileSync(new URL("nbody.toml", EXAMPLES)),
    folder: decodeURIComponent(EXAMPLES.pathname).replace(/\/$/, ""),
  }),
  stages: {
    paint: (config) => [paintTask(config)],
    analyse: (config) => [analyseTask(config, paintTask(config))],
  },
};
