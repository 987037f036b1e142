import { type NdArray, zeros } from "../array/mod.ts";
import { checkOneOf, ShapeError } from "../base/mod.ts";
import { applyFrame, type Frame, type ParticleTable } from "../galaxy/mod.ts";
import type { Objective, Vector } from "../inference/mod.ts";
import { FreeParameters } from "./_free_parameters.ts";
import { seen, seenAdjoint } from "./_seen.ts";
import { weightsOf } from "./_weights.ts";
import type { Cube, CubeArray } from "./cube.ts";
import { QUANTITIES, type Quantity, type Ranges } from "./inverse.ts";
import type { LineSpread } from "./lsf.ts";
import { paintCube, type PaintCubeParts } from "./paint_cube.ts";
import { paintCubeAdjoint } from "./paint_cube_adjoint.ts";
import type { PointSpread } from "./psf.ts";
import type { StarParameters } from "./star_spectra.ts";

/** What a cube is compared with, and what may change. */
export interface CubeLossParts extends Omit<PaintCubeParts, "margin" | "wavelengthMargin"> {
  /** The cube to be reached, on the telescope's spaxels and pixels, with its variances if they are known. */
  target: Cube;
  /** Point spread function. Default: none. */
  psf?: PointSpread;
  /** Line spread function. Default: none. */
  lsf?: LineSpread;
  /** What is to be found of each star. Default: all four. */
  free?: readonly Quantity[];
  /** 1 for pixels `[wavelength]` or `[y, x, wavelength]` that count, 0 for those that do not. Default: all in the aperture. */
  mask?: ArrayLike<number>;
  /** Ranges of the quantities, as for `fitSpectrum`. */
  bounds?: Ranges;
  /** Element type of the cubes in between. Default "float64". */
  dtype?: "float32" | "float64";
}

const OPERATION = "compare cubes";
const STILL: Frame = {
  center: new Float64Array(3),
  velocity: new Float64Array(3),
  matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
};

/** Stars in memory, in the observer's frame, whose quantities change. */
class MovingStars implements ParticleTable {
  readonly columns = ["coords", "velocity", "mass", "metallicity", "age"] as const;
  readonly count: number;
  readonly quantities: StarParameters;
  readonly #coords: Float64Array;

  constructor(table: ParticleTable, frame: Frame) {
    const n = this.count = table.count;
    const column = (name: "mass" | "metallicity" | "age") => {
      const values = new Float64Array(n);
      table.read(name, 0, values);
      return values;
    };
    using turned = applyFrame(table, frame);
    const { coords, velocity } = turned;
    this.#coords = coords.data.slice() as Float64Array;
    this.quantities = {
      mass: column("mass"),
      metallicity: column("metallicity"),
      age: column("age"),
      velocity: Float64Array.from({ length: n }, (_, i) => velocity ? velocity.data[3 * i + 2] : 0),
    };
  }

  read(column: string, first: number, target: Float64Array): void {
    if (column === "coords") target.set(this.#coords.subarray(3 * first, 3 * first + target.length));
    else if (column === "velocity") {
      target.fill(0);
      for (let i = 0; 3 * i < target.length; i++) target[3 * i + 2] = this.quantities.velocity[first + i];
    } else target.set(this.quantities[column as Quantity].subarray(first, first + target.length));
  }
}

/** A point spread function with as many wavelengths as the spectra have with their margin. */
function widened(psf: PointSpread, margin: number): PointSpread {
  const { width } = psf;
  if (width.length === 1 || margin === 0) return psf;
  const at = (i: number) => width[Math.min(Math.max(i - margin, 0), width.length - 1)];
  return { ...psf, width: Float64Array.from({ length: width.length + 2 * margin }, (_, i) => at(i)) };
}

/**
 * How far a galaxy's cube is from another, as a function of its stars, with its gradient: stars are painted, seen through the
 * point and the line spread function, and compared; the gradient goes the same way back through their transposes.
 *
 * The value is `sum (model - target)^2/(2 variance)` over the pixels that count, minus the logarithm of the likelihood; without
 * variances it is `sum (model - target)^2/(2 sum target^2)`, 1/2 for a dark model. Parameters are logarithms of mass,
 * metallicity and age, and velocities along the line of sight in 100 km/s, star by star, for `adam`, `lbfgs` and `hmc`;
 * `bounded(loss.objective, loss, loss.count)` keeps them within bounds.
 *
 * Positions, and dust, are fixed. Takes two cubes with margins besides the target.
 *
 * @example The masses of two stars seen through a point spread function, by L-BFGS
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { galaxyFromArrays, rotationMatrix } from "@cosmesh/cosmesh/galaxy";
 * import { Cube, CubeLoss, pointSpread, telescope } from "@cosmesh/cosmesh/ifu";
 * import { lbfgs } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * const muse = telescope({ base: "MUSE", fieldOfView: 0.6, wavelengthRange: [5000, 5500], wavelengthStep: 5 });
 * using templates = syntheticTemplates({ wavelength: { from: 4400, to: 5200, step: 5 } });
 * const stars = (mass: number[]) => {
 *   const [coords, velocity] = [[-0.2, 0, 0, 0.2, 0.1, 0], [0, 0, 0, 0, 0, 0]];
 *   return galaxyFromArrays({ stars: { coords, velocity, mass, metallicity: [0.01, 0.01], age: [2, 5] } }).stars;
 * };
 * const frame = { center: new Float64Array(3), velocity: new Float64Array(3), matrix: rotationMatrix("face-on") };
 * const { wavelength, wavelengthStep, spaxelSize } = muse;
 * const light = { flux: zeros([3, 3, 100], "float64"), wavelength, wavelengthStep, spaxelSize, unit: "Lsun/Angstrom" } as const;
 * light.flux.data.fill(1);
 * const parts = { templates, telescope: muse, redshift: 0.1, kpcPerArcsec: 1, frame, psf: pointSpread({ fwhm: 0.3 }, muse) };
 * const truth = new CubeLoss({ ...parts, stars: stars([3, 1]), target: new Cube(light) });
 * using flux = truth.model(truth.start());
 * const target = new Cube({ ...light, flux });
 * const loss = new CubeLoss({ ...parts, stars: stars([1, 1]), target, free: ["mass"] });
 * using x = loss.start();
 * lbfgs(loss.objective, x, { steps: 50 });
 * console.log(loss.stars(x).mass); // 3, 1
 * ```
 */
export class CubeLoss {
  /** [1] Number of parameters: stars times free quantities. */
  readonly count: number;
  /** Least parameters. */
  readonly lower: Float64Array;
  /** Greatest parameters. */
  readonly upper: Float64Array;
  /** The value, with its gradient, of parameters. */
  readonly objective: Objective;
  readonly #parameters: FreeParameters;
  readonly #stars: MovingStars;
  readonly #parts: PaintCubeParts & { dtype: "float32" | "float64" };
  readonly #optics: { psf?: PointSpread; lsf?: LineSpread; wavelengthMargin: number };
  readonly #start: Float64Array;

