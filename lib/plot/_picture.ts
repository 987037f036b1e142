import { encode } from "npm:fast-png@8.0.0";
import { DomainError, type Json } from "../base/mod.ts";
import { type AxisScale, channel, limitsOf } from "./_axis.ts";
import type { ColorMap } from "./color.ts";
import type { ColorScale } from "./plane.ts";

const MISSING = [190, 190, 190] as const;
const GROUND = [255, 255, 255] as const;
// Even, so that the middle of a map, 0 on a centred scale, is met exactly.
const COLORS = 1024;
const BAR_STEPS = 256;

/** Place on the colour map (0 to 1) of a value, and value at a height (0 to 1) of the colour bar. */
export interface Norm {
  readonly place: (value: number) => number;
  readonly valueAt: (height: number) => number;
}

/** The norm of a scale between two values. */
export function normOf(scale: ColorScale, [low, high]: readonly [number, number]): Norm {
  const valueAt = (height: number) => low + height * (high - low);
  if (scale === "linear") return { place: (value) => (value - low) / (high - low), valueAt };
  if (scale === "centred") {
    const reach = Math.max(Math.abs(low), Math.abs(high));
    return { place: (value) => 0.5 + 0.5 * value / reach, valueAt };
  }
  const span = Math.log(high / low);
  return {
    place: (value) => Math.log(Math.max(value, 0) / low) / span,
    valueAt: (height) => low * Math.exp(height * span),
  };
}

/**
 * PNG of `width` by `height` pixels as a data URL; `valueAt(column, row)` with row 0 at the top. What is NaN is grey, or of the
 * ground's colour.
 */
export function picture(
  width: number,
  height: number,
  norm: Norm,
  colors: ColorMap,
  valueAt: (column: number, row: number) => number,
  ground = false,
): string {
  const missing = ground ? GROUND : MISSING;
  const table = Array.from({ length: COLORS + 1 }, (_, i) => colors(i / COLORS));
  const data = new Uint8Array(3 * width * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 3) {
      const place = norm.place(valueAt(column, row));
      // -Infinity is the log of 0: the low end. Only NaN is missing.
      const rgb = Number.isNaN(place) ? missing : table[Math.round(COLORS * Math.min(1, Math.max(0, place)))];
      data.set(rgb, at);
    }
  }
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${png.toBase64()}`;
}

/** View that shows a picture behind the axes of two channels. */
export function pictureView(
  url: string,
  width: number,
  height: number,
  encoding: { [member: string]: Json },
  smooth = false,
) {
  const mark = { type: "image", width, height, align: "left", baseline: "top", smooth, aspect: false };
  return {
    width,
    height,
    layer: [
      {
        data: { values: [{}] },
        mark,
        encoding: { x: { value: 0 }, y: { value: 0 }, url: { value: url } },
      },
      // A point that is not seen carries the axes.
      { data: { values: [{ x: 0, y: 0 }] }, mark: { type: "point", opacity: 0 }, encoding },
    ],
  };
}

/** View of the colours between two values, with an axis at its right. */
export function colorBar(
  title: string,
  scale: ColorScale,
  limits: readonly [number, number],
  map: ColorMap,
  height: number,
): { [member: string]: Json } {
  const norm = normOf(scale, limits);
  const url = picture(1, BAR_STEPS, norm, map, (_, row) => norm.valueAt(1 - (row + 0.5) / BAR_STEPS));
  const y = channel("y", title, scale === "log" ? "log" : "linear", limits, {
    orient: "right",
    grid: false,
    titleAngle: 270,
    titleBaseline: "top",
    titlePadding: 8,
    minExtent: 30,
  });
  return pictureView(url, 14, height, { y });
}

/** Values at the ends of the colour bar: those given, else the smallest and largest of the plane. */
export function colorLimits(
  label: string,
  data: Float32Array | Float64Array,
  scale: ColorScale,
  given: readonly [number, number] | undefined,
): [number, number] {
  const axisScale: AxisScale = scale === "log" ? "log" : "linear";
  if (given !== undefined) {
    const [low, high] = given;
    if (!(low < high) || !Number.isFinite(high - low) || (scale === "log" && low <= 0)) {
      const rule = scale === "log" ? "two numbers above 0 in rising order" : "two finite numbers in rising order";
      throw new DomainError(
        `Cannot use "limits": they must be ${rule}, got [${low}, ${high}]`,
        rule,
        `[${low}, ${high}]`,
      );
    }
    return [low, high];
  }
  const [low, high] = limitsOf(`draw "${label}"`, "the plane", data, axisScale);
  if (low < high) return [low, high];
  // All cells alike: any range around the value will do.
  if (scale === "log") return [low / 2, low * 2];
  return low === 0 ? [-1, 1] : [low - Math.abs(low) / 2, low + Math.abs(low) / 2];
}
