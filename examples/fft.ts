/**
 * Smooths a random density on a periodic mesh by a Gaussian, in Fourier space, in the memory of the mesh; puts it on a finer
 * mesh, and finds by how much a copy of it was moved.
 *
 *     deno run -A examples/fft.ts [cells along a side, default 64]
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { correlate, crop, fftWavenumbers, Plan, resample, rfftWavenumbers } from "../lib/fft/mod.ts";
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

using field = crop(smooth, [[0, 0], [0, 0], [0, plan.paddedShape[2] - n]]); // without the padding
using fine = resample(field, [2 * n, 2 * n, 2 * n]);
const [x, y, z] = [fine.data[fine.offset(4, 6, 8)], field.data[field.offset(2, 3, 4)], fine.data[fine.offset(4, 6, 9)]];
console.log(`on ${2 * n}^3 cells: ${x.toFixed(5)} where it was ${y.toFixed(5)}, and ${z.toFixed(5)} beside it`);

// Moved by (1, 2, 3) cells, each axis periodic.
using moved = zeros([n, n, n], "float32");
for (let i = 0; i < moved.size; i++) {
  const [a, b, c] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
  moved.data[moved.offset((a + 1) % n, (b + 2) % n, (c + 3) % n)] = field.data[i];
}
using peak = correlate(moved, field, { mode: "circular" });
const best = peak.data.indexOf(peak.data.reduce((a, b) => Math.max(a, b)));
console.log(`found again moved by (${Math.floor(best / n / n)}, ${Math.floor(best / n) % n}, ${best % n}) cells`);
