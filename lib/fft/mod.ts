/**
 * Fourier transforms of arrays, as NumPy and SciPy define them, and what is done around them: cosine, sine and Hartley
 * transforms, convolution and correlation, padding, shifts, resampling, frequencies, and the wavenumbers of a periodic box.
 *
 * Forward: X_k = sum_j x_j exp(-2 pi i j k / n); the inverse has the other sign and, by default, divides by the number of
 * points. Every length has a transform; those with the factors 2, 3, 5 and 7 only have the fastest. Float32 and float64;
 * results do not depend on the number of threads.
 *
 * Names, options and defaults are those of `scipy.fft` and `scipy.signal`, in camel case. What differs: numbers keep their
 * precision, so float32 gives float32 and nothing is converted (`fft` of real numbers is an error that names `rfft`); axes
 * are transformed in rising order, and the half of a real spectrum is always that of the last of them; results can be
 * written to `out`.
 *
 * @module
 */
export { fftn, type FftnOptions, ifftn } from "./fftn.ts";
export { fft, type FftOptions, ifft } from "./fft.ts";
export { irfftn, type IrfftnOptions, rfftn, type RfftnOptions } from "./rfftn.ts";
export { irfft, type IrfftOptions, rfft, type RfftOptions } from "./rfft.ts";
export { hfft, ihfft } from "./hfft.ts";
export {
  type ComplexDType,
  type ComplexOf,
  type Norm,
  Plan,
  type PlanKind,
  type PlanOptions,
  type PointsOf,
  type RealDType,
  type RealOf,
  type RunOptions,
} from "./plan.ts";
export { DistributedPlan, type DistributedPlanOptions } from "./distributed.ts";
export { distributedFft, type DistributedFftOptions } from "./distributed_fft.ts";
export { dct1n, type Dct1Options } from "./dct1.ts";
export { dct, dctn, type DctnOptions, type DctOptions, idct, idctn } from "./dct.ts";
export { dst, dstn, type DstnOptions, type DstOptions, idst, idstn } from "./dst.ts";
export type { TrigType } from "./_trig.ts";
export { dht, dhtn, type DhtnOptions, type DhtOptions } from "./hartley.ts";
export {
  convolve,
  type ConvolveMethod,
  type ConvolveMode,
  type ConvolveOptions,
  correlate,
  oaconvolve,
  type OaconvolveOptions,
} from "./convolve.ts";
export { crop, pad, type PadMode, type PadOptions, type Width } from "./pad.ts";
export { resample, type ResampleOptions } from "./resample.ts";
export { fftfreq, rfftfreq } from "./frequencies.ts";
export { fftshift, ifftshift, type ShiftOptions } from "./shift.ts";
export { fftWavenumbers, rfftWavenumbers } from "./wavenumbers.ts";
export { nextFastLength } from "./next_fast_length.ts";
