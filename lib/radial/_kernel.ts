import { call } from "../kernel/mod.ts";

/** Kernel (or spectrum) of a profile on the octant of a mesh; radii in cells. */
export function octant(
  radii: Float64Array,
  values: Float64Array,
  cells: number,
  spectral: boolean,
  out: Float32Array,
): void {
  call(
    "radial kernel",
    (k, a) => k.radial_kernel(a.in(radii), a.in(values), radii.length, cells, Number(spectral), a.out(out)),
  );
}
