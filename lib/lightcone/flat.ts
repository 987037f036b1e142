import { empty } from "../array/mod.ts";
import { checkInteger, checkOneOf } from "../base/mod.ts";
import { FlatField, type Metadata, metadata, type ParticleField } from "../fields/mod.ts";
import { addFlatAdjoint, fillFlat, type RealArray } from "./_kernel_shells.ts";
import {
  checkCotangents,
  checkParticles,
  eachPass,
  inCells,
  part,
  type SeenParticles,
  type ShellCotangents,
  type ShellPaintOptions,
} from "./_seen.ts";
import type { Shells } from "./shells.ts";
import { flatPasses } from "./tiling.ts";

/** Options of `paintFlat`. */
export interface FlatOptions extends ShellPaintOptions {
  /** [1] Pixels along x and y. */
  pixels: readonly [number, number];
  /**
   * From where distances along z are taken: from the observer, who looks along the longer way to a face of the box
   * (towards higher z from the middle), or from the face z = 0. Default "observer".
   */
  from?: "observer" | "face";
}

function prepare(operation: string, particles: SeenParticles, shells: Shells, options: FlatOptions) {
  const { meta } = particles;
  const [px, py] = options.pixels.map((p) => checkInteger(p, "pixels", 1));
  const from = checkOneOf(options.from ?? "observer", "from", ["observer", "face"]);
  checkParticles(operation, particles, shells, options, [meta.boxSize[2], "the side of the periodic box along z"]);
  const area = meta.boxSize[0] / px * (meta.boxSize[1] / py);
  const layout = { pixels: px * py, factor: (i: number) => 1 / (area * (shells.far[i] - shells.near[i])) };
  return {
    shape: [shells.near.length, px, py],
    layout,
    passes: flatPasses(meta, inCells(meta, shells), from, options),
  };
}

/** Checks what `paintFlat` would be given; the shape of a map. */
export function flatShape(particles: SeenParticles, shells: Shells, options: FlatOptions): number[] {
  return prepare("paint flat shells", particles, shells, options).shape.slice(1);
}

/** Metadata of what shells hold. */
export function shellMetadata(meta: Metadata, { scaleFactors, centers, widths }: Shells): Metadata {
  return metadata({ ...meta, status: "lightcone", scaleFactors, centers, widths });
}

/**
 * Particles in slabs of the box along z, as an observer far away sees them: for each shell a map of the particles with
 * near <= z < far, painted by CIC in x and y. Pixel (i, j) has its middle at (i Lx/px, j Ly/py). All particles are brought
 * back into the periodic box first, so shells that touch and fill the box hold each particle once.
 *
 * @param particles Displacements [cell] from the lattice.
 * @param shells Distances of the slabs.
 * @param options Pixels, origin of distances, weights, drift, tiling ("telephoto").
 * @returns Particles per (Mpc/h)^3, `[shell, px, py]`, near to far, of the type of the displacement.
 * @throws {DomainError} for shells beyond the box without tiling, numbers that are not finite, or options out of their range;
 * {ShapeError}, {DtypeError} for arrays that do not go with the mesh or with each other.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lightconeShells, paintFlat } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const meta = metadata({ mesh: [16, 16, 16], boxSize: [80, 80, 80] });
 * using lattice = new ParticleField(zeros([3, 16, 16, 16], "float32"), meta, "gridRelative");
 * const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 2 });
 * using maps = paintFlat(lattice, shells, { pixels: [16, 16] });
 * console.log(maps.array.data[0]); // 16^3/80^3 = 0.008
 * ```
 */
export function paintFlat(particles: ParticleField, shells: Shells, options: FlatOptions): FlatField {
  return new FlatField(flatMaps(particles, shells, options), shellMetadata(particles.meta, shells), "density");
}

/** The maps of `paintFlat`, of all particles or of those of a box of sites. */
export function flatMaps(particles: SeenParticles, shells: Shells, options: FlatOptions): RealArray {
  const { shape, layout, passes } = prepare("paint flat shells", particles, shells, options);
  const maps = empty(shape, particles.array.dtype) as RealArray;
  try {
    eachPass(
      particles,
      shells,
      options,
      passes,
      layout,
      (seen, first, count) => fillFlat(seen, part(maps, first, count)),
    );
    return maps;
  } catch (error) {
    maps.dispose();
    throw error;
  }
}

/**
 * Adjoint of `paintFlat`: adds to the cotangents what that of the maps gives. The distance along z has none, as a particle
 * is in a slab or not.
 *
 * @param particles As painted.
 * @param shells As painted.
 * @param options As painted.
 * @param maps Cotangent of the maps, `[shell, px, py]`.
 * @param to What is added to.
 * @throws {DomainError}, {ShapeError}, {DtypeError} as `paintFlat`.
 */
export function paintFlatAdjoint(
  particles: ParticleField,
  shells: Shells,
  options: FlatOptions,
  maps: RealArray,
  to: ShellCotangents,
): void {
  const { shape, layout, passes } = prepare("take the adjoint of flat shells", particles, shells, options);
  checkCotangents("take the adjoint of flat shells", particles, maps, shape, to);
  eachPass(particles, shells, options, passes, layout, (seen, first, count) => {
    addFlatAdjoint(seen, part(maps, first, count), to);
  });
}
