import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { CommError } from "../../lib/base/mod.ts";
import { familyOf, findLauncher, findLibrary, libraryNames } from "../../lib/mpi/_library.ts";
import { commWorld } from "../../lib/mpi/mod.ts";

const root = join(dirname(fromFileUrl(import.meta.url)), "..", "..");
const launcherIn = (env: Record<string, string>) => findLauncher((name) => env[name]);

Deno.test("findLauncher() reads the variables of launchers", () => {
  assert.equal(launcherIn({}), undefined);
  const pmi = { PMI_SIZE: "4", PMI_RANK: "0", MPI_LOCALNRANKS: "4" };
  assert.deepEqual(launcherIn(pmi), { name: "MPICH's", family: "mpich", size: 4 });
  const open = { OMPI_COMM_WORLD_SIZE: "2", PMIX_RANK: "1" };
  assert.deepEqual(launcherIn(open), { name: "Open MPI's", family: "openmpi", size: 2 });
  assert.deepEqual(launcherIn({ PMIX_RANK: "1" }), { name: "a PMIx" });
});

Deno.test("findLauncher() tells a step of Slurm from its batch script", () => {
  // srun, with and without an MPI plugin; a batch script has the variables of one task.
  assert.deepEqual(launcherIn({ SLURM_STEP_NUM_TASKS: "8", PMI_RANK: "3" }), { name: "Slurm's", size: 8 });
  assert.deepEqual(launcherIn({ SLURM_STEP_NUM_TASKS: "8" }), { name: "Slurm's", size: 8 });
  assert.deepEqual(launcherIn({ SLURM_STEP_NUM_TASKS: "1", PMIX_RANK: "0" }), { name: "Slurm's", size: 1 });
  assert.equal(launcherIn({ SLURM_STEP_NUM_TASKS: "1", SLURM_NTASKS: "8" }), undefined);
});

Deno.test("libraryNames() follows the launcher and the system", () => {
  assert.deepEqual(libraryNames("openmpi", "linux"), ["libmpi.so.40"]);
  assert.deepEqual(libraryNames("openmpi", "darwin"), ["libmpi.40.dylib"]);
  assert.deepEqual(libraryNames("mpich", "linux").slice(0, 2), ["libmpi.so.12", "libmpich.so.12"]);
  assert.equal(libraryNames(undefined, "linux")[0], "libmpi_abi.so.1");
});

Deno.test("familyOf() knows libraries by their version", () => {
  assert.equal(familyOf("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4"), "openmpi");
  assert.equal(familyOf("MPICH Version:\t4.0.2\nMPICH Release date:\t..."), "mpich");
  assert.equal(familyOf("Intel(R) MPI Library 2021.19 for Linux* OS"), "mpich");
  assert.equal(familyOf("Another 1.0"), undefined);
});

Deno.test("findLibrary() says what it tried", () => {
  assert.throws(() => findLibrary({ library: "/nowhere/libmpi.so" }), (error) => {
    assert.ok(error instanceof CommError);
    assert.match(error.message, /^Cannot start MPI: no library suits; install .* Tried \/nowhere\/libmpi.so: /);
    return true;
  });
});

Deno.test("commWorld() is one rank without a launcher, or where that is asked for", () => {
  const comm = commWorld({ backend: "self" });
  assert.deepEqual([comm.backend, comm.size], ["self", 1]);
});

Deno.test("lib/mpi loads without permissions, and a launcher without a library is an error", async () => {
  const run = async (code: string, env: Record<string, string>, ...flags: string[]) => {
    const args = ["run", "--quiet", "--no-prompt", ...flags, "-"];
    const child = new Deno.Command(Deno.execPath(), {
      args,
      env: { NO_COLOR: "1", ...env },
      ...{ cwd: root, stdin: "piped", stdout: "piped", stderr: "piped" } as const,
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(code));
    await writer.close();
    const { stdout, stderr } = await child.output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  };
  const from = `from "./lib/mpi/mod.ts";\n`;
  const one = `import { selfComm } ${from} console.log(selfComm().allreduce(Int32Array.of(3))[0]);`;
  assert.equal(await run(one, {}), "3\n");
  const world = `import { commWorld } ${from} commWorld();`;
  const env = { OMPI_COMM_WORLD_SIZE: "2", MPI_LIB: "/nowhere/libmpi.so" };
  assert.match(await run(world, env, "--allow-env", "--allow-ffi"), /CommError: Cannot start MPI: no library suits/);
  assert.match(await run(world, env, "--allow-env"), /NotCapable: Requires ffi access/);
  const wrong = { ...env, MPI_ABI: "mpi2" };
  assert.match(await run(world, wrong, "--allow-env"), /MPI_ABI="mpi2": it must be mpich, openmpi or standard/);
});
