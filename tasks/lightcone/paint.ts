/**
 * Moves particles to the times of the shells and paints them: one file for each target.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import type { DensityField } from "../../lib/fields/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import { boxKey, type Plan, universeKey } from "./config.ts";
import type { Target } from "./keys.ts";
import { initialFile } from "./precompute.ts";

/** Path of a target's shells in the folder of what the step made. */
export const shellsFile = (folder: string, target: Target): string => `${folder}/${fileOf(target)}`;
const fileOf = (target: Target): string => `shells_${target}.h5`;

/** [byte] What a particle takes: displacement and momentum, meshes of the force, and a share of what is painted. */
const PARTICLE_BYTES = 24 + 36;
/** [s] A step, for each cell and thread; measured on two cores at 2.6 GHz, for estimates only. */
const STEP_SECONDS = 1.2e-7;

/** The step that paints. */
export function paintTask(plan: Plan, initial: Task): Task {
  const { universe, meta, evolution, shells } = plan;
  const cells = meta.mesh.reduce((a, b) => a * b, 1);
  const count = shells.centers?.length ?? shells.count;

  /** [byte] A shell of a target. */
  const bytesOf = (target: Target): number =>
    4 *
    {
      density: cells,
      particles: 3 * cells,
      flat: shells.pixels[0] * shells.pixels[1],
      spherical: 12 * shells.nside ** 2,
    }[
      target
    ];

  function estimate(threads: number): Estimate {
    const held = shells.targets.reduce((sum, target) => sum + bytesOf(target), 0);
    // One by one they are put together at the end; else there is the shell being painted, in float64 for each thread.
    const stacks = evolution.solver === "lpt" ? 2 * count : count + 1 + 2 * threads;
    const steps = (1 - evolution.a_start) / evolution.a_step + count;
    return {
      kernelBytes: PARTICLE_BYTES * cells + stacks * held + 2 ** 26,
      otherBytes: 150 * 2 ** 20 + 2 ** 26,
      remedy: `use a smaller simulation.mesh, fewer shells, or fewer of shells.targets`,
      seconds: Math.ceil(0.5 + steps * STEP_SECONDS * cells / threads),
    };
  }

  async function run(context: TaskContext): Promise<void> {
    const { paintShells } = await import("./shells.ts");
    const { readField, writeField } = await import("../../lib/fields/mod.ts");
    const { targets } = shells;
    let painted: ReturnType<typeof paintShells> | undefined;
    using held = new DisposableStack();
    const paint = async () => {
      using field = await readField(initialFile(context.input("initial"))) as DensityField;
      const progress = (fraction: number) => context.progress(fraction);
      const made = await paintShells(plan, field, { progress, phase: context.phase.bind(context) });
      Object.values(made).forEach((shells) => held.use(shells as Disposable));
      return made;
    };
    await context.parts(targets.map(fileOf), async (path, index) => {
      // One run of the particles serves all targets.
      painted ??= paint();
      const { [targets[index]]: stack } = await painted;
      await context.phase("write", () => writeField(path, { shells: stack! }));
    });
  }

  return {
    name: "paint",
    version: 1,
    module: import.meta.url,
    inputs: { initial },
    parameters: {
      universe: universeKey(universe),
      box: boxKey(meta),
      evolution: { ...evolution },
      shells: shells as unknown as Json,
    },
    estimate,
    run,
  };
}
