import type { Comm } from "../../lib/mpi/mod.ts";
import type { Check } from "./ranks.ts";

/** A rank that runs checks of a module. */
export default async function job(comm: Comm, { module, names }: { module: string; names: string[] }): Promise<void> {
  const { checks }: { checks: Check[] } = await import(module);
  for (const [name, run] of checks) if (names.includes(name)) await run(comm);
}
