/** Ranks of the command line that are threads; those of MPI are in run_mpi.ts. */
import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { shareOfCores } from "../../tasks/cores.ts";
import { checkConfig } from "../../lib/config/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { CUBE_FIELDS, openTemporalCube } from "../../lib/radiation/mod.ts";
import { pipeline as reionization } from "../../tasks/reionization/mod.ts";
import { inFolder } from "../runner/support.ts";
import { config, end, good, type Outcome, shown, smallInputs, writeInputs } from "./_reionization.ts";

const TOY = join(dirname(fromFileUrl(import.meta.url)), "toy.ts");
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys=systemMemoryInfo", "--allow-run"];

function start(cwd: string, ...args: string[]): Deno.ChildProcess {
  const command = ["run", "--no-prompt", "--quiet", ...PERMISSIONS, TOY, ...args];
  return new Deno.Command(Deno.execPath(), { args: command, cwd, stdout: "piped", stderr: "piped" }).spawn();
}
const run = (cwd: string, ...args: string[]): Promise<Outcome> => end(start(cwd, ...args));

/** Parts in the order of their names, as often as they were made. */
const made = async (folder: string): Promise<string[]> =>
  (await Deno.readTextFile(`${folder}/made.log`)).trim().split("\n").sort();

Deno.test("--ranks gives the files of the serial run, and makes each once; --json and --help are told once", () =>
  inFolder(async (folder) => {
    assert.equal((await run(folder, "analyse", "--out", "serial")).code, 0);
    const serial = await shown(`${folder}/serial`);
    await Deno.remove(`${folder}/made.log`);
    const two = await run(folder, "analyse", "--ranks", "2");
    assert.equal(two.code, 0, two.stderr);
    for (const [i, name] of ["z7", "z8", "z9"].entries()) {
      assert.match(two.stderr, new RegExp(`^paint: cube_${name}\\.txt \\([123] of 3\\) on rank [01]$`, "m"));
      assert.equal((await made(folder))[i], name);
    }
    assert.match(two.stderr, /\npaint: done in [\d.]+ s\nanalyse: done in [\d.]+ s\n$/);
    assert.match(two.stdout, /^paint {4}[\d.]+ s \(read [\d.]+ s, write [\d.]+ s\)\nanalyse {2}[\d.]+ s\npeak memory /);
    assert.deepEqual(await shown(`${folder}/out`), serial);
    assert.equal((await made(folder)).length, 3);
    const again = await run(folder, "paint", "--ranks", "3", "--json");
    assert.equal(again.stderr, "paint: nothing has changed, earlier result is used\n");
    assert.equal(JSON.parse(again.stdout).steps[0].state, "reused");
    const many = await run(folder, "paint", "--ranks", "4", "--out", "four", "--cwd", `${folder}/..`, "--help");
    assert.deepEqual([many.code, many.stderr], [0, ""]);
    assert.match(many.stdout, / {2}--ranks N +Runs as N ranks/);
  }));

