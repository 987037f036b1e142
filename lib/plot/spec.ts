import type { Json } from "../base/mod.ts";

/**
 * A Vega-Lite figure: a plain object that JSON can hold, as the Vega-Lite editor and notebooks read it.
 * `description` says in a sentence what is shown; it becomes the alternative text of pictures.
 */
export interface VegaLiteSpec {
  /** Address of the Vega-Lite schema. */
  readonly $schema: string;
  /** What is shown, in a sentence. */
  readonly description: string;
  /** Any other member of a Vega-Lite specification. */
  readonly [member: string]: Json;
}

/** Family of all texts; the first is built in (see `_font.ts`), the others stand in where SVG or JSON is shown without it. */
export const FONT_FAMILY = "Inter, Helvetica, Arial, sans-serif";

const INK = "#1f2328";

const CONFIG: Json = {
  font: FONT_FAMILY,
  view: { stroke: INK, strokeWidth: 1, cursor: "default" },
  // The frame lies over pictures and grid lines.
  style: { cell: { strokeForeground: true } },
  title: { fontSize: 13, fontWeight: 600, color: INK, anchor: "start", frame: "group", offset: 10 },
  axis: {
    domain: false,
    grid: false,
    gridColor: "#e3e6ea",
    labelColor: INK,
    labelFontSize: 11,
    labelPadding: 4,
    tickColor: INK,
    tickSize: 5,
    titleColor: INK,
    titleFontSize: 12,
    titleFontWeight: 400,
    titlePadding: 8,
  },
  legend: {
    labelColor: INK,
    labelFontSize: 11,
    labelLimit: 260,
    symbolSize: 130,
    symbolStrokeWidth: 2,
    titleColor: INK,
    titleFontSize: 11,
    titleFontWeight: 600,
  },
};

/** Blue, vermilion, green, purple, orange, sky blue, black: told apart by colour-blind readers (Okabe and Ito 2008). */
export const CURVE_COLORS: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
];

/** A complete specification in the toolkit's style: white ground, framed axes. */
export function figure(
  title: string | undefined,
  description: string,
  body: { readonly [member: string]: Json },
): VegaLiteSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: title === undefined ? description : `${title}: ${description}`,
    ...(title === undefined ? {} : { title }),
    background: "white",
    padding: 10,
    ...body,
    config: CONFIG,
  };
}

/** `label [unit]`; without the brackets if there is no unit or it is "1". */
export function withUnit(label: string, unit?: string): string {
  return unit === undefined || unit === "" || unit === "1" ? label : `${label} [${unit}]`;
}
