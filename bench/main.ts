/**
 * Runs the benchmarks, ours and the peers side by side, and writes a record.
 *
 *     deno task bench [NAME ...] [--python PATH]
 *
 * NAME is one of NAMES below; all unless given. The peers are Python packages, which the
 * command installs into build/peers (it needs python3 with venv, and the network for that once). Each benchmark is a
 * program of its own, so that none sees the memory of another. The record is bench/record/MACHINE/DATE.json: machine,
 * versions, threads, sizes, and the shortest and median time of each contender; a second run on a day adds to it.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { dirname, fromFileUrl, join } from "@std/path";
import { machine } from "./_side_by_side.ts";

const NAMES = [
  "array",
  "linalg",
  "chunked",
  "rng",
  "fft",
  "convolve",
  "spline",
  "ode",
  "cosmology",
  "paint",
  "morphology",
  "halo",
  "power",
  "profiles",
  "lpt",
  "nbody",
  "lpt_pm",
  "gradient",
  "shells",
  "healpix",
  "harmonics",
  "reionization",
  "history",
  "lightcone",
  "ifu",
  "ifu_fit",
  "mpi",
  "distributed_fft",
  "scaling",
];
const here = dirname(fromFileUrl(import.meta.url));
const root = dirname(here);

async function run(command: string, args: string[]): Promise<void> {
  const { success, code } = await new Deno.Command(command, { args, cwd: root, stdin: "null" }).spawn().status;
  if (success) return;
  console.error(`${command} ${args.join(" ")} ended with status ${code}`);
  Deno.exit(1);
}

/** The interpreter of an environment with the peers, made if it is not there yet. */
async function peers(): Promise<string> {
  const folder = join(root, "build", "peers");
  const [python, done] = [join(folder, "bin", "python"), join(folder, "requirements.txt")];
  const wanted = await Deno.readTextFile(join(here, "peers", "requirements.txt"));
  if (await Deno.readTextFile(done).catch(() => "") === wanted) return python;
  console.log(`installing the peers into ${folder}`);
  await run("python3", ["-m", "venv", folder]);
  await run(python, ["-m", "pip", "install", "--quiet", "-r", join(here, "peers", "requirements.txt")]);
  await Deno.writeTextFile(done, wanted);
  return python;
}

const given = parseArgs(Deno.args, { string: ["python"] });
const names: string[] = given._.length > 0 ? given._.map(String) : NAMES;
const unknown = names.find((name: string) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`Cannot run benchmark "${unknown}": there are ${NAMES.join(", ")}`);
  Deno.exit(2);
}
const python = given.python ?? await peers();
const about = await machine();
const folder = join(here, "record", `${about.cpu} ${about.cores} cores`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"));
await Deno.mkdir(folder, { recursive: true });
const path = join(folder, `${new Date().toISOString().slice(0, 10)}.json`);
const text = await Deno.readTextFile(path).catch(() => "{}");
const record = JSON.parse(text) as { benchmarks?: Record<string, unknown> };
const benchmarks: Record<string, unknown> = { ...record.benchmarks };
for (const name of names) {
  console.log(`\n== ${name}`);
  const json = await Deno.makeTempFile({ suffix: ".json" });
  await run(Deno.execPath(), ["run", "-A", join(here, `${name}_bench.ts`), "--python", python, "--json", json]);
  benchmarks[name] = JSON.parse(await Deno.readTextFile(json));
  await Deno.remove(json);
  await Deno.writeTextFile(path, JSON.stringify({ machine: about, benchmarks }, null, 2) + "\n");
}
console.log(`\n${path}`);
