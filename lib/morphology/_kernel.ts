import { empty, type NdArray } from "../array/mod.ts";
import { call } from "../kernel/mod.ts";
import type { RandomKey } from "../rng/mod.ts";

/** A mesh of real numbers. */
export type RealMesh = NdArray<"float32" | "float64">;

/** Labels of all cells, and cells of each component. */
export function findComponents(
  mesh: NdArray<"uint8"> | RealMesh,
  n: number,
  threshold: number,
): { labels: NdArray<"uint32">; sizes: Uint32Array } {
  const found = new Uint32Array(2);
  call("connectedComponents", (k, a) => {
    const find = mesh.dtype === "uint8"
      ? k.morphology_components_u8
      : mesh.dtype === "float32"
      ? k.morphology_components_f32
      : k.morphology_components_f64;
    return find(a.in(mesh.data), n, threshold, a.out(found));
  });
  const [handle, count] = found;
  try {
    const sizes = new Uint32Array(count);
    const labels = empty([n, n, n], "uint32");
    call("connectedComponents", (k, a) => k.morphology_components_fill(handle, a.out(labels.data), a.out(sizes)));
    return { labels, sizes };
  } finally {
    call("connectedComponents", (k) => k.morphology_components_free(handle));
  }
}

/** Squared distances of all cells. */
export function distance(mask: NdArray<"uint8">, n: number): NdArray<"uint32"> {
  const out = empty([n, n, n], "uint32");
  call("distanceTransformSquared", (k, a) => k.morphology_distance(a.in(mask.data), n, a.out(out.data)));
  return out;
}

/** Squared distances up to a bound. */
export function distanceWithin(mask: NdArray<"uint8">, n: number, bound: number): NdArray<"uint16"> {
  const out = empty([n, n, n], "uint16");
  call(
    "distanceTransformSquaredWithin",
    (k, a) => k.morphology_distance_within(a.in(mask.data), n, bound, a.out(out.data)),
  );
  return out;
}

/** Fills shells around a region; gives what found room. */
export function fill(x: RealMesh, region: NdArray<"uint8">, n: number, excess: number): number {
  const placed = new Float64Array(1);
  call("fillShells", (k, a) => {
    const run = x.dtype === "float32" ? k.morphology_fill_f32 : k.morphology_fill_f64;
    return run(a.inout(x.data), a.in(region.data), n, excess, a.out(placed));
  });
  return placed[0];
}

/** Spreads the excess of all regions; gives the numbers of `morphology_spread_f32`. */
export function spread(x: RealMesh, n: number, threshold: number, limit: number): Float64Array {
  const report = new Float64Array(7);
  call("spreadExcess", (k, a) => {
    const run = x.dtype === "float32" ? k.morphology_spread_f32 : k.morphology_spread_f64;
    return run(a.inout(x.data), n, threshold, limit, a.out(report));
  });
  return report;
}

/** Sends rays; gives those in each bin [cell] and the numbers of `morphology_rays_f32`. */
export function sendRays(
  x: RealMesh,
  n: number,
  threshold: number,
  isBelow: boolean,
  { words: [high, low], generator }: RandomKey,
  rays: number,
  longest: number,
  edges: Float64Array,
): { counts: Float64Array; report: Float64Array } {
  const counts = new Float64Array(edges.length - 1);
  const report = new Float64Array(6);
  call("bubbleSizes", (k, a) => {
    const send = x.dtype === "float32" ? k.morphology_rays_f32 : k.morphology_rays_f64;
    const [pe, pc, pr] = [a.in(edges), a.out(counts), a.out(report)];
    const numbers = [high, low, generator === "philox" ? 0 : 1] as const;
    return send(a.in(x.data), n, threshold, Number(isBelow), ...numbers, rays, longest, pe, counts.length, pc, pr);
  });
  return { counts, report };
}
