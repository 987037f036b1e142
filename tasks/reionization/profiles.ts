/**
 * Computes the radiation profiles that painting needs.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import type { ProfileOptions, ReionizationParameters } from "../../lib/radiation/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";

const FILE = "RadiationProfiles.h5";

/** Path of the profiles in the folder of what the step made. */
export const profilesFile = (folder: string): string => `${folder}/${FILE}`;

/** The step that computes profiles; its key depends only on what they depend on. */
export async function profilesTask(parameters: ReionizationParameters, options: ProfileOptions): Promise<Task> {
  const { profileBytes, profileParameters, solveProfiles } = await import("../../lib/radiation/mod.ts");

  function estimate(): Estimate {
    return { ...profileBytes(parameters, options), remedy: "use fewer bins (solver.halo_mass_nbin) or redshifts" };
  }

  async function run(context: TaskContext): Promise<void> {
    await context.part(FILE, (path) => context.phase("solve", () => solveProfiles(path, parameters, options)));
  }

  return {
    name: "profiles",
    version: 1,
    module: import.meta.url,
    inputs: {},
    parameters: profileParameters(parameters, options) as Json,
    estimate,
    run,
  };
}
