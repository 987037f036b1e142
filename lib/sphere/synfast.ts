import { zeros } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { randomNormal, type RandomOptions } from "../rng/mod.ts";
import { type Alm, almIndex, type AlmLimits, almSize, limits } from "./alm.ts";
import { alm2map } from "./harmonics.ts";

/** Options of `synalm`. */
export interface SynalmOptions extends Pick<RandomOptions, "key">, Partial<AlmLimits> {}

/** Options of `synfast`. */
export interface SynfastOptions extends SynalmOptions {
  /** Element type of the map. Default: "float64". */
  dtype?: "float32" | "float64";
}

/**
 * Gaussian random coefficients of an angular power: <|a_lm|^2> = C_l, a_l0 real. Number 2 (l (l + 1)/2 + m) of the stream and the
 * next one make a_lm, so the same key gives the same coefficients for any lmax, nside and number of threads.
 *
 * @param power [sr times the map's unit squared] C_l, l = 0, 1, ...; 0 beyond its end.
 * @param options `key`; lmax (default: the last of `power`) and mmax (lmax).
 * @returns Coefficients, complex128.
 * @throws {DomainError} for power below 0 or not finite, and for wrong limits.
 */
export function synalm(power: ArrayLike<number>, options: SynalmOptions): Alm {
  const { lmax, mmax } = limits({ lmax: options.lmax ?? power.length - 1, mmax: options.mmax });
  const alm = zeros([almSize({ lmax, mmax })], "complex128");
  const normal = randomNormal((lmax + 1) * (lmax + 2), { key: options.key });
  for (let l = 0; l <= lmax; l++) {
    const c = power[l] ?? 0;
    if (!(c >= 0 && c < Infinity)) {
      const rule = "finite and at least 0";
      throw new DomainError(`Cannot draw coefficients: power[${l}] must be ${rule}, got ${c}`, rule, String(c));
    }
    const first = l * (l + 1);
    alm.data[2 * l] = Math.sqrt(c) * normal[first];
    for (let m = 1; m <= Math.min(l, mmax); m++) {
      const at = 2 * almIndex(lmax, l, m);
      alm.data[at] = Math.sqrt(c / 2) * normal[first + 2 * m];
      alm.data[at + 1] = Math.sqrt(c / 2) * normal[first + 2 * m + 1];
    }
  }
  return alm;
}

/**
 * Gaussian random map of an angular power: `alm2map` of `synalm`.
 *
 * @param power [sr times the map's unit squared] C_l, l = 0, 1, ...
 * @param nside [1] Resolution, a power of two.
 * @param options `key`; lmax (default: the last of `power`, at most 3 nside - 1), mmax, `dtype`.
 * @returns Map in RING order.
 * @throws {DomainError} for power below 0 or not finite, and for wrong limits.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { synfast } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * using map = synfast([0, 0, 1, 0.5, 0.25], 16, { key: 42 });
 * console.log(map.size); // 3072
 * ```
 */
export function synfast(power: ArrayLike<number>, nside: number, options: SynfastOptions): RealArray {
  const { lmax = Math.min(power.length - 1, 3 * nside - 1), mmax, dtype, key } = options;
  using alm = synalm(power, { key, lmax, mmax });
  return alm2map(alm, nside, { lmax, mmax, dtype });
}
