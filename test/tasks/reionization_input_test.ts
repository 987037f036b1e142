import assert from "node:assert/strict";
import { openHdf5 } from "../../lib/io/mod.ts";
import { type Dataset, writeDatasets } from "../radiation/_files.ts";
import { inFolder } from "../runner/support.ts";
import { commandOf, config, type Inputs, PROFILES, run, shown, smallInputs, writeInputs } from "./_reionization.ts";

/** A wrong input: options of the command, the key that `--json` names, and what the last line on stderr says. */
interface Case {
  args: string[];
  key: string;
  message: string | RegExp;
}

/** Runs each case, two at a time, in a folder whose results must stay as they are. */
async function refuses(folder: string, cases: readonly Case[]): Promise<void> {
  const before = await shown(`${folder}/out`);
  const waiting = [...cases];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { args, key, message } = next;
      const { code, stdout, stderr } = await run(folder, ...args, "--json", "--quiet", "--threads", "1");
      const line = stderr.replace(/\n$/, "");
      if (typeof message === "string") assert.equal(line, `error: ${message}`);
      else assert.match(line, message);
      assert.ok(!line.includes("\n"), line);
      assert.equal(code, 2);
      assert.equal(JSON.parse(stdout).error.key, key, line);
    }
  };
  await Promise.all([worker(), worker()]);
  assert.deepEqual(await shown(`${folder}/out`), before);
}

/** Runs `body` in a folder with inputs.h5, run.json and painted cubes. */
function painted(body: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await writeInputs(`${folder}/inputs.h5`, await smallInputs());
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config(), null, 1));
    const { code, stderr } = await run(folder, "paint", "run.json", "-q");
    assert.equal(code, 0, stderr);
    await body(folder);
  });
}

const paint = (...settings: string[]) => ["paint", "run.json", ...settings.flatMap((text) => ["--set", text])];

Deno.test("wrong keys and values of a configuration: one line with place, key and rule, exit code 2", () =>
  painted(async (folder) => {
    const simulation = { Ncell: "big", Lbox: 50 };
    await Deno.writeTextFile(`${folder}/type.json`, JSON.stringify({ ...config(), simulation }, null, 1));
    const none = 'pipeline = "reionization"\n[input]\nsource = "snapshots"\n';
    await Deno.writeTextFile(`${folder}/none.toml`, none);
    await refuses(folder, [
      {
        args: paint("simulation.Ncel=16"),
        key: "simulation.Ncel",
        message:
          'Cannot use --set simulation.Ncel=16: "simulation.Ncel" is not known; did you mean "simulation.Ncell"?',
      },
      {
        args: ["paint", "type.json"],
        key: "simulation.Ncell",
        message: 'Cannot use type.json:8: "simulation.Ncell" must be a whole number of at least 2, got "big"',
      },
      {
        args: ["paint", "none.toml"],
        key: "input.snapshots",
        message:
          'Cannot use none.toml: "input.snapshots" is missing: input.source = "snapshots" reads files; give their path',
      },
      {
        args: paint("simulation.Ncell=15"),
        key: "simulation.Ncell",
        message: 'Cannot use run.json: "simulation.Ncell" must be an even number with factors 2, 3, 5 and 7 only, ' +
          "got 15; the next is 16",
      },
      {
        args: paint("cosmology.Ob=0.5"),
        key: "cosmology.Ob",
        message: 'Cannot use run.json: "cosmology.Ob" must be below cosmology.Om',
      },
      {
        args: ["analyse", "run.json", "--set", "analysis.slice_index=16"],
        key: "analysis.slice_index",
        message: 'Cannot use run.json: "analysis.slice_index" must be below simulation.Ncell = 16, got 16',
      },
      {
        args: ["analyse", "run.json", "--set", "analysis.bins=1000000000"],
        key: "analysis.bins",
        message: /"analysis\.bins" must be a whole number of at least 1 and at most 1000, got 1000000000$/,
      },
      {
        args: paint("simulation.Ncell=32"),
        key: "simulation.Ncell",
        message: 'Cannot use "inputs.h5": it was made with Ncell = 16, but simulation.Ncell is 32; ' +
          "set simulation.Ncell to 16, or give other snapshots",
      },
      {
        args: paint("simulation.Lbox=100"),
        key: "simulation.Lbox",
        message: /^error: Cannot use "inputs\.h5": it was made with Lbox_Mpc_per_h = 50, but simulation\.Lbox is 100; /,
      },
      {
        args: paint("cosmo_sim.snapshot_redshifts=[8.0]"),
        key: "cosmo_sim.snapshot_redshifts",
        message: 'Cannot paint z = 8 ("cosmo_sim.snapshot_redshifts"): "inputs.h5" has snapshots at z = 9, 7',
      },
      {
        args: paint("solver.halo_mass_accretion_alpha=[0.1,0.9]"),
        key: "solver.halo_mass_accretion_alpha",
        message: /its profiles have 3 bins of accretion rate, .*; set solver\.halo_mass_accretion_alpha to the 4 edges/,
      },
      {
        args: ["precompute", "run.json"],
        key: "input.profiles",
        message:
          /^error: Cannot precompute run\.json: its profiles are read from ".*profiles\.h5"; leave input\.profiles out to compute them$/,
      },
    ]);
    const many = await run(folder, ...paint(), "--threads", "5000");
    assert.match(many.stderr, /^error: Cannot use --threads 5000: this machine has \d+ cores, /);
  }));

