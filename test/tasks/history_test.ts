/** The whole chain: initial conditions, profiles, cubes, statistics; and simulations of other codes. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { openHdf5 } from "../../lib/io/mod.ts";
import { inFolder } from "../runner/support.ts";
import { writeDatasets } from "../radiation/_files.ts";
import { good, run, shown } from "./_reionization.ts";

const REDSHIFTS = [12, 8, 7.25];

/** A small universe. */
const SMALL = {
  pipeline: "reionization",
  initial: { environment_radius: 2 },
  simulation: { Ncell: 32, Lbox: 25 },
  source: { halo_mass_min: 1e9, halo_mass_max: 2.9e12, f_st: 0.2 },
  solver: { halo_mass_accretion_alpha: [0.78, 0.8], halo_mass_bin_min: 5e8, halo_mass_nbin: 41 },
  cosmo_sim: { snapshot_redshifts: REDSHIFTS },
  analysis: { png_scale: 0.5, rays: 10_000 },
};

/** Runs `body` in a folder with run.json. */
function withConfig(config: unknown, body: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config));
    await body(folder);
  });
}

const cubeOf = (z: number) => `CoevalCube_z${z.toFixed(3)}.h5`;
const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

Deno.test("a history from initial conditions: profiles, cubes, statistics, the same for 1, 2 and 3 threads", () =>
  withConfig(SMALL, async (folder) => {
    const first = await good(folder, "precompute", "run.json", "--threads", "2");
    assert.match(first.stdout, /^profiles {2}[\d.]+ s \(solve [\d.]+ s\)\n/);
    using profiles = await openHdf5(`${folder}/out/RadiationProfiles.h5`);
    // 7.25 is not among the profiles' own redshifts, and was added.
    const grid = [...profiles.readNumbers("z_history")];
    assert.deepEqual([grid.length, grid.includes(7.25)], [39, true]);
    const painted = await good(folder, "paint", "run.json", "--threads", "2");
    assert.match(painted.stderr, /^profiles: nothing has changed/);
    assert.equal(painted.stderr.match(/mean x_HII/g)?.length, REDSHIFTS.length);
    let before = Infinity;
    for (const z of REDSHIFTS.toReversed()) {
      using cube = await openHdf5(`${folder}/out/${cubeOf(z)}`);
      assert.equal(cube.numberAttribute("/", "z"), z);
      const ionised = mean(cube.readNumbers("Grid_xHII"));
      assert.ok(ionised > 0 && ionised < before, `${z}: ${ionised}`);
      before = ionised;
      // Cells move, what they emit stays.
      const [real, distorted] = ["Grid_dTb", "Grid_dTb_RSD"].map((name) => cube.readNumbers(name));
      assert.ok(Math.abs(mean(real) - mean(distorted)) < 1e-4 * Math.abs(mean(real)) + 1e-6, `${z}`);
      assert.notDeepEqual(real, distorted);
      assert.equal(cube.attribute("Grid_dTb_RSD", "line_of_sight"), 2);
    }
    await good(folder, "analyse", "run.json", "--threads", "2");
    const all = await shown(`${folder}/out`);
    {
      using statistics = await openHdf5(`${folder}/out/statistics.h5`);
      assert.deepEqual([...statistics.readNumbers("z")], REDSHIFTS.toReversed());
      const tau = statistics.readNumbers("tau");
      assert.ok(tau.every((t, i) => t > (i === 0 ? 0.02 : tau[i - 1])) && tau[2] < 0.1, `${tau}`);
      assert.deepEqual(statistics.info("P_dTb_RSD").shape, statistics.info("P_dTb").shape);
      using cone = await openHdf5(`${folder}/out/lightcone.h5`);
      const slices = cone.info("redshifts").shape[0];
      assert.deepEqual(cone.info("Grid_dTb").shape, [32, 32, slices]);
      // The first slice is that of the lowest cube at the beginning of the box, seen in redshift space.
      using lowest = await openHdf5(`${folder}/out/${cubeOf(7.25)}`);
      const [slice, field] = [cone.readNumbers("Grid_dTb"), lowest.readNumbers("Grid_dTb_RSD")];
      for (const place of [0, 5, 1000]) assert.equal(slice[place * slices], field[place * 32]);
    }
    await Promise.all(["1", "3"].map(async (threads) => {
      await good(folder, "analyse", "run.json", "--out", threads, "--threads", threads, "--quiet");
      assert.deepEqual(await shown(`${folder}/${threads}`), all);
    }));
    // Another escape fraction makes other profiles, another mesh does not.
    const set = (text: string) => ["explain", "paint", "run.json", "--set", text, "--json"];
    const states = async (text: string) =>
      JSON.parse((await good(folder, ...set(text))).stdout).steps.map((step: { state: string }) => step.state);
    assert.deepEqual(await states("source.f0_esc=0.1"), ["outdated", "outdated"]);
    assert.deepEqual(await states("initial.order=1"), ["finished", "outdated"]);
  }));

