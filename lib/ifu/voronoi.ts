import { empty, type NdArray } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { voronoi, weightedSum } from "./_kernel_measure.ts";
import type { Cube, CubeArray } from "./cube.ts";

/** Options of `voronoiBins`. */
export interface VoronoiOptions {
  /** [1] Signal-to-noise ratio that bins are to have. */
  targetSignalToNoise: number;
  /**
   * How bins are made even after accretion. "weighted": weighted Voronoi tessellation (Diehl & Statler 2006), which is
   * even for any kind of noise. "cvt": centroidal tessellation of equal (S/N)^2 (Cappellari & Copin 2003), for noise that is
   * independent of spaxel to spaxel. Default "weighted".
   */
  method?: "weighted" | "cvt";
  /** [1] Spaxels `[y, x]` that are binned, where it is not 0. Default: those whose noise is positive. */
  mask?: Uint8Array;
  /** [1] Most iterations of the tessellation; 0 leaves it at accretion. Default 50. */
  iterations?: number;
}

/** Bins of spaxels. */
export interface VoronoiBins {
  /** [1] Number of the bin of each spaxel `[y, x]`, from 0 on; -1 for none. As `binSpectra` takes it. */
  readonly bins: Int32Array;
  /** [1] Number of bins. */
  readonly count: number;
  /** [spaxel] Middle of each bin along x, counted from the center of the first spaxel. */
  readonly x: Float64Array;
  /** [spaxel] Middle of each bin along y. */
  readonly y: Float64Array;
  /** [1] Signal-to-noise ratio of each bin: sum of signals over the root of the sum of squared noise. */
  readonly signalToNoise: Float64Array;
  /** [1] Number of spaxels of each bin. */
  readonly spaxels: Uint32Array;
}

/**
 * Bins of adjacent spaxels with about the same signal-to-noise ratio: accretion of round bins from the brightest spaxel
 * outwards (Cappellari & Copin 2003, section 5.1), then a tessellation whose generators move until they rest. A spaxel that has
 * more than the target is a bin of its own. Noise of spaxels is taken to be independent.
 *
 * @param signal `[y, x]`, such as of `signalAndNoise`.
 * @param noise `[y, x]`, of equal shape: standard deviation of `signal`.
 * @param options Target, method and mask.
 * @throws {ShapeError} if shapes differ.
 * @throws {DomainError} if all spaxels together do not reach the target, or a number inside of the mask is not finite, or a
 * noise there is not positive.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { voronoiBins } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using signal = fromData([1, 1, 9, 1, 1, 1], [2, 3], "float64");
 * using noise = fromData([1, 1, 1, 1, 1, 1], [2, 3], "float64");
 * const { bins, signalToNoise } = voronoiBins(signal, noise, { targetSignalToNoise: 2 });
 * console.log(bins, signalToNoise[0]); // the third spaxel is alone in bin 0: 9
 * ```
 */
