import { call } from "../kernel/mod.ts";
import type { RealArray } from "../paint/mod.ts";

/** A lensing plane and the way to what follows it. */
export interface RayPlane {
  readonly nside: number;
  readonly bilinear: boolean;
  readonly transport: boolean;
  /** Deflection along colatitude and longitude, convergence, shear 1 and 2. */
  readonly maps: readonly RealArray[];
}

/** Weights q and s of one step of the recursion. */
export type RayStep = readonly [q: number, s: number];

const head = ({ nside, bilinear, transport, maps }: RayPlane, [q, s]: RayStep) =>
  [
    ...[Number(maps[0].dtype === "float64"), Math.round(Math.log2(nside))],
    ...[Number(bilinear) + 2 * Number(transport), q, s],
  ] as unknown as [number, number, number, number, number];

/** Replaces rays `[7, ray]` at the plane before by those at the next one. */
export function advanceRays(plane: RayPlane, step: RayStep, now: RealArray, before: RealArray): void {
  call("rays to the next plane", (k, a) => {
    const maps = a.in(Uint32Array.from(plane.maps, (map) => a.in(map.data)));
    k.lensing_rays_advance(...head(plane, step), maps, a.in(now.data), a.inout(before.data));
  });
}

/** Fills `[4, ray]` with convergence, shear 1 and 2, and rotation of sources. */
export function observeRays(plane: RayPlane, step: RayStep, now: RealArray, before: RealArray, out: RealArray): void {
  call("rays to sources", (k, a) => {
    const maps = a.in(Uint32Array.from(plane.maps, (map) => a.in(map.data)));
    k.lensing_rays_observe(...head(plane, step), maps, a.in(now.data), a.in(before.data), a.out(out.data));
  });
}
