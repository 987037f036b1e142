import { type NdArray, zeros } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import type { FitStatus } from "../inference/mod.ts";
import type { Cube } from "./cube.ts";
import type { FitMethod, FitStart } from "./fit_spectrum.ts";
import { Fitter } from "./_fitter.ts";
import { QUANTITIES, type Quantity, type SpectraModel } from "./inverse.ts";

/** How the fit of a spaxel ended, by its number in the map: 0 where there was nothing to fit. */
export const CUBE_FIT_STATUS = [
  "none",
  "gradient",
  "step",
  "decrease",
  "bounds",
  "stalled",
  "steps",
  "stopped",
] as const;

/** What is told of the fit of a spaxel, or bin. */
export interface CubeFitProgress {
  /** [1] Spectra done. */
  done: number;
  /** [1] Spectra in all. */
  total: number;
  /** How this one ended. */
  status: FitStatus | "none";
}

/** What is fitted in each spaxel, and how. */
export interface CubeFitOptions extends Omit<FitMethod, "onStep">, FitStart {
  /** Spectra of populations. */
  model: SpectraModel;
  /** 1 for pixels `[wavelength]` or `[y, x, wavelength]` that count, 0 for those that do not. Default: all count. */
  mask?: ArrayLike<number>;
  /** Bins `[y, x]`, whose spectra are added up and fitted as one; below 0 for spaxels of none. Default: each spaxel alone. */
  bins?: ArrayLike<number>;
  /** Called after each fit; `false` ends the fits, and leaves the others without one. */
  onFit?: (progress: CubeFitProgress) => boolean | void;
}

/** Maps of what was found. Give it back with `using` or `dispose()`. */
export interface CubeFit extends Disposable {
  /** Maps `[y, x]` of each population, in the units of `Population`; of bins, masses are those of the whole bin. NaN without a fit. */
  populations: Record<Quantity, NdArray<"float64">>[];
  /** Maps `[y, x]` of standard errors; NaN for what was fixed or is held by a bound. */
  errors: Record<Quantity, NdArray<"float64">>[];
  /** [1] Map `[y, x]` of the sums of squares of residuals over variances. */
  chi2: NdArray<"float64">;
  /** [1] Map `[y, x]` of pixels that count less free parameters. */
  degreesOfFreedom: NdArray<"int32">;
  /** Map `[y, x]` of places in `CUBE_FIT_STATUS`. */
  status: NdArray<"uint8">;
  /** Spectra `[y, x, wavelength]` of the populations found (of bins: of the whole bin), 0 without a fit. */
  spectra: NdArray<"float64">;
  /** [1] Spectra that were fitted. */
  fits: number;
  /** [1] Of these, those that ended in a minimum. */
  converged: number;
  /** Gives the memory back. */
  dispose(): void;
}

const OPERATION = "fit a cube";

function checkLength(name: string, given: ArrayLike<number> | undefined, ...lengths: number[]): void {
  if (!given || lengths.includes(given.length)) return;
  const rule = `${lengths.join(" or ")} numbers`;
  throw new ShapeError(
    `Cannot ${OPERATION}: "${name}" must have ${rule}, got ${given.length}`,
    rule,
    String(given.length),
  );
}

/** Spaxels `[spectrum][]` that are fitted together. */
function groupsOf({ aperture }: Cube, bins?: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  aperture.forEach((inside, spaxel) => {
    const label = bins ? bins[spaxel] : spaxel;
    if (!inside || !(label >= 0)) return;
    const group = groups.get(label);
    if (group) group.push(spaxel);
    else groups.set(label, [spaxel]);
  });
  if (groups.size > 0) return [...groups.values()];
  const rule = "a spaxel inside of the aperture, and of a bin";
  throw new DomainError(`Cannot ${OPERATION}: there must be ${rule}, got none`, rule, "none");
}

/** The spectrum, variances and mask of some spaxels together. */
interface Sum {
  data: Float64Array;
  variance?: Float64Array;
  mask: Uint8Array;
}

/** Fills the sum over spaxels; whether there is light in a pixel that counts. */
function add(cube: Cube, mask: ArrayLike<number> | undefined, group: readonly number[], sum: Sum): boolean {
  const pixels = sum.data.length;
  const { flux: { data: flux }, variance } = cube;
  sum.data.fill(0);
  sum.variance?.fill(0);
  sum.mask.fill(1);
  for (const spaxel of group) {
    const at = spaxel * pixels;
    for (let i = 0; i < pixels; i++) {
      if (mask && !mask[mask.length === pixels ? i : at + i]) sum.mask[i] = 0;
      sum.data[i] += flux[at + i];
      if (sum.variance && variance) sum.variance[i] += variance.data[at + i];
    }
  }
  return sum.data.some((v, i) => sum.mask[i] === 1 && v !== 0);
}