Deno.test("wrong snapshots: one line with file, dataset and remedy, exit code 2, earlier outputs unchanged", () =>
  painted(async (folder) => {
    const cases: Case[] = [];
    const wrong = async (key: string, message: string, change: (inputs: Inputs) => void, ...settings: string[]) => {
      const inputs = await smallInputs();
      change(inputs);
      const name = `${cases.length}.h5`;
      await writeInputs(`${folder}/${name}`, inputs);
      cases.push({ args: paint(`input.snapshots=${name}`, ...settings), key, message: message.replace("FILE", name) });
    };
    const [positions, masses, delta] = ["halo_positions", "halo_masses", "delta_b"].map((name) => `snap_1/${name}`);
    await wrong(
      positions,
      `Cannot read "FILE": dataset "${positions}" must be in Mpc/h, but its attribute "unit" says "kpc"; ` +
        "convert the numbers, or correct the attribute",
      ({ datasets }) => datasets[positions].unit = "kpc",
    );
    await wrong(
      positions,
      `Cannot read "FILE": dataset "${positions}" must have shape [3885, 3], got [3, 3885]`,
      ({ datasets }) => datasets[positions].shape.reverse(),
    );
    await wrong(
      "snap_1",
      'Cannot use "FILE" (snap_1): halo 2 at (1, 50.5, 3) Mpc/h lies outside of the box of 50 Mpc/h; ' +
        "give positions in comoving Mpc/h, shifted and wrapped into the box",
      ({ datasets }) => datasets[positions].data.set([1, 50.5, 3], 6),
    );
    await wrong(
      "solver.halo_mass_bin_max",
      'Cannot bin the halos of "FILE" (snap_1) at z = 7: 1 of 3885 halos lie in no bin of mass and accretion rate: ' +
        "halo 7 (1.0000e+15 M_sun/h, alpha 0.8); make profiles with solver.halo_mass_bin_max = 1.1e+15 or more",
      ({ datasets }) => {
        datasets[masses].data[7] = 1e15;
        datasets["snap_1/halo_alphas"].data[7] = 0.8;
      },
      "source.halo_mass_max=1e16",
    );
    await wrong(
      delta,
      `Cannot read "FILE": dataset "${delta}" has 1 values that are NaN or infinite, the first at [0, 0, 7]; ` +
        "write the file again",
      ({ datasets }) => datasets[delta].data[7] = NaN,
    );
    await wrong(
      delta,
      `Cannot read "FILE": there is no dataset "${delta}"; "snap_1" has halo_alphas, halo_masses, halo_positions`,
      ({ datasets }) => delete datasets[delta],
    );
    await wrong(
      "snap_1",
      `Cannot paint "FILE": the snapshots at z = 7.1 and z = 7 are both nearest to one redshift of "${PROFILES}"; ` +
        "leave one out by cosmo_sim.snapshot_redshifts, or make profiles for both",
      ({ z }) => z.snap_0 = 7.1,
    );
    await wrong(
      "memory",
      'Cannot run "paint": it needs about 23.2 GiB in the kernels\' memory, which ends at 4.0 GiB; ' +
        "start more ranks, which then share each snapshot (mpirun -n N), or use snapshots with fewer cells, and a smaller " +
        "simulation.Ncell",
      ({ root }) => root.Ncell = 1024,
      "simulation.Ncell=1024",
    );
    await refuses(folder, cases);
  }));

