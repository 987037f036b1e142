/**
 * The pipeline of mock integral-field spectroscopy: templates, the cube, and what is measured on it.
 *
 * @module
 */
import { IFU_PARAMETERS, ifuNotices, type IfuSettings, translateRubix } from "../../lib/ifu/mod.ts";
import type { Task } from "../../lib/runner/mod.ts";
import type { Pipeline } from "../registry.ts";
import { analyseTask } from "./analyse.ts";
import { planOf } from "./config.ts";
import { paintTask } from "./paint.ts";
import { downloadTask, templatesTask } from "./precompute.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

const painting = async (settings: IfuSettings): Promise<Task> =>
  paintTask(settings, await templatesTask(settings), downloadTask(settings));

/** The pipeline. */
export const pipeline: Pipeline = {
  description: "Mock integral-field spectroscopy of a galaxy: spectral cubes, images, maps, Voronoi bins",
  parameters: IFU_PARAMETERS,
  example: () => ({
    text: Deno.readTextFileSync(new URL("ifu.toml", EXAMPLES)),
    folder: decodeURIComponent(EXAMPLES.pathname).replace(/\/$/, ""),
  }),
  presets: {
    small: { "data.synthetic": { stars: 4000 }, telescope: { spatial_res: 0.5, wave_res: 5 } },
    default: {},
    large: { "data.synthetic": { stars: 1_000_000 } },
  },
  translate: translateRubix,
  notices: ifuNotices,
  stages: {
    precompute: async (config) => {
      const settings = await planOf(config);
      const download = downloadTask(settings);
      return [await templatesTask(settings), ...download ? [download] : []];
    },
    paint: async (config) => [await painting(await planOf(config))],
    analyse: async (config) => {
      const settings = await planOf(config);
      return [analyseTask(settings, await painting(settings))];
    },
  },
};
