import { checkInteger, ShapeError } from "../base/mod.ts";
import { colorBar, colorLimits, normOf, picture, pictureView } from "./_picture.ts";
import { colorMap } from "./color.ts";
import type { PlaneOptions } from "./plane.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/**
 * Values of a map of the sphere in many directions.
 *
 * @param theta [rad] Angles from the pole.
 * @param phi [rad] Longitudes, 0 to 2 pi.
 */
export type SphereSampler = (theta: Float64Array, phi: Float64Array) => ArrayLike<number>;

/**
 * A map of the whole sphere in Mollweide's projection, which keeps areas: the pole at the top, longitude 0 in the middle and
 * growing to the left, as one sees the sky. With `width` pixels from side to side, twice as many as are drawn by default.
 *
 * @param sample Gives values in the directions of all pixels of the picture, in one call.
 * @param options As of `planeFigure`.
 * @throws {ShapeError} if `sample` gives another number of values; {DomainError} as `planeFigure`.
 * @example A dipole
 * ```ts
 * import { mollweideFigure } from "@cosmesh/cosmesh/plot";
 * const spec = mollweideFigure((theta) => theta.map(Math.cos), { label: "Dipole", scale: "centred" });
 * ```
 */
export function mollweideFigure(sample: SphereSampler, options: PlaneOptions = {}): VegaLiteSpec {
  const { title, unit, colors = "viridis", scale = "linear", label = "Value" } = options;
  const width = checkInteger(options.width ?? 420, "width", 2);
  const [columns, rows] = [2 * width, width];
  const { theta, phi, place } = directions(columns, rows);
  const values = sample(theta, phi);
  if (values.length !== theta.length) {
    const [needed, got] = [theta.length, values.length].map(String);
    throw new ShapeError(`Cannot draw a sphere: "sample" must give ${needed} values, got ${got}`, needed, got);
  }
  const limits = colorLimits(label, Float64Array.from(values), scale, options.limits);
  const map = typeof colors === "string" ? colorMap(colors) : colors;
  const url = picture(columns, rows, normOf(scale, limits), map, (column, row) => {
    const index = place[row * columns + column];
    return index < 0 ? undefined : values[index];
  });
  const height = Math.round(width / 2);
  const ends = limits.map((x) => x.toPrecision(3)).join(" to ");
  return figure(title, `${withUnit(label, unit)} on the sphere, colours from ${ends}`, {
    spacing: 14,
    hconcat: [
      { ...pictureView(url, width, height, hidden, true), view: { stroke: null } },
      colorBar(withUnit(label, unit), scale, limits, map, height),
    ],
  });
}

/** Channels without axes. */
const hidden = {
  x: { field: "x", type: "quantitative", axis: null },
  y: { field: "y", type: "quantitative", axis: null },
};

/** Directions of the pixels that lie on the sphere, and the place among them of each pixel, -1 for the others. */
function directions(columns: number, rows: number): { theta: Float64Array; phi: Float64Array; place: Int32Array } {
  const [theta, phi]: number[][] = [[], []];
  const place = new Int32Array(columns * rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    // y from 1 to -1 and x from -2 to 2, over the square root of 2 of the usual coordinates.
    const y = 1 - (2 * row + 1) / rows;
    const auxiliary = Math.asin(y);
    const [across, latitude] = [Math.cos(auxiliary), Math.asin((2 * auxiliary + Math.sin(2 * auxiliary)) / Math.PI)];
    for (let column = 0; column < columns; column++) {
      const x = (4 * column + 2) / columns - 2;
      const longitude = Math.PI * x / (2 * across);
      if (Math.abs(longitude) > Math.PI) continue;
      place[row * columns + column] = theta.length;
      theta.push(Math.PI / 2 - latitude);
      phi.push(longitude > 0 ? 2 * Math.PI - longitude : -longitude);
    }
  }
  return { theta: Float64Array.from(theta), phi: Float64Array.from(phi), place };
}