const simulations = (name: string) => fromFileUrl(new URL(`../simulation/reference/${name}`, import.meta.url));

/** A run of the simulation that `make_pkdgrav.py` wrote. */
const pkdgrav = (path: string) => ({
  pipeline: "reionization",
  input: { source: "pkdgrav3", snapshots: path },
  simulation: { Ncell: 8, Lbox: 20 },
  cosmology: { h0: 0.7 },
  source: { halo_mass_min: 1e6 },
  solver: { redshifts: [12, 10, 9, 8], halo_mass_accretion_alpha: [0.7, 0.9], halo_mass_nbin: 11 },
});

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test("a simulation of PKDGrav3: painted at its own redshifts; a missing file ends the run before it starts", () =>
  withConfig(pkdgrav("sim"), async (folder) => {
    await copy(simulations("pkdgrav"), `${folder}/sim`);
    const { stdout } = await good(folder, "paint", "run.json", "--json", "--quiet");
    const cubes = JSON.parse(stdout).files.map(({ path }: { path: string }) => path.slice(4));
    assert.deepEqual(cubes.filter((name: string) => name.startsWith("Coeval")), [cubeOf(7), cubeOf(8), cubeOf(9.5)]);
    const before = await shown(`${folder}/out`);
    // What a file means decides the result as much as what is in it.
    const states = async (...settings: string[]) => {
      const { stdout } = await good(folder, "explain", "paint", "run.json", ...settings, "--json");
      return JSON.parse(stdout).steps.map(({ task, state }: { task: string; state: string }) => [task, state]);
    };
    const [profiles, paint] = [["profiles", "finished"], ["paint", "finished"]];
    assert.deepEqual(await states(), [profiles, paint]);
    assert.deepEqual(await states("--set", "input.mass_unit=M_sun/h"), [profiles, ["paint", "outdated"]]);
    assert.deepEqual(await states("--set", "input.missing=skip"), [profiles, ["paint", "outdated"]]);
    await Deno.remove(`${folder}/sim/haloes/run.00004.fof.txt`);
    const missing = await run(folder, "paint", "run.json", "--quiet", "--json");
    assert.equal(missing.code, 2);
    assert.match(
      missing.stderr,
      /^error: Cannot use "sim": the snapshot at z = 8 \(step 4\) lacks its halos, [^\n]*\.00004\.fof\.txt"; add it, leave the snapshot out of cosmo_sim\.snapshot_redshifts, or set input\.missing to [^\n]*\n$/,
    );
    assert.deepEqual(await shown(`${folder}/out`), before);
  }));

Deno.test("simulations of THESAN and 21cmFAST, with velocities, and a list of N-body snapshots", () =>
  withConfig({}, async (folder) => {
    for (
      const [source, path, cubes, velocities] of [
        ["thesan", "thesan", [7, 9], true],
        ["py21cmfast", "py21cmfast", [7.5, 9], true],
        ["nbody", "pkdgrav/catalogue.yml", [7, 8, 9.5], false],
      ] as const
    ) {
      const config = { ...pkdgrav(""), input: { source, snapshots: simulations(path) } };
      await Deno.writeTextFile(`${folder}/${source}.json`, JSON.stringify(config));
      await good(folder, "paint", `${source}.json`, "--out", source, "--quiet");
      for (const z of cubes) {
        using cube = await openHdf5(`${folder}/${source}/${cubeOf(z)}`);
        assert.equal(cube.hasDataset("Grid_dTb_RSD"), velocities, source);
      }
    }
  }));

