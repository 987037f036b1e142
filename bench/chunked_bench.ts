/**
 * Transposes and reductions of a cube four times larger than the budget of memory: time beside copying the same bytes
 * with `cp`, zarr-python and h5py, in one run, and the memory of the process. zarr-python and h5py then read the outputs
 * and compare each element.
 *
 *     deno run -A bench/chunked_bench.ts [--python PATH] [--threads 2] [--side 640] [--budget 256] [--rounds 2]
 *         [--folder FOLDER] [--json FILE]
 *
 * The default is 1000 MiB of float32 in chunks of 64^3, a budget of 256 MiB; it needs 5 GiB on the disk. `--python none`
 * measures ours and `cp` alone. Before each run what was written is brought to the disk, and the input is in the system's
 * cache for all. Files of HDF5 are on the disk when they are complete (fsync), so `cp` is timed with that too; folders of
 * Zarr are not, as with `cp -r`.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { type DType, empty } from "../lib/array/mod.ts";
import { inMemory, rechunk, toHdf5, toZarr } from "../lib/chunked/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import type { ChunkedOnce } from "./_chunked_once.ts";
import { type Contender, machine, Peer, timed } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ChunkedBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Cells along an axis of the cube; a multiple of 64. */
  side: number;
  /** [MiB] Budget of memory. */
  budget: number;
  /** [1] Rounds; in each, transposes of ours and of `cp` run three times, others once. */
  rounds: number;
  /** Folder for the files. Default: one for temporary files. */
  folder?: string;
}

function command(name: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(name, { args }).outputSync();
  if (!success) throw new Error(`Cannot measure: ${name} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

function once(
  operation: string,
  folder: string,
  { side, budget, threads }: ChunkedBenchOptions,
  chunks: string,
  repeats = 1,
) {
  const script = new URL("./_chunked_once.ts", import.meta.url).pathname;
  const args = [
    "run",
    "-A",
    script,
    operation,
    folder,
    String(side),
    chunks,
    String(budget),
    String(threads),
    String(repeats),
  ];
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
  if (!success) throw new Error(`Cannot measure: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout)) as ChunkedOnce;
}

const remove = (path: string): Promise<void> => Deno.remove(path, { recursive: true }).catch(() => {});

/** Small arrays of each element type, for the peers to read. */
async function writeTypes(folder: string): Promise<void> {
  const dtypes: DType[] = [
    ...["float32", "float64", "complex64", "complex128"] as const,
    ...["int32", "uint32", "uint16", "uint8"] as const,
  ];
  for (const dtype of dtypes) {
    using array = empty<DType>([3, 5, 4], dtype);
    const parts = array.data.length / array.size;
    for (let i = 0; i < array.data.length; i++) array.data[i] = i % parts ? -Math.floor(i / 2) / 2 : i / parts;
    const whole = inMemory(array);
    for (const compression of ["none", "gzip", "zstd"] as const) {
      const node = `${compression}/${dtype}`;
      await rechunk(whole, [2, 3, 4], { out: toZarr(`${folder}/types.zarr`, { node, compression }) });
    }
    using _file = await rechunk(whole, [2, 3, 4], { out: toHdf5(`${folder}/types_${dtype}.h5`, "x") });
  }
}

