/**
 * Messages between two ranks of one machine, ours and mpi4py's, under each MPI that is installed:
 *
 *     deno run -A bench/mpi_bench.ts [--python PATH] [--sizes BYTES,BYTES] [--rounds N] [--json FILE]
 *
 * The programs of both contenders are started in turn, and the shortest times over all rounds are compared.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { deno, findMpis, inTurn, peerEnvironment, type Program, python, timesOf } from "./_launch.ts";
import { machine, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface MpiBenchOptions {
  /** Interpreter with mpi4py; "none" for no peer. */
  python: string;
  /** [byte] Lengths of the messages. */
  sizes: number[];
  /** [1] Rounds; each contender is started once in each. */
  rounds: number;
}

/** What a contender prints; [us] times. */
interface Answer {
  library: string;
  versions?: Record<string, string>;
  results: { bytes: number; message: number; exchange: number }[];
}

interface Result {
  mpi: string;
  operation: "message" | "exchange";
  bytes: number;
  times: Times[];
}

/** Measures and prints; returns the record. */
export async function benchMpi({ python: interpreter, sizes, rounds }: MpiBenchOptions): Promise<unknown> {
  const [results, libraries]: [Result[], Record<string, string>] = [[], {}];
  let versions: Record<string, string> = {};
  for (const mpi of await findMpis()) {
    const programs: Program[] = [
      ["ours", deno("_ping_pong.ts", sizes.join())],
      ["ours, typed arrays", deno("_ping_pong.ts", sizes.join(), "heap")],
    ];
    if (interpreter !== "none") {
      programs.push(["mpi4py", python(interpreter, "mpi_peer.py", sizes.join()), await peerEnvironment(mpi)]);
    }
    const answers = await inTurn<Answer>(mpi, 2, programs, rounds);
    libraries[mpi.name] = answers[0][0].library;
    versions = answers.at(-1)![0].versions ?? {};
    for (const operation of ["message", "exchange"] as const) {
      for (const [i, bytes] of sizes.entries()) {
        const times = programs.map(([name], p) =>
          timesOf(name, answers[p].map(({ results }) => results[i][operation] / 1000))
        );
        results.push({ mpi: mpi.name, operation, bytes, times });
        report(results.at(-1)!);
      }
    }
  }
  return { machine: await machine(), ranks: 2, libraries, peers: versions, results };
}

function report({ mpi, operation, bytes, times }: Result): void {
  console.log(`${mpi}, ${operation} of ${bytes} bytes`);
  for (const { name, min, median } of times) {
    const ratio = (times[0].min / min).toFixed(2);
    const figures = [min, median].map((t) => `${(1000 * t).toFixed(2)} us`);
    const rate = `${(bytes / min / 1e6).toFixed(1)} GB/s`;
    console.log(`  ${name.padEnd(20)} min ${figures[0]}  median ${figures[1]}  ${rate}  ours/this ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, sizes, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "sizes", "rounds", "json"],
    default: {
      python: "build/peers/bin/python",
      sizes: [8, 1024, 2 ** 16, 2 ** 20, 2 ** 24, 2 ** 28].join(),
      rounds: "5",
    },
  });
  const record = await benchMpi({ python, sizes: sizes.split(",").map(Number), rounds: Number(rounds) });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}
