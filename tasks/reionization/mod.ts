/**
 * The pipeline of reionization: initial conditions or a simulation, radiation profiles, 21-cm cubes, and their statistics.
 *
 * @module
 */
import type { Config, Pipeline, Stage } from "../registry.ts";
import { analyseTask } from "./analyse.ts";
import { PARAMETERS } from "./keys.ts";
import { paintTask } from "./paint.ts";
import { profilesTask } from "./profiles.ts";
import { type Plan, planOf } from "./sources.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** The step that computes profiles, or the file that has them. */
const profilesOf = ({ profiles, settings, numerics }: Plan) => profiles ?? profilesTask(settings.parameters, numerics);
const painting = (plan: Plan) => paintTask(plan, profilesOf(plan));
const withPlan = (stage: (plan: Plan, config: Config) => ReturnType<Stage>): Stage => async (config) =>
  stage(await planOf(config), config);

/** The pipeline. */
export const pipeline: Pipeline = {
  description:
    "Ionised bubbles, gas temperature and the 21-cm signal around halos, from initial conditions or simulations",
  parameters: PARAMETERS,
  example: () => ({
    text: Deno.readTextFileSync(new URL("reionization.toml", EXAMPLES)),
    folder: decodeURIComponent(EXAMPLES.pathname).replace(/\/$/, ""),
  }),
  // Cells of the same size.
  presets: {
    small: { simulation: { Ncell: 64, Lbox: 50 } },
    default: { simulation: { Ncell: 128, Lbox: 100 } },
    large: { simulation: { Ncell: 256, Lbox: 200 } },
  },
  stages: {
    precompute: withPlan((plan) => {
      const profiles = profilesOf(plan);
      return typeof profiles === "string" ? [] : [profiles];
    }),
    paint: withPlan((plan) => [painting(plan)]),
    analyse: withPlan((plan, config) => [analyseTask(config, plan, painting(plan))]),
  },
};
