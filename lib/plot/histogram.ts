import { checkInteger, DomainError } from "../base/mod.ts";
import { type AxisScale, channel, limitsOf } from "./_axis.ts";
import { CURVE_COLORS, figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** What `histogramFigure` can be told. */
export interface HistogramOptions {
  /** Title over the figure. */
  title?: string;
  /** What the values are. */
  label?: string;
  /** Unit of the values, as "mK". */
  unit?: string;
  /** [1] Bins of equal width on the axis. */
  bins?: number;
  /** Horizontal axis. */
  scale?: AxisScale;
  /** Vertical axis: share of the values per bin. */
  shareScale?: AxisScale;
  /** Ends of the horizontal axis; values outside are counted in the total only. */
  limits?: readonly [number, number];
  /** [px] Width of the frame. */
  width?: number;
  /** [px] Height of the frame. */
  height?: number;
}

/**
 * Distribution of values: the share of them in each of `bins` bins of equal width (of equal ratio on a log axis).
 * The last bin includes its upper edge; NaN is left out.
 *
 * @throws {DomainError} if no value is finite, or a log axis meets values of 0 or less without `limits`.
 * @example
 * ```ts
 * import { histogramFigure } from "@cosmesh/cosmesh/plot";
 * const spec = histogramFigure([1, 2, 2, 3], { bins: 3, label: "Brightness temperature", unit: "mK" });
 * ```
 */
export function histogramFigure(values: ArrayLike<number>, options: HistogramOptions = {}): VegaLiteSpec {
  const { title, label = "Value", unit, scale = "linear", shareScale = "linear", width = 420, height = 260 } = options;
  const bins = checkInteger(options.bins ?? 60, "bins", 1);
  const axis = withUnit(label, unit);
  let [low, high] = options.limits ?? limitsOf(`draw a histogram of "${label}"`, "the data", values, scale);
  if (low === high) [low, high] = scale === "log" ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
  if (!(low < high) || (scale === "log" && low <= 0)) {
    const rule = scale === "log" ? "above 0 and in rising order" : "in rising order";
    throw new DomainError(
      `Cannot use "limits": they must be ${rule}, got [${low}, ${high}]`,
      rule,
      `[${low}, ${high}]`,
    );
  }
  const counts = new Float64Array(bins);
  const place = (value: number) =>
    scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const edge = (i: number) => scale === "log" ? low * (high / low) ** (i / bins) : low + (high - low) * i / bins;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value)) total++;
    if (value >= low && value <= high) counts[Math.min(bins - 1, Math.floor(bins * place(value)))]++;
  }
  const shares = counts.map((count) => count / total);
  const filled = shares.filter((share) => share > 0);
  if (filled.length === 0) {
    throw new DomainError(
      `Cannot draw a histogram of "${label}": no value lies in [${low}, ${high}]`,
      "some value",
      "none",
    );
  }
  const top = Math.max(...filled);
  const domain: [number, number] = shareScale === "log" ? [Math.min(...filled) / 2, top * 2] : [0, top * 1.06];
  const rows = Array.from(shares, (share, i) => ({ from: edge(i), to: edge(i + 1), base: domain[0], share }))
    .filter(({ share }) => share > 0);
  return figure(title, `Distribution of ${axis} in ${bins} bins`, {
    width,
    height,
    data: { values: rows },
    mark: { type: "rect", fill: CURVE_COLORS[0], fillOpacity: 0.75, stroke: CURVE_COLORS[0], strokeWidth: 0.5 },
    encoding: {
      x: channel("from", axis, scale, [low, high]),
      x2: { field: "to" },
      y: channel("base", "Share of cells per bin", shareScale, domain, { grid: true }),
      y2: { field: "share" },
    },
  });
}
