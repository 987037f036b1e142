import type { Parameter } from "../config/mod.ts";
import { POSITIVE, table } from "./_keys.ts";

/** What is measured on a cube by the command line's analysis. */
export const ANALYSIS_KEYS: readonly Parameter[] = [
  ...table("analysis", {
    bands: {
      kind: "texts",
      default: [],
      description: "Filters that ship and whose images are made; those within the wavelengths of the cube unless given",
    },
    filters: { kind: "paths", default: [], description: "Files with filter curves whose images are made too" },
    bin_signal_to_noise: {
      ...POSITIVE,
      kind: ["number", "text"],
      choices: ["none"],
      unit: "1",
      default: 40,
      description: "Signal-to-noise ratio of Voronoi bins, mean over wavelengths; no bins for none",
    },
    png_scale: {
      kind: "number",
      unit: "1",
      least: 0.5,
      most: 10,
      default: 2,
      description: "Pixels of PNG figures per point of the SVG",
    },
  }),
];
