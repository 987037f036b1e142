/** Pipelines under a launcher of MPI, for `deno task test:mpi`. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { inFolder } from "../runner/support.ts";
import { type Outcome, run, type RunOptions } from "../support/launchers.ts";
import { commandOf, config, good, shown, smallInputs, writeInputs } from "./_reionization.ts";

const here = (path: string) => fromFileUrl(new URL(path, import.meta.url));
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys=systemMemoryInfo", "--allow-run"];
const toy = (...args: string[]) => [
  ...[Deno.execPath(), "run", "--no-prompt", "--quiet", ...PERMISSIONS, "--allow-ffi", here("toy.ts"), ...args],
];

/** Runs a program on some ranks. */
type Launch = (ranks: number, program: string[], options?: RunOptions) => Promise<Outcome>;

/** Parts that were made, in the order of their names. */
const made = async (folder: string): Promise<string[]> =>
  (await Deno.readTextFile(`${folder}/made.log`)).trim().split("\n").sort();

/** Lines of errors, apart from what the launcher says. */
const errorsOf = ({ stderr }: Outcome) => stderr.split("\n").filter((line) => line.startsWith("error: "));

/** What one rank makes, several make: painted cubes, and what another step reads from them. */
async function sameBits(launch: Launch, counts: readonly number[]): Promise<void> {
  await inFolder(async (cwd) => {
    await writeInputs(`${cwd}/inputs.h5`, await smallInputs());
    await Deno.writeTextFile(`${cwd}/run.json`, JSON.stringify(config()));
    await good(cwd, "paint", "run.json", "-q");
    const painted = await shown(`${cwd}/out`);
    assert.equal(Object.keys(painted).length, 3);
    assert.equal((await run(toy("analyse", "--out", "toy"), { cwd }))!.code, 0);
    const analysed = await shown(`${cwd}/toy`);
    assert.equal(Object.keys(analysed).length, 4);
    for (const n of counts) {
      const paint = async (...words: string[]) => {
        const { command, args } = commandOf("paint", "run.json", "--out", `on${n}`, ...words);
        const outcome = await launch(n, [command, ...args], { cwd });
        assert.equal(outcome.code, 0, outcome.text);
        return outcome;
      };
      const { stderr, stdout } = await paint();
      assert.deepEqual(await shown(`${cwd}/on${n}`), painted);
      const where = new RegExp(`^paint: CoevalCube_z9\\.000\\.h5 \\([12] of 2\\)${n > 1 ? " on rank \\d" : ""}$`, "m");
      assert.match(stderr, where);
      assert.equal(stdout.match(/^paint +\d/mg)?.length, 1, stdout);
      const { steps } = JSON.parse((await paint("--json")).stdout);
      assert.deepEqual(steps.map(({ state }: { state: string }) => state), ["reused"]);
      const { code, text } = await launch(n, toy("analyse", "--out", `toy${n}`), { cwd });
      assert.equal(code, 0, text);
      assert.deepEqual(await shown(`${cwd}/toy${n}`), analysed);
    }
  });
}

