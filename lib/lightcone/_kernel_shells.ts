import type { NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";

/** Real meshes. */
export type RealArray = NdArray<"float32" | "float64">;

/** Particles of a lattice, their images and the shells to look at. */
export interface Seen {
  /** [cell] `[3, nx, ny, nz]`. */
  displacement: RealArray;
  /** Sites of the whole lattice. */
  mesh: Triple;
  /** First of these. */
  first: Triple;
  /** `[3, nx, ny, nz]`, with a drift. */
  momentum?: RealArray;
  /** `[nx, ny, nz]`. */
  weights?: RealArray;
  /** Nine numbers for each: axes, signs, offsets [cell]. */
  images: readonly (readonly number[])[];
  /** Near and far [cell], and the factor of the map, for each. */
  shells: readonly (readonly [number, number, number])[];
  /** First distance and step [cell], and values of the drift's factor. */
  drift?: Float64Array;
}

/** Cotangents to add to, alike those of `Seen`. */
export interface SeenCotangents {
  /** Of the displacement. */
  displacement: RealArray;
  /** Of the momentum. */
  momentum?: RealArray;
  /** Of the weights. */
  weights?: RealArray;
}

/** How to paint a sphere. */
export interface SphereScheme {
  /** log2(nside). */
  order: number;
  /** 0 nearest, 1 bilinear, 2 a Gaussian. */
  kind: number;
  /** [rad] Of the Gaussian. */
  sigma: number;
}

type Args = Parameters<Parameters<typeof call>[1]>[1];

function given(a: Args, { displacement, mesh, first, momentum, weights, images, shells, drift }: Seen) {
  const [, nx, ny, nz] = displacement.shape;
  const setup = Float64Array.from([...first, ...mesh, ...images.flat(), ...shells.flat(), ...(drift ?? [])]);
  const points = drift ? drift.length - 2 : 0;
  return [
    ...[Number(displacement.dtype === "float64"), nx, ny, nz, a.in(displacement.data)] as const,
    ...[momentum ? a.in(momentum.data) : 0, weights ? a.in(weights.data) : 0] as const,
    ...[images.length, shells.length, points, a.in(setup)] as const,
  ] as const;
}

function added(a: Args, { displacement, momentum, weights }: SeenCotangents) {
  const to = (array?: RealArray) => array ? a.inout(array.data) : 0;
  return [to(displacement), to(momentum), to(weights)] as const;
}

/** Status of kernels for numbers that are not finite. */
const NOT_FINITE = 2;

/** Calls a kernel; if a number was not finite, throws for the first one. */
function finite(operation: string, { displacement, momentum, weights }: Seen, body: Parameters<typeof call>[1]): void {
  let status: number | void = 0;
  call(operation, (k, a) => {
    status = body(k, a);
    return status === NOT_FINITE ? 0 : status;
  });
  if (status !== NOT_FINITE) return;
  for (const [name, array] of [["displacement", displacement], ["momentum", momentum], ["weights", weights]] as const) {
    const at = array?.data.findIndex((v) => !Number.isFinite(v)) ?? -1;
    if (at < 0) continue;
    const message = `Cannot paint ${operation}: numbers must be finite, element ${at} of the ${name} is ${
      array!.data[at]
    }`;
    throw new DomainError(message, "finite numbers", String(array!.data[at]));
  }
  throw new DomainError(`Cannot paint ${operation}: places of particles must be finite`, "finite numbers", "overflow");
}

/** Fills `out` `[shell, px, py]` with slabs along z. */
export function fillFlat(seen: Seen, out: RealArray): void {
  const [, px, py] = out.shape;
  finite("flat shells", seen, (k, a) => k.shells_flat(...given(a, seen), px, py, a.out(out.data)));
}

/** Adds to cotangents from that of `fillFlat`'s maps. */
export function addFlatAdjoint(seen: Seen, maps: RealArray, to: SeenCotangents): void {
  const [, px, py] = maps.shape;
  call(
    "adjoint of flat shells",
    (k, a) => k.shells_flat_adjoint(...given(a, seen), px, py, a.in(maps.data), ...added(a, to)),
  );
}

/** Fills `out` `[shell, pixel]` with shells round the observer. */
export function fillSpherical(seen: Seen, { order, kind, sigma }: SphereScheme, out: RealArray): void {
  finite(
    "spherical shells",
    seen,
    (k, a) => k.shells_spherical(...given(a, seen), order, kind, sigma, a.out(out.data)),
  );
}

/** Adds to cotangents from that of `fillSpherical`'s maps. */
export function addSphericalAdjoint(
  seen: Seen,
  { order, kind, sigma }: SphereScheme,
  maps: RealArray,
  to: SeenCotangents,
): void {
  call(
    "adjoint of spherical shells",
    (k, a) => k.shells_spherical_adjoint(...given(a, seen), order, kind, sigma, a.in(maps.data), ...added(a, to)),
  );
}