Deno.test("wrong files: one line with file and remedy, exit code 2, earlier outputs unchanged", () =>
  painted(async (folder) => {
    const bytes = await Deno.readFile(`${folder}/inputs.h5`);
    await Deno.writeFile(`${folder}/cut.h5`, bytes.subarray(0, bytes.length >> 1));
    await writeProfiles(`${folder}/profiles.h5`, 0.3);
    const cut = `it has ${bytes.length >> 1} of ${bytes.length} bytes`;
    await refuses(folder, [
      {
        args: paint("input.snapshots=cut.h5"),
        key: "/",
        message: `Cannot read "cut.h5": the file is cut off: ${cut}; write or copy it again`,
      },
      {
        args: paint("input.snapshots=run.json"),
        key: "/",
        message: 'Cannot read "run.json": it is not an HDF5 file',
      },
      {
        args: paint("input.profiles=inputs.h5"),
        key: "z_history",
        message: 'Cannot read "inputs.h5": there is no dataset "z_history"; "/" has snap_0, snap_1',
      },
      {
        args: paint("input.snapshots=gone.h5"),
        key: "",
        message: 'Cannot read "gone.h5": there is no such file',
      },
      {
        args: paint("input.profiles=profiles.h5"),
        key: "cosmology.Om",
        message: 'Cannot use "profiles.h5": its profiles were made with cosmology.Om = 0.3, but the run has 0.315; ' +
          "set cosmology.Om to 0.3, or make the profiles again",
      },
      {
        args: [...paint(), "--out", "run.json/results"],
        key: "--out",
        message: "Cannot write to run.json/results: a file is in the way; choose another folder with --out",
      },
    ]);
  }));

/** The reference profiles with a group of parameters that says they were made with a matter density `Om`. */
async function writeProfiles(path: string, Om: number): Promise<void> {
  using file = await openHdf5(PROFILES);
  const datasets: Record<string, Dataset> = {};
  for (const name of file.names()) datasets[name] = { data: file.readNumbers(name), shape: [...file.info(name).shape] };
  const { h0, Ob } = config().cosmology;
  await writeDatasets(path, datasets, (out) => out.group("parameters/cosmology", { Om, Ob, h0 }));
}

/** Whether this user may mount a small file system for one program. */
async function mayMount(): Promise<boolean> {
  try {
    const args = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    return (await new Deno.Command("unshare", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a disk that is full: exit code 2, and with more room the run goes on",
  ignore: !await mayMount(),
  fn: () =>
    painted(async (folder) => {
      await Deno.mkdir(`${folder}/disk`);
      // 150 KiB hold one cube of 96 KiB, not two.
      const { command, args } = commandOf("paint", "run.json", "--out", "disk/out", "--threads", "1");
      const script = `mount -t tmpfs -o size=150k tmpfs disk && "$@"; echo "code $?"; find disk -name "*.h5"; ` +
        `mount -o remount,size=1m disk && exec "$@"`;
      const { stdout, stderr } = await new Deno.Command("unshare", {
        args: ["-rm", "sh", "-c", script, "sh", command, ...args],
        cwd: folder,
      }).output();
      const [said, result] = [stderr, stdout].map((bytes) => new TextDecoder().decode(bytes));
      const why = "the disk is full; free some space, for example by the clean command";
      assert.ok(said.includes(`\nerror: Cannot write to disk/out: ${why}\n`), said);
      // The cube that was finished is kept, but not shown as a result.
      assert.match(result, /^code 2\ndisk\/out\/\.cosmesh\/steps\/[^\n]*\/files\/CoevalCube_z9\.000\.h5\npaint /);
      assert.ok(said.includes("paint: goes on after 1 finished file of an interrupted run\n"), said);
    }),
});

Deno.test("a folder that may not be written: exit code 2", () =>
  painted(async (folder) => {
    await Deno.mkdir(`${folder}/locked`, { mode: 0o555 });
    const { command, args } = commandOf("paint", "run.json", "--out", "locked/out");
    // Root may write anywhere, unless it gives that right up.
    const asUser = Deno.uid() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    const [program, ...rest] = [...asUser, command, ...args];
    const { code, stderr } = await new Deno.Command(program, { args: rest, cwd: folder }).output();
    const why = "writing there is not allowed; choose another folder with --out";
    assert.equal(new TextDecoder().decode(stderr), `error: Cannot write to locked/out: ${why}\n`);
    assert.equal(code, 2);
  }));
