import assert from "node:assert/strict";
import { openHdf5 } from "../../lib/io/mod.ts";
import { inFolder } from "../runner/support.ts";
import { CELLS, config, end, good, type Outcome, shown, smallInputs, start, writeInputs } from "./_reionization.ts";

/** Runs `body` in a folder with inputs.h5 and run.json. */
function withInputs(body: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await writeInputs(`${folder}/inputs.h5`, await smallInputs());
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config()));
    await body(folder);
  });
}

const CUBES = ["CoevalCube_z7.000.h5", "CoevalCube_z9.000.h5"];
const PAINTED = [...CUBES, "igm_params.yaml"];
const UNITS = { Grid_Temp: "K", Grid_dTb: "mK", Grid_xHII: "1", Grid_xal: "1", delta_b: "1" };

/** spectra.csv and statistics.h5 must hold the same numbers, with units, and agree with the cubes. */
async function checkTables(out: string): Promise<void> {
  const [head, ...lines] = (await Deno.readTextFile(`${out}/spectra.csv`)).trimEnd().split("\n");
  const columns = head.split(",");
  const start = ["z [1]", "k [h/Mpc]", "k_mean [h/Mpc]", "n_modes [1]", "P_dTb [mK^2 (Mpc/h)^3]", "Delta2_dTb [mK^2]"];
  assert.deepEqual(columns.slice(0, 6), start);
  const rows = lines.map((line) => line.split(",").map(Number));
  using file = await openHdf5(`${out}/statistics.h5`);
  assert.deepEqual([...file.readNumbers("z")], [7, 9]);
  const bins = file.info("k").shape[0];
  assert.equal(rows.length, 2 * bins);
  assert.equal(file.attribute("P_dTb", "unit"), "mK^2 (Mpc/h)^3");
  for (const name of ["P_dTb", "Delta2_xHII", "P_delta_b_dTb"]) {
    const column = columns.findIndex((title) => title.startsWith(`${name} [`));
    assert.deepEqual([...file.readNumbers(name)], rows.map((row) => row[column]), name);
    assert.deepEqual(file.info(name).shape, [2, bins]);
  }
  // Delta2 = k^3 P / 2 pi^2; the table is rounded to double precision only.
  const [, k, , , power, dimensionless] = rows.find((row) => row[3] > 0)!;
  assert.ok(Math.abs(dimensionless / (k ** 3 * power / (2 * Math.PI ** 2)) - 1) < 1e-12);
  using cube = await openHdf5(`${out}/${CUBES[1]}`);
  const temperature = cube.readNumbers("Grid_Temp");
  const mean = temperature.reduce((sum, t) => sum + t, 0) / temperature.length;
  assert.ok(Math.abs(file.readNumbers("mean_Temp")[1] / mean - 1) < 1e-12);
}

