/**
 * Distributed transforms of a cube on the ranks of mpirun: times of both directions, as JSON from rank 0.
 *
 *     mpirun -n 2 deno run -A bench/_distributed_fft_ranks.ts SIDE DTYPE REPEATS [GRID] [ORDER]
 *
 * DTYPE is that of the points. Each time is that of the slowest rank; each rank has one thread.
 *
 * @module
 */
import { empty, isComplex } from "../lib/array/mod.ts";
import { DistributedPlan } from "../lib/fft/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { commWorld } from "../lib/mpi/mod.ts";

const [side, dtype, repeats, grid = "auto", order = "transposed"] = Deno.args;
await ready({ threads: 1 });
const comm = commWorld();

function timed(run: () => void): number {
  comm.barrier();
  const start = performance.now();
  run();
  return comm.allreduce(Float64Array.of(performance.now() - start), "max")[0];
}

const type = dtype as "float32" | "float64" | "complex64" | "complex128";
using plan = new DistributedPlan(comm, [Number(side), Number(side), Number(side)], {
  kind: isComplex(type) ? "complex" : "real",
  dtype: type === "float32" || type === "complex64" ? "float32" : "float64",
  grid: grid === "auto" ? grid : grid.split(",").map(Number) as [number, number],
  order: order as "natural" | "transposed",
});
using points = empty(plan.localShape, plan.pointsDtype);
using spectrum = empty(plan.localSpectrumShape, plan.spectrumDtype);
for (let i = 0; i < points.data.length; i++) points.data[i] = (i * 48271 % 65537) / 65537 - 0.5;
const times = { forward: [] as number[], inverse: [] as number[] };
/** [ms] The first runs touch memory, and the engine compiles the kernels a second time while they run. */
let warm = 1000;
while (times.forward.length < Number(repeats)) {
  const forward = timed(() => plan.forward(points as never, { out: spectrum }));
  const inverse = timed(() => plan.inverse(spectrum, { out: points as never }));
  // All ranks have the same times.
  if ((warm -= forward + inverse) > 0) continue;
  times.forward.push(forward);
  times.inverse.push(inverse);
}
if (comm.isRoot) console.log(JSON.stringify(times));
comm.finalize();
