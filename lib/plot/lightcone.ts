import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import type { NdArray, Quantity } from "../array/mod.ts";
import { type AxisScale, channel, type JsonObject } from "./_axis.ts";
import { lookOf } from "./_looks.ts";
import { colorLimits, normOf, picture, pictureView } from "./_picture.ts";
import { rebin } from "./_rebin.ts";
import { colorMap } from "./color.ts";
import type { PlaneOptions } from "./plane.ts";
import { figure, type VegaLiteSpec, withUnit } from "./spec.ts";

/** A light-cone, or a plane of one along the line of sight. */
export interface LightconePicture {
  /** Values `[x, y, slice]`, or `[x, slice]` of a plane; slices are evenly far apart. */
  readonly array: NdArray<"float32"> | NdArray<"float64">;
  /** [Mpc/h] Width across the line of sight. */
  readonly boxSize: number;
  /** [1] Redshift of each slice, rising. */
  readonly redshifts: Float64Array;
  /** [Mpc/h] Comoving distance to each slice. */
  readonly distances: Float64Array;
  /** [MHz] Observed frequency of each slice. */
  readonly frequencies: Float64Array;
  /** Meaning of the numbers. */
  readonly quantity: Quantity;
  /** Unit of the numbers. */
  readonly unit: string;
}

/** What runs along the line of sight. */
export type LightconeScale = "redshift" | "distance" | "frequency";

/** What `lightconeFigure` can be told. */
export interface LightconeFigureOptions extends PlaneOptions {
  /** Axis below the picture. Default "redshift". */
  axis?: LightconeScale;
  /** Axis above it. Default "frequency"; "none" for none. */
  topAxis?: LightconeScale | "none";
  /** [1] Cell along the second axis at which to cut; the middle unless given. */
  index?: number;
  /** [px] Height of the picture. Default: true to scale, but at least 120. */
  height?: number;
}

const TITLES = { redshift: "z", distance: "Comoving distance [Mpc/h]", frequency: "Frequency [MHz]" } as const;
const PARTS = { redshift: "redshifts", distance: "distances", frequency: "frequencies" } as const;
const BAR_STEPS = 256;
/** Pixels of the picture for each of the figure's, as figures are often drawn at twice their size. */
const DENSITY = 2;
/** [px] Room of a label. */
const LABEL = 28;

/**
 * Picture of a light-cone, cut along the line of sight: comoving distance runs evenly to the right, labelled by
 * redshift, distance or frequency; the other axis is across, in Mpc/h. Name, colours and scale are those of the
 * quantity, as in `sliceFigure`: 21-cm brightness centred on 0 mK, temperature (plasma) and Lyman-alpha coupling
 * (cividis) by their logarithm, ionised fraction white to black from 0 to 1. Cells that are smaller than half a pixel are
 * averaged (values, not colours or logarithms).
 *
 * @throws {ShapeError} if the array has not as many slices as there are redshifts, or other axes.
 * @throws {DomainError} if `index` is outside, there are fewer than two slices, or as `planeFigure`.
 * @example
 * ```ts
 * import { NdArray } from "@cosmesh/cosmesh/array";
 * import { lightconeFigure } from "@cosmesh/cosmesh/plot";
 * const spec = lightconeFigure({
 *   array: new NdArray(Float32Array.of(-90, -20, 5, 20, -70, -30, 0, 25), [2, 4], "float32"),
 *   boxSize: 20,
 *   redshifts: Float64Array.of(7, 7.05, 7.1, 7.15),
 *   distances: Float64Array.of(6000, 6010, 6020, 6030),
 *   frequencies: Float64Array.of(177.6, 176.4, 175.4, 174.3),
 *   quantity: "brightnessTemperature",
 *   unit: "mK",
 * }, { title: "Light-cone" });
 * ```
 */