export function voronoiBins(signal: CubeArray, noise: CubeArray, options: VoronoiOptions): VoronoiBins {
  const { mask, method = "weighted", iterations = 50 } = options;
  const target = checkPositive(options.targetSignalToNoise, "targetSignalToNoise");
  checkOneOf(method, "method", ["weighted", "cvt"]);
  checkInteger(iterations, "iterations");
  const { shape, size } = signal;
  const [rule, got] = [`[${shape.join(", ")}]`, `[${noise.shape.join(", ")}]`];
  if (shape.length !== 2 || rule !== got || (mask && mask.length !== size)) {
    const what = `signal and noise must have the same shape [y, x], and the mask as many numbers`;
    throw new ShapeError(`Cannot bin spaxels: ${what}, got ${rule}, ${got}, ${mask?.length ?? "no mask"}`, rule, got);
  }
  const [light, error] = [new Float64Array(size), new Float64Array(size)];
  let [sum, square] = [0, 0];
  for (let i = 0; i < size; i++) {
    const [s, n] = [signal.data[i], noise.data[i]];
    if (mask ? !mask[i] : n === 0 || Number.isNaN(n)) continue;
    if (!Number.isFinite(s) || !(Number.isFinite(n) && n > 0)) {
      const at = `[${Math.floor(i / shape[1])}, ${i % shape[1]}]`;
      const finite = "signal must be finite, and noise finite and above 0";
      throw new DomainError(
        `Cannot bin spaxels: ${finite}, got ${s} and ${n} at ${at}; leave it out by "mask"`,
        finite,
        `${s}, ${n}`,
      );
    }
    light[i] = s;
    error[i] = n;
    sum += s;
    square += n * n;
  }
  const all = square > 0 ? sum / Math.sqrt(square) : 0;
  const room = { place: new Float64Array(2 * size), ratio: new Float64Array(size), spaxels: new Uint32Array(size) };
  const bins = new Int32Array(size);
  const count = all < target
    ? 0
    : voronoi(shape, light, error, target, method === "weighted", iterations, { bins, ...room });
  if (count === 0) {
    const least = `a signal-to-noise ratio of ${target}`;
    const reached = all < target
      ? `all spaxels together have ${all.toPrecision(4)}`
      : "no bin of adjacent spaxels has it";
    throw new DomainError(
      `Cannot bin spaxels: bins must have ${least}, but ${reached}; lower the target`,
      least,
      String(all),
    );
  }
  return {
    bins,
    count,
    x: Float64Array.from({ length: count }, (_, k) => room.place[2 * k]),
    y: Float64Array.from({ length: count }, (_, k) => room.place[2 * k + 1]),
    signalToNoise: room.ratio.slice(0, count),
    spaxels: room.spaxels.slice(0, count),
  };
}

/** Images that `voronoiBins` takes. Give them back with `using` or `dispose()`. */
export class SignalAndNoise implements Disposable {
  /** Used by `signalAndNoise`. */
  constructor(
    /** Mean light of a wavelength pixel `[y, x]`. */
    readonly signal: NdArray<"float64">,
    /** Root of the mean variance of a wavelength pixel `[y, x]`. */
    readonly noise: NdArray<"float64">,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.signal.dispose();
    this.noise.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Signal and noise of a wavelength pixel in each spaxel: mean light, and root of the mean variance.
 *
 * @param cube Spectra with a variance.
 * @param range [Angstrom] First and last wavelength. Default: all.
 * @throws {TypeError} if the cube has no variance.
 * @throws {DomainError} if no wavelength pixel has its center in the range.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { Cube, signalAndNoise } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const [flux, variance] = [[1, 3], [4, 4]].map((v) => fromData(v, [1, 1, 2], "float64"));
 * const axis = { wavelength: Float64Array.of(5000, 5001), wavelengthStep: 1, spaxelSize: 1 };
 * using cube = new Cube({ flux, variance, ...axis, unit: "Lsun/Angstrom" });
 * using images = signalAndNoise(cube);
 * console.log(images.signal.data[0], images.noise.data[0]); // 2 2
 * ```
 */
export function signalAndNoise(cube: Cube, range?: readonly [number, number]): SignalAndNoise {
  const { flux, variance, wavelength } = cube;
  if (!variance) {
    throw new TypeError("Cannot measure signal and noise: the cube has no variance; add noise to it first");
  }
  const [from, to] = range ?? [-Infinity, Infinity];
  const inside = wavelength.map((w) => Number(w >= from && w <= to));
  const pixels = inside.reduce((sum, w) => sum + w, 0);
  if (pixels === 0) {
    const rule = `a part of ${wavelength[0]} to ${wavelength.at(-1)} Angstrom`;
    throw new DomainError(
      `Cannot measure signal and noise: range must be ${rule}, got ${from} to ${to}`,
      rule,
      `${from} to ${to}`,
    );
  }
  const images = new SignalAndNoise(empty(flux.shape.slice(0, 2), "float64"), empty(flux.shape.slice(0, 2), "float64"));
  const weights = inside.map((w) => w / pixels);
  weightedSum(flux, weights, images.signal);
  weightedSum(variance, weights, images.noise);
  images.noise.data.forEach((v, i, noise) => noise[i] = Math.sqrt(v));
  return images;
}
