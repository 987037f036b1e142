import { type Arguments, call, type Exports, type TypedArray } from "../kernel/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import type { CubeArray } from "./cube.ts";

const wide = (array: CubeArray) => Number(array.dtype === "float64");

function number(body: (kernels: Exports) => number): number {
  let value = 0;
  call("point spread function", (k) => void (value = body(k)));
  return value;
}

/** How a profile becomes weights of pixels: its values, those of a Gaussian with the right variance, or its integrals. */
export type Sampling = "plain" | "matched" | "integrated";
const samplingCode = (sampling: Sampling) => ["plain", "matched", "integrated"].indexOf(sampling);

/** Width over full width at half maximum, of Moffat's function, or of a Gaussian for `beta` 0. */
export function widthOfFwhm(beta: number): number {
  return number((k) => k.ifu_psf_width(beta));
}

/** [width] Radius of the circle outside of which a share of the light lies. */
export function radiusOfShare(beta: number, outside: number): number {
  return number((k) => k.ifu_psf_radius(beta, outside));
}

/** A symmetric point spread function in pixels; `beta` 0 for a Gaussian, one width or one for each wavelength. */
export interface PixelPsf {
  readonly beta: number;
  readonly width: Float64Array;
  readonly radius: number;
  readonly sampling: Sampling;
}

/** Fills `[2 radius + 1, 2 radius + 1]` with the weights of a plane. */
export function psfImage({ beta, width, radius, sampling }: PixelPsf, plane: number, out: Float64Array): void {
  call("point spread function", (k, a) => {
    k.ifu_psf_image(beta, width[plane], radius, samplingCode(sampling), a.out(out));
  });
}

/** Ways to convolve. */
export const WAYS = ["auto", "direct", "transforms"] as const;

/** Fills images with images convolved; output (0, 0) lies at `shift` in the input. */
export function convolveImages(
  psf: PixelPsf,
  shift: number,
  way: typeof WAYS[number],
  flux: CubeArray,
  out: CubeArray,
): void {
  const shape = Uint32Array.of(flux.shape[0], flux.shape[1], ...out.shape);
  const { beta, width, radius, sampling } = psf;
  call("convolve with a point spread function", (k, a) => {
    const [sides, widths, from, to] = [a.in(shape), a.in(width), a.in(flux.data), a.out(out.data)];
    const [code, method] = [samplingCode(sampling), WAYS.indexOf(way)];
    return k.ifu_psf_convolve(
      wide(flux),
      sides,
      shift,
      beta,
      widths,
      width.length,
      radius,
      code,
      method,
      from,
      to,
    );
  });
}

/** A Gaussian for each pixel of a row, or one for all. */
export interface PixelLsf {
  readonly sigma: Float64Array;
  readonly radius: number;
  readonly sampling: Sampling;
}

/** Fills rows of `out` from rows of `flux`, which may be the same array. */
export function convolveRows(
  { sigma, radius, sampling }: PixelLsf,
  crop: number,
  adjoint: boolean,
  flux: CubeArray,
  out: CubeArray,
): void {
  const [input, output] = [flux.shape[flux.shape.length - 1], out.shape[out.shape.length - 1]];
  const inPlace = flux.data === out.data;
  call("convolve with a line spread function", (k, a) => {
    const widths = a.in(sigma);
    const [from, to] = inPlace ? [0, a.inout(out.data)] : [a.in(flux.data), a.out(out.data)];
    const code = samplingCode(sampling);
    const rows = out.size / output;
    return k.ifu_lsf_convolve(
      wide(flux),
      rows,
      input,
      output,
      crop,
      widths,
      sigma.length,
      radius,
      code,
      Number(adjoint),
      from,
      to,
    );
  });
}

/** Sums over the last axis. */
export function spaxelSums(flux: CubeArray): Float64Array {
  const waves = flux.shape[flux.shape.length - 1];
  const sums = new Float64Array(flux.size / waves);
  call("sum spectra", (k, a) => k.ifu_spaxel_sums(wide(flux), sums.length, waves, a.in(flux.data), a.out(sums)));
  return sums;
}

/** variance = (fraction flux)^2 + floor + slope max(flux, 0). */
export interface NoiseTables {
  /** `[spaxel]` */
  readonly fraction?: Float64Array;
  /** `[wavelength]` */
  readonly floor?: Float64Array;
  /** `[wavelength]` */
  readonly slope?: Float64Array;
}

/** Adds noise to `flux` and fills `variance`, or with `more` adds to it. */
export function addNoiseTo(
  key: RandomKey,
  uniform: boolean,
  more: boolean,
  aperture: Uint8Array,
  { fraction, floor, slope }: NoiseTables,
  flux: CubeArray,
  variance: CubeArray,
): void {
  const waves = flux.shape[flux.shape.length - 1];
  const table = (a: Arguments, values?: TypedArray) => values ? a.in(values) : 0;
  call("add noise", (k, a) => {
    const tables = [table(a, fraction), table(a, floor), table(a, slope)] as const;
    const to = [a.inout(flux.data), more ? a.inout(variance.data) : a.out(variance.data)] as const;
    const [k0, k1] = key.words;
    const generator = Number(key.generator !== "philox");
    const [even, again, spaxels] = [Number(uniform), Number(more), aperture.length];
    k.ifu_noise_add(wide(flux), k0, k1, generator, even, again, spaxels, waves, a.in(aperture), ...tables, ...to);
  });
}
