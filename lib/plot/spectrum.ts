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
  const labels = curves.map((curve) => curve.label);
  const double = labels.find((label, i) => labels.indexOf(label) < i);
  if (double !== undefined) {
    throw new DomainError(
      `Cannot draw spectra: each curve needs a label of its own, but two are called "${double}"`,
      "labels that differ",
      double,
    );
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
    kLimits.push(...limitsOf(`draw spectrum "${label}"`, "k", k, "log"));
    limits.push(...limitsOf(`draw spectrum "${label}"`, "value", value, "log"));
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
  const within = (y: number) => Math.min(Math.max(y, domain[0]), domain[1]);
  const rows = curves.flatMap(({ label, k, value, error }) =>
    Array.from(k, (x, i): Record<string, Json> => {
      const row = { curve: label, k: x, value: value[i] };
      const half = error?.[i] ?? NaN;
      return Number.isFinite(half) ? { ...row, low: within(value[i] - half), high: within(value[i] + half) } : row;
    }).filter((row) => Number.isFinite(row.k) && Number.isFinite(row.value))
  );

  // As many names side by side as fit under the frame, at 7 px per letter.
  const longest = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(1, Math.floor(width / (7 * longest + 40)));
  const legend = curves.length === 1
    ? null
    : { title: null, symbolType: "stroke", symbolOpacity: 1, orient: "bottom", offset: 8, columns };
  const color = {
    field: "curve",
    type: "nominal",
    scale: {
      domain: labels,
      range: curves.map((curve, i) => curve.color ?? CURVE_COLORS[i % CURVE_COLORS.length]),
    },
    legend,
  };
  const x = channel("k", "k [h/Mpc]", "log", kDomain, { grid: true });
  const y = channel("value", label, "log", domain, { grid: true });
  const band = channel("low", label, "log", domain, { grid: true });
  const dash = {
    field: "curve",
    type: "nominal",
    scale: { domain: labels, range: curves.map((c) => c.dashed ? [6, 4] : [1, 0]) },
    legend,
  };
  const bands = rows.some((row) => "low" in row);
  const description = `${label} against k [h/Mpc] on logarithmic axes; curves: ${labels.join(", ")}`;
  return figure(title, description, {
    width,
    height,
    data: { values: rows },
    layer: [
      ...(bands
        ? [{
          transform: [{ filter: "isValid(datum.low)" }],
          mark: { type: "area", opacity: 0.2 },
          encoding: { x, y: band, y2: { field: "high" }, color },
        }]
        : []),
      { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color, strokeDash: dash } },
      {
        // Single bins would be invisible as lines.
        mark: { type: "circle", size: 16, opacity: 1 },
        encoding: { x, y, color },
      },
    ],
  });
}
