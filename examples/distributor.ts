/**
 * A two-particle vertex on the points of a square lattice: each rank computes some irreducible points, gets all points
 * of its share of the zone, and then all points at its share of the frequencies. Alone or under `mpirun`:
 *
 *     deno run -A examples/distributor.ts
 *     mpirun -n 3 deno run -A examples/distributor.ts
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { commWorld } from "../lib/mpi/mod.ts";
import {
  Distributor,
  exchangeIrreducibleToFull,
  nodeSharedArray,
  redistributeFrequencies,
} from "../lib/distributor/mod.ts";

await ready({ threads: 1 });
const comm = commWorld();

// Points (kx, ky) of n x n; k and -k along each axis are equivalent, and so are the axes.
const [n, frequencies] = [8, 5];
const known = new Map<string, number>();
const toIrreducible = Array.from({ length: n * n }, (_, i) => {
  const key = [Math.floor(i / n), i % n].map((k) => Math.min(k, n - k)).sort().join();
  return known.get(key) ?? (known.set(key, known.size), known.size - 1);
});
const points = [...known.keys()].map((key) => key.split(",").map(Number));

// A table that all need is computed once on each machine.
const node = comm.splitNode();
const cosines = nodeSharedArray(node, [n], "float64", ({ data }) => {
  data.forEach((_, k) => data[k] = Math.cos(2 * Math.PI * k / n));
});

// [point, frequency, frequency]: a toy of which point and frequencies can be read off.
const irreducible = new Distributor(points.length, { comm });
using vertex = zeros([irreducible.mySize, frequencies, frequencies], "complex128");
irreducible.myTasks.forEach((point, i) => {
  const energy = -2 * points[point].reduce((sum, k) => sum + cosines.array.data[k], 0);
  for (let v = 0; v < frequencies * frequencies; v++) {
    vertex.data[2 * (i * frequencies * frequencies + v)] = energy;
    vertex.data[2 * (i * frequencies * frequencies + v) + 1] = v;
  }
});
cosines.free();
node.free();

const full = new Distributor(n * n, { comm });
using mine = exchangeIrreducibleToFull(vertex, irreducible, full, toIrreducible);
const sum = new Float64Array(1);
for (let i = 0; i < full.mySize; i++) sum[0] += mine.data[2 * i * frequencies * frequencies] ** 2;
full.allreduce(sum, { ordered: true });

const slice = redistributeFrequencies(vertex, irreducible, { toIrreducible });
using all = slice.vertex;
const shapes = comm.allgatherObject([mine.shape, all?.shape ?? "none"]) as unknown[][];
if (comm.isRoot) {
  console.log(`${n * n} points, ${points.length} of them irreducible, on ranks [${irreducible.sizes}]`);
  shapes.forEach(([zone, rest], rank) => console.log(`rank ${rank}: of the zone [${zone}], of frequencies [${rest}]`));
  console.log(`mean square energy of the band: ${(sum[0] / (n * n)).toFixed(6)} (4)`);
}
comm.finalize();
