import { DomainError, type Json, ShapeError } from "../base/mod.ts";
import { channel, limitsOf, padded } from "./_axis.ts";
import { CURVE_COLORS, figure, type VegaLiteSpec, withUnit } from "./spec.ts";

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
  if (curves.length === 0) {
    throw new DomainError("Cannot draw spectra: there must be at least one curve, got none", "at least one curve", "0");
  }
  const kLimits: number[] = [];
  const limits: number[] = [];
  for (const { label, k, value, error } of curves) {
    for (const [name, column] of [["value", value], ["error", error]] as const) {
      if (column !== undefined && column.length !== k.length) {
        throw new ShapeError(
          `Cannot draw spectrum "${label}": "${name}" must be as long as "k", ${k.length}, got ${column.length}`,
          `[${k.length}]`,
          `[${column.length}]`,
        );
      }
    }
    kLimits.push(...limitsOf(`draw spectrum "${label}"`, "k", Array.from(k), "log"));
    limits.push(...limitsOf(`draw spectrum "${label}"`, "value", Array.from(value), "log"));
    for (let i = 0; i < (error?.length ?? 0); i++) {
      // A band that reaches 0 runs out of the frame; it does not stretch the axis downwards.
      for (const edge of [value[i] - error![i], value[i] + error![i]]) {
        if (Number.isFinite(edge) && edge > 0.1 * value[i]) limits.push(edge);
      }
    }
  }
  const span = (values: number[]) => padded(limitsOf("draw spectra", "the axis", values, "log"), "log");
  const [kDomain, domain] = [span(kLimits), span(limits)];
  const name = kind === "power" ? "P(k)" : "Δ²(k)";
  const lengthUnit = unit === "1" ? "(Mpc/h)³" : `${unit} (Mpc/h)³`;
  const label = options.label ?? withUnit(name, kind === "power" ? lengthUnit : unit);
  const rows = curves.flatMap(({ label, k, value, error }, index) =>
    Array.from(k, (x, i) => {
      const row: Record<string, Json> = { curve: label, index, k: x, value: value[i] };
      const hasError = error !== undefined && Number.isFinite(error[i]);
      return hasError
        ? { ...row, low: Math.max(value[i] - error[i], domain[0]), high: Math.min(value[i] + error[i], domain[1]) }
        : row;
    }).filter((row) => Number.isFinite(row.k) && Number.isFinite(row.value))
  );

  const labels = curves.map((curve) => curve.label);
  const legend = curves.length === 1 ? null : { title: null, symbolType: "stroke", symbolOpacity: 1, orient: "right" };
  const color = {
    field: "curve",
    type: "nominal",
    scale: {
      domain: labels,
      range: curves.map((curve, i) => curve.color ?? CURVE_COLORS[i % CURVE_COLORS.length]),
    },
    legend,
  };
  const x = channel("k", "k [h/Mpc]", "log", kDomain);
  const y = channel("value", label, "log", domain);
  const band = { ...channel("low", label, "log", domain) };
  const dash = {
    field: "curve",
    type: "nominal",
    scale: { domain: labels, range: curves.map((c) => c.dashed ? [6, 4] : [1, 0]) },
    legend,
  };
  const bands = rows.some((row) => "low" in row);
  return figure(title, describe(title, label, labels), {
    width,
    height,
    data: { values: rows },
    layer: [
      ...(bands
        ? [{
          transform: [{ filter: "isValid(datum.low)" }],
          mark: { type: "area", opacity: 0.2, clip: true },
          encoding: { x, y: band, y2: { field: "high" }, color },
        }]
        : []),
      { mark: { type: "line", strokeWidth: 2, clip: true }, encoding: { x, y, color, strokeDash: dash } },
      {
        // Single bins would be invisible as lines.
        mark: { type: "circle", size: 16, opacity: 1, clip: true },
        encoding: { x, y, color },
      },
    ],
  });
}

function describe(title: string | undefined, label: string, labels: readonly string[]) {
  const name = title === undefined ? "" : `${title}: `;
  return `${name}${label} against k [h/Mpc] on logarithmic axes; curves: ${labels.join(", ")}`;
}
