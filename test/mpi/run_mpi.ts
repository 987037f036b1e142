/**
 * Runs all checks that hold on any number of ranks, and pipelines, under each MPI that is installed:
 *
 *     deno task test:mpi [--ranks 1,2,4]
 *
 * It says what it skips, and fails if a check does.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { dirname, fromFileUrl, join } from "@std/path";
import { findMpis, type Outcome, run } from "../support/launchers.ts";
import { pipelineRuns } from "../tasks/_mpi_runs.ts";

const here = dirname(fromFileUrl(import.meta.url));
/** Modules with checks, which the tests run on one rank and on threads as well. */
const checks = [...Deno.readDirSync(join(here, ".."))].filter(({ isDirectory }) => isDirectory)
  .flatMap(({ name }) => [...Deno.readDirSync(join(here, "..", name))].map((file) => join(here, "..", name, file.name)))
  .filter((path) => /\/_\w*checks\.ts$/.test(path)).sort();
const ranks = (parseArgs(Deno.args, { string: ["ranks"] }).ranks ?? "1,2,4").split(",").map(Number);

const program = (file: string, ...args: string[]) => [
  ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-ffi", "--allow-env", "--allow-read", "--allow-write"],
  ...[join(here, file), ...args],
];

let failures = 0;
function report(name: string, problem: string | undefined, note = ""): void {
  console.log(`${problem === undefined ? "ok    " : "FAILED"} ${name}${note && `: ${note}`}`);
  if (problem === undefined) return;
  failures++;
  console.log(problem);
}

/** What is wrong with an outcome: its status, or a text that is missing. */
function problemOf({ code, text }: Outcome, status: number, pattern: RegExp): string | undefined {
  if (code !== status) return `exit status ${code}, not ${status}\n${text}`;
  if (!pattern.test(text)) return `no ${pattern} in\n${text}`;
}

const mpis = await findMpis();
for (const name of ["MPICH", "Open MPI"]) {
  if (!mpis.some((mpi) => mpi.name === name)) console.log(`skipped ${name}: its mpirun is not installed`);
}
for (const { name, command } of mpis) {
  const launch = async (n: number, args: string[], env?: Record<string, string>) =>
    (await run([...command, "-n", String(n), ...args], { env, cwd: here }))!;
  for (const n of ranks) {
    const start = performance.now();
    const outcome = await launch(n, program("_job.ts", ...checks));
    const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    const line = outcome.text.match(/\d+ checks on .*/)?.[0] ?? "";
    report(`${name}, ${n} ranks`, problemOf(outcome, 0, new RegExp(`checks on ${n} ranks`)), `${line}, ${seconds}`);
  }
  const uncaught = await launch(2, program("_failing.ts", "throw"));
  report(`${name}: an uncaught error ends all ranks`, problemOf(uncaught, 13, /this rank cannot go on/));
  const rejected = await launch(2, program("_failing.ts", "reject"));
  report(`${name}: an error of a promise ends all ranks`, problemOf(rejected, 13, /this rank cannot go on/));
  const exit = await launch(2, program("_failing.ts", "exit"));
  report(`${name}: an end without finalize() is a failure`, problemOf(exit, 70, /Rank 1 ended without finalize/));
  const aborted = await launch(2, program("_failing.ts", "abort"));
  report(`${name}: abort() ends all ranks with its status`, problemOf(aborted, 5, /(?:)/));
  const open = await launch(2, program("_failing.ts", "pending"));
  report(`${name}: finalize() refuses open requests`, problemOf(open, 0, /have not ended: 1/));
  // Each rank alone, though more were launched: the classic silent error.
  const library = name === "MPICH" ? "libmpich.so.12" : "libmpi.so.40";
  const alone = (await run(program("_failing.ts", "start"), {
    env: { SLURM_STEP_NUM_TASKS: "2", MPI_LIB: library },
    cwd: here,
  }))!;
  report(`${name}: one rank where two were launched is refused`, problemOf(alone, 1, /launcher started 2 ranks, but/));
  const other = name === "MPICH" ? "libmpi.so.40" : "libmpich.so.12";
  if (mpis.length === 2) {
    const mixed = await launch(2, program("_failing.ts", "start"), { MPI_LIB: other });
    report(`${name}: the library of the other is refused`, problemOf(mixed, 1, /which .* launcher cannot start/));
  }
  for await (const [what, problem] of pipelineRuns(command, ranks)) report(`${name}: ${what}`, problem);
}
if (mpis.length === 0) console.log("nothing was tested: install mpich or openmpi-bin");
Deno.exit(failures > 0 ? 1 : 0);
