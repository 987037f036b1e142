import { checkPositive } from "../base/mod.ts";
import { FontMetrics } from "./_metrics.ts";
import { FONT_FAMILY, type VegaLiteSpec } from "./spec.ts";

/** A figure in the three forms that a run writes. */
export interface RenderedFigure {
  /** Vector picture. */
  readonly svg: string;
  /** Pixel picture. */
  readonly png: Uint8Array<ArrayBuffer>;
  /** The specification as text. */
  readonly json: string;
}

/** What `renderPng` and `renderFigure` can be told. */
export interface PngOptions {
  /** [1] Pixels per unit of the SVG: 2 is sharp on screens, 4 in print. */
  scale?: number;
}

type WidthOf = (item: { font?: string; fontSize?: number; fontWeight?: string | number }, text: unknown) => number;

async function loadFonts(): Promise<Uint8Array[]> {
  const { regular, semiBold } = await import("./_font.ts");
  return [Uint8Array.fromBase64(regular), Uint8Array.fromBase64(semiBold)];
}

async function loadVega() {
  const [vega, { compile }, fonts] = await Promise.all([
    import("npm:vega@6.4.0"),
    import("npm:vega-lite@6.5.0"),
    loadFonts(),
  ]);
  const [regular, semiBold] = fonts.map((bytes) => new FontMetrics(bytes));
  // Without a canvas Vega takes 0.8 of the font size per letter, far more than letters need, and leaves gaps.
  const { textMetrics } = vega as unknown as { textMetrics: { width: WidthOf } };
  const estimate = textMetrics.width;
  textMetrics.width = (item, text) => {
    if (item.font !== FONT_FAMILY) return estimate(item, text);
    const isHeavy = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
    return (isHeavy ? semiBold : regular).width(String(text ?? "")) * (item.fontSize ?? 11);
  };
  return { vega, compile };
}

async function loadRasterizer() {
  const [{ Resvg }, fontBuffers] = await Promise.all([import("npm:@cf-wasm/resvg@0.3.5/node"), loadFonts()]);
  return { Resvg, fontBuffers };
}

// Loading costs about 0.1 s each, so it waits for the first picture.
let vegaLoaded: ReturnType<typeof loadVega> | undefined;
let rasterizerLoaded: ReturnType<typeof loadRasterizer> | undefined;

/**
 * SVG of a figure. Needs no permission and no display; the same specification gives the same text.
 *
 * @example
 * ```ts
 * import { renderSvg, spectrumFigure } from "@cosmesh/cosmesh/plot";
 * const svg = await renderSvg(spectrumFigure([{ label: "z = 8", k: [0.1, 1], value: [2, 20] }]));
 * ```
 */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const { vega, compile } = await (vegaLoaded ??= loadVega());
  // Vega numbers the rows of data in place, so it gets a copy.
  const copy = structuredClone(spec) as unknown as Parameters<typeof compile>[0];
  const view = new vega.View(vega.parse(compile(copy).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** PNG of an SVG, with the built-in font for its texts and no other: the same on every machine. */
async function rasterize(svg: string, scale: number): Promise<Uint8Array<ArrayBuffer>> {
  const { Resvg, fontBuffers } = await (rasterizerLoaded ??= loadRasterizer());
  // Vega asks for sharp cells twice, in the old and the new word; the rasterizer knows only the old one.
  const picture = await Resvg.async(svg.replaceAll(/ ?image-rendering: ?pixelated;?/g, ""), {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: "Inter" },
  });
  const rendered = picture.render();
  const png = new Uint8Array(rendered.asPng());
  rendered.free();
  picture.free();
  return png;
}

/**
 * PNG of a figure. Needs no permission; texts are drawn with the built-in font.
 *
 * @throws {DomainError} if `scale` is not above 0.
 */
export async function renderPng(spec: VegaLiteSpec, { scale = 2 }: PngOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkPositive(scale, "scale");
  return await rasterize(await renderSvg(spec), scale);
}

/** The specification as text, for files and for the Vega editor. */
export function specText(spec: VegaLiteSpec): string {
  return JSON.stringify(spec, null, 1) + "\n";
}

/** A figure as SVG, PNG and text of the specification. */
export async function renderFigure(spec: VegaLiteSpec, { scale = 2 }: PngOptions = {}): Promise<RenderedFigure> {
  checkPositive(scale, "scale");
  const svg = await renderSvg(spec);
  return { svg, png: await rasterize(svg, scale), json: specText(spec) };
}
