import { empty } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError } from "../base/mod.ts";
import { type ParticleField, SphericalField } from "../fields/mod.ts";
import { pixelCount, udGrade } from "../sphere/mod.ts";
import { addSphericalAdjoint, fillSpherical, type RealArray } from "./_kernel_shells.ts";
import {
  checkCotangents,
  checkParticles,
  eachPass,
  inCells,
  part,
  type SeenParticles,
  type ShellCotangents,
  type ShellPaintOptions,
  sphereReach,
} from "./_seen.ts";
import { shellMetadata } from "./flat.ts";
import type { Shells } from "./shells.ts";
import { sphericalPasses } from "./tiling.ts";

/**
 * How particles are shared out to pixels: "ngp" all to the pixel that holds them; "bilinear" to four, linear in longitude along
 * the rings above and below, then in colatitude; "rbfNeighbor" to their pixel and its eight neighbours by a Gaussian of the
 * angle to the pixels' centres.
 */
export type SphericalScheme = "ngp" | "bilinear" | "rbfNeighbor";

/** Options of `paintSpherical`. */
export interface SphericalOptions extends ShellPaintOptions {
  /** [1] Resolution: 12 nside^2 pixels, nside a power of two up to 8192. */
  nside: number;
  /** [1] Resolution at which particles are painted; maps are then means, or copies, of its pixels. Default `nside`. */
  paintNside?: number;
  /** Default "bilinear". */
  scheme?: SphericalScheme;
  /** [arcmin] Width of the Gaussian of "rbfNeighbor". Default: a standard deviation of half of sqrt(4 pi/pixels). */
  kernelWidth?: number;
  /** What `kernelWidth` is: full width at half maximum, or one or two standard deviations. Default "fwhm". */
  smoothing?: "fwhm" | "2sigma" | "sigma";
}

const KINDS = ["ngp", "bilinear", "rbfNeighbor"] as const;
/** Standard deviations in each width; sqrt(8 ln 2) for the full width at half maximum. */
const DEVIATIONS = { fwhm: 2.354_820_045_030_949_3, "2sigma": 2, sigma: 1 } as const;

function checkOrder(operation: string, name: string, nside: number): number {
  const order = Math.log2(checkInteger(nside, name, 1));
  if (Number.isInteger(order) && nside <= 8192) return order;
  const rule = "a power of two up to 8192";
  throw new DomainError(`Cannot ${operation}: "${name}" must be ${rule}, got ${nside}`, rule, String(nside));
}

/** Maps of another resolution. */
function graded(maps: RealArray, nside: number, power: number): RealArray {
  const out = empty([maps.shape[0], pixelCount(nside)], maps.dtype) as RealArray;
  for (let i = 0; i < maps.shape[0]; i++) {
    (out.at(i).data as Float64Array).set(udGrade(maps.at(i).data as Float64Array, nside, { power }));
  }
  return out;
}

function prepare(operation: string, particles: SeenParticles, shells: Shells, options: SphericalOptions) {
  const { meta } = particles;
  const { nside, paintNside = nside, scheme = "bilinear", kernelWidth, smoothing = "fwhm" } = options;
  checkOrder(operation, "nside", nside);
  const order = checkOrder(operation, "paintNside", paintNside);
  const kind = KINDS.indexOf(checkOneOf(scheme, "scheme", KINDS));
  checkOneOf(smoothing, "smoothing", ["fwhm", "2sigma", "sigma"]);
  if (kernelWidth !== undefined) checkPositive(kernelWidth, "kernelWidth");
  checkParticles(operation, particles, shells, options, sphereReach(meta));
  const pixels = 12 * paintNside * paintNside;
  const sigma = kernelWidth === undefined
    ? 0.5 * Math.sqrt(4 * Math.PI / pixels)
    : kernelWidth / DEVIATIONS[smoothing] * Math.PI / 10_800;
  const factor = (i: number) => {
    const [near, far] = [shells.near[i], shells.far[i]];
    // far^3 - near^3, without loss for thin shells.
    return pixels * 3 / (4 * Math.PI * (far - near) * (far * far + far * near + near * near));
  };
  return {
    nside: paintNside,
    shape: [shells.near.length, pixels],
    layout: { pixels, factor },
    passes: sphericalPasses(meta, inCells(meta, shells), options),
    how: { order, kind, sigma },
  };
}