Deno.test("paint, then analyse: the files of the contract, the same for 1, 2 and 3 threads and in any folder", () =>
  withInputs(async (folder) => {
    const painted = await good(folder, "paint", "run.json", "--threads", "2");
    assert.match(painted.stderr, /^paint: the profiles do not say [^\n]*\n/);
    const numbers = /\npaint: z = 9\.000: mean x_HII 0\.00\d+, T [\d.]+ K, dTb -[\d.]+ mK; 1145 halos\n/;
    assert.match(painted.stderr, numbers);
    assert.match(painted.stderr, /\npaint: CoevalCube_z9\.000\.h5 \(\d of 2\)\n/);
    assert.match(painted.stderr, /\npaint: done in [\d.]+ s\n$/);
    // Each of two threads paints one of the two snapshots.
    assert.match(painted.stdout, /^paint {2}[\d.]+ s \(open [\d.]+ s, paint, 2 at once [\d.]+ s\)\n/);
    const alone = await good(folder, "paint", "run.json", "--out", "alone", "--threads", "1");
    const phases = /^paint {2}[\d.]+ s \(open [\d.]+ s, read [\d.]+ s, paint [\d.]+ s, write [\d.]+ s\)\n/;
    assert.match(alone.stdout, phases);
    assert.match(painted.stdout, /\npeak memory \d+(\.\d)? [MG]iB\nout\/CoevalCube_z7\.000\.h5 {2}[\d.]+ KiB\n/);
    assert.match(painted.stdout, /\nnext: deno task analyse run\.json\n$/);
    const cubes = await shown(`${folder}/out`);
    assert.deepEqual(Object.keys(cubes).sort(), PAINTED);
    for (const [name, z] of [[CUBES[0], 7], [CUBES[1], 9]] as const) {
      using file = await openHdf5(`${folder}/out/${name}`);
      assert.equal(file.numberAttribute("/", "z"), z);
      for (const [dataset, unit] of Object.entries(UNITS)) {
        assert.deepEqual(file.info(dataset).shape, [CELLS, CELLS, CELLS]);
        assert.equal(file.attribute(dataset, "unit"), unit);
      }
      const x = file.readNumbers("Grid_xHII");
      assert.ok(x.some((v) => v === 1) && x.every((v) => v >= 0 && v <= 1));
    }
    const analysed = await good(folder, "analyse", "run.json", "--threads", "2");
    assert.match(analysed.stdout, /^paint {4}reused\nanalyse {2}/);
    assert.match(analysed.stdout, /\nopen out\/report\.html in a browser\n$/);
    const all = await shown(`${folder}/out`);
    for (const name of ["statistics.h5", "spectra.csv", "history.csv", "lightcone.h5", "report.html"]) {
      assert.ok(name in all, name);
    }
    for (
      const figure of [
        "P_dTb",
        "Delta2_xHII",
        "Delta2_delta_b_dTb",
        "history",
        "slice_z7.000_Grid_dTb",
        "optical_depth",
        "moments",
        "Delta2_dTb_history",
        "cylindrical_z9.000",
        "bubble_sizes",
        "lightcone_Grid_dTb",
      ]
    ) {
      for (const ending of ["svg", "png", "json"]) {
        assert.ok(`figures/${figure}.${ending}` in all, `${figure}.${ending}`);
      }
    }
    assert.ok(Object.entries(cubes).every(([name, digest]) => all[name] === digest));
    await checkTables(`${folder}/out`);

    await Deno.mkdir(`${folder}/elsewhere/deep`, { recursive: true });
    const [one, three] = await Promise.all([
      good(folder, "paint", "run.json", "--out", "one", "--threads", "1", "--quiet"),
      good(`${folder}/elsewhere`, "analyse", "../run.json", "--out=deep/out", "--threads", "3", "--json"),
    ]);
    assert.deepEqual([one.stdout, one.stderr], ["", ""]);
    assert.deepEqual(await shown(`${folder}/one`), cubes);
    assert.deepEqual(await shown(`${folder}/elsewhere/deep/out`), all);
    const result = JSON.parse(three.stdout);
    assert.deepEqual(
      [result.ok, result.steps.map(({ task, state }: { task: string; state: string }) => [task, state])],
      [true, [["paint", "made"], ["analyse", "made"]]],
    );
    assert.deepEqual(
      result.files.map(({ path }: { path: string }) => path.slice("deep/out/".length)).sort(),
      Object.keys(all).sort(),
    );
  }));

Deno.test("what is finished is not done again; what a change concerns is; the format of CONFIG does not count", () =>
  withInputs(async (folder) => {
    const { input, simulation, source, solver, cosmology } = config();
    const before = await good(folder, "explain", "run.json");
    assert.match(
      before.stdout,
      /^paint: would run; no result in out yet\n {2}needs about \d+ MiB of memory \([\d.]+ MiB for arrays\) and about [\d.]+ s\nanalyse: would run; no result in out yet\n {2}needs about /,
    );
    await good(folder, "paint", "run.json", "-q");
    const lines = (table: object, format: (key: string, text: string) => string) =>
      Object.entries(table).map(([key, value]) => format(key, JSON.stringify(value))).join("\n");
    const groups = { input, simulation, source, solver, cosmology };
    const toml = Object.entries(groups).map(([group, table]) =>
      `[${group}]\n${lines(table, (key, text) => `${key} = ${text}`)}`
    );
    const yaml = Object.entries(groups).map(([group, table]) =>
      `${group}:\n${lines(table, (key, text) => `  ${key}: ${text}`)}`
    );
    await Deno.writeTextFile(`${folder}/run.toml`, `pipeline = "reionization"\n${toml.join("\n")}\n`);
    await Deno.writeTextFile(`${folder}/run.yaml`, `pipeline: reionization\n${yaml.join("\n")}\n`);
    const same = await Promise.all(["run.toml", "run.yaml", "run.json"].map((name) => good(folder, "paint", name)));
    for (const { stdout, stderr } of same) {
      assert.match(stdout, /^paint {2}reused\n/);
      assert.equal(stderr, "paint: nothing has changed, earlier result is used\n");
    }
    const explained = async (...args: string[]) => (await good(folder, "explain", "run.json", ...args)).stdout;
    const [as, figures, physics, ended] = await Promise.all([
      explained(),
      explained("--set", "analysis.spacing=linear"),
      explained("--set", "source.Nion=4000"),
      explained("--set", "paint.tolerance=1e-5"),
    ]);
    assert.match(as, /^paint: would not run; finished on [\d-]+ [\d:]+ UTC\nanalyse: would run; /);
    assert.match(figures, /^paint: would not run; /);
    assert.match(
      physics,
      /^paint: would run; parameters changed: parameters\.source\.Nion 5000 -> 4000\n {2}needs about /,
    );
    assert.match(ended, /^paint: would run; parameters changed: tolerance 0\.000001 -> 0\.00001\n/);
    const repaint = await good(folder, "paint", "run.json", "--set", "source.min_xHII_value=0.01");
    assert.match(repaint.stderr, /\npaint: CoevalCube_z9\.000\.h5 \(\d of 2\)\n/);
  }));

