/**
 * Smooths a random density on a periodic mesh by a Gaussian, in Fourier space, in the memory of the mesh.
 *
 *     deno run -A examples/fft.ts [cells along a side, default 64]
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { fftWavenumbers, Plan, rfftWavenumbers } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";

await ready();
const n = Number(Deno.args[0] ?? 64);
const boxSize = 100; // [Mpc/h]
const radius = 5; // [Mpc/h]

using plan = new Plan([n, n, n], { kind: "real", dtype: "float32" });
using mesh = zeros(plan.paddedShape, "float32");
// Uniform noise by a fixed multiplicative sequence (Park and Miller 1988): the same numbers each time.
let state = 1;
for (let i = 0; i < mesh.size; i++) {
  state = state * 48271 % 2147483647;
  if (i % plan.paddedShape[2] < n) mesh.data[i] = state / 2147483647 - 0.5; // the padding stays 0
}
/** Root mean square over the cells; the padding holds no data. */
function rms(values: Float32Array): number {
  let sum = 0;
  values.forEach((v, i) => sum += i % plan.paddedShape[2] < n ? v * v : 0);
  return Math.sqrt(sum / n ** 3);
}
console.log(`before: rms ${rms(mesh.data).toFixed(5)}`);

const spectrum = plan.forwardInPlace(mesh);
const [k, kz] = [fftWavenumbers(n, boxSize), rfftWavenumbers(n, boxSize)]; // [h/Mpc]
let at = 0;
for (const kx of k) {
  for (const ky of k) {
    for (const kPar of kz) {
      const window = Math.exp(-0.5 * (kx * kx + ky * ky + kPar * kPar) * radius * radius);
      spectrum.data[at++] *= window;
      spectrum.data[at++] *= window;
    }
  }
}
const smooth = plan.inverseInPlace(spectrum);
console.log(`after a Gaussian of ${radius} Mpc/h: rms ${rms(smooth.data).toFixed(5)}`);
