/** Numbers of the original, and how far others are from them. */
import assert from "node:assert/strict";
import { readNpy } from "../support/npy.ts";

/** An array of test/ifu/reference/f64. */
export function reference(name: string): { shape: number[]; data: Float64Array } {
  return readNpy(new URL(`reference/f64/${name}.npy`, import.meta.url));
}

/** Largest difference over the largest number. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let [worst, most] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    most = Math.max(most, Math.abs(expected[i]));
  }
  return worst / most;
}