Deno.test("--ranks: more ranks than files are noted, --cwd holds for all, and --threads for each", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/deep`);
    const four = await run(folder, "paint", "--ranks", "4", "--cwd", "deep", "--threads", "1");
    assert.equal(four.code, 0, four.stderr);
    assert.match(four.stderr, /^paint: 3 files for 4 ranks, so that some have nothing to do$/m);
    assert.deepEqual(Object.keys(await shown(`${folder}/deep/out`)).length, 3);
  }));

Deno.test("--ranks: wrong input gives exit code 2 and one line, a failure inside 1; what was finished stays", () =>
  inFolder(async (folder) => {
    const cores = navigator.hardwareConcurrency;
    const cases: [string[], number, string][] = [
      [["--ranks", "0"], 2, "Cannot use --ranks 0: it must be a whole number of at least 1"],
      [
        ["--ranks", String(4 * cores + 1)],
        2,
        `Cannot use --ranks ${4 * cores + 1}: this machine has ${cores} cores, and more ranks than that make it ` +
        "slower; use several machines by mpirun",
      ],
      [
        ["--ranks", "2", "--threads", String(4 * cores)],
        2,
        `Cannot use --threads ${4 * cores}: each of 2 ranks has ${Math.max(1, Math.floor(cores / 2))} of the cores, ` +
        "and more threads than that make it slower; leave it out to use all",
      ],
      [["gone.toml", "--ranks", "2"], 2, "Cannot read gone.toml: there is no such file"],
      [["--ranks", "2", "--set", "simulation.Ncell=0"], 2, "Cannot use --set simulation.Ncell=0: "],
      [["--ranks", "3", "--set", "fault.kind=input"], 2, "Cannot use snapshots.txt: line 3 has no mass; add it"],
      [["--ranks", "3", "--set", "fault.kind=inside"], 1, "TypeError: sum is not a function"],
      [["--ranks", "2", "--set", "fault.kernelGiB=5"], 2, 'Cannot run "paint": it needs about 5.0 GiB'],
    ];
    for (const [args, code, message] of cases) {
      const outcome = await run(folder, "paint", ...args);
      const errors = outcome.stderr.split("\n").filter((line) => line.startsWith("error: "));
      assert.equal(errors.length, 1, outcome.stderr);
      assert.ok(errors[0].startsWith(`error: ${message}`), errors[0]);
      assert.deepEqual([outcome.code, outcome.stdout], [code, ""]);
    }
    const last = await run(folder, "paint", "--ranks", "2");
    assert.match(last.stderr, /^paint: goes on after 2 finished files of an interrupted run\n/);
    assert.deepEqual(await made(folder), ["z7", "z8", "z9"]);
  }));

Deno.test({
  name: "--ranks: SIGINT gives exit code 130 after the present parts, which are kept",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const names = Array.from({ length: 8 }, (_, i) => `z${i}`);
      await Deno.writeTextFile(`${folder}/names.txt`, names.join("\n"));
      const words = ["paint", "--set", "input.snapshots=names.txt"];
      const process = start(folder, ...words, "--ranks", "2", "--set", "fault.delayMs=1000");
      for (let i = 0; i < 1000 && !(await made(folder).catch(() => [])).length; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      process.kill("SIGINT");
      const { code, stdout, stderr } = await end(process);
      assert.deepEqual([code, stdout], [130, ""], stderr);
      assert.equal(stderr.match(/^stopping after the present part/mg)?.length, 1, stderr);
      assert.match(stderr, /\nInterrupted: what was finished is kept, and the same command goes on from there\n$/);
      assert.ok((await made(folder)).length < names.length);
      assert.equal((await run(folder, ...words)).code, 0);
      assert.deepEqual(await made(folder), names);
    }),
});

Deno.test("--ranks of the reionization pipeline give the same bits as one", () =>
  inFolder(async (folder) => {
    await writeInputs(`${folder}/inputs.h5`, await smallInputs());
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config()));
    const analyse = ["analyse", "run.json", "--set", "analysis.png_scale=0.5"];
    const [, two, three] = await Promise.all([
      good(folder, ...analyse, "--out", "one", "-q"),
      good(folder, ...analyse, "--out", "two", "--ranks", "2"),
      good(folder, "paint", "run.json", "--out", "three", "--ranks", "3", "--threads", "2"),
    ]);
    const one = await shown(`${folder}/one`);
    assert.ok(Object.keys(one).length > 50);
    assert.deepEqual(await shown(`${folder}/two`), one);
    const cubes = await shown(`${folder}/three`);
    assert.equal(Object.keys(cubes).length, 3);
    for (const [name, digest] of Object.entries(cubes)) assert.equal(digest, one[name]);
    assert.match(two.stderr, /\npaint: CoevalCube_z9\.000\.h5 \([12] of 2\) on rank [01]\n/);
    assert.equal(two.stderr.match(/the profiles do not say/g)?.length, 1);
    assert.match(three.stderr, /^paint: 2 files for 3 ranks, so that some have nothing to do$/m);
  }));

Deno.test("ranks that paint each snapshot together, in slabs, give the bits of one, in files with an index", () =>
  inFolder(async (folder) => {
    await writeInputs(`${folder}/inputs.h5`, await smallInputs());
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config()));
    const slabs = ["--set", "paint.divide=slabs"];
    const [, , three] = await Promise.all([
      good(folder, "paint", "run.json", "--out", "one", "-q"),
      good(folder, "paint", "run.json", "--out", "alone", ...slabs),
      good(folder, "paint", "run.json", "--out", "three", "--ranks", "3", ...slabs),
    ]);
    assert.match(three.stderr, /\npaint: CoevalCube_z9\.000\.h5 \(2 of 2\) on rank 0\n/);
    assert.equal(three.stderr.match(/^paint: z = 9\.000: mean x_HII /mg)?.length, 1, three.stderr);
    const names = (await shown(`${folder}/three`), [...Deno.readDirSync(`${folder}/three`)].map(({ name }) => name));
    assert.deepEqual(names.filter((name) => name.startsWith("CoevalCube_z9")).sort(), [
      ...[
        "CoevalCube_z9.000.0000.h5",
        "CoevalCube_z9.000.0001.h5",
        "CoevalCube_z9.000.0002.h5",
        "CoevalCube_z9.000.h5",
      ],
    ]);
    await ready({ threads: 1 });
    const one = await openTemporalCube(`${folder}/one`);
    for (const other of ["alone", "three"]) {
      const cubes = await openTemporalCube(`${folder}/${other}`);
      assert.deepEqual(cubes.redshifts, one.redshifts);
      for (const i of one.files.keys()) {
        using expected = await one.read(i);
        using cube = await cubes.read(i);
        assert.deepEqual([cube.z, cube.parameters], [expected.z, expected.parameters]);
        for (const field of Object.keys(CUBE_FIELDS) as (keyof typeof CUBE_FIELDS)[]) {
          assert.deepEqual(cube[field].array.data, expected[field].array.data, `${other} ${field}`);
        }
      }
    }
    // The next step reads them as any others; a second run finds them.
    await good(folder, "analyse", "run.json", "--out", "three", "-q", ...slabs);
    const again = await good(folder, "paint", "run.json", "--out", "three", "--ranks", "2", ...slabs);
    assert.match(again.stderr, /paint: nothing has changed/);
  }));

Deno.test("initial conditions in slabs give the same bits on any number of ranks", () =>
  inFolder(async (folder) => {
    const { input: { profiles }, ...rest } = config();
    const initial = { ...rest, input: { profiles }, cosmo_sim: { snapshot_redshifts: [8], random_seed: 3 } };
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(initial));
    const words = ["paint", "run.json", "--set", "paint.divide=slabs"];
    await Promise.all([
      good(folder, ...words, "--out", "one", "-q"),
      good(folder, ...words, "--out", "three", "-q", "--ranks", "3"),
      good(folder, ...words, "--out", "whole", "-q", "--set", "paint.divide=snapshots"),
    ]);
    await ready({ threads: 1 });
    const read = async (name: string) => await (await openTemporalCube(`${folder}/${name}`)).read(0);
    using one = await read("one");
    using three = await read("three");
    using whole = await read("whole");
    for (const field of Object.keys(CUBE_FIELDS) as (keyof typeof CUBE_FIELDS)[]) {
      assert.deepEqual(three[field].array.data, one[field].array.data, field);
    }
    assert.deepEqual(three.redshiftSpace!.field.array.data, one.redshiftSpace!.field.array.data);
    assert.equal(three.redshiftSpace!.lineOfSight, whole.redshiftSpace!.lineOfSight);
    // Particles are painted in another order than on one rank: float32 rounding.
    const { data } = whole.density.array;
    data.forEach((value, i) => assert.ok(Math.abs(three.density.array.data[i] - value) < 1e-5));
  }));

Deno.test("a rank has its share of each core that it may use, and at least one", () => {
  const four = [0, 1, 2, 3];
  assert.equal(shareOfCores([four], 0), 4);
  // Not bound: all may use all.
  assert.deepEqual([0, 1].map((rank) => shareOfCores([four, four], rank)), [2, 2]);
  assert.equal(shareOfCores([four, four, four], 2), 1);
  assert.equal(shareOfCores(new Array(3).fill([0, 1, 2, 3, 4, 5]), 0), 2);
  // Bound to cores of their own, or two and two to halves.
  assert.deepEqual([0, 1].map((rank) => shareOfCores([[0, 1, 2], [3]], rank)), [3, 1]);
  assert.deepEqual([0, 3].map((rank) => shareOfCores([four, four, [4, 5], [4, 5]], rank)), [2, 1]);
  assert.equal(shareOfCores(new Array(5).fill([0, 1]), 4), 1);
});

Deno.test("paint shares each snapshot among ranks where it does not fit into one, or where it is told to", async () => {
  const needs = async (Ncell: number, divide: string, ranks?: number, memoryBytes?: number) => {
    const table = { simulation: { Ncell, Lbox: 100 }, paint: { divide } };
    const document = { root: { pipeline: "reionization", ...table }, source: "a test", text: "", folder: "/" };
    const values = checkConfig(document, reionization.parameters, ["pipeline"]);
    const [task] = await reionization.stages.paint!({ pipeline: "reionization", values, source: "a test" });
    return (await task.estimate!(2, ranks, memoryBytes)).kernelBytes / 2 ** 30;
  };
  // Of 1024^3 cells and initial conditions of second order: 44 bytes a cell on one rank; 104 on all while they are made.
  assert.ok(await needs(1024, "auto") > 40);
  assert.ok(await needs(1024, "auto", 32) < 4);
  assert.ok(await needs(1024, "snapshots", 32) > 40);
  // A snapshot that fits is painted by one rank, unless memory is short.
  const one = await needs(256, "auto", 8, 2 ** 34);
  assert.equal(await needs(256, "auto"), one);
  assert.ok(await needs(256, "auto", 8, 2 ** 29) < one / 2);
  assert.ok(await needs(256, "slabs", 8) < one / 2);
});
