/**
 * Particles to a mesh and back: counts by four schemes, the overdensity, and its value at each particle.
 *
 *     deno run examples/paint.ts
 *
 * @module
 */
import { empty, stats } from "@cosmesh/cosmesh/array";
import { ready } from "@cosmesh/cosmesh/kernel";
import { interpolate, overdensity, paint, type Scheme } from "@cosmesh/cosmesh/paint";

await ready();

// A sheet of particles in a box of 100 Mpc/h: a golden-ratio sequence in y and z, x bunched around the middle.
const count = 50_000;
using positions = empty([count, 3], "float32");
for (let i = 0; i < count; i++) {
  const [u, v] = [i * 0.6180339887 % 1, i * 0.7548776662 % 1];
  positions.data.set([50 + 40 * (2 * (i / count) - 1) ** 3, 100 * u, 100 * v], 3 * i);
}

for (const scheme of ["ngp", "cic", "tsc", "pcs"] satisfies Scheme[]) {
  const counts = paint(positions, { scheme, cells: 64, boxSize: 100 });
  const delta = overdensity(counts);
  using seen = interpolate(delta, positions, { scheme });
  const { max, std } = stats(delta.array);
  console.log(
    `${scheme}: ${stats(counts.array).sum.toFixed(1)} particles on the mesh, overdensity up to ${max.toFixed(1)}, ` +
      `standard deviation ${std.toFixed(2)}, mean at the particles ${stats(seen).mean.toFixed(2)}`,
  );
  counts.array.dispose();
  delta.array.dispose();
}
