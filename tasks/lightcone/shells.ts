/**
 * Particles at the times of shells, and what is painted of them.
 *
 * @module
 */
import { InputError } from "../../lib/base/mod.ts";
import {
  type AnyField,
  concatenate,
  type DensityField,
  type FlatField,
  type ParticleField,
  type SphericalField,
} from "../../lib/fields/mod.ts";
import {
  lightconeReach,
  lightconeShells,
  nbody,
  type NbodyTarget,
  shellAt,
  type Shells,
} from "../../lib/lightcone/mod.ts";
import { lpt } from "../../lib/pm/mod.ts";
import type { TaskContext } from "../../lib/runner/mod.ts";
import { inKeys, type Plan } from "./config.ts";
import type { Target } from "./keys.ts";

/** What is told of a run under way. */
export type Listener = Pick<TaskContext, "progress" | "phase">;

/** Stacks of shells by target. */
export interface Painted {
  spherical?: SphericalField;
  flat?: FlatField;
  density?: DensityField;
  particles?: ParticleField;
}

/** Which shells are asked for, as the library takes it. */
function shellOptions({ shells: { centers, count, spacing, min_width } }: Plan) {
  if (centers) return { centers };
  return { nbShells: count, ...(spacing === "volume" ? { equalVolume: true, minWidth: min_width } : {}) };
}

/**
 * The shells of a configuration.
 *
 * @throws {InputError} for shells beyond the reach of a box that is not repeated, and for those seen before the start.
 */
export function shellsOf(plan: Plan): Shells {
  const { source, meta, evolution, shells: s } = plan;
  const shells = inKeys(
    source,
    "shells",
    () => lightconeShells(meta, { cosmology: plan.universe, ...shellOptions(plan) }),
  );
  const refuse = (key: string, why: string): never => {
    throw new InputError(`Cannot use ${source}: "${key}" ${why}`, source, key);
  };
  const last = shells.far.length - 1;
  const key = s.centers ? "shells.centers" : "shells.count";
  const [far, reach] = [shells.far[last], lightconeReach(meta)];
  const maps = s.targets.includes("spherical") || s.targets.includes("flat");
  if (s.tiling === "none" && maps && far > reach * (1 + 1e-9)) {
    const way = `make the box larger, or repeat it by "shells.tiling"`;
    refuse(key, `must end within the reach of the box, ${reach} Mpc/h, got shells up to ${far} Mpc/h; ${way}`);
  }
  if (evolution.solver !== "lpt" && shells.scaleFactors[last] <= evolution.a_start) {
    const seen = `the farthest shell is seen at a = ${shells.scaleFactors[last]}`;
    refuse("evolution.a_start", `must be before all shells: ${seen}, got ${evolution.a_start}`);
  }
  return shells;
}

/** How a target is painted. */
function targetOf({ shells: { nside, scheme, pixels, tiling } }: Plan, target: Target): NbodyTarget {
  if (target === "spherical") return { target, nside, scheme, tiling };
  return target === "flat" ? { target, pixels, tiling } : { target };
}

/**
 * Starts particles from a field, moves them to the time of each shell, from the farthest on, and paints it.
 *
 * @returns Stacks, near to far.
 */
export async function paintShells(plan: Plan, field: DensityField, { progress, phase }: Listener): Promise<Painted> {
  const { source, universe: cosmology, evolution: { order, a_start, a_step: dt0, solver, correction } } = plan;
  const shells = shellsOf(plan);
  const start = (a: number) => phase("start", () => lpt(field, { cosmology, a, order }));
  const targets = plan.shells.targets.map((target) => targetOf(plan, target));
  const interpolation = plan.shells.drift ? "drift" : "none";
  const run = { cosmology, interpolation, inPlace: true, targets } as const;
  const named = (stacks: readonly AnyField[]): Painted =>
    Object.fromEntries(stacks.map((stack, i) => [plan.shells.targets[i], stack]));
  if (solver !== "lpt") {
    using particles = await start(a_start);
    const steps = { dt0, solver, ...(correction === "none" ? {} : { correction: { kind: correction } }) };
    const onProgress = (done: number, all: number) => progress(done / all);
    return named(
      await phase(
        "steps, paint",
        () => inKeys(source, "shells", () => nbody(particles, { ...run, ...steps, ...shellOptions(plan), onProgress })),
      ),
    );
  }
  using held = new DisposableStack();
  const painted: AnyField[][] = [];
  for (let i = 0; i < shells.centers.length; i++) {
    const { centers, widths, scaleFactors: [a] } = shellAt(shells, i);
    using particles = await start(a);
    const made = await phase(
      "paint",
      () => inKeys(source, "shells", () => nbody(particles, { ...run, centers, widths })),
    );
    made.forEach((one) => held.use(one));
    painted.push(made);
    progress((i + 1) / shells.centers.length);
  }
  return named(targets.map((_, j) => concatenate(painted.map((made) => made[j] as FlatField))));
}