/** Checks what `paintSpherical` would be given; the shape of a map. */
export function sphericalShape(particles: SeenParticles, shells: Shells, options: SphericalOptions): number[] {
  prepare("paint spherical shells", particles, shells, options);
  return [pixelCount(options.nside)];
}

/**
 * Particles in shells round the observer on HEALPix maps in RING order: for each shell those with near <= r < far, r the
 * comoving distance. All particles are brought back into the periodic box first, so no shell within the reach lacks
 * those that left it; each is in one shell at most. Directions are computed in float64, and sums are exact up to a
 * rounding of each weight of about 1e-12, so the same particles give the same bits with any number of threads.
 *
 * @param particles Displacements [cell] from the lattice.
 * @param shells Distances of the shells.
 * @param options Resolution, scheme, weights, drift, tiling.
 * @returns Particles per (Mpc/h)^3, `[shell, pixel]`, near to far, of the type of the displacement.
 * @throws {DomainError} for shells beyond the box without tiling, an nside that is not a power of two, numbers that are not
 * finite, or options out of their range; {ShapeError}, {DtypeError} for arrays that do not go with the mesh or with each
 * other.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lightconeShells, paintSpherical } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const meta = metadata({ mesh: [32, 32, 32], boxSize: [160, 160, 160] });
 * using lattice = new ParticleField(zeros([3, 32, 32, 32], "float32"), meta, "gridRelative");
 * const shells = lightconeShells(meta, { cosmology: planck18, nbShells: 2 });
 * using maps = paintSpherical(lattice, shells, { nside: 8 });
 * console.log(maps.array.shape); // [2, 768]
 * ```
 */
export function paintSpherical(particles: ParticleField, shells: Shells, options: SphericalOptions): SphericalField {
  return new SphericalField(
    sphericalMaps(particles, shells, options),
    shellMetadata(particles.meta, shells),
    "density",
  );
}

/** The maps of `paintSpherical`, of all particles or of those of a box of sites. */
export function sphericalMaps(particles: SeenParticles, shells: Shells, options: SphericalOptions): RealArray {
  const { nside, shape, layout, passes, how } = prepare("paint spherical shells", particles, shells, options);
  const maps = empty(shape, particles.array.dtype) as RealArray;
  try {
    eachPass(particles, shells, options, passes, layout, (seen, first, count) => {
      fillSpherical(seen, how, part(maps, first, count));
    });
    if (nside === options.nside) return maps;
    using fine = maps;
    return graded(fine, options.nside, 0);
  } catch (error) {
    maps.dispose();
    throw error;
  }
}

/**
 * Adjoint of `paintSpherical` with "bilinear" or "rbfNeighbor": adds to the cotangents what that of the maps gives. The
 * distance has none, as a particle is in a shell or not. "ngp" has one by the weights only.
 *
 * @param particles As painted.
 * @param shells As painted.
 * @param options As painted.
 * @param maps Cotangent of the maps, `[shell, pixel]`.
 * @param to What is added to.
 * @throws {DomainError} for the scheme "ngp", and, with {ShapeError} and {DtypeError}, as `paintSpherical`.
 */
export function paintSphericalAdjoint(
  particles: ParticleField,
  shells: Shells,
  options: SphericalOptions,
  maps: RealArray,
  to: ShellCotangents,
): void {
  const operation = "take the adjoint of spherical shells";
  if (options.scheme === "ngp") {
    const rule = `"bilinear" or "rbfNeighbor"`;
    throw new DomainError(
      `Cannot ${operation}: the maps of "ngp" are constant in the particles' places but for jumps; paint with ${rule}`,
      rule,
      "ngp",
    );
  }
  const { nside, layout, passes, how } = prepare(operation, particles, shells, options);
  checkCotangents(operation, particles, maps, [shells.near.length, pixelCount(options.nside)], to);
  using held = new DisposableStack();
  // The transpose of means and of copies alike.
  const painted = nside === options.nside ? maps : held.use(graded(maps, nside, -2));
  eachPass(particles, shells, options, passes, layout, (seen, first, count) => {
    addSphericalAdjoint(seen, how, part(painted, first, count), to);
  });
}
