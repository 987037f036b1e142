import { empty } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { irfftn, rfftn } from "../fft/mod.ts";
import { FlatField, type RealArray, type SphericalField } from "../fields/mod.ts";
import { type Alm, alm2map, alm2mapSpin, map2alm, map2almSpin } from "../sphere/mod.ts";
import { rotateInPlace } from "./_kernel.ts";

/** Components of shear. */
export interface Shear<F extends FlatField | SphericalField> {
  /** [1] gamma_1; positive stretches along the first axis (flat: x; sphere: the meridian). */
  gamma1: F;
  /** [1] gamma_2; positive stretches between the first and the second axis (flat: y; sphere: east). */
  gamma2: F;
}

/** Parts without (E) and with (B) handedness of a shear. */
export interface Convergence<F extends FlatField | SphericalField> {
  /** [1] Convergence, from E modes. */
  kappa: F;
  /** [1] What B modes would give; 0 without noise, masks and lensing beyond the Born approximation. */
  curl: F;
}

/** Options for maps on the sphere. */
export interface ShearOptions {
  /** [1] Largest degree on the sphere. Default 3 nside - 1. */
  lmax?: number;
  /**
   * [1] Iterations of the analysis on the sphere. Default 3: 1e-3 of a smooth map for lmax = 3 nside - 1, 1e-6 for lmax = nside;
   * each one gains a digit or two.
   */
  iterations?: number;
}

/** Turns pairs of maps; `back` from shear to convergence. */
function turnFlat(first: FlatField, second: FlatField | undefined, back: boolean): [RealArray, RealArray] {
  const [sx, sy] = first.meta.fieldSize ?? first.meta.boxSize;
  const [px, py] = first.pixels;
  const outs = [0, 1].map(() => empty(first.array.shape, first.array.dtype) as RealArray) as [RealArray, RealArray];
  for (let i = 0; i < first.shells; i++) {
    const of = (array: RealArray) => (first.isStack ? array.at(i) : array) as RealArray;
    using a = rfftn(of(first.array));
    using b = second ? rfftn(of(second.array)) : empty(a.shape, a.dtype);
    if (!second) b.data.fill(0);
    rotateInPlace(a, b, py, sy / sx, back);
    [a, b].forEach((spectrum, k) => void irfftn(spectrum, { s: [px, py], out: of(outs[k]) as never }));
  }
  return outs;
}

/** Multiplies coefficients of degree l by f(l). */
function scaleInPlace(alm: Alm, lmax: number, f: (l: number) => number): void {
  const factors = Float64Array.from({ length: lmax + 1 }, (_, l) => f(l));
  for (let m = 0, i = 0; m <= lmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) {
      alm.data[i] *= factors[l];
      alm.data[i + 1] *= factors[l];
    }
  }
}

/** Shear over convergence for degree l. */
const ratio = (l: number) => l < 2 ? 0 : Math.sqrt((l + 2) * (l - 1) / (l * (l + 1)));

function turnSphere(
  first: SphericalField,
  second: SphericalField | undefined,
  { lmax = 3 * first.nside - 1, iterations }: ShearOptions,
): [RealArray, RealArray] {
  const { nside, array } = first;
  const outs = [0, 1].map(() => empty(array.shape, array.dtype) as RealArray) as [RealArray, RealArray];
  for (let i = 0; i < first.shells; i++) {
    const of = (array: RealArray) => (first.isStack ? array.at(i) : array) as RealArray;
    const maps = second
      ? turnBack([of(array), of(second.array)], nside, lmax, iterations)
      : turnForth(of(array), nside, lmax, iterations);
    maps.forEach((map, k) => {
      (of(outs[k]).data as Float64Array).set(map.data as Float64Array);
      map.dispose();
    });
  }
  return outs;
}

function turnForth(map: RealArray, nside: number, lmax: number, iterations?: number): RealArray[] {
  using e = map2alm(map, { lmax, iterations });
  using b = empty(e.shape, "complex128");
  b.data.fill(0);
  scaleInPlace(e, lmax, ratio);
  return alm2mapSpin([e, b], nside, 2, { lmax, dtype: map.dtype });
}

