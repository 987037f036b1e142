/**
 * Fourier transforms of arrays, as NumPy defines them, and the wavenumbers of a periodic box.
 *
 * Forward: X_k = sum_j x_j exp(-2 pi i j k / n); the inverse has the other sign and, by default, divides by the number of
 * points. Every length has a transform; those with the factors 2, 3, 5 and 7 only have the fastest. Float32 and float64;
 * results do not depend on the number of threads.
 *
 * @module
 */
export { fft, fftn, type FftnOptions, type FftOptions, ifft, ifftn } from "./fftn.ts";
export {
  irfft,
  irfftn,
  type IrfftnOptions,
  type IrfftOptions,
  rfft,
  rfftn,
  type RfftnOptions,
  type RfftOptions,
} from "./rfftn.ts";
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
export { dct1n, type Dct1Options } from "./dct1.ts";
export { fftfreq, rfftfreq } from "./wavenumbers.ts";
export { nextFastLength } from "./next_fast_length.ts";
