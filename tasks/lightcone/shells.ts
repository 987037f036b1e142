/**
 * Particles at the times of shells, and what is painted of them.
 *
 * @module
 */
import { add } from "../../lib/array/mod.ts";
import { InputError } from "../../lib/base/mod.ts";
import {
  concatenate,
  type DensityField,
  type FlatField,
  type ParticleField,
  type SphericalField,
} from "../../lib/fields/mod.ts";
import {
  lightconeReach,
  lightconeShells,
  paintFlat,
  paintSpherical,
  shellAt,
  type Shells,
} from "../../lib/lightcone/mod.ts";
import { evolve, lpt, particleDensity, type Particles } from "../../lib/pm/mod.ts";
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

/**
 * The shells of a configuration.
 *
 * @throws {InputError} for shells beyond the reach of a box that is not repeated, and for those seen before the start.
 */
export function shellsOf({ source, universe, meta, evolution, shells: s }: Plan): Shells {
  const shells = inKeys(source, "shells", () =>
    lightconeShells(meta, {
      cosmology: universe,
      ...(s.centers ? { centers: s.centers } : { nbShells: s.count }),
      ...(s.spacing === "volume" && !s.centers ? { equalVolume: true, minWidth: s.min_width } : {}),
    }));
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

/** What is painted of one shell from particles at its time. */
function paintShell(plan: Plan, shells: Shells, index: number, { displacement, momentum }: Particles): Painted {
  const { universe, shells: { targets, nside, scheme, pixels, tiling, drift: moves } } = plan;
  const shell = shellAt(shells, index);
  const drift = moves ? { drift: { momentum, cosmology: universe, scaleFactor: shell.scaleFactors[0] } } : {};
  const { scaleFactors, centers, widths } = shell;
  const seen = { scaleFactors, centers, widths };
  const paint: { readonly [T in Target]: () => NonNullable<Painted[T]> } = {
    spherical: () => paintSpherical(displacement, shell, { nside, scheme, tiling, ...drift }),
    flat: () => paintFlat(displacement, shell, { pixels, tiling, ...drift }),
    density: () => particleDensity(displacement).with({ meta: { ...seen, status: "lightcone" } }),
    particles: () => displacement.map((array) => add(array, 0)).with({ meta: { ...seen, status: "lightcone" } }),
  };
  return Object.fromEntries(targets.map((target) => [target, paint[target]()]));
}

/**
 * Starts particles from a field, moves them to the time of each shell, from the farthest on, and paints it.
 *
 * @returns Stacks, near to far.
 */
export async function paintShells(plan: Plan, field: DensityField, { progress, phase }: Listener): Promise<Painted> {
  const { source, universe, evolution: { order, a_start, a_step: dt0, solver, correction } } = plan;
  const shells = shellsOf(plan);
  const times = shells.scaleFactors;
  const start = (a: number) => phase("start", () => lpt(field, { cosmology: universe, a, order }));
  using held = new DisposableStack();
  const particles = solver === "lpt" ? undefined : held.use(await start(a_start));
  const painted: Painted[] = new Array(times.length);
  for (let i = times.length - 1; i >= 0; i--) {
    using own = particles ? undefined : await start(times[i]);
    if (particles && solver !== "lpt") {
      const kind = correction === "none" ? {} : { correction: { kind: correction } };
      const onStep = () => progress((particles.a - a_start) / (times[0] - a_start));
      // Momenta half a step away do for all that is painted, but for the drift within a shell.
      const options = {
        cosmology: universe,
        t1: times[i],
        dt0,
        solver,
        onStep,
        ...kind,
        synchronise: plan.shells.drift,
      };
      await phase("steps", () => inKeys(source, "evolution", () => evolve(particles, options)));
    }
    painted[i] = await phase(
      "paint",
      () => inKeys(source, "shells", () => paintShell(plan, shells, i, particles ?? own!)),
    );
    Object.values(painted[i]).forEach((map) => held.use(map as Disposable));
    if (!particles) progress((times.length - i) / times.length);
  }
  return Object.fromEntries(
    plan.shells.targets.map((target) => [target, concatenate(painted.map((one) => one[target] as FlatField))]),
  );
}
