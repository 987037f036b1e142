import { empty } from "../array/mod.ts";
import { checkFinite, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { comovingDistance, type Cosmology } from "../cosmology/mod.ts";
import { cellSize, type FlatField, type Metadata, metadata, type RealArray, SphericalField } from "../fields/mod.ts";
import { addAdjoint, combine, products, type Rays } from "./_kernel.ts";
import { bornWeights, redshiftOf, type Sources } from "./born_weights.ts";

/** Options of `born`. */
export interface BornOptions {
  /** Parameters. */
  cosmology: Cosmology;
  /** [1] Redshift of the sources of each map, or a distribution of them. */
  sources: readonly Sources[];
  /**
   * [as the planes] Mean that makes an overdensity of a plane, rho/mean - 1: the plane's own ("plane", the default), that of
   * the universe, one particle in each cell of the mesh ("box", for planes of unit "density"), or given, for all or for each
   * plane. Planes of unit "overdensity" have none.
   */
  mean?: "plane" | "box" | number | ArrayLike<number>;
  /** [deg] Flat maps: sides of the field of view. Default: those in the metadata. */
  fieldSize?: readonly [number, number];
  /** [1] Flat maps: rays along x and y. Default: as many as the planes have pixels. */
  rays?: readonly [number, number];
  /**
   * [Mpc/h] Flat maps: where the line of sight to the middle of the field, which runs along z, crosses the planes. Default:
   * where the observer is.
   */
  axis?: readonly [number, number];
  /**
   * [1] Flat maps: the ray (of fractional number) that is in the middle. Default: half the rays, so that ray (i, j) looks
   * (i - nx/2, j - ny/2) field/rays away from the axis; 0 puts the first ray on the axis.
   */
  middle?: readonly [number, number];
}

/** A light-cone of density planes, near to far, or a single one. */
export type Lightcone = FlatField | SphericalField;

function refuse(rule: string, got: string): never {
  throw new DomainError(`Cannot make convergence: ${rule}, got ${got}`, rule, got);
}

function raysOf(lightcone: Lightcone, options: BornOptions, centers: Float64Array): Rays {
  const { meta, array } = lightcone;
  if (lightcone instanceof SphericalField) return { shape: Uint32Array.of(1, array.shape.at(-1)!, 0, 0) };
  const { fieldSize = meta.fieldSize, axis, middle } = options;
  const pixels = lightcone.pixels;
  const rays = options.rays ?? pixels;
  if (!fieldSize) refuse(`flat planes need "fieldSize", the sides of the field in degrees`, "none");
  const fan = new Float64Array(4 * centers.length);
  for (const i of [0, 1]) {
    if (!(Number.isInteger(rays[i]) && rays[i] >= 1)) refuse(`"rays" must be whole numbers above 0`, rays.join(", "));
    const angle = checkPositive(fieldSize[i], "fieldSize") * Math.PI / 180 / rays[i];
    const pixel = meta.boxSize[i] / pixels[i];
    const from = checkFinite(axis?.[i] ?? meta.observer[i] * meta.boxSize[i], "axis") / pixel;
    const first = checkFinite(middle?.[i] ?? rays[i] / 2, "middle");
    centers.forEach((chi, j) => {
      const step = angle * chi / pixel;
      fan.set([from - first * step, step], 4 * j + 2 * i);
    });
  }
  return { shape: Uint32Array.of(...rays, ...pixels), fan };
}

/** A light-cone as the kernel sees it. */
interface Seen {
  rays: Rays;
  depth: number;
  pixels: number;
  /** `[source, plane]` of overdensities. */
  weights: Float64Array;
  /** Overdensity = scale plane + shift. */
  scale: Float64Array;
  shift: number;
  /** Whether the mean depends on the plane. */
  ownMean: boolean;
}

/** Mean of each plane, which is not 0. */
function meansOf(lightcone: Lightcone, { mean = "plane" }: BornOptions): Float64Array {
  const { meta, unit, shells } = lightcone;
  let means: Float64Array;
  if (mean === "plane") means = lightcone.mean({ perShell: true });
  else if (mean === "box") {
    if (unit !== "density") {
      refuse(`the mean "box" needs planes of unit "density"; convert them with "to"`, `"${unit}"`);
    }
    means = new Float64Array(shells).fill(1 / cellSize(meta) ** 3);
  } else means = typeof mean === "number" ? new Float64Array(shells).fill(mean) : Float64Array.from(mean);
  if (means.length !== shells) refuse(`"mean" must have ${shells} numbers, one for each plane`, String(means.length));
  const bad = means.findIndex((v) => !(Number.isFinite(v) && v !== 0));
  if (bad >= 0) refuse("the mean of a plane must be finite and not 0", `${means[bad]} in plane ${bad}`);
  return means;
}

function look(lightcone: Lightcone, options: BornOptions): Seen {
  const { meta, unit, shells: depth } = lightcone;
  const { centers, widths } = meta;
  if (!centers || !widths) refuse(`the planes need "centers" and "widths" in their metadata`, "none");
  if (unit === "1") refuse("the planes must be densities", `unit "1"`);
  if (options.sources.length === 0) refuse("there must be sources", "none");
  const pure = unit === "overdensity";
  return {
    rays: raysOf(lightcone, options, centers),
    depth,
    pixels: lightcone.array.size / depth,
    weights: bornWeights(options.cosmology, { centers, widths }, options.sources),
    scale: pure ? new Float64Array(depth).fill(1) : meansOf(lightcone, options).map((m) => 1 / m),
    shift: pure ? 0 : -1,
    ownMean: !pure && (options.mean ?? "plane") === "plane",
  };
}

/** Metadata of maps of sources. */
function sourceMetadata(lightcone: Lightcone, { cosmology, sources, fieldSize }: BornOptions): Metadata {
  const z = Float64Array.from(sources, redshiftOf);
  return metadata({
    ...lightcone.meta,
    status: "kappa",
    scaleFactors: z.map((z) => 1 / (1 + z)),
    centers: comovingDistance(cosmology, z),
    widths: new Float64Array(z.length),
    sourceRedshifts: z,
    ...fieldSize && { fieldSize },
  });
}

/** Shape of the maps. */
const shapeOf = (lightcone: Lightcone, { shape }: Rays, sources: number) =>
  lightcone instanceof SphericalField ? [sources, shape[1]] : [sources, shape[0], shape[1]];

/**
 * Convergence of sources behind a light-cone of density planes in the Born approximation, the sum of `bornWeights` times
 * overdensities along straight lines. Each plane counts with its own thickness.
 *
 * On the sphere a line of sight keeps its pixel. A flat light-cone is a stack of parallel planes, periodic across; its rays fan
 * out in equal steps of angle from the axis and read the planes bilinearly, pixel (i, j) of a plane being the node at
 * (i Lx/px, j Ly/py). The axes of the map are those of the planes.
 *
 * @param lightcone Planes near to far with "centers" and "widths", or a single one; of any unit of density.
 * @param options Cosmology, sources, mean, geometry of flat maps.
 * @returns [1] Convergence, `[source, ...]`, of the planes' type; status "kappa", `sourceRedshifts` the redshifts or their means.
 * @throws {DomainError} for planes without place, thickness or mean, sources or options out of their range.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, SphericalField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { born } from "@cosmesh/cosmesh/lensing";
 *
 * await ready();
 * const meta = metadata({
 *   mesh: [8, 8, 8],
 *   boxSize: [800, 800, 800],
 *   centers: Float64Array.of(200),
 *   widths: Float64Array.of(400),
 * });
 * const counts = fromData([2, ...new Array(11).fill(1)], [1, 12], "float64");
 * using plane = new SphericalField(counts, meta, "counts");
 * using kappa = born(plane, { cosmology: planck18, sources: [0.5, 1] });
 * console.log(kappa.array.shape, kappa.meta.sourceRedshifts); // [2, 12], [0.5, 1]
 * ```
 */
export function born<F extends Lightcone>(lightcone: F, options: BornOptions): F {
  const seen = look(lightcone, options);
  const { rays, depth, weights, scale, shift } = seen;
  const meta = sourceMetadata(lightcone, options);
  const sources = options.sources.length;
  const constant = new Float64Array(sources);
  const matrix = weights.map((w, i) => {
    constant[Math.floor(i / depth)] += w * shift;
    return w * scale[i % depth];
  });
  const out = empty(shapeOf(lightcone, rays, sources), lightcone.array.dtype) as RealArray;
  try {
    combine(rays, lightcone.array, depth, matrix, constant, out);
    return new (lightcone.constructor as new (...parts: [RealArray, Metadata, "1"]) => F)(out, meta, "1");
  } catch (error) {
    out.dispose();
    throw error;
  }
}

/** What `bornAdjoint` gives. */
export interface BornCotangents {
  /** [1] Derivative of the loss by the weights, `[source, plane]`; see `bornWeightSensitivity`. */
  readonly weights: Float64Array;
}

/**
 * Adjoint of `born`: adds to the cotangent of the planes what that of the convergence gives, the planes' own means included.
 *
 * @param lightcone As for `born`.
 * @param options As for `born`.
 * @param kappaBar Derivative of the loss by the convergence, of the shape and type of `born`'s.
 * @param planesBar Derivative of the loss by the planes, of their shape and type, which is added to.
 * @returns [1] The derivative by the weights.
 * @throws {DomainError} as `born`; {ShapeError} for cotangents of other shapes or types.
 */
export function bornAdjoint(
  lightcone: FlatField | SphericalField,
  options: BornOptions,
  kappaBar: RealArray,
  planesBar: RealArray,
): BornCotangents {
  const { rays, depth, pixels, weights, scale, shift, ownMean } = look(lightcone, options);
  const sources = options.sources.length;
  const { array } = lightcone;
  checkLike("the convergence", kappaBar, shapeOf(lightcone, rays, sources), array.dtype);
  checkLike("the planes", planesBar, array.shape, array.dtype);
  const [sums, totals] = [new Float64Array(sources * depth), new Float64Array(sources)];
  products(rays, array, depth, kappaBar, sums, totals);
  const constant = new Float64Array(depth);
  if (ownMean) {
    // d(rho/mean)/d(mean) = -rho/mean^2, and each pixel has a share of 1/pixels in the mean.
    sums.forEach((sum, i) => constant[i % depth] -= weights[i] * sum * scale[i % depth] ** 2 / pixels);
  }
  addAdjoint(rays, weights.map((w, i) => w * scale[i % depth]), constant, kappaBar, planesBar);
  return { weights: sums.map((sum, i) => scale[i % depth] * sum + shift * totals[Math.floor(i / depth)]) };
}

function checkLike(name: string, array: RealArray, shape: readonly number[], dtype: string): void {
  const [needed, got] = [`${dtype} [${shape.join(", ")}]`, `${array.dtype} [${array.shape.join(", ")}]`];
  if (needed === got) return;
  throw new ShapeError(
    `Cannot take the adjoint of convergence: that of ${name} must be ${needed}, got ${got}`,
    needed,
    got,
  );
}
