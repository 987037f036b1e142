/** Integrals of filters over the pixels of a spectrum. */

import { DomainError } from "../base/mod.ts";
import type { Filter } from "./filter.ts";

/** Wavelength pixels of a spectrum. */
export interface Pixels {
  /** [Angstrom] Centers, ascending, equidistant. */
  readonly wavelength: Float64Array;
  /** [Angstrom] Width. */
  readonly wavelengthStep: number;
}

/** Longest part of a filter that is integrated at once, over its wavelength: 1/w is a parabola over it to 2e-12. */
const PART = 0.004;

/** Transmission at a wavelength; 0 outside of the curve. */
export function transmissionAt({ wavelength, transmission }: Filter, at: number): number {
  const last = wavelength.length - 1;
  if (!(at >= wavelength[0] && at <= wavelength[last])) return 0;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (wavelength[middle] <= at) low = middle;
    else high = middle;
  }
  const t = (at - wavelength[low]) / (wavelength[high] - wavelength[low]);
  return transmission[low] + (transmission[high] - transmission[low]) * t;
}

/** `integral T(w) w^power dw` from `from` to `to`, between which T is linear and has the values `a` and `b`; by Simpson's rule. */
function part(from: number, to: number, a: number, b: number, power: 0 | 1 | -1): number {
  const weigh = (t: number, w: number) => power === 0 ? t : power === 1 ? t * w : t / w;
  const [t, w] = [(a + b) / 2, (from + to) / 2];
  return (to - from) / 6 * (weigh(a, from) + 4 * weigh(t, w) + weigh(b, to));
}

/** Integrals of a filter times a power of the wavelength. */
export interface BandIntegrals {
  /** Over each pixel. */
  readonly pixels: Float64Array;
  /** Over all pixels. */
  readonly inside: number;
  /** Over the whole filter. */
  readonly total: number;
}

/** Integrals `integral T(w) w^power dw` over each pixel and over the whole filter. */
export function bandIntegrals(
  filter: Filter,
  { wavelength, wavelengthStep }: Pixels,
  power: 0 | 1 | -1,
): BandIntegrals {
  const pixels = new Float64Array(wavelength.length);
  const start = wavelength[0] - wavelengthStep / 2;
  let total = 0;
  for (let i = 1; i < filter.wavelength.length; i++) {
    const [low, high] = [filter.wavelength[i - 1], filter.wavelength[i]];
    const [a, b] = [filter.transmission[i - 1], filter.transmission[i]];
    const at = (w: number) => a + (b - a) * ((w - low) / (high - low));
    // Cut at edges of pixels; what is longer than the rule can take, cut further.
    for (let w = low; w < high;) {
      let k = Math.floor((w - start) / wavelengthStep);
      // Rounding may put the edge at w itself.
      if (start + (k + 1) * wavelengthStep <= w) k++;
      const end = Math.min(high, w * (1 + PART), start + (k + 1) * wavelengthStep);
      const value = part(w, end, at(w), at(end), power);
      total += value;
      if (k >= 0 && k < pixels.length) pixels[k] += value;
      w = end;
    }
  }
  return { pixels, inside: pixels.reduce((sum, v) => sum + v, 0), total };
}

/** Checks that enough of a filter lies inside of a spectrum. */
export function checkCoverage(filter: Filter, pixels: Pixels, { inside, total }: BandIntegrals, least: number): void {
  const share = inside / total;
  if (share >= least) return;
  const { wavelength, wavelengthStep } = pixels;
  const range = [wavelength[0] - wavelengthStep / 2, wavelength[wavelength.length - 1] + wavelengthStep / 2];
  const rule = `at least ${least} of filter ${filter.name} must lie inside of ${range.join(" to ")} Angstrom`;
  const got = `${share.toFixed(4)}, as the filter spans ${filter.wavelength[0]} to ${filter.wavelength.at(-1)}`;
  const way = share > 0 ? '; set "coverage" lower to use the part that is covered' : "";
  throw new DomainError(`Cannot measure light: ${rule}, got ${got}${way}`, rule, share.toFixed(4));
}
