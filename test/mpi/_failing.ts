/**
 * Programs that end badly, for `run_mpi.ts`: rank 1 fails in the way that is named, while rank 0 waits for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { commWorld } from "../../lib/mpi/mod.ts";

const comm = commWorld();
const [way] = Deno.args;
if (way === "pending") {
  const request = comm.irecv(new Float64Array(1), 0);
  assert.throws(() => comm.finalize(), (error) => {
    if (comm.isRoot) console.log((error as Error).message);
    return /have not ended: 1/.test((error as Error).message);
  });
  // A message that is there already would end the request inside of finalize().
  comm.barrier();
  if (comm.isRoot) { for (let to = 0; to < comm.size; to++) comm.send(Float64Array.of(1), to); }
  request.wait();
  comm.finalize();
} else {
  if (comm.rank === 1) {
    if (way === "throw") throw new Error("this rank cannot go on");
    if (way === "reject") {
      Promise.reject(new Error("this rank cannot go on"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    if (way === "exit") Deno.exit(0);
    if (way === "abort") comm.abort(5);
  }
  comm.barrier();
  comm.finalize();
}
