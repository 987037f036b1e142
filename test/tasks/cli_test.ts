import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { inFolder, shown } from "../runner/support.ts";

const TOY = join(dirname(fromFileUrl(import.meta.url)), "toy.ts");
// The permissions of the commands in deno.json, and the one for killing itself.
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys=systemMemoryInfo", "--allow-run"];

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function start(cwd: string, ...args: string[]): Deno.ChildProcess {
  const permissions = ["list", "clean"].includes(args[0]) ? PERMISSIONS.slice(0, 2) : PERMISSIONS;
  const command = ["run", "--no-prompt", "--quiet", ...permissions, TOY, ...args];
  return new Deno.Command(Deno.execPath(), { args: command, cwd, stdout: "piped", stderr: "piped" }).spawn();
}

async function end(process: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await process.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

const run = (cwd: string, ...args: string[]): Promise<Outcome> => end(start(cwd, ...args));

/** Parts in the order they were made; the toy writes their names to a file. */
async function made(folder: string): Promise<string[]> {
  return (await Deno.readTextFile(`${folder}/made.log`)).trim().split("\n");
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("waited for 5 s in vain");
}

function present(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const CUBES = { "cube_z7.txt": "z7 4\n", "cube_z8.txt": "z8 4\n", "cube_z9.txt": "z9 4\n" };

Deno.test("paint, then analyse, on the built-in example", () =>
  inFolder(async (folder) => {
    const paint = await run(folder, "paint");
    assert.equal(paint.code, 0, paint.stderr);
    assert.match(
      paint.stderr,
      /^paint: cube_z9\.txt \(1 of 3\)\npaint: cube_z8\.txt \(2 of 3\)\npaint: cube_z7\.txt \(3 of 3\)\npaint: done in [\d.]+ s\n$/,
    );
    assert.match(
      paint.stdout,
      /^paint {2}[\d.]+ s \(read [\d.]+ s, write [\d.]+ s\)\npeak memory \d+(\.\d)? [MG]iB\nout\/cube_z7\.txt {2}5 B\n/,
    );
    const analyse = await run(folder, "analyse");
    assert.match(analyse.stdout, /^paint {4}reused\nanalyse {2}[\d.]+ s\n[\s\S]*\nout\/figures\/ +1 file, 15 B\n$/);
    assert.deepEqual(await shown(`${folder}/out`), { ...CUBES, "figures/all.txt": "z7 4\nz8 4\nz9 4\n" });
    assert.deepEqual(await made(folder), ["z9", "z8", "z7"]);
  }));

Deno.test("analyse alone paints first; --quiet prints nothing; --out, --set and CONFIG are used", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/runs`);
    await Deno.writeTextFile(`${folder}/runs/s.txt`, "z6\n");
    await Deno.writeTextFile(`${folder}/runs/a.yaml`, "pipeline: toy\ninput:\n  snapshots: s.txt\n");
    const quiet = await run(folder, "analyse", "runs/a.yaml", "--out", "o", "--set", "simulation.Ncell=8", "--quiet");
    assert.deepEqual(quiet, { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(await shown(`${folder}/o`), { "cube_z6.txt": "z6 8\n", "figures/all.txt": "z6 8\n" });
    // Relative paths start from --cwd.
    const there = await run(
      "/",
      "analyse",
      "a.yaml",
      "--out=../o",
      "--set",
      "simulation.Ncell=8",
      // "deno task" gives one itself; one of the user's starts from there.
      "--cwd",
      folder,
      "--cwd",
      "runs",
    );
    assert.match(there.stderr, /^paint: nothing has changed[^\n]*\nanalyse: nothing has changed[^\n]*\n$/);
  }));

Deno.test("--preset changes the built-in example, --set goes before it, and CONFIG excludes it", () =>
  inFolder(async (folder) => {
    const tiny = await run(folder, "paint", "--preset", "tiny");
    assert.equal(await Deno.readTextFile(`${folder}/out/cube_z7.txt`), "z7 2\n");
    assert.match(tiny.stdout, /next: deno task analyse --preset tiny\n$/);
    await run(folder, "paint", "--preset", "tiny", "--set", "simulation.Ncell=3");
    assert.equal(await Deno.readTextFile(`${folder}/out/cube_z7.txt`), "z7 3\n");
    await Deno.writeTextFile(`${folder}/a.yaml`, "pipeline: toy\ninput:\n  snapshots: s.txt\n");
    for (
      const [args, message] of [
        [["--preset", "huge"], /^error: Cannot use --preset huge: it is not known; there are? .*tiny/],
        [
          ["a.yaml", "--preset", "tiny"],
          /^error: Cannot use --preset tiny with a\.yaml: .* leave CONFIG out, or use --set\n$/,
        ],
      ] as const
    ) {
      const { code, stderr } = await run(folder, "paint", ...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  }));

Deno.test("--json prints one object, of results or of the error", () =>
  inFolder(async (folder) => {
    const good = await run(folder, "paint", "--json", "--threads", "1");
    const result = JSON.parse(good.stdout);
    assert.equal(result.ok, true);
    assert.deepEqual(result.files[0], { path: "out/cube_z7.txt", bytes: 5 });
    assert.deepEqual(Object.keys(result.steps[0].phases), ["read", "write"]);
    assert.ok(result.seconds > 0 && result.peakMemoryBytes > 2 ** 24);
    const bad = await run(folder, "paint", "--json", "--set", "simulation.Ncel=1");
    assert.equal(bad.code, 2);
    const { ok, exitCode, error } = JSON.parse(bad.stdout);
    assert.deepEqual([ok, exitCode, error.code, error.key], [false, 2, "InputError", "simulation.Ncel"]);
    assert.equal(bad.stderr, `error: ${error.message}\n`);
    const steps = JSON.parse((await run(folder, "explain", "paint", "--json")).stdout).steps;
    assert.deepEqual([steps[0].task, steps[0].state], ["paint", "finished"]);
  }));

Deno.test("wrong input gives exit code 2 and one line; a failure inside gives 1; earlier results stay", () =>
  inFolder(async (folder) => {
    await run(folder, "paint");
    await Deno.writeTextFile(`${folder}/bad.toml`, "pipeline = \n");
    await Deno.writeTextFile(`${folder}/other.toml`, 'pipeline = "toi"\n');
    await Deno.writeTextFile(`${folder}/none.toml`, "[input]\n");
    await Deno.writeTextFile(`${folder}/taken`, "a file");
    const cases: [string[], number, string | RegExp][] = [
      [["paint", "--set", "fault.kind=input"], 2, "Cannot use snapshots.txt: line 3 has no mass; add it"],
      [
        ["paint", "--set", "fault.kind=full"],
        2,
        "Cannot write to out: the disk is full; free some space, for example by the clean command",
      ],
      [["paint", "--set", "fault.kind=inside"], 1, "TypeError: sum is not a function (--debug prints the stack)"],
      [["paint", "--out", "taken"], 2, "Cannot write to taken: a file is in the way; choose another folder with --out"],
      [["paint", "bad.toml"], 2, /^Cannot read bad\.toml: it is not TOML: .* at line 1, column \d+$/],
      [["paint", "other.toml"], 2, 'Cannot use other.toml:1: "pipeline" has no value "toi"; did you mean "toy"?'],
      [
        ["paint", "none.toml"],
        2,
        'Cannot use none.toml: "pipeline" is missing; write pipeline = "toy" in its first line',
      ],
      [["paint", "gone.toml"], 2, "Cannot read gone.toml: there is no such file"],
      [["precompute"], 2, "Cannot run precompute without CONFIG: no pipeline has an example for it"],
      [
        ["paint", "--set", "fault.kernelGiB=5"],
        2,
        /^Cannot run "paint": it needs about 5\.0 GiB in the kernels' memory, which ends at 4\.0 GiB; lower simulation\.Ncell$/,
      ],
      [["pain"], 2, 'Cannot run "pain": there is no such command; did you mean "paint"?'],
      [["paint", "--thread", "2"], 2, 'Cannot use --thread: there is no such option; did you mean "--threads"?'],
      [["paint", "--threads", "two"], 2, "Cannot use --threads two: it must be a whole number of at least 1"],
      [["paint", "a.toml", "b.toml"], 2, 'Cannot use "b.toml": paint takes at most 1 word; see --help'],
      [
        ["explain", "analyze"],
        2,
        'Cannot explain "analyze": it is neither a verb nor a configuration file; did you mean "analyse"?',
      ],
    ];
    for (const [args, code, message] of cases) {
      // Another Ncell, so that paint is not finished already.
      const set = args[0] === "paint" && !/toml|taken/.test(args.join()) ? ["--set", "simulation.Ncell=5"] : [];
      const outcome = await run(folder, ...args, ...set);
      const lines = outcome.stderr.trimEnd().split("\n");
      const expected = typeof message === "string" ? `error: ${message}` : lines.at(-1)!;
      assert.equal(lines.at(-1), expected);
      if (message instanceof RegExp) assert.match(lines.at(-1)!.slice("error: ".length), message);
      assert.equal(outcome.code, code, outcome.stderr);
    }
    assert.deepEqual(await shown(`${folder}/out`), CUBES);
    const debug = await run(folder, "paint", "--set", "fault.kind=inside", "--set", "simulation.Ncell=5", "--debug");
    assert.match(
      debug.stderr,
      /error: TypeError: sum is not a function\nTypeError: sum is not a function\n +at strike/,
    );
  }));

Deno.test("kill -9 in the middle of a step: the next run makes only the parts that are missing", () =>
  inFolder(async (folder) => {
    const killed = await run(folder, "paint", "--set", "fault.kind=kill", "--set", "fault.part=2");
    assert.equal(killed.code, 137);
    assert.deepEqual(await made(folder), ["z9", "z8"]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name), [".cosmesh"]);
    const explained = await run(folder, "explain", "paint");
    assert.match(
      explained.stdout,
      /^paint: would run; interrupted or under way; 2 finished files are kept\n {2}needs about /,
    );
    const again = await run(folder, "paint");
    assert.match(
      again.stderr,
      /^paint: goes on after 2 finished files of an interrupted run\npaint: cube_z7\.txt \(3 of 3\)\n/,
    );
    assert.deepEqual(await made(folder), ["z9", "z8", "z7"]);
    assert.deepEqual(await shown(`${folder}/out`), CUBES);
  }));

Deno.test("two runs at once do the work once", () =>
  inFolder(async (folder) => {
    const slow = ["paint", "--set", "fault.delayMs=300"];
    const both = await Promise.all([run(folder, ...slow), run(folder, ...slow)]);
    assert.deepEqual(both.map(({ code }) => code), [0, 0]);
    assert.deepEqual(await made(folder), ["z9", "z8", "z7"]);
    const waiter = both.filter(({ stdout }) => stdout.includes("reused"));
    assert.equal(waiter.length, 1);
    assert.match(
      waiter[0].stderr,
      /^paint: waiting for process \d+, which is doing the same\npaint: nothing has changed/,
    );
    assert.deepEqual(await shown(`${folder}/out`), CUBES);
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `${signal} gives exit code 130 after the present part, which is kept`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        const process = start(folder, "paint", "--set", "fault.delayMs=300");
        await until(() => present(`${folder}/made.log`));
        process.kill(signal);
        const { code, stdout, stderr } = await end(process);
        assert.equal(code, 130, stderr);
        assert.equal(stdout, "");
        assert.match(stderr, /^stopping after the present part; press Ctrl-C again to stop at once$/m);
        assert.match(stderr, /\nInterrupted: what was finished is kept, and the same command goes on from there\n$/);
        const before = await made(folder);
        assert.ok(before.length < 3);
        assert.equal((await run(folder, "paint")).code, 0);
        assert.deepEqual(await made(folder), ["z9", "z8", "z7"]);
      }),
  });
}

/** Reads what a program says until it has said `words`. */
async function hear(process: Deno.ChildProcess, words: string): Promise<void> {
  let text = "";
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes(words)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended before it said ${words}: ${text}`);
    text += value;
  }
  await reader.cancel();
}

