/**
 * Computes the radiation profiles that painting needs.
 *
 * @module
 */
import {
  profileBytes,
  profileKey,
  type ProfileOptions,
  type ReionizationParameters,
  writeComputedProfiles,
} from "../../lib/radiation/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";

const FILE = "RadiationProfiles.h5";

/** Path of the profiles in the folder of what the step made. */
export const profilesFile = (folder: string): string => `${folder}/${FILE}`;

/** The step that computes profiles; its key depends only on what they depend on. */
export function profilesTask(parameters: ReionizationParameters, options: ProfileOptions): Task {
  function estimate(): Estimate {
    const remedy = "use fewer bins (solver.halo_mass_nbin, solver.halo_mass_accretion_alpha) or redshifts";
    return { kernelBytes: profileBytes(parameters, options), remedy };
  }

  async function run(context: TaskContext): Promise<void> {
    const onProgress = (done: number) => context.progress(done);
    await context.part(
      FILE,
      (path) => context.phase("solve", () => writeComputedProfiles(path, parameters, { ...options, onProgress })),
    );
  }

  return {
    name: "profiles",
    version: 1,
    module: import.meta.url,
    inputs: {},
    parameters: { profiles: profileKey(parameters, options) },
    estimate,
    run,
  };
}
