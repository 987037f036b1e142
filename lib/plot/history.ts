import { DomainError, ShapeError } from "../base/mod.ts";
import { type AxisScale, channel, limitsOf, padded } from "./_axis.ts";
import { CURVE_COLORS, figure, type VegaLiteSpec, withUnit } from "./spec.ts";

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
 * Global quantities against redshift, one panel each: points joined by lines, or a point alone for one snapshot.
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
  if (panels.length === 0) {
    throw new DomainError("Cannot draw a history: there must be at least one panel, got none", "at least one", "0");
  }
  const zLimits = limitsOf("draw a history", '"z"', z, "linear");
  const zDomain = padded(zLimits[0] === zLimits[1] ? [zLimits[0] - 1, zLimits[0] + 1] : zLimits, "linear");
  const order = Array.from(z, (_, i) => i).sort((a, b) => z[a] - z[b]);
  const views = panels.map(({ label, unit, values, scale = "linear", limits }, index) => {
    if (values.length !== z.length) {
      throw new ShapeError(
        `Cannot draw "${label}": there must be one value per redshift, ${z.length}, got ${values.length}`,
        `[${z.length}]`,
        `[${values.length}]`,
      );
    }
    const found = limitsOf(`draw "${label}"`, "the panel", values, scale);
    const rows = order.map((i) => ({ z: z[i], value: values[i] })).filter((row) => Number.isFinite(row.value));
    return {
      width,
      height,
      data: { values: rows },
      mark: {
        type: "line",
        strokeWidth: 2,
        color: CURVE_COLORS[index % CURVE_COLORS.length],
        point: { size: 36, fill: CURVE_COLORS[index % CURVE_COLORS.length] },
      },
      encoding: {
        x: channel("z", "Redshift z", "linear", zDomain, { grid: true }),
        y: channel("value", withUnit(label, unit), scale, limits ?? padded(found, scale), { grid: true }),
      },
    };
  });
  const names = panels.map(({ label, unit }) => withUnit(label, unit)).join(", ");
  return figure(
    title,
    `${names} against redshift z`,
    views.length === 1 ? views[0] : { columns, spacing: 24, concat: views },
  );
}
