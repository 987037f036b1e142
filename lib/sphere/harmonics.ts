import { empty } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkRange, ShapeError } from "../base/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { analyse, type HarmonicShape, synthesise } from "./_kernel_harmonics.ts";
import { checkNside, nsideOf } from "./nside.ts";
import { type Alm, type AlmLimits, almSize, limits, limitsOf } from "./alm.ts";

/** Options of `alm2map` and `alm2mapSpin`. */
export interface SynthesisOptions extends Partial<AlmLimits> {
  /** Element type of the map. Default: "float64". */
  dtype?: "float32" | "float64";
}

/** Options of `map2alm` and `map2almSpin`. */
export interface AnalysisOptions extends Partial<AlmLimits> {
  /** [1] How often the map of what is left is analysed and added (Jacobi iterations). Default: 3. */
  iterations?: number;
  /** [1] Weights of the 2 nside rings from the north pole to the equator, near 1; they hold for the southern ones too. Default: 1. */
  ringWeights?: Float64Array;
}

/** nside of a map, checked. */
function nsideOfMap(map: RealArray, operation: string): number {
  if (map.shape.length === 1) return nsideOf(map.size);
  throw new ShapeError(
    `Cannot ${operation}: a map must have shape [pixel], got [${map.shape.join(", ")}]; take one of the stack`,
    "[pixel]",
    `[${map.shape.join(", ")}]`,
  );
}

function checkSpin(spin: number): number {
  return checkRange(checkInteger(spin, "spin"), "spin", 1, 2);
}

function synthesis(alm: readonly Alm[], nside: number, spin: number, options: SynthesisOptions): RealArray[] {
  const operation = "make a map of coefficients";
  const { dtype = "float64" } = options;
  checkOneOf(dtype, "dtype", ["float32", "float64"]);
  const found = alm.map((one) => limitsOf(one, operation, options));
  if (alm.some((one) => one.size !== alm[0].size)) {
    const sizes = alm.map((one) => one.size).join(" and ");
    throw new ShapeError(`Cannot ${operation}: both sets must have the same number, got ${sizes}`, "equal", sizes);
  }
  checkNside(nside);
  const shape = { ...found[0], nside, spin };
  const maps = alm.map(() => empty([12 * nside ** 2], dtype));
  synthesise(shape, alm, maps);
  return maps;
}

/**
 * Map of spherical harmonic coefficients: f(n) = sum a_lm Y_lm(n), at the centres of HEALPix pixels in RING order.
 *
 * As libsharp (Reinecke and Seljebotn 2013): Legendre functions by the recurrence of Ishioka (2018), rings by Fourier
 * transforms. The imaginary part of coefficients with m = 0 is ignored.
 *
 * @param alm Coefficients, complex128.
 * @param nside [1] Resolution, a power of two.
 * @param options `lmax` and `mmax` (default: from the number of coefficients, mmax = lmax), `dtype` of the map.
 * @returns Map, `[12 nside^2]`.
 * @throws {ShapeError} if the number of coefficients does not fit lmax and mmax.
 * @throws {DomainError} if nside is not a power of two.
 * @throws {DtypeError} if the coefficients are not complex128.
 * @example Y_00 = 1/sqrt(4 pi) everywhere
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { alm2map, almSize } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * using alm = zeros([almSize({ lmax: 4 })], "complex128");
 * alm.data[0] = 1;
 * using map = alm2map(alm, 8);
 * console.log(map.data[100]); // 0.2821
 * ```
 */
export function alm2map(alm: Alm, nside: number, options: SynthesisOptions = {}): RealArray {
  return synthesis([alm], nside, 0, options)[0];
}

/**
 * Maps of a field of spin s > 0: q +- i u = -sum (E_lm +- i B_lm) (+-s)Y_lm (the lower sign times (-1)^s), as healpy's
 * `alm2map_spin`: (Q, U) of polarisation in the HEALPix convention for s = 2; for s = 1, with E_lm = sqrt(l (l + 1)) psi_lm and
 * B = 0, the gradient (d psi/d theta, d psi/d phi / sin theta). Coefficients with l < s are ignored.
 *
 * @param alm E and B, complex128.
 * @param nside [1] Resolution, a power of two.
 * @param spin [1] Spin, 1 or 2.
 * @param options As for `alm2map`.
 * @returns q and u.
 * @throws {DomainError} for another spin; the errors of `alm2map`.
 */
export function alm2mapSpin(
  alm: readonly [Alm, Alm],
  nside: number,
  spin: number,
  options: SynthesisOptions = {},
): [RealArray, RealArray] {
  return synthesis(alm, nside, checkSpin(spin), options) as [RealArray, RealArray];
}

function ringWeightsOf(given: Float64Array | undefined, nside: number, operation: string): Float64Array {
  const weights = new Float64Array(2 * nside).fill(Math.PI / (3 * nside ** 2));
  if (!given) return weights;
  if (given.length !== weights.length) {
    throw new ShapeError(
      `Cannot ${operation}: "ringWeights" must have 2 nside = ${weights.length} numbers, got ${given.length}`,
      String(weights.length),
      String(given.length),
    );
  }
  return weights.map((w, i) => w * given[i]);
}

function shapeOf(
  maps: readonly RealArray[],
  operation: string,
  spin: number,
  given: Partial<AlmLimits>,
): HarmonicShape {
  const nside = nsideOfMap(maps[0], operation);
  if (maps.some((map) => map.size !== maps[0].size || map.dtype !== maps[0].dtype)) {
    const sizes = maps.map((map) => `${map.size} of ${map.dtype}`).join(" and ");
    throw new ShapeError(
      `Cannot ${operation}: both maps must have the same size and type, got ${sizes}`,
      "equal",
      sizes,
    );
  }
  const { lmax = 3 * nside - 1, mmax } = given;
  return { ...limits({ lmax, mmax }), nside, spin };
}

