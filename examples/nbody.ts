/**
 * Particles under their own gravity: the power of the density at three times beside linear theory and halofit.
 *
 *     deno run -A examples/nbody.ts
 *
 * @module
 */
import { Field } from "@cosmesh/cosmesh/array";
import { linearPower, matterPowerAt, planck18 as cosmology } from "@cosmesh/cosmesh/cosmology";
import type { RealArray } from "@cosmesh/cosmesh/fields";
import { ready } from "@cosmesh/cosmesh/kernel";
import { evolve, gaussianInitialConditions, lpt, particleDensity } from "@cosmesh/cosmesh/pm";
import { powerSpectrum } from "@cosmesh/cosmesh/power";

await ready();
const linear = linearPower(cosmology);
const side = 256; // [Mpc/h]
using initial = gaussianInitialConditions(linear, { mesh: [64, 64, 64], boxSize: [side, side, side], key: 3 });
using particles = lpt(initial, { cosmology, a: 0.1 });
const edges = [0.02, 0.06, 0.12, 0.25, 0.5]; // [h/Mpc]
const { power: first } = spectrum(initial.array);
// The waves of this box, not those of the mean one: theory times what the initial field has of it.
const share = first.map((p, i) => p / at(0, "linear")[i]);

console.log("P(k) in (Mpc/h)^3: N-body, linear theory, halofit");
evolve(particles, {
  ...{ cosmology, dt0: 0.05, targets: [0.25, 0.5, 1] },
  onTarget({ displacement, a }) {
    using counts = particleDensity(displacement);
    using delta = counts.to("overdensity");
    const { k, power } = spectrum(delta.array, "cic");
    const [line, fit] = [at(1 / a - 1, "linear"), at(1 / a - 1, "takahashi2012")];
    console.log(`a = ${a}, rms overdensity ${delta.std().toFixed(3)}`);
    k.forEach((k, i) => {
      const numbers = [power[i], share[i] * line[i], share[i] * fit[i]].map((p) => p.toFixed(1).padStart(9));
      console.log(`  k = ${k.toFixed(3)} h/Mpc ${numbers.join(" ")}`);
    });
  },
});

function spectrum(array: RealArray, deconvolve?: "cic") {
  const field = new Field({ array: array as Field["array"], boxSize: side, quantity: "overdensity", unit: "1" });
  return powerSpectrum(field, { bins: edges, deconvolve });
}

/** Theory at the middles of the bins. */
function at(z: number, model: "linear" | "takahashi2012"): Float64Array {
  const k = Float64Array.from(edges.slice(1), (e, i) => 0.5 * (e + edges[i]));
  return matterPowerAt(linear, Float64Array.of(z), { model })(k);
}
