import { checkFinite, checkInteger, checkOneOf, checkPositive, checkRange } from "../base/mod.ts";
import { fillImage, type MapData } from "./_kernel.ts";
import { layoutOf, nsideOf, type PixelOptions } from "./nside.ts";

/** How the sphere is laid on a plane: all of it with equal areas, half of it from far away, or a tangent plane. */
export type Projection = "mollweide" | "orthographic" | "gnomonic";

const PROJECTIONS = ["mollweide", "orthographic", "gnomonic"] as const;

/** Options of `project`. */
export interface ProjectOptions extends PixelOptions {
  /** Kind of projection. Default "mollweide". */
  projection?: Projection;
  /** [1] Points of the image to the right. Default 800. */
  width?: number;
  /** [1] Points of the image upwards. Default: half the width for Mollweide, else the width. */
  height?: number;
  /** [rad] Colatitude and longitude in the middle. Default the equator at longitude 0. */
  centre?: { theta: number; phi: number };
  /** Whether east is to the left, as on the sky, or to the right. Default "left". */
  east?: "left" | "right";
  /** [rad] Width of a gnomonic image, below pi. Default 0.2. */
  fieldOfView?: number;
  /** "nearest" takes the pixel at each point of the image (default), "bilinear" interpolates. */
  values?: "nearest" | "bilinear";
}

/** An image of a map. */
export interface Image<T extends MapData> {
  /** [any] Values, `[width, height]`, the first axis to the right and the second upwards; NaN where there are none. */
  data: T;
  /** [1] Points to the right. */
  width: number;
  /** [1] Points upwards. */
  height: number;
}

/**
 * An image of a map on the sphere: Mollweide (the ellipse just fits the width), orthographic (the disc just fits) or gnomonic.
 *
 * @param map [any] Values of all pixels; those that are `UNSEEN` or not finite give NaN.
 * @param options Projection, size of the image, direction, numbering.
 * @throws {DomainError} for options out of range or a number of pixels that is not that of a map.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { project } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * const map = Float64Array.from({ length: 12 }, (_, i) => i);
 * const { data, width, height } = project(map, { width: 4, height: 2 });
 * console.log(data.length === width * height); // true
 * ```
 */
export function project<T extends MapData>(map: T, options: ProjectOptions = {}): Image<T> {
  const { projection = "mollweide", centre = { theta: Math.PI / 2, phi: 0 }, east = "left" } = options;
  const { fieldOfView = 0.2, values = "nearest", order } = options;
  checkOneOf(projection, "projection", PROJECTIONS);
  checkOneOf(east, "east", ["left", "right"]);
  checkOneOf(values, "values", ["nearest", "bilinear"]);
  checkRange(centre.theta, "centre.theta", 0, Math.PI);
  checkFinite(centre.phi, "centre.phi");
  checkRange(checkPositive(fieldOfView, "fieldOfView"), "fieldOfView", 0, 3.14);
  const width = checkInteger(options.width ?? 800, "width", 1);
  const usual = Math.ceil(projection === "mollweide" ? width / 2 : width);
  const height = checkInteger(options.height ?? usual, "height", 1);
  const reach = { mollweide: 2, orthographic: 1, gnomonic: fieldOfView / 2 }[projection];
  const data = new (map.constructor as Float64ArrayConstructor)(width * height) as T;
  const kind = PROJECTIONS.indexOf(projection);
  const view = { kind, width, height, reach, centre, east: east === "left" ? -1 : 1 };
  fillImage(layoutOf(nsideOf(map.length), { order }), view, values === "bilinear", map, data);
  return { data, width, height };
}
