import { DomainError } from "../base/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { type Arguments, call } from "../kernel/mod.ts";

const wide = (array: RealArray) => Number(array.dtype === "float64");

/** Particles on some of the nodes of a mesh: those of a rank, around which the mesh has copies of cells of other ranks. */
export interface Lattice {
  /** Cells. */
  readonly mesh: Triple;
  /** Particles along x, y, z; along z as many as cells. */
  readonly sites: Triple;
  /** Node of the first particle along x and y. */
  readonly first: readonly [number, number];
  /** Place of the first particle along x and y among those of all ranks. */
  readonly start: readonly [number, number];
}

/** Cells and particles; of a mesh alone, one particle for each cell. */
function shapeOf(a: Arguments, at: Triple | Lattice) {
  const { mesh, sites, first } = "mesh" in at ? at : { mesh: at, sites: at, first: [0, 0] };
  return a.in(Uint32Array.of(...mesh, ...sites, ...first));
}

/** Shape of a mesh of scalars: rows are padded for a real transform in place. */
export function scalarShape([nx, ny, nz]: Triple): number[] {
  return [nx, ny, 2 * (Math.floor(nz / 2) + 1)];
}

/** Shape of a mesh of vectors: x, y, z and one of padding; the last of a row repeats the first. */
export function vectorShape([nx, ny, nz]: Triple): number[] {
  return [nx, ny, nz + 1, 4];
}

/** Throws for a particle that could not be painted. */
export function checkPainted(bad: number, lattice: Triple | Lattice, displacement: RealArray): void {
  if (bad < 0) return;
  const { sites: [nx, ny, nz], start: [x, y] } = "mesh" in lattice ? lattice : { sites: lattice, start: [0, 0] };
  const at = [x + Math.floor(bad / ny / nz), y + Math.floor(bad / nz) % ny, bad % nz].join(", ");
  const values = [0, 1, 2].map((c) => displacement.data[c * nx * ny * nz + bad]).join(", ");
  const got = `particle (${at}) is displaced by (${values})`;
  throw new DomainError(`Cannot paint particles: displacements must be finite, ${got}`, "finite numbers", got);
}

/** Fills a mesh of scalars with the particles of each cell (CIC) from displacements `[3, nx, ny, nz]` [cell]. */
export function paintInto(mesh: Triple | Lattice, displacement: RealArray, out: RealArray): void {
  let bad = -1;
  call("paint particles", (k, a) => {
    bad = k.pm_paint(wide(out), shapeOf(a, mesh), a.in(displacement.data), a.out(out.data));
  });
  checkPainted(bad, mesh, displacement);
}

/** As `paintInto`, a mesh of vectors with the vectors `[3, nx, ny, nz]` of the particles. */
export function paintVectorsInto(mesh: Triple, displacement: RealArray, vectors: RealArray, out: RealArray): void {
  let bad = -1;
  call("paint particles", (k, a) => {
    const [d, v] = [a.in(displacement.data), a.in(vectors.data)];
    bad = k.pm_paint_vectors(wide(out), shapeOf(a, mesh), d, v, a.out(out.data));
  });
  checkPainted(bad, mesh, displacement);
}

/** Numbers of the potential `-(gravity exp(-k^2 split^2) + correction C(k))/k^2` of a density. */
export interface Green {
  /** Factor of gravity. Default 1. */
  gravity?: number;
  /** [cell] Scale below which gravity is left out. Default 0. */
  split?: number;
  /** k^2 of the second difference. Default false. */
  difference?: boolean;
  /** Factor of C = exp(-low^2/k^2) exp(-k^4/high^4). Default 0. */
  correction?: number;
  /** [rad/cell] Default 0. */
  low?: number;
  /** [rad/cell] Default 1. */
  high?: number;
}

/** Turns a density, a mesh of scalars, into its potential. */
export function potentialInPlace(mesh: Triple, green: Green, data: RealArray): void {
  const { gravity = 1, split = 0, difference = false, correction = 0, low = 0, high = 1 } = green;
  call("potential of particles", (k, a) => {
    const shape = shapeOf(a, mesh);
    const to = a.inout(data.data);
    return k.pm_potential(wide(data), shape, gravity, split, Number(difference), correction, low, high, to);
  });
}

/** Fills a mesh of vectors with `factor` times the gradient of a mesh of scalars, by differences of four points. */
export function gradientInto(mesh: Triple, factor: number, scalars: RealArray, out: RealArray): void {
  call("gradient on the mesh", (k, a) => {
    k.pm_mesh_gradient(wide(out), shapeOf(a, mesh), factor, a.in(scalars.data), a.out(out.data));
  });
}

/** Fills a mesh of scalars with `factor` times the divergence of a mesh of vectors; minus that is the gradient's transpose. */
export function divergenceInto(mesh: Triple, factor: number, vectors: RealArray, out: RealArray): void {
  call("divergence on the mesh", (k, a) => {
    k.pm_mesh_divergence(wide(out), shapeOf(a, mesh), factor, a.in(vectors.data), a.out(out.data));
  });
}

/**
 * p += `kick` F(x), then x += `drift` p: a mesh of vectors F, read by CIC; x and p `[3, nx, ny, nz]` [cell]. Without p,
 * x += `kick` F(x).
 */
export function kickDrift(
  mesh: Triple | Lattice,
  force: RealArray,
  { kick, drift }: { kick: number; drift: number },
  x: RealArray,
  p?: RealArray,
): void {
  call("kick and drift", (k, a) => {
    const [shape, from] = [shapeOf(a, mesh), a.in(force.data)];
    k.pm_kick_drift(wide(x), shape, from, kick, drift, a.inout(x.data), p ? a.inout(p.data) : 0);
  });
}

/** x += `by` p. */
export function driftBy(by: number, x: RealArray, p: RealArray): void {
  call("drift", (k, a) => k.pm_drift(wide(x), x.size, by, a.inout(x.data), a.in(p.data)));
}
