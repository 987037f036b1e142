/**
 * Figures as Vega-Lite specifications (slices, spectra, histories, lines, heat maps, histograms), their pictures as SVG and PNG, and a
 * self-contained HTML report.
 *
 * A figure function returns a plain object; drawing is separate and loads its packages at the first picture. No
 * permission is needed to draw, no display and no installed font.
 *
 * @module
 */
export * from "./color.ts";
export { CURVE_COLORS, FONT_FAMILY, type VegaLiteSpec } from "./spec.ts";
export * from "./plane.ts";
export * from "./slice.ts";
export * from "./lightcone.ts";
export * from "./spectrum.ts";
export * from "./history.ts";
export * from "./lines.ts";
export * from "./heatmap.ts";
export * from "./histogram.ts";
export * from "./render.ts";
export * from "./notebook.ts";
export * from "./report.ts";
export type { AxisScale } from "./_axis.ts";