/**
 * Fits populations to each spaxel of a cube, or to each bin of spaxels, as `fitSpectrum` does. Without populations to begin with,
 * one is found for each by a scan of metallicities, ages and velocities.
 *
 * Spaxels outside of the aperture and those without light have no fit. Room is made once, for all fits.
 *
 * @param cube Light, with variances if they are known; in the unit of the model.
 * @param options Model, populations, mask, bins.
 * @throws {ShapeError} for a cube, mask or bins of other lengths than the model's and the cube's; {DomainError} if no spaxel can be
 * fitted, and as `fitSpectrum`.
 * @example Ages of four spaxels
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { Cube, fitCube, ObservedSpectra, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";
 * await ready();
 * const muse = telescope({ base: "MUSE", wavelengthRange: [5000, 6500], wavelengthStep: 5 });
 * using templates = syntheticTemplates({ wavelength: { from: 4400, to: 6000, step: 4 } });
 * using model = new ObservedSpectra({ templates, telescope: muse, redshift: 0.1, method: "cubic" });
 * const of = (...values: number[]) => Float64Array.from(values);
 * const stars = { mass: of(1e6, 1e6, 2e6, 2e6), metallicity: of(0.01, 0.01, 0.01, 0.01), age: of(1, 2, 4, 8) };
 * const { spectra } = model.evaluate({ ...stars, velocity: of(-50, 0, 50, 100) });
 * const flux = zeros([2, 2, model.pixels], "float64");
 * flux.data.set(spectra.data);
 * const { wavelength, wavelengthStep } = muse;
 * using cube = new Cube({ flux, wavelength, wavelengthStep, spaxelSize: 0.2, unit: "Lsun/Angstrom" });
 * using fit = fitCube(cube, { model });
 * console.log(fit.populations[0].age.data); // 1, 2, 4, 8
 * ```
 */
export function fitCube(cube: Cube, options: CubeFitOptions): CubeFit {
  const { model, mask, bins, onFit } = options;
  const [ny, nx, pixels] = cube.flux.shape;
  if (pixels !== model.pixels) {
    const [rule, actual] = [`${model.pixels} wavelengths`, String(pixels)];
    throw new ShapeError(`Cannot ${OPERATION}: it must have ${rule} as the model, got ${actual}`, rule, actual);
  }
  checkLength("mask", mask, pixels, ny * nx * pixels);
  checkLength("bins", bins, ny * nx);
  const groups = groupsOf(cube, bins);
  // Steps of single fits are not told.
  using fitter = new Fitter(OPERATION, model, { ...options, onStep: undefined } as FitMethod & FitStart);

  using made = new DisposableStack();
  const map = <D extends "float64" | "int32" | "uint8">(dtype: D, fill = 0): NdArray<D> => {
    const array = made.use(zeros([ny, nx], dtype));
    array.data.fill(fill);
    return array as NdArray<D>;
  };
  const maps = () => {
    const [mass, metallicity, age, velocity] = QUANTITIES.map(() => map("float64", NaN));
    return { mass, metallicity, age, velocity };
  };
  const [found, errors] = [0, 1].map(() => Array.from({ length: fitter.count }, maps));
  const [chi2, degreesOfFreedom, status] = [map("float64", NaN), map("int32"), map("uint8")];
  const spectra = made.use(zeros([ny, nx, pixels], "float64"));
  const sum: Sum = {
    data: new Float64Array(pixels),
    variance: cube.variance && new Float64Array(pixels),
    mask: new Uint8Array(pixels),
  };
  let [done, fits, converged] = [0, 0, 0];
  for (const group of groups) {
    const light = add(cube, mask, group, sum);
    const fit = light ? fitter.fit(sum.data, sum) : undefined;
    const ended = fit?.status ?? "none";
    if (fit) {
      fits++;
      if (fit.converged) converged++;
      for (const spaxel of group) {
        fit.populations.forEach((population, p) => {
          for (const quantity of QUANTITIES) {
            found[p][quantity].data[spaxel] = population[quantity];
            errors[p][quantity].data[spaxel] = fit.errors[p][quantity];
          }
        });
        chi2.data[spaxel] = fit.chi2;
        degreesOfFreedom.data[spaxel] = fit.degreesOfFreedom;
        spectra.data.set(fit.spectrum, spaxel * pixels);
        status.data[spaxel] = CUBE_FIT_STATUS.indexOf(ended);
      }
    }
    if (onFit?.({ done: ++done, total: groups.length, status: ended }) === false) break;
  }
  const all = made.move();
  const dispose = () => all.dispose();
  return {
    populations: found,
    errors,
    chi2,
    degreesOfFreedom,
    status,
    spectra,
    fits,
    converged,
    dispose,
    [Symbol.dispose]: dispose,
  };
}
