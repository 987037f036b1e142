import { CommError } from "../base/mod.ts";
import { type Abi, TEXT_BYTES } from "./_abi.ts";

/** What the environment says about how this program was launched. */
export interface Launcher {
  /** Name for messages. */
  readonly name: string;
  /** Libraries that understand it, if it is known. */
  readonly family?: "mpich" | "openmpi";
  /** Number of ranks that it started, if it says so. */
  readonly size?: number;
}

/** Reads the variables by which launchers tell a program that it is a rank; undefined without a launcher. */
export function findLauncher(get: (name: string) => string | undefined): Launcher | undefined {
  const size = (name: string) => get(name) === undefined ? undefined : Number(get(name));
  if (get("OMPI_COMM_WORLD_SIZE") !== undefined) {
    return { name: "Open MPI's", family: "openmpi", size: size("OMPI_COMM_WORLD_SIZE") };
  }
  // Slurm speaks the protocols of both. It sets variables in batch scripts as well, where nothing is launched yet.
  const step = size("SLURM_STEP_NUM_TASKS");
  const known = ["PMI_SIZE", "PMI_RANK", "PMIX_RANK"].some((name) => get(name) !== undefined);
  if (step !== undefined && (step > 1 || known)) return { name: "Slurm's", size: step };
  if (["PMI_SIZE", "PMI_RANK", "MPI_LOCALNRANKS"].some((name) => get(name) !== undefined)) {
    return { name: "MPICH's", family: "mpich", size: size("PMI_SIZE") };
  }
  if (get("PMIX_RANK") !== undefined) return { name: "a PMIx" };
}

/** File names to try, in order. Intel MPI is meant by libmpi.so.12, as Debian's MPICH by libmpich.so.12. */
export function libraryNames(family: Launcher["family"], os: string): string[] {
  const names = {
    mpich: ["mpi.12", "mpich.12", "mpi_abi.1", "mpi_abi.0"],
    openmpi: ["mpi.40"],
    any: ["mpi_abi.1", "mpi_abi.0", "mpi.12", "mpich.12", "mpi.40"],
  }[family ?? "any"];
  return names.map((name) => {
    const [base, version] = name.split(".");
    return os === "darwin" ? `lib${base}.${version}.dylib` : `lib${base}.so.${version}`;
  });
}

/** A library that was found, not yet started. */
export interface Found {
  readonly path: string;
  readonly abi: Abi;
  readonly version: string;
}

/** Text that names the library; it may be asked for before MPI starts, and is the same call in all interfaces. */
function versionOf(path: string): string {
  const symbols = { MPI_Get_library_version: { parameters: ["buffer", "buffer"], result: "i32" } } as const;
  const library = Deno.dlopen(path, symbols);
  const text = new Uint8Array(TEXT_BYTES);
  const length = new Int32Array(1);
  library.symbols.MPI_Get_library_version(text, length);
  // It stays loaded: MPI libraries do not bear being closed.
  return new TextDecoder().decode(text.subarray(0, length[0])).replace(/\0.*$/s, "").trim();
}

/** Family of a library by its version text. */
export function familyOf(version: string): "mpich" | "openmpi" | undefined {
  if (/open mpi/i.test(version)) return "openmpi";
  if (/mpich|intel|mvapich|cray|parastation/i.test(version)) return "mpich";
}

/** Name and number of a version text: the beginning of its first line. */
const brief = (version: string) => version.split(/\n|, /)[0].replace(/\s+/g, " ").trim();

/**
 * Finds the library: what is asked for, else what suits the launcher, else what is there.
 *
 * @throws {CommError} if there is none, or if it does not understand the launcher.
 */
export function findLibrary(
  { library, abi, launcher }: { library?: string; abi?: Abi; launcher?: Launcher },
): Found {
  const tried: string[] = [];
  for (const path of library ? [library] : libraryNames(launcher?.family, Deno.build.os)) {
    let version: string;
    try {
      version = versionOf(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      tried.push(`${path}: ${(error as Error).message.split("\n")[0]}`);
      continue;
    }
    const family = familyOf(version);
    if (launcher?.family && family && family !== launcher.family) {
      tried.push(`${path}: it is ${brief(version)}, which ${launcher.name} launcher cannot start`);
      continue;
    }
    const named = /mpi_abi/.test(path) ? "standard" : family;
    if (abi && named && abi !== named) tried.push(`${path}: it is ${brief(version)}, not of the interface "${abi}"`);
    else if (abi ?? named) return { path, abi: (abi ?? named)!, version: brief(version) };
    else tried.push(`${path}: its version "${brief(version)}" is unknown; name its interface with MPI_ABI`);
  }
  const remedy = "install MPICH or Open MPI and use its own mpirun, or name the library with MPI_LIB";
  throw new CommError(`Cannot start MPI: no library suits; ${remedy}. Tried ${tried.join("; ")}`, "start", 0);
}