function turnBack(maps: [RealArray, RealArray], nside: number, lmax: number, iterations?: number): RealArray[] {
  const alms = map2almSpin(maps, 2, { lmax, iterations });
  try {
    return alms.map((alm) => {
      scaleInPlace(alm, lmax, (l) => l < 2 ? 0 : 1 / ratio(l));
      return alm2map(alm, nside, { lmax, dtype: maps[0].dtype });
    });
  } finally {
    alms.forEach((alm) => alm.dispose());
  }
}

function turn<F extends FlatField | SphericalField>(first: F, second: F | undefined, options: ShearOptions) {
  if (second && (second.array.shape.join() !== first.array.shape.join() || second.array.dtype !== first.array.dtype)) {
    const [a, b] = [first, second].map(({ array }) => `${array.dtype} [${array.shape.join(", ")}]`);
    throw new DomainError(`Cannot make convergence: the components of shear must agree, got ${a} and ${b}`, a, b);
  }
  return first instanceof FlatField
    ? turnFlat(first, second as FlatField | undefined, Boolean(second))
    : turnSphere(first, second as SphericalField | undefined, options);
}

/**
 * Shear of a convergence without B modes (Kaiser & Squires 1993, ApJ 404, 441).
 *
 * Flat: gamma(k) = exp(2 i angle of k) kappa(k), by FFT of the periodic map, whose sides are the field's or the box's; modes at
 * half the sampling frequency have no gamma_2, and the mean gives no shear. On the sphere:
 * gamma_lm = sqrt((l + 2)(l - 1)/(l (l + 1))) kappa_lm as E mode of spin 2, in the HEALPix convention (first axis south,
 * second east). On the plane the adjoint of `shearFromConvergence` is `convergenceFromShear` and the other way round.
 *
 * @param kappa Convergence, one map or a stack.
 * @param options Degrees on the sphere.
 * @returns [1] Components of shear, of the same shape and type; status "gamma".
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { FlatField, metadata } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { shearFromConvergence } from "@cosmesh/cosmesh/lensing";
 *
 * await ready();
 * const meta = metadata({ mesh: [8, 8, 8], boxSize: [80, 80, 80], fieldSize: [10, 10] });
 * using kappa = new FlatField(zeros([64, 64]), meta, "1");
 * kappa.array.data[32 * 64 + 32] = 1;
 * const { gamma1, gamma2 } = shearFromConvergence(kappa);
 * console.log(gamma1.array.data[40 * 64 + 32] < 0); // true: images are stretched round the mass
 * gamma1.dispose();
 * gamma2.dispose();
 * ```
 */
export function shearFromConvergence<F extends FlatField | SphericalField>(
  kappa: F,
  options: ShearOptions = {},
): Shear<F> {
  const [gamma1, gamma2] = turn(kappa, undefined, options)
    .map((array) => kappa.with({ array, meta: { status: "gamma" }, unit: "1" }) as F);
  return { gamma1, gamma2 };
}

/**
 * Convergence of a shear: E modes, and what B modes would give. The inverse of `shearFromConvergence` but for the mean (on
 * the sphere also degree 1) and modes at half the sampling frequency, which are lost.
 *
 * @param shear Components, one map or a stack of each.
 * @param options Degrees on the sphere.
 * @returns [1] Convergence and curl, of the same shape and type; status "kappa".
 * @throws {DomainError} if the components differ in shape or type.
 */
export function convergenceFromShear<F extends FlatField | SphericalField>(
  { gamma1, gamma2 }: Shear<F>,
  options: ShearOptions = {},
): Convergence<F> {
  const [kappa, curl] = turn(gamma1, gamma2, options)
    .map((array) => gamma1.with({ array, meta: { status: "kappa" }, unit: "1" }) as F);
  return { kappa, curl };
}
