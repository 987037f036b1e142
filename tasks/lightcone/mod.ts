/**
 * The pipeline of light-cones: initial conditions, particles, shells, and their spectra and convergence.
 *
 * @module
 */
import type { Pipeline } from "../registry.ts";
import { analyseTask } from "./analyse.ts";
import { planOf } from "./config.ts";
import { PARAMETERS } from "./keys.ts";
import { paintTask } from "./paint.ts";
import { backgroundTask, initialTask } from "./precompute.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** The pipeline. */
export const pipeline: Pipeline = {
  description: "Particle-mesh simulation seen on the light-cone: shells, power spectra, weak lensing",
  parameters: PARAMETERS,
  example: () => ({
    text: Deno.readTextFileSync(new URL("lightcone.toml", EXAMPLES)),
    folder: decodeURIComponent(EXAMPLES.pathname).replace(/\/$/, ""),
  }),
  // Cells of the same size.
  presets: {
    small: { simulation: { mesh: 32, box: 250 }, shells: { nside: 32 }, lensing: { source_redshifts: [0.03, 0.04] } },
    default: { simulation: { mesh: 64, box: 500 }, shells: { nside: 64 } },
    large: {
      simulation: { mesh: 256, box: 2000 },
      shells: { nside: 256, count: 16 },
      lensing: { source_redshifts: [0.2, 0.35] },
    },
  },
  stages: {
    precompute: (config) => {
      const plan = planOf(config);
      return [backgroundTask(plan), initialTask(plan)];
    },
    paint: (config) => {
      const plan = planOf(config);
      return [paintTask(plan, initialTask(plan))];
    },
    analyse: (config) => {
      const plan = planOf(config);
      const initial = initialTask(plan);
      return [analyseTask(plan, paintTask(plan, initial), initial)];
    },
  },
};