/** Measures and prints; returns the record. */
export async function benchChunked(options: ChunkedBenchOptions): Promise<Record<string, unknown>> {
  const { python, side, budget, rounds } = options;
  const folder = options.folder ?? await Deno.makeTempDir();
  const bytes = 4 * side ** 3;
  const results: Record<string, unknown>[] = [];
  await ready({ threads: options.threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "chunked_peer.py");
  try {
    for (const chunks of ["64,64,64", `8,${side},${side}`]) {
      await remove(`${folder}/input.zarr`);
      once("make", folder, options, chunks);
      const cubes = chunks.startsWith("64");
      const memory: Record<string, ChunkedOnce> = {};
      const ours = (name: string): Contender => [`ours, ${name}`, () => {
        command("sync");
        const run = once(name, folder, options, chunks, cubes ? 3 : 1);
        if (!memory[name] || run.grownBytes > memory[name].grownBytes) memory[name] = run;
        return run.milliseconds;
      }];
      const copy = (name: string, ...commands: string[][]): Contender => [name, async () => {
        const runs: number[] = [];
        for (let r = 0; r < (cubes ? 3 : 1); r++) {
          for (const path of ["copy.zarr", "copy.h5"]) await remove(`${folder}/${path}`);
          command("sync");
          runs.push(timed(() => commands.forEach(([program, ...args]) => command(program, ...args))));
        }
        return Math.min(...runs);
      }];
      const theirs = (name: string): Contender[] =>
        peer && cubes ? [[`peer, ${name}`, () => peer.run({ case: name, folder, side, chunk: 64 })]] : [];
      const contenders: Contender[] = [
        ours("zarr"),
        copy("cp -r", ["cp", "-r", `${folder}/input.zarr`, `${folder}/copy.zarr`]),
        ...theirs("zarr"),
        ours("hdf5"),
        copy("cp, fsync", ["cp", `${folder}/output.h5`, `${folder}/copy.h5`], ["sync", `${folder}/copy.h5`]),
        ...theirs("h5py"),
        ...cubes ? [ours("reduce")] : [],
      ];
      const times = contenders.map((): number[] => []);
      await contenders.find(([name]) => name === "ours, hdf5")![1]();
      // Slabs take two passes; they are here for the memory, once.
      for (let round = 0; round < (cubes ? rounds : 1); round++) {
        const order = [...contenders.entries()];
        // Forth and back, as what is written slows down what comes next.
        for (const [i, [, run]] of round % 2 === 0 ? order : order.reverse()) {
          for (const path of ["copy.zarr", "peer.zarr", "copy.h5", "peer.h5"]) await remove(`${folder}/${path}`);
          times[i].push(await run());
        }
      }
      const least = times.map((list) => Math.min(...list));
      const row = contenders.map(([name], i) => ({ name, min: least[i], gigabytesPerSecond: bytes / least[i] / 1e6 }));
      const at = (name: string) => least[contenders.findIndex(([n]) => n === name)];
      const ratios = { zarr: at("cp -r") / at("ours, zarr"), hdf5: at("cp, fsync") / at("ours, hdf5") };
      results.push({ chunks, bytes, budgetMiB: budget, times: row, ratioToCopy: ratios, memory });
      report(chunks, bytes, budget, row, ratios, memory);
      if (peer && cubes) {
        for (const name of ["check_zarr", "check_h5py"]) await peer.run({ case: name, folder, side, chunk: 64 });
        console.log("  zarr-python and h5py read the outputs: each element is right");
      }
    }
    if (peer) {
      await writeTypes(folder);
      await peer.run({ case: "check_types", folder, side, chunk: 64 });
      console.log("zarr-python and h5py read every element type, plain and compressed");
    }
  } finally {
    if (options.folder === undefined) await remove(folder);
  }
  return { machine: await machine(), threads: options.threads, peers: peer?.versions ?? {}, results };
}

function report(
  chunks: string,
  bytes: number,
  budget: number,
  times: { name: string; min: number; gigabytesPerSecond: number }[],
  ratios: Record<string, number>,
  memory: Record<string, ChunkedOnce>,
): void {
  console.log(`transpose of ${(bytes / 2 ** 20).toFixed(0)} MiB in chunks of ${chunks}, budget ${budget} MiB`);
  for (const { name, min, gigabytesPerSecond } of times) {
    console.log(`  ${name.padEnd(16)} min ${min.toFixed(0).padStart(6)} ms  ${gigabytesPerSecond.toFixed(2)} GB/s`);
  }
  for (const [name, ratio] of Object.entries(ratios)) console.log(`  ${name}: ${ratio.toFixed(2)} of the speed of cp`);
  for (const [name, { grownBytes, planBytes = 0, passes = 1 }] of Object.entries(memory)) {
    const [grown, plan] = [grownBytes, planBytes].map((n) => (n / 2 ** 20).toFixed(0));
    console.log(`  ${name}: resident memory grew by ${grown} MiB; plan ${plan} MiB, ${passes} passes`);
  }
}

if (import.meta.main) {
  const { python, threads, side, budget, rounds, folder, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "side", "budget", "rounds", "folder", "json"],
    default: { python: "build/peers/bin/python", threads: "2", side: "640", budget: "256", rounds: "2" },
  });
  const record = await benchChunked({
    python,
    threads: Number(threads),
    side: Number(side),
    budget: Number(budget),
    rounds: Number(rounds),
    folder,
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
