/**
 * Ranks that share work: each sums a part of a series, and all add up. One program, alone or under `mpirun`:
 *
 *     deno run -A examples/mpi.ts
 *     mpirun -n 4 deno run -A examples/mpi.ts
 *
 * @module
 */
import { commWorld } from "../lib/mpi/mod.ts";

const comm = commWorld();

// pi = 4 (1 - 1/3 + 1/5 - ...): rank r takes the terms r, r + size, r + 2 size, ...
const terms = 1_000_000;
let part = 0;
for (let n = comm.rank; n < terms; n += comm.size) part += (n % 2 === 0 ? 4 : -4) / (2 * n + 1);
const [sum] = comm.allreduce(Float64Array.of(part));

const lines = comm.allgatherObject(`rank ${comm.rank} of ${comm.size}: its part is ${part.toFixed(6)}`);
if (comm.isRoot) {
  console.log(`ranks by "${comm.backend}", library: ${comm.library}`);
  console.log(lines.join("\n"));
  console.log(`sum of ${terms} terms: ${sum.toFixed(6)} (pi = ${Math.PI.toFixed(6)})`);
}
comm.finalize();
