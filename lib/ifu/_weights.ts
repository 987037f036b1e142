import { DomainError, ShapeError } from "../base/mod.ts";
import type { Cube } from "./cube.ts";

function fail(operation: string, rule: string, actual: string): never {
  throw new DomainError(`Cannot ${operation}: ${rule}, got ${actual}`, rule, actual);
}

/** 1/variance, which must be a number above 0. */
export function inverseOf(operation: string, variance: number, pixel: number): number {
  if (variance > 0 && variance < Infinity) return 1 / variance;
  fail(
    operation,
    "variances must be finite and above 0 where the mask is not 0",
    `${variance} for pixel ${pixel}; mask it`,
  );
}

/** Checks light, which must be a number. */
export function checkLight(operation: string, light: number, pixel: number): void {
  if (Number.isFinite(light)) return;
  fail(operation, "light must be finite where the mask is not 0", `${light} for pixel ${pixel}; mask it`);
}

/** Weights `[y, x, wavelength]` of pixels: 1/variance, or the same for all so that those times the target's squares sum to 1. */
export function weightsOf(
  operation: string,
  { flux, variance, aperture }: Cube,
  mask?: ArrayLike<number>,
): Float64Array {
  const pixels = flux.shape[2];
  if (mask && mask.length !== pixels && mask.length !== flux.size) {
    const rule = `${pixels} or ${flux.size} numbers`;
    throw new ShapeError(`Cannot ${operation}: "mask" must have ${rule}, got ${mask.length}`, rule, `${mask.length}`);
  }
  let squares = 0;
  let some = false;
  const weights = new Float64Array(flux.size);
  for (let i = 0; i < flux.size; i++) {
    const spaxel = Math.floor(i / pixels);
    if (!aperture[spaxel] || (mask && !mask[mask.length === pixels ? i - spaxel * pixels : i])) continue;
    checkLight(operation, flux.data[i], i);
    some = true;
    weights[i] = variance ? inverseOf(operation, variance.data[i], i) : 1;
    squares += flux.data[i] * flux.data[i];
  }
  if (!some) fail(operation, "there must be a pixel that counts", "none; check mask and aperture");
  if (variance) return weights;
  if (!(squares > 0)) fail(operation, "there must be light in a pixel that counts", "none");
  return weights.map((weight) => weight / squares);
}
