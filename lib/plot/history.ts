import { ShapeError } from "../base/mod.ts";
import { type AxisScale, limitsOf, padded } from "./_axis.ts";
import { linesFigure, type LinesPanel } from "./lines.ts";
import { CURVE_COLORS, type VegaLiteSpec } from "./spec.ts";

/** One panel of a history: a quantity against redshift. */
export interface HistoryPanel {
  /** What the values are. */
  readonly label: string;
  /** Unit of the values, as "mK"; nothing or "1" for a number without. */
  readonly unit?: string;
  /** One value per redshift; NaN where there is none. */
  readonly values: ArrayLike<number>;
  /** Vertical axis; linear unless given. */
  readonly scale?: AxisScale;
  /** Ends of the vertical axis; from the values unless given. */
  readonly limits?: readonly [number, number];
}

/** What `historyFigure` can be told. */
export interface HistoryOptions {
  /** Title over the figure. */
  title?: string;
  /** [1] Panels side by side. */
  columns?: number;
  /** [px] Width of one panel. */
  width?: number;
  /** [px] Height of one panel. */
  height?: number;
}

/**
 * Global quantities against redshift, one panel each: points joined by lines, or a point alone for one snapshot. For
 * panels with several lines see `linesFigure`.
 *
 * @param z [1] Redshifts, in any order.
 * @param panels What to draw.
 * @param options Title and layout.
 * @throws {ShapeError} if a panel has another number of values than there are redshifts.
 * @throws {DomainError} if there is no panel, no redshift, a panel without finite values, or 0 or less on a log axis.
 * @example
 * ```ts
 * import { historyFigure } from "@cosmesh/cosmesh/plot";
 * const panels = [{ label: "Mean brightness temperature", unit: "mK", values: [2, 9, 14] }];
 * const spec = historyFigure([7, 8, 9], panels);
 * ```
 */
export function historyFigure(
  z: ArrayLike<number>,
  panels: readonly HistoryPanel[],
  options: HistoryOptions = {},
): VegaLiteSpec {
  const { title, columns = 2, width = 300, height = 190 } = options;
  const zLimits = limitsOf("draw a history", '"z"', z, "linear");
  const limits = padded(zLimits[0] === zLimits[1] ? [zLimits[0] - 1, zLimits[0] + 1] : zLimits, "linear");
  const order = Array.from(z, (_, i) => i).sort((a, b) => z[a] - z[b]);
  return linesFigure(
    panels.map(({ label, values, ...y }, index): LinesPanel => {
      if (values.length !== z.length) {
        throw new ShapeError(
          `Cannot draw "${label}": there must be one value per redshift, ${z.length}, got ${values.length}`,
          `[${z.length}]`,
          `[${values.length}]`,
        );
      }
      const color = CURVE_COLORS[index % CURVE_COLORS.length];
      return {
        lines: [{ label, x: order.map((i) => z[i]), y: order.map((i) => values[i]), color }],
        x: { label: "Redshift z", limits },
        y: { label, ...y },
      };
    }),
    { title, columns, width, height },
  );
}
