import { call } from "../kernel/mod.ts";

/** A map's numbers. */
export type MapData = Float32Array | Float64Array;

const wide = (map: MapData) => Number(map instanceof Float64Array);

/** A resolution and a numbering: nside = 2^order. */
export interface Layout {
  order: number;
  nested: boolean;
}

/** Fills with the pixels of angles; returns the first point that is wrong, or -1, as the others here. */
export function anglesToPixels(
  { order, nested }: Layout,
  theta: Float64Array,
  phi: Float64Array,
  out: Float64Array,
): number {
  let wrong = -1;
  call("ang2pix", (k, a) => {
    wrong = k.sphere_angles_to_pixels(order, Number(nested), a.in(theta), a.in(phi), a.out(out), theta.length);
  });
  return wrong;
}

/** Fills with the pixels of vectors `[point, 3]`. */
export function vectorsToPixels({ order, nested }: Layout, vectors: Float64Array, out: Float64Array): number {
  let wrong = -1;
  call("vec2pix", (k, a) => {
    wrong = k.sphere_vectors_to_pixels(order, Number(nested), a.in(vectors), a.out(out), out.length);
  });
  return wrong;
}

/** What the kernel tells about pixels, by number; from 4 on, points on edges. */
export const OF_PIXELS = { angles: 0, vector: 1, otherNumber: 2, neighbours: 3, edges: 3 } as const;

/** Fills with what belongs to pixels. */
export function ofPixels(
  what: number,
  { order, nested }: Layout,
  pixels: Float64Array,
  out: Float64Array,
): number {
  let wrong = -1;
  call("pixels", (k, a) => {
    wrong = k.sphere_of_pixels(what, order, Number(nested), a.in(pixels), a.out(out), pixels.length);
  });
  return wrong;
}

/** Fills with the four pixels and weights, `[point, 4]` each, of angles. */
export function fillWeights(
  { order, nested }: Layout,
  theta: Float64Array,
  phi: Float64Array,
  pixels: Float64Array,
  weights: Float64Array,
): number {
  let wrong = -1;
  call("interpolation weights", (k, a) => {
    const [from, along] = [a.in(theta), a.in(phi)];
    wrong = k.sphere_weights(order, Number(nested), from, along, a.out(pixels), a.out(weights), theta.length);
  });
  return wrong;
}

/** Fills with bilinear values of a map at angles. */
export function fillValues(
  { order, nested }: Layout,
  map: MapData,
  theta: Float64Array,
  phi: Float64Array,
  out: Float64Array,
): number {
  let wrong = -1;
  call("interpolate a map", (k, a) => {
    const [from, down, along] = [a.in(map), a.in(theta), a.in(phi)];
    wrong = k.sphere_interpolate(wide(map), order, Number(nested), from, down, along, a.out(out), theta.length);
  });
  return wrong;
}

/** Fills with a map in the other numbering. */
export function fillReordered({ order, nested }: Layout, map: MapData, out: MapData): void {
  call("reorder a map", (k, a) => k.sphere_reorder(wide(map), order, Number(nested), a.in(map), a.out(out)));
}

/** Fills with `factor` times a map in another resolution. */
export function fillGraded(
  from: Layout,
  to: Layout,
  factor: number,
  strict: boolean,
  map: MapData,
  out: MapData,
): void {
  call("change the resolution of a map", (k, a) => {
    const [layouts, types] = [[from, to].flatMap((l) => [l.order, Number(l.nested)]), wide(map)];
    const [order, nested, orderOut, nestedOut] = layouts;
    k.sphere_grade(types, order, nested, orderOut, nestedOut, factor, Number(strict), a.in(map), a.out(out));
  });
}

/** RING pixels of a disc. */
export function discPixels(
  order: number,
  [x, y, z]: readonly number[],
  radius: number,
  inclusive: boolean,
): Float64Array<ArrayBuffer> {
  let pixels = new Float64Array();
  call("query a disc", (k, a) => {
    const count = k.sphere_disc(order, x, y, z, radius, Number(inclusive), 0, 0);
    if (count === 0) return;
    const found = a.scratch(Float64Array, count);
    k.sphere_disc(order, x, y, z, radius, Number(inclusive), found.byteOffset, count);
    pixels = found.slice();
  });
  return pixels;
}

/** [rad] Largest angle from a pixel's centre to its edge. */
export function largestRadius(order: number): number {
  let radius = 0;
  call("pixel radius", (k) => {
    radius = k.sphere_largest_radius(order);
  });
  return radius;
}

/** [rad] Colatitude of a ring. */
export function ringTheta(order: number, ring: number): number {
  let theta = 0;
  call("ring", (k) => {
    theta = k.sphere_ring_theta(order, ring);
  });
  return theta;
}

/** A view of the sphere for `fillImage`. */
export interface View {
  /** 0 Mollweide, 1 orthographic, 2 gnomonic. */
  kind: number;
  width: number;
  height: number;
  /** Coordinate at the right edge; of a gnomonic view [rad] half its angle. */
  reach: number;
  /** [rad] Direction in the middle. */
  centre: { theta: number; phi: number };
  /** 1 for east to the right, -1 to the left. */
  east: number;
}

/** Fills an image `[width, height]` with a map in a projection. */
export function fillImage(
  { order, nested }: Layout,
  { kind, width, height, reach, centre, east }: View,
  bilinear: boolean,
  map: MapData,
  out: MapData,
): void {
  call("project a map", (k, a) => {
    const [from, to] = [a.in(map), a.out(out)];
    k.sphere_project(
      ...[wide(map), order, Number(nested), kind, width, height, reach] as const,
      ...[centre.theta, centre.phi, east, Number(bilinear), from, to] as const,
    );
  });
}
