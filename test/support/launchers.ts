/** Launchers of MPI that are installed, for the tests that need them. */

/** [s] A rank that waits for ever ends the run; MPICH with more ranks than cores is slow, as ranks that wait compute. */
const TIMEOUT = 300;

/** A launcher and what it is called. */
export interface Mpi {
  name: "MPICH" | "Open MPI";
  command: string[];
}

/** What a program said, and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** Both of it. */
  text: string;
}

/** How a program is run. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Told of the process that was started. */
  started?: (process: Deno.ChildProcess) => void;
}

/** Runs a program; undefined if there is none of that name. */
export async function run([program, ...args]: string[], options: RunOptions = {}): Promise<Outcome | undefined> {
  const { cwd, env, started } = options;
  try {
    const signal = AbortSignal.timeout(TIMEOUT * 1000);
    const settings = { args, env: { NO_COLOR: "1", ...env }, cwd, signal } as const;
    const child = new Deno.Command(program, { ...settings, stdout: "piped", stderr: "piped" }).spawn();
    started?.(child);
    const output = await child.output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code: output.code, stdout, stderr, text: stdout + stderr };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
}

/** Launchers that are there and work, one for each MPI: Debian's names, else `mpirun` and what its version says. */
export async function findMpis(): Promise<Mpi[]> {
  const found = new Map<string, Mpi>();
  for (const command of ["mpirun.mpich", "mpirun.openmpi", "mpirun"]) {
    const version = (await run([command, "--version"]))?.text ?? "";
    const isOpen = /open ?mpi|openrte/i.test(version);
    const name = isOpen ? "Open MPI" : /hydra|mpich|intel/i.test(version) ? "MPICH" : undefined;
    if (!name || found.has(name)) continue;
    const words = isOpen ? [command, "--allow-run-as-root", "--oversubscribe"] : [command];
    const start = await run([...words, "-n", "2", "true"]);
    if (start?.code === 0) found.set(name, { name, command: words });
    else console.log(`${command} starts no programs here: ${start?.text.trim().split("\n")[0]}`);
  }
  return [...found.values()];
}