Deno.test("merger trees give halos their accretion rates; a cycle in them names its halos", () =>
  withConfig({}, async (folder) => {
    const config = pkdgrav(simulations("pkdgrav"));
    const steps = { ...config, input: { ...config.input, tree: "tree.h5" }, cosmo_sim: { snapshot_redshifts: [7] } };
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(steps));
    // Halo 0 of step 5 and its two progenitors; numbers of snapshots are those of steps.
    const write = (progenitors: number[]) => {
      const column = (values: number[]) => ({ data: Float64Array.from(values), shape: [values.length] });
      return writeDatasets(`${folder}/tree.h5`, {
        tree_halo_ids: column([0, 0, 0]),
        tree_snap_num: column([5, 4, 2]),
        tree_mass: column([1e10, 4e9, 1e9]),
        tree_main_progenitor: column(progenitors),
        snapshot_redshifts: column([14, 12, 9.5, 9, 8, 7]),
      });
    };
    await write([1, 2, -1]);
    await good(folder, "paint", "run.json", "--quiet");
    const before = await shown(`${folder}/out`);
    await write([1, 0, -1]);
    const { code, stderr } = await run(folder, "paint", "run.json", "--quiet");
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: [^\n]*(tree|progenitor)[^\n]*\b0\b[^\n]*\n$/);
    assert.deepEqual(await shown(`${folder}/out`), before);
  }));

Deno.test("what does not go together: one line with place and remedy, exit code 2", () =>
  withConfig(SMALL, async (folder) => {
    await Deno.writeTextFile(`${folder}/sim.json`, JSON.stringify(pkdgrav(simulations("pkdgrav"))));
    for (
      const [file, setting, message] of [
        ["run.json", "solver.redshifts=[10,9,9.5]", /"solver\.redshifts" must be falling$/],
        ["run.json", "cosmo_sim.snapshot_redshifts=[8,9]", /"cosmo_sim\.snapshot_redshifts" must be falling$/],
        [
          "run.json",
          "cosmo_sim.snapshot_redshifts=[36,9]",
          /"solver\.redshifts" must be below solver\.z_source_start = 35/,
        ],
        [
          "run.json",
          "source.halo_mass_min=2.95e12",
          /must be above source\.halo_mass_min|minMass must be below the mass of/,
        ],
        ["run.json", "solver.halo_mass_bin_max=1e9", /"solver\.halo_mass_bin_max".*halo_mass_min|lie in no bin/],
        // Found by a worker.
        ["run.json", "solver.halo_mass_bin_max=3e10", /Cannot bin the halos of "initial conditions" .* lie in no bin/],
        ["run.json", "input.source=pkdgrav3", /"input\.snapshots" is missing: input\.source = "pkdgrav3" reads files/],
        ["run.json", "input.tree=t.h5", /"input\.tree" is for simulations of other codes/],
        ["run.json", "initial.noise=none.h5", /Cannot read "none\.h5"[^\n]*: there is no such file/],
        ["sim.json", "source.halo_mass_min=3e13", /none of its \d+ halos at z = 7 .*; change these$/],
        [
          "sim.json",
          "cosmo_sim.snapshot_redshifts=[15]",
          /"cosmo_sim\.snapshot_redshifts" asks for z = 15, .*; ask for that$/,
        ],
        ["sim.json", "simulation.Lbox=10", /must lie in the box of 10 Mpc\/h, but with input\.length_unit "Mpc\/h"/],
        [
          "sim.json",
          "simulation.Ncell=16",
          /its mesh has 8\^3 cells, but simulation\.Ncell is 16; set simulation\.Ncell to 8/,
        ],
        ["sim.json", "input.length_unit=box", /must lie in the box of 20 Mpc\/h, but with input\.length_unit "box"/],
        ["sim.json", "input.tree=t.h5", /Cannot read "t\.h5": there is no such file/],
      ] as const
    ) {
      const { code, stderr } = await run(folder, "paint", file, "--set", setting, "--quiet", "--threads", "2");
      const line = stderr.replace(/\n$/, "");
      assert.equal(code, 2, `${setting}: ${line}`);
      assert.ok(!line.includes("\n"), line);
      assert.match(line, message);
    }
  }));
