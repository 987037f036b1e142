/**
 * Power spectrum of painted particles: Poisson noise has P = V / N at all scales, once the window of the scheme is undone;
 * beyond half the Nyquist wavenumber (here 1 h/Mpc) aliases of what the mesh cannot hold are added.
 *
 *     deno run examples/power.ts
 *
 * @module
 */
import { empty } from "@cosmesh/cosmesh/array";
import { ready } from "@cosmesh/cosmesh/kernel";
import { overdensity, paintTsc } from "@cosmesh/cosmesh/paint";
import { powerSpectrum, sampleError } from "@cosmesh/cosmesh/power";

await ready();

const [count, boxSize] = [100_000, 100];
using positions = empty([count, 3], "float32");
// A linear congruential generator (Knuth's MMIX): the same particles in each run.
let state = 1n;
for (let i = 0; i < 3 * count; i++) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  positions.data[i] = Number(state >> 40n) / 2 ** 24 * boxSize;
}

const delta = overdensity(paintTsc(positions, { cells: 64, boxSize }));
const spectrum = powerSpectrum(delta, { deconvolve: "tsc" });
const errors = sampleError(spectrum);
console.log(
  `k [h/Mpc]   P [${spectrum.unit}]   Delta^2 [${spectrum.dimensionlessUnit}]   modes; V / N = ${boxSize ** 3 / count}`,
);
spectrum.k.forEach((k, i) => {
  const power = `${spectrum.power[i].toFixed(2)} +- ${errors[i].toFixed(2)}`;
  console.log(
    `${k.toFixed(3).padEnd(12)}${power.padEnd(20)}${spectrum.dimensionless[i].toExponential(2).padEnd(14)}${
      spectrum.modes[i]
    }`,
  );
});