/** Errors of input are told once, with their exit code. */
async function errorsOnce(launch: Launch): Promise<void> {
  await inFolder(async (cwd) => {
    const cases: [string[], number, string][] = [
      [["gone.toml"], 2, "Cannot read gone.toml: there is no such file"],
      [["--thread", "2"], 2, 'Cannot use --thread: there is no such option; did you mean "--threads"?'],
      [
        ["--ranks", "3"],
        2,
        "Cannot use --ranks 3: mpirun started 2 of them; leave --ranks out, or give mpirun -n the same number",
      ],
      [["--set", "fault.kind=input"], 2, "Cannot use snapshots.txt: line 3 has no mass; add it"],
      [["--set", "fault.kind=inside"], 1, "TypeError: sum is not a function"],
    ];
    for (const [args, code, message] of cases) {
      const outcome = await launch(2, toy("paint", ...args), { cwd });
      const errors = errorsOf(outcome);
      assert.equal(errors.length, 1, outcome.text);
      assert.ok(errors[0].startsWith(`error: ${message}`), errors[0]);
      assert.deepEqual([outcome.code, outcome.stdout], [code, ""], outcome.text);
    }
    const locked = await launch(2, toy("paint").filter((word) => word !== "--allow-ffi"), { cwd });
    assert.deepEqual(errorsOf(locked), [
      "error: Cannot use the ranks of MPI: the program may not open its library; run it by deno task, or with --allow-ffi",
    ]);
    assert.equal(locked.code, 2);
    const same = await launch(2, toy("paint", "--ranks", "2"), { cwd });
    assert.equal(same.code, 0, same.text);
    assert.deepEqual(await made(cwd), ["z7", "z8", "z9"]);
    const listed = await launch(2, toy("list"), { cwd });
    assert.equal(listed.stdout.match(/^toy: /mg)?.length, 1, listed.text);
  });
}

/** A rank that is killed ends the job, and what was finished is used by the next run. */
async function killed(launch: Launch): Promise<void> {
  await inFolder(async (cwd) => {
    const first = await launch(2, toy("paint", "--set", "fault.kind=kill", "--set", "fault.part=0"), { cwd });
    assert.notEqual(first.code, 0);
    assert.match(first.text, /signal 9|Killed/);
    const before = await made(cwd);
    assert.ok(before.length >= 1 && before.length <= 2, before.join());
    const again = await launch(2, toy("paint"), { cwd });
    assert.equal(again.code, 0, again.text);
    assert.match(again.stderr, /^paint: goes on after [12] finished files? of an interrupted run$/m);
    assert.deepEqual(await made(cwd), ["z7", "z8", "z9"]);
  });
}

/** Ctrl-C ends the job soon, and what was finished is used by the next run. */
async function interrupted(launch: Launch): Promise<void> {
  await inFolder(async (cwd) => {
    const names = Array.from({ length: 9 }, (_, i) => `z${i}`);
    await Deno.writeTextFile(`${cwd}/names.txt`, names.join("\n"));
    const words = ["paint", "--set", "input.snapshots=names.txt"];
    const started = async (process: Deno.ChildProcess) => {
      while (!(await made(cwd).catch(() => [])).length) await new Promise((resolve) => setTimeout(resolve, 10));
      process.kill("SIGINT");
    };
    const first = await launch(2, toy(...words, "--set", "fault.delayMs=3000"), { cwd, started });
    // What a launcher makes of the ranks' exit codes after a signal is its own affair: MPICH's has been seen to give 0.
    assert.ok(first.code !== 0 || first.text.includes("Interrupted: what was finished is kept"), first.text);
    assert.ok((await made(cwd)).length < names.length);
    const again = await launch(2, toy(...words), { cwd });
    assert.equal(again.code, 0, again.text);
    assert.deepEqual(await made(cwd), names);
  });
}

/** Runs pipelines by a launcher's command on so many ranks; tells what was run, and what was wrong with it. */
export async function* pipelineRuns(
  command: string[],
  counts: readonly number[],
): AsyncGenerator<[what: string, problem: string | undefined]> {
  const launch: Launch = async (n, program, options) =>
    (await run([...command, "-n", String(n), ...program], options))!;
  const runs: [string, () => Promise<void>][] = [
    [`on ${counts} ranks, the bits of one`, () => sameBits(launch, counts)],
    ["wrong input is told once, with its exit code", () => errorsOnce(launch)],
    ["a killed rank ends the job, and the next run goes on", () => killed(launch)],
    ["Ctrl-C ends the job, and the next run goes on", () => interrupted(launch)],
  ];
  for (const [what, body] of runs) {
    const start = performance.now();
    const problem = await body().then(() => undefined, (error) => String(error.stack ?? error));
    yield [`${what}, ${((performance.now() - start) / 1000).toFixed(1)} s`, problem];
  }
}
