import { DomainError, type Json, ShapeError } from "../base/mod.ts";
import { type AxisScale, channel, limitsOf, padded } from "./_axis.ts";
import type { Line } from "./lines.ts";
import { CURVE_COLORS } from "./spec.ts";

/** An axis of curves: its title, scale and ends, and what messages call its values. */
export interface CurveAxis {
  readonly name: string;
  readonly title: string;
  readonly scale: AxisScale;
  readonly limits?: readonly [number, number];
}

/** How to speak of curves in messages: "Cannot draw spectra", "Cannot draw spectrum "a"". */
export interface CurveWords {
  readonly many: string;
  readonly one: string;
}

/** A view with lines, points and bands, and a legend under it for several curves. */
export function curveView(
  words: CurveWords,
  curves: readonly Line[],
  xAxis: CurveAxis,
  yAxis: CurveAxis,
  { width, height, points = true }: { width: number; height: number; points?: boolean },
): { [member: string]: Json } {
  const labels = checkCurves(words, curves, xAxis, yAxis);
  const [xDomain, domain] = domains(words, curves, xAxis, yAxis);
  const within = (y: number) => Math.min(Math.max(y, domain[0]), domain[1]);
  const rows = curves.flatMap(({ label, x, y, error }) =>
    Array.from(x, (place, i): Record<string, Json> => {
      const row = { curve: label, x: place, value: y[i] };
      const half = error?.[i] ?? NaN;
      return Number.isFinite(half) ? { ...row, low: within(y[i] - half), high: within(y[i] + half) } : row;
    }).filter((row) => Number.isFinite(row.x) && Number.isFinite(row.value))
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
  const dash = {
    field: "curve",
    type: "nominal",
    scale: { domain: labels, range: curves.map((c) => c.dashed ? [6, 4] : [1, 0]) },
    legend,
  };
  const x = channel("x", xAxis.title, xAxis.scale, xDomain, { grid: true });
  const y = channel("value", yAxis.title, yAxis.scale, domain, { grid: true });
  const band = channel("low", yAxis.title, yAxis.scale, domain, { grid: true });
  return {
    width,
    height,
    data: { values: rows },
    layer: [
      ...(rows.some((row) => "low" in row)
        ? [{
          transform: [{ filter: "isValid(datum.low)" }],
          mark: { type: "area", opacity: 0.2 },
          encoding: { x, y: band, y2: { field: "high" }, color },
        }]
        : []),
      { mark: { type: "line", strokeWidth: points ? 2 : 1 }, encoding: { x, y, color, strokeDash: dash } },
      // Single values would be invisible as lines.
      ...points ? [{ mark: { type: "circle", size: 16, opacity: 1 }, encoding: { x, y, color } }] : [],
    ],
  };
}

function checkCurves(words: CurveWords, curves: readonly Line[], x: CurveAxis, y: CurveAxis): string[] {
  if (curves.length === 0) {
    throw new DomainError(
      `Cannot draw ${words.many}: there must be at least one curve, got none`,
      "at least one curve",
      "0",
    );
  }
  const labels = curves.map((curve) => curve.label);
  const double = labels.find((label, i) => labels.indexOf(label) < i);
  if (double !== undefined) {
    throw new DomainError(
      `Cannot draw ${words.many}: each curve needs a label of its own, but two are called "${double}"`,
      "labels that differ",
      double,
    );
  }
  for (const { label, x: places, y: values, error } of curves) {
    for (const [name, column] of [[y.name, values], ["error", error]] as const) {
      if (column !== undefined && column.length !== places.length) {
        throw new ShapeError(
          `Cannot draw ${words.one} "${label}": "${name}" must be as long as "${x.name}", ${places.length}, got ${column.length}`,
          `[${places.length}]`,
          `[${column.length}]`,
        );
      }
    }
  }
  return labels;
}

function domains(
  words: CurveWords,
  curves: readonly Line[],
  xAxis: CurveAxis,
  yAxis: CurveAxis,
): [[number, number], [number, number]] {
  const places: number[] = [];
  const values: number[] = [];
  for (const { label, x, y, error } of curves) {
    places.push(...limitsOf(`draw ${words.one} "${label}"`, xAxis.name, x, xAxis.scale));
    values.push(...limitsOf(`draw ${words.one} "${label}"`, yAxis.name, y, yAxis.scale));
    for (let i = 0; i < (error?.length ?? 0); i++) {
      for (const edge of [y[i] - error![i], y[i] + error![i]]) {
        // A band that reaches 0 runs out of a logarithmic frame; it does not stretch the axis downwards.
        if (Number.isFinite(edge) && (yAxis.scale === "linear" || edge > 0.1 * y[i])) values.push(edge);
      }
    }
  }
  const span = (found: number[], { scale, limits }: CurveAxis): [number, number] => {
    if (limits === undefined) return padded(limitsOf(`draw ${words.many}`, "the axis", found, scale), scale);
    const [low, high] = limits;
    if (low < high && Number.isFinite(high - low) && (scale === "linear" || low > 0)) return [low, high];
    const rule = scale === "log" ? "two numbers above 0 in rising order" : "two finite numbers in rising order";
    const got = `[${low}, ${high}]`;
    throw new DomainError(`Cannot use "limits": they must be ${rule}, got ${got}`, rule, got);
  };
  return [span(places, xAxis), span(values, yAxis)];
}
