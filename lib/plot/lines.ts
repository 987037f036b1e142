import { checkInteger, DomainError } from "../base/mod.ts";
import type { AxisScale } from "./_axis.ts";
import { curveView } from "./_curves.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** An axis of a figure. */
export interface FigureAxis {
  /** What is measured along it. */
  readonly label: string;
  /** Unit, as "mK"; nothing or "1" for a number without. */
  readonly unit?: string;
  /** Linear unless given. */
  readonly scale?: AxisScale;
  /** Ends; from the values unless given. */
  readonly limits?: readonly [number, number];
}

/** One line of a panel. */
export interface Line {
  /** Name in the legend. */
  readonly label: string;
  /** Places along the horizontal axis. */
  readonly x: ArrayLike<number>;
  /** Values; NaN where there is none. */
  readonly y: ArrayLike<number>;
  /** Half height of the error band, in the unit of the values. */
  readonly error?: ArrayLike<number>;
  /** CSS colour; the next of `CURVE_COLORS` unless given. */
  readonly color?: string;
  /** Whether to draw the line dashed, as for a reference or a theory. */
  readonly dashed?: boolean;
}

/** One panel of a figure of lines. */
export interface LinesPanel {
  /** What to draw; several lines get a legend. */
  readonly lines: readonly Line[];
  /** Horizontal axis. */
  readonly x: FigureAxis;
  /** Vertical axis. */
  readonly y: FigureAxis;
  /** Title over the panel. */
  readonly title?: string;
}

/** What `linesFigure` can be told. */
export interface LinesOptions {
  /** Title over the figure. */
  title?: string;
  /** [1] Panels side by side. */
  columns?: number;
  /** [px] Width of one panel. */
  width?: number;
  /** [px] Height of one panel. */
  height?: number;
  /** Whether values have points on the lines; without them lines are thinner, for curves of many values. Default true. */
  points?: boolean;
}

/**
 * Lines with points on linear or logarithmic axes, in one panel or several; with error bands and a legend in each.
 *
 * @param panels A panel, or several.
 * @param options Title and layout: two panels side by side unless given.
 * @throws {ShapeError} if a line's columns differ in length.
 * @throws {DomainError} if there is no panel, a panel has no line, two lines of one label or a line without finite values,
 * 0 or less on a log axis (make it NaN to leave it out), or limits that do not rise.
 * @example
 * ```ts
 * import { linesFigure } from "@cosmesh/cosmesh/plot";
 * const z = [6, 8, 10];
 * const spec = linesFigure({
 *   lines: [
 *     { label: "gas", x: z, y: [900, 40, 3] },
 *     { label: "background", x: z, y: [19, 24.5, 30], dashed: true },
 *   ],
 *   x: { label: "Redshift z" },
 *   y: { label: "Temperature", unit: "K", scale: "log" },
 * });
 * ```
 */
export function linesFigure(panels: LinesPanel | readonly LinesPanel[], options: LinesOptions = {}): VegaLiteSpec {
  const all = "lines" in panels ? [panels] : panels;
  if (all.length === 0) {
    throw new DomainError("Cannot draw lines: there must be at least one panel, got none", "at least one panel", "0");
  }
  const alone = all.length === 1;
  const { title, width = alone ? 420 : 300, height = alone ? 320 : 190, points = true } = options;
  const columns = checkInteger(options.columns ?? 2, "columns", 1);
  const words = (panel: LinesPanel) => ({ many: `"${panel.y.label}"`, one: "line" });
  const axis = (name: string, { label, unit, scale = "linear", limits }: FigureAxis) => (
    { name, title: withUnit(label, unit), scale, ...(limits ? { limits } : {}) }
  );
  const views = all.map((panel) => {
    const size = { width, height, points };
    const view = curveView(words(panel), panel.lines, axis("x", panel.x), axis("y", panel.y), size);
    return alone || panel.title === undefined ? view : { title: panel.title, ...view };
  });
  const texts = all.map(({ x, y, lines }) => {
    const names = lines.length > 1 ? ` (${lines.map((line) => line.label).join(", ")})` : "";
    return `${withUnit(y.label, y.unit)}${names} against ${withUnit(x.label, x.unit)}`;
  });
  // Each panel has lines, and a legend, of its own.
  const resolve = { scale: { color: "independent", strokeDash: "independent" } };
  return figure(
    alone ? title ?? all[0].title : title,
    texts.join("; "),
    alone ? views[0] : { columns, spacing: 24, concat: views, resolve },
  );
}
