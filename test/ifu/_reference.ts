/** The reference run: templates, telescopes, stars and frame. */
import { fromData } from "../../lib/array/mod.ts";
import type { Frame, ParticleTable } from "../../lib/galaxy/mod.ts";
import type { Telescope } from "../../lib/ifu/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { TemplateGrid } from "../../lib/stellar/mod.ts";
import { readNpy } from "../support/npy.ts";

await ready({ threads: 2 });

export const LIGHT = 299792.458;
const file = (name: string) => openHdf5(new URL(`reference/${name}`, import.meta.url));

/** An array of test/ifu/reference/f64. */
export const reference = (name: string) => readNpy(new URL(`reference/f64/${name}.npy`, import.meta.url));

/** Numbers of a stage. */
export const stage = (name: string) => reference(name).data;

/** The toy templates. */
export async function toyTemplates(dtype: "float32" | "float64" = "float32"): Promise<TemplateGrid> {
  using ssp = await file("ssp_toy.h5");
  const axis = (name: string) => Float64Array.from(ssp.readNumbers(name));
  const [metallicity, age, wavelength] = ["metallicity", "age", "wavelength"].map(axis);
  const shape = [metallicity.length, age.length, wavelength.length];
  return new TemplateGrid({
    ...{ name: "toy", metallicity, age, wavelength },
    flux: fromData(ssp.readNumbers("flux"), shape, dtype),
  });
}

/** A telescope with a square field. */
export function squareTelescope(
  spaxels: number,
  spaxelSize: number,
  from: number,
  step: number,
  pixels: number,
): Telescope {
  return {
    ...{ name: "test", fieldOfView: spaxels * spaxelSize, spaxelSize, spaxels, aperture: "square", lsfFwhm: 0 },
    wavelength: Float64Array.from({ length: pixels }, (_, k) => from + k * step),
    wavelengthStep: step,
  };
}

/** Particles in memory. */
export function tableOf(columns: Partial<Record<ParticleTable["columns"][number], Float64Array>>): ParticleTable {
  return {
    count: columns.mass!.length,
    columns: Object.keys(columns) as ParticleTable["columns"],
    read: (column, first, target) => {
      const values = columns[column]!;
      const width = values.length / columns.mass!.length;
      target.set(values.subarray(first * width, first * width + target.length));
    },
  };
}

/** As it is. */
export const unturned: Frame = {
  center: new Float64Array(3),
  velocity: new Float64Array(3),
  matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
};

/** Stars of the reference run, turned, with its telescope, redshift and scale. */
export async function referenceRun() {
  using galaxy = await file("galaxy.h5");
  const column = (name: string) => Float64Array.from(galaxy.readNumbers(`particles/stars/${name}`));
  const edges = stage("main_03_bin_edges_kpc");
  return {
    stars: {
      coords: stage("main_01_rotated_coords"),
      velocity: stage("main_01_rotated_velocity"),
      mass: column("mass"),
      metallicity: column("metallicity"),
      age: column("age"),
    },
    mask: stage("main_02_mask"),
    telescope: squareTelescope(12, 1, 4750, 2.5, 600),
    redshift: 0.05,
    kpcPerArcsec: (edges[12] - edges[0]) / 12,
  };
}

/** Largest difference over the largest number. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers, ${expected.length} expected`);
  let [worst, most] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(actual[i])) return NaN;
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    most = Math.max(most, Math.abs(expected[i]));
  }
  return worst / most;
}

/** Numbers in [0, 1) that are the same in each run. */
export function uniform(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647);
}
