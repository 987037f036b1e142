/**
 * One operation on a chunked array in a process of its own, so that its memory can be measured: used by the benchmark and
 * by a test.
 *
 *     deno run -A bench/_chunked_once.ts make|zarr|hdf5|reduce FOLDER SIDE CHUNKS BUDGET_MIB THREADS [REPEATS]
 *
 * "make" writes FOLDER/input.zarr, a cube of float32 in chunks of lengths CHUNKS, such as 64,64,64, whose element at C
 * index n is n modulo 2^24; "zarr" and "hdf5" write its transpose, in chunks of the same lengths, to FOLDER/output.zarr
 * and FOLDER/output.h5; "reduce" prints the mean along the first axis at the far corner, and the standard deviation.
 *
 * @module
 */
import { empty } from "../lib/array/mod.ts";
import {
  createChunked,
  type Destination,
  openZarr,
  planRechunk,
  reduce,
  toHdf5,
  toZarr,
  transpose,
} from "../lib/chunked/mod.ts";
import { writeHdf5 } from "../lib/io/mod.ts";
import { ready } from "../lib/kernel/mod.ts";

/** What a run prints as JSON. */
export interface ChunkedOnce {
  /** [ms] Time of the operation, the shortest of REPEATS. */
  milliseconds: number;
  /** [byte] Largest resident memory less that after loading the kernels. */
  grownBytes: number;
  /** [byte] What the plan says, for transposes. */
  planBytes?: number;
  /** [1] Passes of the plan. */
  passes?: number;
  /** Results of "reduce". */
  values?: number[];
}

/** [byte] Largest resident memory of this process so far. */
function largestMemory(): number {
  return Number(/VmHWM:\s*(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"))![1]) * 1024;
}

async function make(folder: string, side: number, chunkShape: number[]): Promise<void> {
  const spec = { shape: [side, side, side], chunkShape, dtype: "float32" as const, unit: "mK" };
  await using output = await createChunked(toZarr(`${folder}/input.zarr`), spec);
  using planes = empty([chunkShape[0], side, side], "float32");
  for (let first = 0; first < side; first += chunkShape[0]) {
    for (let i = 0, n = first * side * side; i < planes.size; i++, n++) planes.data[i] = n % 2 ** 24;
    await output.write([first, 0, 0], planes);
  }
  await output.finish();
}

async function turn(
  folder: string,
  output: string,
  out: Destination,
  budgetBytes: number,
  repeats: number,
): Promise<Partial<ChunkedOnce>> {
  using input = await openZarr(`${folder}/input.zarr`);
  const options = { out, budgetBytes, chunkShape: input.chunkShape };
  let milliseconds = Infinity;
  for (let r = 0; r < repeats; r++) {
    await Deno.remove(`${folder}/${output}`, { recursive: true }).catch(() => {});
    new Deno.Command("sync").outputSync();
    const start = performance.now();
    using _output = await transpose(input, [2, 1, 0], options);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  const { peakBytes, passes } = planRechunk(input.permuteAxes([2, 1, 0]), input.chunkShape, options);
  return { milliseconds, planBytes: peakBytes, passes };
}

async function corner(folder: string, budgetBytes: number): Promise<number[]> {
  using input = await openZarr(`${folder}/input.zarr`);
  using means = await reduce(input, "mean", { axis: 0, budgetBytes });
  return [means.data[means.size - 1], await reduce(input, "std", { budgetBytes })];
}

if (import.meta.main) {
  const [operation, folder, side, chunks, budget, threads, repeats = "1"] = Deno.args;
  await ready({ threads: Number(threads) });
  const before = largestMemory();
  const budgetBytes = Number(budget) * 2 ** 20;
  const start = performance.now();
  let done: Partial<ChunkedOnce> = {};
  if (operation === "make") await make(folder, Number(side), chunks.split(",").map(Number));
  else if (operation === "zarr") {
    done = await turn(folder, "output.zarr", toZarr(`${folder}/output.zarr`), budgetBytes, Number(repeats));
  } else if (operation === "hdf5") {
    // Loads the package, which is not part of the time.
    await writeHdf5(`${folder}/output.h5`, () => {});
    const out = toHdf5(`${folder}/output.h5`, "field");
    done = await turn(folder, "output.h5", out, budgetBytes, Number(repeats));
  } else done.values = await corner(folder, budgetBytes);
  const milliseconds = performance.now() - start;
  console.log(JSON.stringify({ milliseconds, grownBytes: largestMemory() - before, ...done }));
}
