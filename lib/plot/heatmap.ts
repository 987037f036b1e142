import type { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import { channel } from "./_axis.ts";
import { colorBar, colorLimits, normOf } from "./_picture.ts";
import { colorMap } from "./color.ts";
import type { FigureAxis } from "./lines.ts";
import type { PlaneOptions } from "./plane.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** A table of values over bins of two quantities. */
export interface Heatmap {
  /** Values `[x, y]`; NaN where there is none. */
  readonly array: NdArray<"float32"> | NdArray<"float64">;
  /** Edges of the bins to the right, one more than there are. */
  readonly xEdges: ArrayLike<number>;
  /** Edges of the bins upwards. */
  readonly yEdges: ArrayLike<number>;
  /** Horizontal axis; `limits` are the outer edges. */
  readonly x: Omit<FigureAxis, "limits">;
  /** Vertical axis. */
  readonly y: Omit<FigureAxis, "limits">;
}

/** What `heatmapFigure` can be told. */
export interface HeatmapOptions extends PlaneOptions {
  /** [px] Height of the frame. */
  height?: number;
}

/**
 * Values in bins of two quantities, as a power spectrum across and along the line of sight: a rectangle in its colour for
 * each bin, on linear or logarithmic axes, and a colour bar with the unit. Bins that are NaN are left white, on a
 * logarithmic colour scale also those of 0 or less. A bin that reaches to 0 on a logarithmic axis starts at half of its
 * upper edge there.
 *
 * @throws {ShapeError} if the array is not `[x edges - 1, y edges - 1]`.
 * @throws {DomainError} if edges do not rise or are negative on a log axis, or no value can be drawn.
 * @example
 * ```ts
 * import { NdArray } from "@cosmesh/cosmesh/array";
 * import { heatmapFigure } from "@cosmesh/cosmesh/plot";
 * const array = new NdArray(Float64Array.of(1, 10, 100, NaN), [2, 2], "float64");
 * const axes = { x: { label: "kx", unit: "h/Mpc" }, y: { label: "ky", unit: "h/Mpc" } };
 * const spec = heatmapFigure({ array, xEdges: [0, 1, 2], yEdges: [0, 1, 3], ...axes }, { label: "P", scale: "log" });
 * ```
 */
export function heatmapFigure(heatmap: Heatmap, options: HeatmapOptions = {}): VegaLiteSpec {
  const { title, label = "Value", unit, colors = "viridis", scale = "linear" } = options;
  const [columns, rows] = heatmap.array.shape;
  const expected = [heatmap.xEdges.length - 1, heatmap.yEdges.length - 1];
  if (heatmap.array.shape.length !== 2 || columns !== expected[0] || rows !== expected[1]) {
    const [wanted, got] = [expected, heatmap.array.shape].map((shape) => `[${shape.join(", ")}]`);
    throw new ShapeError(`Cannot draw "${label}": the array must have shape ${wanted}, got ${got}`, wanted, got);
  }
  const xEdges = checkEdges("xEdges", heatmap.xEdges, heatmap.x);
  const yEdges = checkEdges("yEdges", heatmap.yEdges, heatmap.y);
  const values = Float64Array.from(heatmap.array.data, (v) => scale === "log" && !(v > 0) ? NaN : v);
  const limits = colorLimits(label, values, scale, options.limits);
  const norm = normOf(scale, limits);
  const map = typeof colors === "string" ? colorMap(colors) : colors;
  const cells = [...values.keys()].filter((at) => Number.isFinite(values[at])).map((at) => {
    const [i, j] = [Math.floor(at / rows), at % rows];
    const color = `rgb(${map(Math.min(1, Math.max(0, norm.place(values[at])))).join(", ")})`;
    return { x: xEdges[i], x2: xEdges[i + 1], y: yEdges[j], y2: yEdges[j + 1], value: values[at], color };
  });
  const width = checkInteger(options.width ?? 340, "width", 1);
  const height = checkInteger(options.height ?? 320, "height", 1);
  const position = (name: "x" | "y", edges: number[]) => {
    const { label, unit, scale: axisScale = "linear" } = heatmap[name];
    return channel(name, withUnit(label, unit), axisScale, [edges[0], edges[edges.length - 1]]);
  };
  const [low, high] = limits.map((value) => Number(value.toPrecision(3)));
  const description = `${withUnit(label, unit)} in ${columns} by ${rows} bins of ${
    withUnit(heatmap.x.label, heatmap.x.unit)
  } and ${withUnit(heatmap.y.label, heatmap.y.unit)}, colours from ${low} to ${high}`;
  return figure(title, description, {
    spacing: 14,
    hconcat: [
      {
        width,
        height,
        data: { values: cells },
        // The line in the colour of the cell covers the seam between neighbours.
        mark: { type: "rect", strokeWidth: 0.5 },
        encoding: {
          x: position("x", xEdges),
          x2: { field: "x2" },
          y: position("y", yEdges),
          y2: { field: "y2" },
          fill: { field: "color", type: "nominal", scale: null },
          stroke: { field: "color", type: "nominal", scale: null },
        },
      },
      colorBar(withUnit(label, unit), scale, limits, map, height),
    ],
  });
}

function checkEdges(name: string, given: ArrayLike<number>, { scale }: Heatmap["x"]): number[] {
  const edges = Array.from(given);
  const least = scale === "log" ? 0 : -Infinity;
  const bad = edges.findIndex((e, i) => !(e >= least && e < Infinity && (i === 0 || e > edges[i - 1])));
  if (edges.length < 2 || bad >= 0) {
    const rule = `two or more rising numbers${scale === "log" ? " of at least 0" : ""}`;
    const got = edges.length < 2 ? `${edges.length} of them` : `${edges[bad]} at place ${bad}`;
    throw new DomainError(`Cannot use "${name}": they must be ${rule}, got ${got}`, rule, got);
  }
  if (scale === "log" && edges[0] === 0) edges[0] = edges[1] / 2;
  return edges;
}
