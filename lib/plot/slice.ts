import { encode } from "npm:fast-png@8.0.0";
import { checkInteger, checkPositive, DomainError, type Json, ShapeError } from "../base/mod.ts";
import { type Field, NdArray, type Quantity } from "../array/mod.ts";
import { type AxisScale, channel, limitsOf } from "./_axis.ts";
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
}

/** What `sliceFigure` can be told. */
export interface SliceOptions extends PlaneOptions {
  /** Axis across which to cut: 0 is x, 1 is y, 2 is z. */
  axis?: 0 | 1 | 2;
  /** [1] Cell along that axis; the middle unless given. */
  index?: number;
}

// What a quantity is called, and the colours it has in the 21-cm literature.
const LOOKS: { readonly [quantity in Quantity]: Required<Pick<PlaneOptions, "label" | "colors" | "scale">> } = {
  overdensity: { label: "Overdensity δ", colors: "viridis", scale: "linear" },
  counts: { label: "Counts", colors: "viridis", scale: "linear" },
  density: { label: "Density", colors: "viridis", scale: "log" },
  temperature: { label: "Kinetic temperature", colors: "plasma", scale: "log" },
  ionisedFraction: { label: "Ionised fraction", colors: "binary", scale: "linear" },
  lymanAlphaCoupling: { label: "Lyman-α coupling", colors: "cividis", scale: "log" },
  brightnessTemperature: { label: "Brightness temperature", colors: "dtb", scale: "centred" },
  other: { label: "Value", colors: "viridis", scale: "linear" },
};

const MISSING = [190, 190, 190] as const;
const BAR_STEPS = 256;
// Even, so that the middle of a map, 0 on a centred scale, is met exactly.
const COLORS = 1024;

/** Place on the colour map (0 to 1) of a value, and value at a height (0 to 1) of the colour bar. */
interface Norm {
  readonly place: (value: number) => number;
  readonly valueAt: (height: number) => number;
}

function normOf(scale: ColorScale, [low, high]: readonly [number, number]): Norm {
  const valueAt = (height: number) => low + height * (high - low);
  if (scale === "linear") return { place: (value) => (value - low) / (high - low), valueAt };
  if (scale === "centred") {
    const reach = Math.max(Math.abs(low), Math.abs(high));
    return { place: (value) => 0.5 + 0.5 * value / reach, valueAt };
  }
  const span = Math.log(high / low);
  return { place: (value) => Math.log(value / low) / span, valueAt: (height) => low * Math.exp(height * span) };
}

