import { NdArray } from "../../lib/array/mod.ts";
import { QUANTITIES, type SpectraModel } from "../../lib/ifu/mod.ts";

/** [1] Pixels of `toyModel`. */
export const PIXELS = 60;

/** Spectra by a formula: mass (2 + x ln Z/5 + x^2 ln age + cos(8 x + v/500)), x from 0 to 1 along the pixels. */
export const toyModel: SpectraModel = {
  pixels: PIXELS,
  ranges: { metallicity: [1e-4, 0.05], age: [0.01, 14] },
  evaluate({ mass, metallicity, age, velocity }, { derivatives: wanted = false } = {}) {
    const spectra = new NdArray(new Float64Array(mass.length * PIXELS), [mass.length, PIXELS], "float64");
    const slopes = new Float64Array(mass.length * QUANTITIES.length * PIXELS);
    const derivatives = wanted ? new NdArray(slopes, [mass.length, QUANTITIES.length, PIXELS], "float64") : undefined;
    for (let k = 0; k < mass.length; k++) {
      const [z, a] = [Math.log(metallicity[k]), Math.log(age[k])];
      for (let i = 0; i < PIXELS; i++) {
        const x = i / PIXELS;
        const phase = 8 * x + velocity[k] / 500;
        const one = 2 + x * z / 5 + x * x * a + Math.cos(phase);
        const by = [
          one,
          mass[k] * x / (5 * metallicity[k]),
          mass[k] * x * x / age[k],
          -mass[k] * Math.sin(phase) / 500,
        ];
        spectra.data[k * PIXELS + i] = mass[k] * one;
        QUANTITIES.forEach((_, q) => {
          slopes[(k * QUANTITIES.length + q) * PIXELS + i] = by[q];
        });
      }
    }
    return { spectra, derivatives };
  },
};
