/**
 * A plane wave on a mesh that is divided among ranks, and its spectrum. One program, alone or under `mpirun`:
 *
 *     deno run -A examples/distributed_fft.ts
 *     mpirun -n 4 deno run -A examples/distributed_fft.ts
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { DistributedPlan } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { commWorld } from "../lib/mpi/mod.ts";

await ready();
const comm = commWorld();
const [nx, ny, nz] = [32, 48, 64];
using plan = new DistributedPlan(comm, [nx, ny, nz], { kind: "real", order: "transposed" });

// cos(2 pi (3 x / nx + 5 y / ny)): this rank fills its part.
const { start: [x0, y0] } = plan.points.box(comm.rank);
using mesh = zeros(plan.localShape, "float64");
const [lx, ly] = mesh.shape;
for (let i = 0; i < lx; i++) {
  for (let j = 0; j < ly; j++) {
    const wave = Math.cos(2 * Math.PI * (3 * (x0 + i) / nx + 5 * (y0 + j) / ny));
    mesh.data.fill(wave, mesh.offset(i, j, 0), mesh.offset(i, j, 0) + nz);
  }
}

using spectrum = plan.forward(mesh, { norm: "forward" });
const part = plan.frequencies.box(comm.rank);
const found: string[] = [];
for (let at = 0; at < spectrum.size; at++) {
  const power = Math.hypot(spectrum.data[2 * at], spectrum.data[2 * at + 1]);
  if (power < 1e-12) continue;
  const [, my, mz] = spectrum.shape;
  const index = [Math.floor(at / my / mz), Math.floor(at / mz) % my, at % mz].map((k, axis) => k + part.start[axis]);
  found.push(`rank ${comm.rank}: |X| = ${power.toFixed(3)} at [${index.join(", ")}]`);
}
const lines = (comm.allgatherObject(found) as string[][]).flat();
if (comm.isRoot) {
  console.log(`${nx} x ${ny} x ${nz} points on a grid of [${plan.grid.join(", ")}] ranks`);
  console.log(lines.join("\n"));
}
comm.finalize();