/** PNG of `width` by `height` pixels as a data URL; `valueAt(column, row)` with row 0 at the top. */
function picture(
  width: number,
  height: number,
  norm: Norm,
  colors: ColorMap,
  valueAt: (column: number, row: number) => number,
): string {
  const table = Array.from({ length: COLORS + 1 }, (_, i) => colors(i / COLORS));
  const data = new Uint8Array(3 * width * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 3) {
      const place = norm.place(valueAt(column, row));
      // -Infinity is the log of 0: the low end. Only NaN is missing.
      const rgb = Number.isNaN(place) ? MISSING : table[Math.round(COLORS * Math.min(1, Math.max(0, place)))];
      data.set(rgb, at);
    }
  }
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${png.toBase64()}`;
}

/** View that shows a picture behind the axes of two channels. */
function pictureView(url: string, width: number, height: number, encoding: { [member: string]: Json }, smooth = false) {
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

/**
 * Picture of a plane of numbers: one pixel per cell, axes with lengths, colour bar with the unit.
 *
 * The first axis of the array runs to the right, the second upwards; cell i covers i to i + 1 cell lengths.
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
  const { title, unit, colors = "viridis", scale = "linear", label = "Value" } = options;
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
  const url = picture(columns, rows, norm, map, (column, row) => data[column * rows + rows - 1 - row]);
  const barUrl = picture(1, BAR_STEPS, norm, map, (_, row) => norm.valueAt(1 - (row + 0.5) / BAR_STEPS));

  const width = checkInteger(options.width ?? 340, "width", 1);
  const height = Math.max(80, Math.round(width * lengthY / lengthX));
  const [titleX, titleY] = plane.axes ?? ["x [Mpc/h]", "y [Mpc/h]"];
  const barScale: AxisScale = scale === "log" ? "log" : "linear";
  const barAxis = {
    orient: "right",
    grid: false,
    titleAngle: 270,
    titleBaseline: "top",
    titlePadding: 8,
    minExtent: 30,
  };
  const bar = channel("y", withUnit(label, unit), barScale, limits, barAxis);
  return figure(title, describe(title, label, unit, limits, columns, rows), {
    spacing: 14,
    hconcat: [
      pictureView(url, width, height, {
        x: channel("x", titleX, "linear", [0, lengthX]),
        y: channel("y", titleY, "linear", [0, lengthY], { minExtent: 30 }),
      }),
      pictureView(barUrl, 14, height, { y: bar }),
    ],
  });
}

function describe(
  title: string | undefined,
  label: string,
  unit: string | undefined,
  limits: readonly [number, number],
  columns: number,
  rows: number,
) {
  const [low, high] = limits.map((value) => Number(value.toPrecision(3)));
  const name = title === undefined ? "" : `${title}: `;
  return `${name}${withUnit(label, unit)} on ${columns} by ${rows} cells, colours from ${low} to ${high}`;
}

function colorLimits(
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

/**
 * Slice of a field across one axis, with the name and colours of its quantity: 21-cm brightness centred on 0 mK,
 * temperature (plasma) and Lyman-alpha coupling (cividis) by their logarithm, ionised fraction white to black from 0 to 1.
 *
 * Across z (axis 2) x runs to the right and y upwards; across y, x and z; across x, y and z.
 *
 * @throws {DomainError} if `index` is outside of the mesh; else as `planeFigure`.
 * @example
 * ```ts
 * import { Field, NdArray } from "@cosmesh/cosmesh/array";
 * import { sliceFigure } from "@cosmesh/cosmesh/plot";
 * const array = new NdArray(new Float32Array(8).fill(25), [2, 2, 2], "float32");
 * const field = new Field({ array, boxSize: 50, quantity: "brightnessTemperature", unit: "mK" });
 * const spec = sliceFigure(field, { axis: 2, index: 0, title: "z = 8" });
 * ```
 */
export function sliceFigure(field: Field, options: SliceOptions = {}): VegaLiteSpec {
  const { axis = 2, index = field.cells >> 1, ...rest } = options;
  if (![0, 1, 2].includes(axis)) {
    throw new DomainError(`Cannot cut across axis ${axis}: it must be 0, 1 or 2`, "0, 1 or 2", String(axis));
  }
  if (checkInteger(index, "index") >= field.cells) {
    const rule = `below ${field.cells}`;
    throw new DomainError(`Cannot cut at cell ${index}: it must be ${rule}`, rule, String(index));
  }
  const look = LOOKS[field.quantity];
  const array = cut(field, axis, index);
  const defaults: PlaneOptions = { label: look.label, colors: look.colors, unit: field.unit };
  if (rest.scale === undefined) {
    // Cells without light couple by exactly 0, which has no logarithm.
    const hasLog = look.scale !== "log" || rest.limits !== undefined || array.data.every((value) => !(value <= 0));
    defaults.scale = hasLog ? look.scale : "linear";
    if (field.quantity === "ionisedFraction") defaults.limits = [0, 1];
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const [right, up] = ["x", "y", "z"].filter((_, i) => i !== axis);
  return planeFigure(
    { array, size: [field.boxSize, field.boxSize], axes: [`${right} [Mpc/h]`, `${up} [Mpc/h]`] },
    { ...defaults, ...given },
  );
}

function cut(field: Field, axis: 0 | 1 | 2, index: number): NdArray<"float64"> {
  const n = field.cells;
  const strides = [n * n, n, 1];
  const [right, up] = strides.filter((_, i) => i !== axis);
  const { data } = field.array;
  const values = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++) values[at++] = data[index * strides[axis] + i * right + j * up];
  }
  return new NdArray(values, [n, n], "float64");
}