/** Waits until a file is there. */
async function appears(path: string): Promise<void> {
  for (let i = 0; i < 4000; i++) {
    try {
      if (Deno.statSync(path).isFile) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  throw new Error(`waited for ${path} for 20 s in vain`);
}

/** Starts painting four snapshots, and ends that by a signal once the first is there; returns its path. */
async function interrupted(folder: string, signal: Deno.Signal): Promise<{ first: string; outcome: Outcome }> {
  const inputs = await smallInputs();
  const z = { snap_0: 10, snap_1: 7, snap_2: 9, snap_3: 8 };
  for (const name of ["halo_positions", "halo_masses", "halo_alphas", "delta_b"]) {
    for (const group of ["snap_2", "snap_3"]) inputs.datasets[`${group}/${name}`] = inputs.datasets[`snap_0/${name}`];
  }
  await writeInputs(`${folder}/inputs.h5`, { ...inputs, z });
  const explained = JSON.parse((await good(folder, "explain", "paint", "run.json", "--json")).stdout);
  const step = `paint-${explained.steps[0].key.slice(0, 16)}.tmp`;
  const first = `${folder}/out/.cosmesh/steps/${step}/files/CoevalCube_z10.000.h5`;
  const process = start(folder, "paint", "run.json", "--threads", "1");
  await appears(first);
  process.kill(signal);
  return { first, outcome: await end(process) };
}

Deno.test("kill -9 after the first of four snapshots: the next runs go on from there, and two at once do the work once", () =>
  withInputs(async (folder) => {
    const { first, outcome } = await interrupted(folder, "SIGKILL");
    assert.equal(outcome.code, 137);
    assert.deepEqual(await shown(`${folder}/out`), {});
    const { mtime } = await Deno.stat(first);
    const explained = await good(folder, "explain", "paint", "run.json");
    assert.match(
      explained.stdout,
      /^paint: would run; interrupted or under way; [123] finished files? (is|are) kept\n/,
    );
    const both = await Promise.all([1, 2].map(() => good(folder, "paint", "run.json", "--json")));
    const states = both.map(({ stdout }) => JSON.parse(stdout).steps[0].state);
    assert.deepEqual(states.sort(), ["resumed", "reused"]);
    const resumed = both.find(({ stderr }) => stderr.includes("goes on"))!;
    assert.match(resumed.stderr, /^paint: goes on after [123] finished files? of an interrupted run\n/m);
    assert.doesNotMatch(resumed.stderr, /CoevalCube_z10/);
    assert.deepEqual((await Deno.stat(`${folder}/out/CoevalCube_z10.000.h5`)).mtime, mtime);
    await good(folder, "paint", "run.json", "--out", "whole", "-q");
    assert.deepEqual(await shown(`${folder}/out`), await shown(`${folder}/whole`));
  }));

Deno.test({
  name: "Ctrl-C gives exit code 130, and the next run goes on",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withInputs(async (folder) => {
      const { first, outcome } = await interrupted(folder, "SIGINT");
      assert.equal(outcome.code, 130, outcome.stderr);
      assert.match(
        outcome.stderr,
        /\nInterrupted: what was finished is kept, and the same command goes on from there\n$/,
      );
      const { mtime } = await Deno.stat(first);
      const again = await good(folder, "paint", "run.json");
      assert.match(again.stderr, /^paint: goes on after [123] finished files? of an interrupted run\n/);
      assert.deepEqual((await Deno.stat(`${folder}/out/CoevalCube_z10.000.h5`)).mtime, mtime);
    }),
});
