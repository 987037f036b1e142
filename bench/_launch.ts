/**
 * Starts programs under the MPIs of this machine, ours and peers.
 *
 * @module
 */
import { join } from "@std/path";
import type { Mpi } from "../test/support/launchers.ts";
import type { Times } from "./_side_by_side.ts";

export { findMpis, type Mpi } from "../test/support/launchers.ts";

async function output(command: string, args: string[], env: Record<string, string> = {}): Promise<string | undefined> {
  try {
    const options = { args, env: { NO_COLOR: "1", ...env }, stdin: "null" } as const;
    const { success, stdout, stderr } = await new Deno.Command(command, options).output();
    const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (success) return text;
    throw new Error(`Cannot measure: ${[command, ...args].join(" ")} failed\n${text}${errors}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
}

/** Runs a program on `ranks` ranks; returns the last line that it wrote, which is JSON. */
export async function launch(
  { command: [launcher, ...options] }: Mpi,
  ranks: number,
  program: string[],
  env: Record<string, string> = {},
): Promise<unknown> {
  const text = (await output(launcher, [...options, "-n", `${ranks}`, ...program], env))!;
  return JSON.parse(text.trim().split("\n").at(-1)!);
}

/** A name, a command, and what its environment needs. */
export type Program = [name: string, command: string[], env?: Record<string, string>];

/** Starts programs in turn, `rounds` times; returns what each printed, as `launch` does. */
export async function inTurn<T>(mpi: Mpi, ranks: number, programs: Program[], rounds: number): Promise<T[][]> {
  const answers = programs.map((): T[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, command, env]] of programs.entries()) {
      answers[i].push(await launch(mpi, ranks, command, env) as T);
    }
  }
  return answers;
}

/** Shortest and median of times [ms]. */
export function timesOf(name: string, milliseconds: number[]): Times {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { name, min: sorted[0], median: sorted[sorted.length >> 1], runs: sorted.length };
}

/** Command of a program of ours in `bench`. */
export function deno(file: string, ...args: (string | number)[]): string[] {
  return [Deno.execPath(), "run", "--quiet", "-A", join(import.meta.dirname!, file), ...args.map(String)];
}

/** Command of a peer. */
export function python(interpreter: string, file: string, ...args: (string | number)[]): string[] {
  return [interpreter, join(import.meta.dirname!, "peers", file), ...args.map(String)];
}

/** Whether an interpreter has a module. */
export async function hasModule(interpreter: string, module: string): Promise<boolean> {
  const find = `import importlib.util as u, sys; sys.stdout.write(str(u.find_spec("${module}") is not None))`;
  return await output(interpreter, ["-c", find]) === "True";
}

/**
 * What mpi4py needs to find MPICH: it asks for libmpi.so.12, which Debian calls libmpich.so.12; a link in a folder of its
 * own tells it.
 */
export async function peerEnvironment({ name }: Mpi): Promise<Record<string, string>> {
  if (name !== "MPICH") return {};
  const libraries = await output("/sbin/ldconfig", ["-p"]) ?? "";
  const path = /libmpich\.so\.12 .*=> (.*)/.exec(libraries)?.[1];
  if (path === undefined || /libmpi\.so\.12 /.test(libraries)) return {};
  const folder = await Deno.makeTempDir();
  await Deno.symlink(path, join(folder, "libmpi.so.12"));
  return { LD_LIBRARY_PATH: folder };
}
