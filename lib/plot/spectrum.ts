import { curveView } from "./_curves.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** One line of a spectrum figure. */
export interface Curve {
  /** Name in the legend. */
  readonly label: string;
  /** [h/Mpc] Wavenumbers, above 0. */
  readonly k: ArrayLike<number>;
  /** Values above 0 in the figure's unit; NaN where a bin is empty. */
  readonly value: ArrayLike<number>;
  /** Half height of the error band, in the unit of the values. */
  readonly error?: ArrayLike<number>;
  /** CSS colour; the next of `CURVE_COLORS` unless given. */
  readonly color?: string;
  /** Whether to draw the line dashed, as for a reference or a theory. */
  readonly dashed?: boolean;
}

/** What `spectrumFigure` can be told. */
export interface SpectrumOptions {
  /** Title over the figure. */
  title?: string;
  /** `power` is P(k) in `unit` (Mpc/h)³, `dimensionless` is Δ²(k) = k³ P(k) / 2π² in `unit`. */
  kind?: "power" | "dimensionless";
  /** Unit of the squared field, as "mK²"; "1" for overdensity. */
  unit?: string;
  /** Title of the vertical axis in place of the one made from `kind` and `unit`. */
  label?: string;
  /** [px] Width of the frame. */
  width?: number;
  /** [px] Height of the frame. */
  height?: number;
}

/**
 * Spectra on logarithmic axes: k in h/Mpc, P(k) or Δ²(k) with its unit, error bands, a legend for several curves.
 *
 * @throws {ShapeError} if a curve's columns differ in length.
 * @throws {DomainError} if there is no curve, a curve has no finite value, or a wavenumber or value is 0 or less.
 * @example
 * ```ts
 * import { spectrumFigure } from "@cosmesh/cosmesh/plot";
 * const curve = { label: "z = 8", k: [0.1, 1, 10], value: [2, 20, 90], error: [1, 4, 9] };
 * const spec = spectrumFigure([curve], { kind: "dimensionless", unit: "mK²" });
 * ```
 */
export function spectrumFigure(curves: readonly Curve[], options: SpectrumOptions = {}): VegaLiteSpec {
  const { title, kind = "dimensionless", unit = "1", width = 420, height = 320 } = options;
  const name = kind === "power" ? "P(k)" : "Δ²(k)";
  const lengthUnit = unit === "1" ? "(Mpc/h)³" : `${unit} (Mpc/h)³`;
  const label = options.label ?? withUnit(name, kind === "power" ? lengthUnit : unit);
  const view = curveView(
    { many: "spectra", one: "spectrum" },
    curves.map(({ k, value, ...rest }) => ({ ...rest, x: k, y: value })),
    { name: "k", title: "k [h/Mpc]", scale: "log" },
    { name: "value", title: label, scale: "log" },
    { width, height },
  );
  const labels = curves.map((curve) => curve.label);
  return figure(title, `${label} against k [h/Mpc] on logarithmic axes; curves: ${labels.join(", ")}`, view);
}