  /**
   * Reads the stars, where the parameters begin.
   *
   * @throws {ShapeError} for a target or a mask that do not fit the telescope; {DomainError} if nothing is free, all is masked, a
   * variance is not above 0, bounds are in wrong order, or a star begins outside of them.
   */
  constructor(parts: CubeLossParts) {
    const { target, psf, lsf, free = QUANTITIES, mask, bounds, dtype = "float64", stars, frame, ...rest } = parts;
    const { telescope, templates: { metallicity, age } } = rest;
    const shape = [telescope.spaxels, telescope.spaxels, telescope.wavelength.length];
    const [rule, actual] = [shape, target.flux.shape].map((s) => `[${s.join(", ")}]`);
    if (rule !== actual) {
      throw new ShapeError(`Cannot ${OPERATION}: the target must have shape ${rule}, got ${actual}`, rule, actual);
    }
    free.forEach((name) => checkOneOf(name, "free", QUANTITIES));
    const ranges: Ranges = {
      metallicity: [metallicity[0], metallicity[metallicity.length - 1]],
      age: [age[0], age[age.length - 1]],
    };
    this.#stars = new MovingStars(stars, frame);
    this.#parameters = new FreeParameters(OPERATION, Array.from({ length: stars.count }, () => free), ranges, bounds);
    this.count = this.#parameters.count;
    this.lower = this.#parameters.lower;
    this.upper = this.#parameters.upper;
    const margin = lsf?.margin ?? 0;
    this.#optics = { lsf, psf: psf && widened(psf, margin), wavelengthMargin: margin };
    this.#parts = {
      ...rest,
      stars: this.#stars,
      frame: STILL,
      margin: psf?.radius ?? 0,
      wavelengthMargin: margin,
      dtype,
    };
    this.#start = this.#parameters.pack(this.#stars.quantities);
    const weights = weightsOf(OPERATION, target, mask);
    const slopes = new Float64Array(this.count);
    this.objective = (x, gradient) => this.#compare(x, gradient, target, weights, slopes);
  }

  /** Parameters of the stars as they were given, to be given back with `using` or `dispose()`. */
  start(): NdArray<"float64"> {
    const x = zeros([this.count], "float64");
    x.data.set(this.#start);
    return x;
  }

  /** Mass [M_sun], metallicity [1], age [Gyr] and velocity [km/s] of all stars for some parameters. */
  stars(x: Vector): StarParameters {
    this.#take(x);
    const { mass, metallicity, age, velocity } = this.#stars.quantities;
    return { mass: mass.slice(), metallicity: metallicity.slice(), age: age.slice(), velocity: velocity.slice() };
  }

  /** The cube `[y, x, wavelength]` of the stars for some parameters, to be given back with `using` or `dispose()`. */
  model(x: Vector): CubeArray {
    this.#take(x);
    return this.#forward();
  }

  #take(x: Vector, slopes?: Float64Array): void {
    if (x.size !== this.count) {
      const [rule, actual] = [`${this.count} parameters`, String(x.size)];
      throw new ShapeError(`Cannot ${OPERATION}: there must be ${rule}, got ${actual}`, rule, actual);
    }
    this.#parameters.unpack(x.data, this.#stars.quantities, slopes);
  }

  #forward(): CubeArray {
    return seen(paintCube(this.#parts).flux, this.#optics);
  }

  #compare(x: Vector, gradient: Vector, { flux: { data } }: Cube, weights: Float64Array, slopes: Float64Array): number {
    this.#take(x, slopes);
    const model = this.#forward();
    let value = 0;
    for (let i = 0; i < weights.length; i++) {
      const off = weights[i] === 0 ? 0 : model.data[i] - data[i];
      model.data[i] = weights[i] * off;
      value += 0.5 * weights[i] * off * off;
    }
    using cotangent = seenAdjoint(model, this.#optics);
    const by = paintCubeAdjoint({ ...this.#parts, cotangent });
    this.#parameters.list.forEach(({ population, quantity }, k) => {
      gradient.data[k] = slopes[k] * by[quantity][population];
    });
    return value;
  }
}
