/**
 * Classifies the cells of a mesh by the eigenvalues of the tidal tensor: how many axes collapse.
 *
 *     deno run -A examples/linalg.ts [cells along a side, default 48]
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { eigvalsh } from "../lib/linalg/mod.ts";

await ready();
const n = Number(Deno.args[0] ?? 48);

// Second derivatives of a potential of plane waves, k k^T cos(k x + phase), with |k| from 1 to 5 [2 pi / box].
const waves = Array.from({ length: 20 }, (_, w) => ({
  k: [(w * 7) % 5 - 2, (w * 11) % 7 - 3, (w * 13) % 6 - 2],
  phase: w * 2.4,
}));
using tidal = zeros([n, n, n, 3, 3], "float32");
for (let cell = 0; cell < n ** 3; cell++) {
  const x = [Math.floor(cell / n ** 2), Math.floor(cell / n) % n, cell % n].map((i) => 2 * Math.PI * i / n);
  for (const { k, phase } of waves) {
    const value = Math.cos(k[0] * x[0] + k[1] * x[1] + k[2] * x[2] + phase);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) tidal.data[9 * cell + 3 * i + j] += k[i] * k[j] * value;
  }
}

const start = performance.now();
using values = eigvalsh(tidal); // [nx, ny, nz, 3], rising
const milliseconds = performance.now() - start;
const counts = [0, 0, 0, 0];
for (let cell = 0; cell < n ** 3; cell++) {
  counts[values.data.subarray(3 * cell, 3 * cell + 3).filter((v) => v > 0).length]++;
}
console.log(`${n}^3 tensors: eigenvalues in ${milliseconds.toFixed(0)} ms`);
["voids", "sheets", "filaments", "knots"].forEach((name, axes) => {
  console.log(`${name.padEnd(10)} ${axes} axes collapse in ${(100 * counts[axes] / n ** 3).toFixed(1)} % of the cells`);
});