export function lightconeFigure(cone: LightconePicture, options: LightconeFigureOptions = {}): VegaLiteSpec {
  const { axis = "redshift", topAxis = "frequency", index, height: wantedHeight, ...rest } = options;
  checkOneOf(axis, "axis", ["redshift", "distance", "frequency"]);
  checkOneOf(topAxis, "topAxis", ["redshift", "distance", "frequency", "none"]);
  const { rows, columns, values } = planeOf(cone, index);
  const { distances } = cone;
  const step = (distances[columns - 1] - distances[0]) / (columns - 1);
  // Slices lie in the middle of their cells.
  const domain = [distances[0] - step / 2, distances[columns - 1] + step / 2] as const;
  const length = domain[1] - domain[0];
  const width = checkInteger(rest.width ?? 900, "width", 1);
  const height = wantedHeight === undefined
    ? Math.max(120, Math.round(width * checkPositive(cone.boxSize, "boxSize") / length))
    : checkInteger(wantedHeight, "height", 1);

  const [high, wide] = [Math.min(rows, DENSITY * height), Math.min(columns, DENSITY * width)];
  const pixels = rebin(values, [rows, columns], [high, wide]);
  const { title, label = "Value", unit, scale = "linear", colors = "viridis", limits: given } = lookOf(
    cone,
    pixels,
    rest,
  );
  const limits = colorLimits(label, pixels, scale, given);
  const norm = normOf(scale, limits);
  const map = typeof colors === "string" ? colorMap(colors) : colors;
  const url = picture(wide, high, norm, map, (column, row) => pixels[(high - 1 - row) * wide + column]);
  const barUrl = picture(1, BAR_STEPS, norm, map, (_, row) => norm.valueAt(1 - (row + 0.5) / BAR_STEPS));

  const along = (which: LightconeScale, orient: "bottom" | "top") =>
    channel("x", TITLES[which], "linear", domain, { ...ticks(cone, which, domain, LABEL * length / width), orient });
  const view = pictureView(url, width, height, {
    x: along(axis, "bottom"),
    y: channel("y", "Across [Mpc/h]", "linear", [0, cone.boxSize], { minExtent: 30, tickCount: height < 180 ? 3 : 6 }),
  });
  const top = topAxis === "none" ? [] : [{
    data: { values: [{ x: 0 }] },
    mark: { type: "point", opacity: 0 },
    encoding: { x: along(topAxis, "top") },
  }];
  const barScale: AxisScale = scale === "log" ? "log" : "linear";
  const bar = channel("y", withUnit(label, unit), barScale, limits, {
    ...{ orient: "right", grid: false, titleAngle: 270, titleBaseline: "top", titlePadding: 8, minExtent: 30 },
  });
  const [low, most] = limits.map((value) => Number(value.toPrecision(3)));
  const [from, to] = [cone.redshifts[0], cone.redshifts[columns - 1]].map((z) => Number(z.toFixed(3)));
  const description = `Light-cone of ${withUnit(label, unit)} from z = ${from} to ${to}, ${columns} slices, ` +
    `colours from ${low} to ${most}`;
  return figure(title, description, {
    spacing: 14,
    hconcat: [
      {
        ...view,
        layer: [...view.layer, ...top],
        ...(top.length > 0 ? { resolve: { axis: { x: "independent" } } } : {}),
      },
      pictureView(barUrl, 14, height, { y: bar }),
    ],
  });
}

/** The plane `[rows, columns]` to draw. */
function planeOf(cone: LightconePicture, index: number | undefined) {
  const { shape, data } = cone.array;
  const columns = shape[shape.length - 1];
  const lengths = [cone.redshifts, cone.distances, cone.frequencies].map(({ length }) => length);
  if (![2, 3].includes(shape.length) || lengths.some((length) => length !== columns) || cone.array.size === 0) {
    const expected = `[x, y, ${lengths[0]}] or [x, ${lengths[0]}]`;
    const actual = `[${shape.join(", ")}] with ${lengths.join(", ")} redshifts, distances and frequencies`;
    throw new ShapeError(`Cannot draw a light-cone: its shape must be ${expected}, got ${actual}`, expected, actual);
  }
  if (columns < 2) {
    throw new DomainError("Cannot draw a light-cone: it must have at least two slices, got 1", "two slices", "1");
  }
  const rows = shape[0];
  if (shape.length === 2) return { rows, columns, values: data };
  const cell = checkInteger(index ?? shape[1] >> 1, "index");
  if (cell >= shape[1]) {
    throw new DomainError(`Cannot cut at cell ${cell}: it must be below ${shape[1]}`, `below ${shape[1]}`, `${cell}`);
  }
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    values.set(data.subarray((row * shape[1] + cell) * columns, (row * shape[1] + cell + 1) * columns), row * columns);
  }
  return { rows, columns, values };
}

/** Ticks at round values of what runs along the line of sight, at their distances; labels are at least `room` [Mpc/h] apart. */
function ticks(
  cone: LightconePicture,
  which: LightconeScale,
  [low, high]: readonly [number, number],
  room: number,
): JsonObject {
  if (which === "distance") return { tickCount: 8, format: ".6~g" };
  const values = cone[PARTS[which]];
  const [first, last] = [values[0], values[values.length - 1]];
  const span = Math.abs(last - first);
  const power = 10 ** Math.floor(Math.log10(span / 6));
  const step = power * ([1, 2, 5].find((factor) => factor * power * 10 >= span) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const start = Math.ceil(Math.min(first, last) / step - 1e-9);
  const places: number[] = [];
  const labels: Record<string, string> = {};
  let labelled = NaN;
  for (let k = start; k * step <= Math.max(first, last) + 1e-9 * span; k++) {
    const place = Number(distanceAt(values, cone.distances, k * step).toFixed(6));
    if (!(place >= low && place <= high)) continue;
    places.push(place);
    if (places.length > 1 && Math.abs(place - labelled) < room) continue;
    labels[place.toFixed(6)] = (k * step).toFixed(digits);
    labelled = place;
  }
  return {
    values: places,
    // Vega leaves some of the values out if they are more than the count.
    tickCount: places.length,
    labelExpr: `(${JSON.stringify(labels)})[format(datum.value, '.6f')] || ''`,
    labelOverlap: false,
  };
}

/** Distance, linear between slices, at which `values`, which rise or fall, reach `value`. */
function distanceAt(values: Float64Array, distances: Float64Array, value: number): number {
  const rises = values[values.length - 1] > values[0];
  const after = values.findIndex((v) => rises ? v >= value : v <= value);
  const at = Math.min(Math.max(after, 1), values.length - 1);
  const t = (value - values[at - 1]) / (values[at] - values[at - 1]);
  return distances[at - 1] + t * (distances[at] - distances[at - 1]);
}