Deno.test({
  name: "a signal ends a program that waits for another, and a second one any program, at once",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const begin = performance.now();
      const first = start(folder, "paint", "--set", "fault.delayMs=60000");
      const locks = `${folder}/out/.cosmesh/locks`;
      await until(() =>
        present(`${locks}/all`) && [...Deno.readDirSync(locks)].some(({ name }) => /^paint-/.test(name))
      );
      const waiting = start(folder, "paint");
      await hear(waiting, "paint: waiting for process");
      waiting.kill("SIGINT");
      assert.equal((await waiting.status).code, 130);
      await waiting.stdout.cancel();
      first.kill("SIGINT");
      await hear(first, "stopping after the present part");
      first.kill("SIGINT");
      assert.equal((await first.status).code, 130);
      await first.stdout.cancel();
      assert.ok(performance.now() - begin < 30_000);
    }),
});

Deno.test("list, explain and clean", () =>
  inFolder(async (folder) => {
    const empty = await run(folder, "list");
    assert.equal(empty.stdout, "toy: text files for tests (paint, analyse)\nout: nothing was made yet\n");
    await run(folder, "paint");
    await run(folder, "paint", "--set", "simulation.Ncell=8");
    const listed = await run(folder, "list");
    assert.match(listed.stdout, /out: paint-\w{16} finished, not shown, 3 files, 15 B\n/);
    const explained = await run(folder, "explain", "--set", "simulation.Ncell=9", "--threads", "2");
    assert.equal(
      explained.stdout,
      "paint: would run; parameters changed: simulation.Ncell 8 -> 9\n" +
        "  needs about 129 MiB of memory (1.0 MiB for arrays) and about 0.20 s\n" +
        "analyse: would run; no result in out yet\n",
    );
    assert.match((await run(folder, "clean")).stdout, /^out: removed 1 step, [\d.]+ KiB\n$/);
    await run(folder, "clean", "--all");
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)], []);
  }));

