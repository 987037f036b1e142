import type { Quantity } from "../array/mod.ts";
import type { PlaneOptions } from "./plane.ts";

/** What a quantity is called, and the colours it has in the 21-cm literature. */
export type Look = Required<Pick<PlaneOptions, "label" | "colors" | "scale">>;

/** The look of each quantity. */
export const LOOKS: { readonly [quantity in Quantity]: Look } = {
  overdensity: { label: "Overdensity δ", colors: "viridis", scale: "linear" },
  counts: { label: "Counts", colors: "viridis", scale: "linear" },
  density: { label: "Density", colors: "viridis", scale: "log" },
  temperature: { label: "Kinetic temperature", colors: "plasma", scale: "log" },
  ionisedFraction: { label: "Ionised fraction", colors: "binary", scale: "linear" },
  lymanAlphaCoupling: { label: "Lyman-α coupling", colors: "cividis", scale: "log" },
  brightnessTemperature: { label: "Brightness temperature", colors: "dtb", scale: "centred" },
  other: { label: "Value", colors: "viridis", scale: "linear" },
};

/** Options of a picture of a quantity, with `given` over those of its look. */
export function lookOf(
  { quantity, unit }: { readonly quantity: Quantity; readonly unit: string },
  values: Float32Array | Float64Array,
  given: PlaneOptions,
): PlaneOptions {
  const look = LOOKS[quantity];
  const defaults: PlaneOptions = { label: look.label, colors: look.colors, unit };
  if (given.scale === undefined) {
    // Cells without light couple by exactly 0, which has no logarithm.
    const hasLog = look.scale !== "log" || given.limits !== undefined || values.every((value: number) => !(value <= 0));
    defaults.scale = hasLog ? look.scale : "linear";
    if (quantity === "ionisedFraction") defaults.limits = [0, 1];
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
