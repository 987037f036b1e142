/**
 * The pipeline of reionization: initial conditions or a simulation, radiation profiles, 21-cm cubes, and their statistics.
 *
 * @module
 */
import { InputError } from "../../lib/base/mod.ts";
import type { Task } from "../../lib/runner/mod.ts";
import type { Pipeline } from "../registry.ts";
import { analyseTask } from "./analyse.ts";
import { PARAMETERS } from "./keys.ts";
import { paintTask } from "./paint.ts";
import { profilesTask } from "./profiles.ts";
import { type Plan, planOf } from "./sources.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** The step that computes profiles, or the file that has them. */
const profilesOf = ({ profiles, settings, numerics }: Plan): Task | string =>
  profiles ?? profilesTask(settings.parameters, numerics);
const painting = (plan: Plan): Task => paintTask(plan, profilesOf(plan));

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
    async precompute(config) {
      const profiles = profilesOf(await planOf(config));
      if (typeof profiles !== "string") return [profiles];
      const why = `its profiles are read from "${profiles}"; leave input.profiles out to compute them`;
      throw new InputError(`Cannot precompute ${config.source}: ${why}`, config.source, "input.profiles");
    },
    paint: async (config) => [painting(await planOf(config))],
    async analyse(config) {
      const plan = await planOf(config);
      return [analyseTask(config, plan, painting(plan))];
    },
  },
};
