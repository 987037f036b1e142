import { checkInteger, checkPositive, ShapeError } from "../base/mod.ts";
import type { NdArray } from "../array/mod.ts";
import { channel } from "./_axis.ts";
import { colorBar, colorLimits, normOf, picture, pictureView } from "./_picture.ts";
import { type ColorMap, colorMap, type ColorMapName } from "./color.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** How values become colours: evenly, by their logarithm, or evenly to both sides of 0. */
export type ColorScale = "linear" | "log" | "centred";

/** A picture of numbers: values on a mesh of two axes. */
export interface Plane {
  /** Values `[width, height]`; the first axis runs to the right, the second upwards. */
  readonly array: NdArray<"float32"> | NdArray<"float64">;
  /** Lengths of the two axes, in the unit that their titles name. */
  readonly size: readonly [number, number];
  /** Where the first cells begin on the two axes. Default [0, 0]. */
  readonly origin?: readonly [number, number];
  /** Titles of the two axes with their unit; "x [Mpc/h]" and "y [Mpc/h]" unless given. */
  readonly axes?: readonly [string, string];
}

/** What `planeFigure` and `sliceFigure` can be told. */
export interface PlaneOptions {
  /** Title over the picture. */
  title?: string;
  /** What the values are, beside the colour bar. */
  label?: string;
  /** Unit of the values, as "mK". */
  unit?: string;
  /** Colour map: a name, or a function of its own. */
  colors?: ColorMapName | ColorMap;
  /** How values become colours. */
  scale?: ColorScale;
  /** Values at the ends of the colour bar; values outside get the colours of the ends. */
  limits?: readonly [number, number];
  /** [px] Width of the picture. */
  width?: number;
  /** Whether there are a frame and axes. Without them cells that are NaN are white: for projections of the sphere. Default true. */
  frame?: boolean;
}

/**
 * Picture of a plane of numbers: one pixel per cell, axes with lengths, colour bar with the unit.
 *
 * The first axis of the array runs to the right, the second upwards; cell i covers i to i + 1 cell lengths from
 * the origin on.
 * A centred scale puts 0 in the middle of the colour map and equal differences to both sides at equal distances; its bar
 * ends where the values do. Cells that are NaN are grey.
 *
 * @throws {ShapeError} if the array does not have two axes with cells.
 * @throws {DomainError} if no value is finite, or a log scale meets values of 0 or less and no `limits` are given.
 * @example
 * ```ts
 * import { NdArray } from "@cosmesh/cosmesh/array";
 * import { planeFigure } from "@cosmesh/cosmesh/plot";
 * const array = new NdArray(Float64Array.of(1, 10, 100, 1000), [2, 2], "float64");
 * const spec = planeFigure({ array, size: [50, 50] }, { label: "Kinetic temperature", unit: "K", scale: "log" });
 * ```
 */
export function planeFigure(plane: Plane, options: PlaneOptions = {}): VegaLiteSpec {
  const { title, unit, colors = "viridis", scale = "linear", label = "Value", frame = true } = options;
  const [columns, rows] = plane.array.shape;
  if (plane.array.shape.length !== 2 || plane.array.size === 0) {
    const actual = `[${plane.array.shape.join(", ")}]`;
    throw new ShapeError(
      `Cannot draw a plane: the array must have shape [width, height] with at least one cell, got ${actual}`,
      "[width, height]",
      actual,
    );
  }
  const [lengthX, lengthY] = plane.size.map((length) => checkPositive(length, "size"));
  const limits = colorLimits(label, plane.array.data, scale, options.limits);
  const norm = normOf(scale, limits);
  const map = typeof colors === "string" ? colorMap(colors) : colors;
  const data = plane.array.data;
  const url = picture(columns, rows, norm, map, (column, row) => data[column * rows + rows - 1 - row], !frame);

  const width = checkInteger(options.width ?? 340, "width", 1);
  const height = Math.max(80, Math.round(width * lengthY / lengthX));
  const [x, y] = plane.origin ?? [0, 0];
  const [titleX, titleY] = plane.axes ?? ["x [Mpc/h]", "y [Mpc/h]"];
  const view = frame
    ? pictureView(url, width, height, {
      x: channel("x", titleX, "linear", [x, x + lengthX]),
      y: channel("y", titleY, "linear", [y, y + lengthY], { minExtent: 30 }),
    })
    : { ...pictureView(url, width, height, FRAMELESS, true), view: { stroke: null } };
  const [low, high] = limits.map((value) => Number(value.toPrecision(3)));
  const description = `${withUnit(label, unit)} on ${columns} by ${rows} cells, colours from ${low} to ${high}`;
  return figure(title, description, {
    spacing: 14,
    hconcat: [
      view,
      colorBar(withUnit(label, unit), scale, limits, map, height),
    ],
  });
}

/** Channels without axes. */
const FRAMELESS = {
  x: { field: "x", type: "quantitative", axis: null },
  y: { field: "y", type: "quantitative", axis: null },
};
