/** A small grid whose numbers tell their places, and how to write its layouts. */
import assert from "node:assert/strict";
import type { TemplateGrid } from "../../lib/stellar/mod.ts";

export const WAVELENGTH = [4000, 4010, 4025, 4040, 4050];
export const AGES = [0.1, 1, 10];
export const METALLICITIES = [0.002, 0.02];

/** [L_sun/Angstrom/M_sun] */
export const valueAt = (z: number, a: number, l: number): number => 0.01 * (1 + l + 10 * a + 100 * z);
/** `[metallicity, age, wavelength]` */
export const FLUX = Float64Array.from(
  { length: METALLICITIES.length * AGES.length * WAVELENGTH.length },
  (_, i) => valueAt(Math.floor(i / 15), Math.floor(i / 5) % 3, i % 5),
);

// Axes through logarithms and back; measured 4e-16.
const TOLERANCE = 1e-14;

export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = TOLERANCE): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert(Math.abs(actual[i] / expected[i] - 1) <= tolerance, `${actual[i]}, not ${expected[i]}, at ${i}`);
  }
}

/** Checks that a grid is the small one; float32 spectra to 6e-8. */
export function assertSmallGrid(grid: TemplateGrid, { metallicity = METALLICITIES } = {}): void {
  assertClose(grid.age, AGES);
  assertClose(grid.metallicity, metallicity);
  assertClose(grid.wavelength, WAVELENGTH);
  assertClose(grid.flux.data, FLUX, grid.flux.dtype === "float32" ? 6e-8 : 1e-15);
}
