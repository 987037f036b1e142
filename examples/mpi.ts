/**
 * Ranks that share work: each sums a part of a series, and all add up. One program, alone, as threads of one process, or
 * under `mpirun`:
 *
 *     deno run -A examples/mpi.ts
 *     deno run -A examples/mpi.ts 4
 *     mpirun -n 4 deno run -A examples/mpi.ts
 *
 * @module
 */
import { commWorld, runRanks } from "../lib/mpi/mod.ts";

function program(): void {
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
}

const threads = Number(Deno.args[0] ?? 1);
// Each thread imports this module again.
if (import.meta.main && threads > 1) await runRanks(import.meta.url, { ranks: threads });
else program();
