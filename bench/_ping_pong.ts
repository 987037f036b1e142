/**
 * One of two ranks that send a message to and fro; `mpi_bench.ts` launches it, as its twin `peers/mpi_peer.py`.
 *
 *     mpirun -n 2 deno run -A bench/_ping_pong.ts BYTES,BYTES,... [kernels | heap]
 *
 * Rank 0 prints a line of JSON: library, and for each size the shortest time of a message [us], which is half of that to
 * and fro, and the shortest time of an exchange, in which both send at once.
 *
 * @module
 */
import { empty } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { mpiComm, waitAll } from "../lib/mpi/mod.ts";

const comm = mpiComm();
const other = 1 - comm.rank;
const [sizes, where = "kernels"] = Deno.args;
if (where === "kernels") await ready({ threads: 1 });

/** [s] Time that a size is given; the loop is the same on both ranks. */
const SECONDS = 0.15;
const room = (bytes: number) => where === "heap" ? new Uint8Array(bytes) : empty([bytes], "uint8").data;

const results: { bytes: number; message: number; exchange: number }[] = [];
for (const bytes of sizes.split(",").map(Number)) {
  const [mine, theirs] = [room(bytes), room(bytes)];
  mine.fill(1);
  theirs.fill(2);
  const message = () => {
    if (comm.rank === 0) {
      comm.send(mine, 1);
      comm.recv(theirs, 1);
    } else {
      comm.recv(theirs, 0);
      comm.send(mine, 0);
    }
  };
  const exchange = () => void waitAll([comm.irecv(theirs, other), comm.isend(mine, other)]);
  // A guess of the time at 2 GB/s and 1 us makes the same loop on both.
  const inner = bytes < 65536 ? 200 : 1;
  const outer = Math.max(5, Math.min(200, Math.round(SECONDS / (inner * (1e-6 + bytes / 2e9)))));
  const best = (run: () => void) => {
    let shortest = Infinity;
    comm.barrier();
    for (let i = 0; i < outer; i++) {
      const start = performance.now();
      for (let j = 0; j < inner; j++) run();
      shortest = Math.min(shortest, (performance.now() - start) / inner);
    }
    return 1000 * shortest;
  };
  best(message);
  results.push({ bytes, message: best(message) / 2, exchange: best(exchange) });
}
if (comm.isRoot) console.log(JSON.stringify({ library: comm.library, results }));
comm.finalize();
