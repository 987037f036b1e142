/**
 * Runs the checks of modules on the ranks that it is launched on:
 *
 *     mpirun -n 4 deno run -A test/mpi/_job.ts test/mpi/_checks.ts test/fft/_distributed_checks.ts
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolve, toFileUrl } from "@std/path";
import { CommError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { commWorld } from "../../lib/mpi/mod.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });
const comm = commWorld();
let count = 0;
for (const file of Deno.args) {
  const { checks }: { checks: Check[] } = await import(toFileUrl(resolve(file)).href);
  for (const [name, run] of checks) {
    try {
      await run(comm);
      count++;
    } catch (error) {
      console.error(`${file}, rank ${comm.rank} of ${comm.size}: ${name}:`, error);
      comm.abort(1);
    }
  }
}
comm.barrier();
if (comm.isRoot) console.log(`${count} checks on ${comm.size} ranks of ${comm.library}`);
comm.finalize();
const calls = [() => comm.barrier(), () => comm.send(new Float64Array(1), 0), () => comm.allgather(Int8Array.of(1))];
for (const call of calls) {
  assert.throws(call, (error) => error instanceof CommError && /MPI has ended/.test(error.message));
}
