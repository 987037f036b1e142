/**
 * Runs checks of modules on the ranks of MPI: deno run -A _mpi_job.ts URL...
 *
 * @module
 */
import { commWorld } from "../../lib/mpi/mod.ts";
import type { Check } from "./ranks.ts";

const comm = commWorld();
let count = 0;
for (const module of Deno.args) {
  const { checks }: { checks: Check[] } = await import(module);
  for (const [name, run] of checks) {
    try {
      await run(comm);
      count++;
    } catch (error) {
      console.error(`rank ${comm.rank} of ${comm.size}: ${name}:`, error);
      comm.abort(1);
    }
  }
}
comm.barrier();
if (comm.isRoot) console.log(`${count} checks on ${comm.size} ranks of ${comm.library}`);
comm.finalize();