Deno.test("--help lists options and exit codes; --help parameters every key", () =>
  inFolder(async (folder) => {
    for (const args of [["--help"], ["paint", "--help"], ["clean", "-h"]]) {
      const { code, stdout, stderr } = await run(folder, ...args);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^Usage: deno task /);
      assert.match(stdout, /Exit codes: 0 done, 1 failure inside, 2 wrong input, 130 interrupted/);
    }
    const paint = await run(folder, "paint", "--help");
    for (const option of ["--out DIR", "--threads N", "--set KEY=VALUE", "-q, --quiet", "--json", "--debug"]) {
      assert.ok(paint.stdout.includes(`  ${option} `), option);
    }
    const parameters = await run(folder, "paint", "--help", "parameters");
    assert.match(
      parameters.stdout,
      /\[simulation\]\n {2}Ncell \[1\] +Cells \(a whole number of at least 1 and at most 64; default 4\)\n/,
    );
    assert.match(parameters.stdout, / {2}snapshots +One name per line \(a path; required\)\n/);
    assert.equal((await run(folder)).code, 2);
    assert.match((await run(folder, "paint", "--help", "parameters", "toi")).stderr, /did you mean "toy"\?\n$/);
  }));

Deno.test("the commands of deno.json have the permissions that the tests above ran with", async () => {
  const config = JSON.parse(await Deno.readTextFile(join(dirname(TOY), "..", "..", "deno.json")));
  for (const name of ["precompute", "paint", "analyse", "explain", "list", "clean"]) {
    const flags = ["list", "clean"].includes(name) ? PERMISSIONS.slice(0, 2) : PERMISSIONS.slice(0, 4);
    // Under mpirun, the library of MPI is opened.
    if (["precompute", "paint", "analyse"].includes(name)) flags.splice(3, 0, "--allow-ffi");
    const command = `deno run --no-prompt ${flags.join(" ")} tasks/main.ts ${name} --cwd "$INIT_CWD"`;
    assert.equal(config.tasks[name].command, command);
  }
});

Deno.test("--help starts without loading what a run needs", async () => {
  const main = join(dirname(TOY), "..", "..", "tasks", "main.ts");
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", main] }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout));
  const direct = new Map<string, string[]>();
  for (const { specifier, dependencies = [] } of graph.modules) {
    const loaded = dependencies.filter((d: { isDynamic?: boolean; code?: unknown }) => !d.isDynamic && d.code);
    direct.set(specifier, loaded.map((d: { code: { specifier: string } }) => d.code.specifier));
  }
  const reached = new Set<string>();
  const visit = (url: string): void => {
    if (reached.has(url)) return;
    reached.add(url);
    direct.get(url)?.forEach(visit);
  };
  visit(new URL(`file://${main}`).href);
  assert.ok(reached.size > 5);
  assert.deepEqual([...reached].filter((url) => /lib\/(kernel|runner|io|plot)|h5wasm|toml|yaml/.test(url)), []);
});