function analysis(maps: readonly RealArray[], spin: number, options: AnalysisOptions): Alm[] {
  const operation = "find coefficients of a map";
  const shape = shapeOf(maps, operation, spin, options);
  const { iterations = 3 } = options;
  checkInteger(iterations, "iterations");
  const weights = ringWeightsOf(options.ringWeights, shape.nside, operation);
  const alm = maps.map(() => empty([almSize(shape)], "complex128"));
  analyse(shape, maps, weights, alm);
  if (iterations === 0) return alm;
  const rest = maps.map(({ shape }) => empty(shape, "float64"));
  const more = alm.map(({ shape }) => empty(shape, "complex128"));
  try {
    for (let i = 0; i < iterations; i++) {
      synthesise(shape, alm, rest);
      rest.forEach(({ data }, k) => {
        const map = maps[k].data;
        for (let j = 0; j < data.length; j++) data[j] = map[j] - data[j];
      });
      analyse(shape, rest, weights, more);
      more.forEach(({ data }, k) => {
        const sum = alm[k].data;
        for (let j = 0; j < data.length; j++) sum[j] += data[j];
      });
    }
  } finally {
    [...rest, ...more].forEach((array) => array.dispose());
  }
  return alm;
}

/**
 * Spherical harmonic coefficients of a map: the sum over pixels of f conj(Y_lm) times 4 pi/npix and the weight of the ring,
 * then as often as asked for the same of what is left, as healpy.
 *
 * Pixels have equal areas but their sums are not exact: without iterations the coefficients of a band-limited map are right
 * to about 1e-3. Multiply the map by weights of pixels, if you have them, and take no iterations.
 *
 * @param map Map in RING order, `[12 nside^2]`.
 * @param options lmax (default 3 nside - 1), mmax (lmax), iterations (3), weights of rings.
 * @returns Coefficients, complex128.
 * @throws {ShapeError} if it is not a HEALPix map, or for another number of weights.
 * @throws {DomainError} for limits that are not whole numbers with mmax <= lmax.
 * @example What was put in
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { alm2map, almIndex, almSize, map2alm } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * using alm = zeros([almSize({ lmax: 8 })], "complex128");
 * alm.data[2 * almIndex(8, 3, 2)] = 1;
 * using map = alm2map(alm, 8);
 * using back = map2alm(map, { lmax: 8 });
 * console.log(back.data[2 * almIndex(8, 3, 2)]); // 1
 * ```
 */
export function map2alm(map: RealArray, options: AnalysisOptions = {}): Alm {
  return analysis([map], 0, options)[0];
}

/**
 * Coefficients E and B of two maps that are a field of spin s > 0, in the convention of `alm2mapSpin`; those with l < s are 0.
 *
 * @param maps q and u in RING order.
 * @param spin [1] Spin, 1 or 2.
 * @param options As for `map2alm`; healpy's function of this name makes no iterations.
 * @returns E and B.
 * @throws {ShapeError} if these are not maps of one size and type; {DomainError} for another spin.
 */
export function map2almSpin(
  maps: readonly [RealArray, RealArray],
  spin: number,
  options: AnalysisOptions = {},
): [Alm, Alm] {
  return analysis(maps, checkSpin(spin), options) as [Alm, Alm];
}

/**
 * Adjoint of `alm2map`: sums over pixels of g conj(Y_lm), without the factor 4 pi/npix. For all coefficients and maps,
 * sum_pixels f g = sum_l Re(a_l0 conj(b_l0)) + 2 sum_m>0 Re(a_lm conj(b_lm)) with f = `alm2map(a)`, b = `alm2mapAdjoint(g)`.
 *
 * @param map Map g in RING order, as the derivative of a loss by a map.
 * @param options lmax (default 3 nside - 1) and mmax (lmax).
 * @returns Coefficients; twice those of m > 0 are the derivatives by real and imaginary parts.
 * @throws {ShapeError} if it is not a map; {DomainError} for limits that are not whole numbers with mmax <= lmax.
 */
export function alm2mapAdjoint(map: RealArray, options: Partial<AlmLimits> = {}): Alm {
  return adjoint([map], 0, options)[0];
}

/**
 * Adjoint of `alm2mapSpin`, as `alm2mapAdjoint` with sums over both maps and both sets.
 *
 * @param maps Maps in RING order.
 * @param spin [1] Spin, 1 or 2.
 * @param options lmax (default 3 nside - 1) and mmax (lmax).
 * @returns E and B.
 * @throws {ShapeError} if these are not maps of one size and type; {DomainError} for another spin.
 */
export function alm2mapSpinAdjoint(
  maps: readonly [RealArray, RealArray],
  spin: number,
  options: Partial<AlmLimits> = {},
): [Alm, Alm] {
  return adjoint(maps, checkSpin(spin), options) as [Alm, Alm];
}

function adjoint(maps: readonly RealArray[], spin: number, options: Partial<AlmLimits>): Alm[] {
  const shape = shapeOf(maps, "find the adjoint of a map", spin, options);
  const alm = maps.map(() => empty([almSize(shape)], "complex128"));
  analyse(shape, maps, new Float64Array(2 * shape.nside).fill(1), alm);
  return alm;
}
