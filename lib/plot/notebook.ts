import { renderSvg } from "./render.ts";
import type { VegaLiteSpec } from "./spec.ts";

/** Forms of one output of a notebook cell, by media type. */
export type MimeBundle = Readonly<Record<string, string | VegaLiteSpec>>;

/**
 * A figure for a notebook: Vega-Lite for viewers that draw it themselves (versions 5 and 6 read the same specification),
 * SVG for all others, the description as plain text.
 */
export async function mimeBundle(spec: VegaLiteSpec): Promise<MimeBundle> {
  const schema = (version: number) => ({
    ...spec,
    $schema: `https://vega.github.io/schema/vega-lite/v${version}.json`,
  });
  return {
    "application/vnd.vegalite.v6+json": schema(6),
    "application/vnd.vegalite.v5+json": schema(5),
    "image/svg+xml": await renderSvg(spec),
    "text/plain": spec.description,
  };
}

/**
 * An object that Deno's notebook kernel shows as a picture when it is the value of a cell.
 *
 * @example
 * ```ts
 * import { histogramFigure, notebookFigure } from "@cosmesh/cosmesh/plot";
 * notebookFigure(histogramFigure([1, 2, 2, 3], { bins: 3 }));
 * ```
 */
export function notebookFigure(spec: VegaLiteSpec): object {
  return { [Symbol.for("Jupyter.display")]: () => mimeBundle(spec) };
}
