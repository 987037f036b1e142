import { empty } from "../array/mod.ts";
import { checkOneOf, DomainError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import { DensityField, FlatField, type Metadata, metadata, ParticleField, SphericalField } from "../fields/mod.ts";
import { evolve, particleDensity, type Particles } from "../pm/mod.ts";
import type { RealArray } from "./_kernel_shells.ts";
import { flatShape, paintFlat, shellMetadata } from "./flat.ts";
import type {
  NbodyDensityOptions,
  NbodyField,
  NbodyFields,
  NbodyFlatOptions,
  NbodyOptions,
  NbodyParticlesOptions,
  NbodySphericalOptions,
  NbodyTarget,
  NbodyTargetsOptions,
} from "./nbody_options.ts";
import { lightconeShells, shellAt, type Shells } from "./shells.ts";
import { paintSpherical, sphericalShape } from "./spherical.ts";

/** A stack that is filled shell by shell, or one field if there are no shells. */
interface Stack {
  array: RealArray;
  put(particles: Particles, shell: number): void;
}

/**
 * Particle-mesh N-body run with a light cone: at the time of the middle of each shell, from the farthest to the nearest, the
 * shell is cut out of the box and painted.
 *
 * - "flat": `paintFlat`, `[shell, px, py]`, particles per (Mpc/h)^3;
 * - "spherical": `paintSpherical`, `[shell, pixel]`, particles per (Mpc/h)^3;
 * - "density": particles per cell of the whole box, `[shell, nx, ny, nz]`, mean 1;
 * - "particles": displacements [cell] of all particles, `[shell, 3, nx, ny, nz]`.
 *
 * Stacks are near to far, and metadata hold the shells. The run ends at the nearest shell. Where no shells are asked for,
 * it ends at `t1`, and "density" and "particles" of that time are returned, without a stack. Particles of the time of the
 * only shell are painted where they are.
 *
 * With `targets` in place of `target`, one run makes several fields, which are returned in their order.
 *
 * Drift (`interpolation`): a particle at x with momentum p of the time a_p moves to x + p (D(a_t) - D(a))/Gf(a_p), where a_t is
 * the time at which light of its distance was sent and Gf = a^3 E dD/da; so linear growth does not jump between shells.
 *
 * Memory besides the stack: the particles, a copy of them unless `inPlace`, the meshes of `evolve`, and maps of one shell for
 * each thread in 8 bytes a pixel.
 *
 * @param particles Where the run begins, such as `lpt` makes them.
 * @param options Universe, steps, shells, target and its painting; or `targets`, each with its painting.
 * @returns The field of the target, or the fields of the targets.
 * @throws {DomainError} for shells whose light was sent before the particles' time, and as `lightconeShells`, `evolve` and
 * the paintings throw.
 * @example
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { nbody } from "@cosmesh/cosmesh/lightcone";
 * import { Particles } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const meta = metadata({ mesh: [16, 16, 16], boxSize: [200, 200, 200] });
 * const still = () => new ParticleField(zeros([3, 16, 16, 16], "float32"), meta, "gridRelative");
 * using start = new Particles(still(), still(), 0.5);
 * using maps = nbody(start, { cosmology: planck18, dt0: 0.1, nbShells: 2, target: "spherical", nside: 8 });
 * console.log(maps.array.shape); // [2, 768]
 * const [flat, densities] = nbody(start, {
 *   cosmology: planck18,
 *   nbShells: 2,
 *   targets: [{ target: "flat", pixels: [16, 16] }, { target: "density" }],
 * });
 * console.log(flat.array.shape, densities.array.shape); // [2, 16, 16] [2, 16, 16, 16]
 * ```
 */
export function nbody(particles: Particles, options: NbodyFlatOptions): FlatField;
/** As above, on HEALPix maps. */
export function nbody(particles: Particles, options: NbodySphericalOptions): SphericalField;
/** As above, densities. */
export function nbody(particles: Particles, options: NbodyDensityOptions): DensityField;
/** As above, displacements. */
export function nbody(particles: Particles, options: NbodyParticlesOptions): ParticleField;
/** As above, several fields of one run. */
export function nbody<const T extends readonly NbodyTarget[]>(
  particles: Particles,
  options: NbodyTargetsOptions<T>,
): NbodyFields<T>;
export function nbody(
  particles: Particles,
  options: NbodyOptions & (NbodyTarget | { targets: readonly NbodyTarget[] }),
): NbodyField | NbodyField[] {
  return "targets" in options ? run(particles, options, options.targets) : run(particles, options, [options])[0];
}

/** Runs and fills a stack for each target. */
function run(particles: Particles, options: NbodyOptions, targets: readonly NbodyTarget[]): NbodyField[] {
  const { cosmology, t1 = 1, inPlace = false, onProgress: onStep, interpolation = "none" } = options;
  if (targets.length === 0) refuse(`"targets" must name a field at least`, "none");
  const { meta } = particles;
  const shells = shellsOfRun(particles, options, targets.map(({ target }) => target));
  const last = shells ? shells.centers.length - 1 : 0;
  using held = new DisposableStack();
  const stacks = targets.map((target) => {
    const stack = stackOf(particles, shells, interpolation === "drift" ? cosmology : undefined, target);
    held.use(stack.array);
    return stack;
  });
  const put = (particles: Particles, shell: number) => stacks.forEach((stack) => stack.put(particles, shell));
  // Particles of the time of the only shell need not go anywhere.
  if (shells && last === 0 && shells.scaleFactors[0] === particles.a) put(particles, 0);
  else {
    using copy = inPlace ? undefined : particles.copy();
    const { dt0, solver, correction, laplacian, split, factors } = options;
    evolve(copy ?? particles, {
      ...{ cosmology, dt0, solver, correction, laplacian, split, factors, onStep, synchronise: false },
      targets: shells ? shells.scaleFactors.slice().reverse() : [t1],
      onTarget: (particles, index) => put(particles, last - index),
    });
  }
  held.move();
  return targets.map(({ target }, i) => fieldOf(target, stacks[i].array, metadataOfRun(meta, shells, target, t1)));
}

/** A filled stack with its metadata. */
function fieldOf(target: NbodyTarget["target"], made: RealArray, own: Metadata): NbodyField {
  if (target === "flat") return new FlatField(made, own, "density");
  if (target === "spherical") return new SphericalField(made, own, "density");
  return target === "density" ? new DensityField(made, own, "counts") : new ParticleField(made, own, "gridRelative");
}

/** Metadata of what a run makes. */
export function metadataOfRun(
  meta: Metadata,
  shells: Shells | undefined,
  target: string,
  t1: number,
): Metadata {
  if (shells) return shellMetadata(meta, shells);
  const status = target === "density" ? "densityField" : "particles";
  return metadata({ ...meta, status, scaleFactors: Float64Array.of(t1) });
}

/** Checked shells of a run; none, where none are asked for. */
export function shellsOfRun(
  particles: { meta: Metadata; a: number },
  options: NbodyOptions,
  targets: readonly string[],
): Shells | undefined {
  checkOneOf(options.interpolation ?? "none", "interpolation", ["none", "drift"]);
  const given = [options.nbShells, options.centers, options.scaleFactors].some((o) => o !== undefined);
  for (const target of targets) {
    checkOneOf(target, "target", ["flat", "spherical", "density", "particles"]);
    if (given || (target !== "flat" && target !== "spherical")) continue;
    refuse(`"${target}" needs shells: give "nbShells", "centers" or "scaleFactors"`, "none");
  }
  if (!given) return undefined;
  const shells = lightconeShells(particles.meta, options);
  const last = shells.centers.length - 1;
  if (!(shells.scaleFactors[last] >= particles.a)) {
    refuse(
      `the farthest shell must not be before the particles' time; begin earlier, or take nearer shells`,
      `shell ${last} at ${shells.centers[last]} Mpc/h and a = ${
        shells.scaleFactors[last]
      }, particles of a = ${particles.a}`,
    );
  }
  return shells;
}

function refuse(rule: string, actual: string): never {
  throw new DomainError(`Cannot run a light cone: ${rule}; got ${actual}`, rule, actual);
}

/** The stack of a target, and how to fill a shell of it; particles drift if there is a universe to drift in. */
function stackOf(
  particles: Particles,
  shells: Shells | undefined,
  drifting: Cosmology | undefined,
  target: NbodyTarget,
): Stack {
  const { meta, dtype } = particles;
  const make = (shape: readonly number[]) => {
    return empty(shells ? [shells.centers.length, ...shape] : shape, dtype) as RealArray;
  };
  const place = (array: RealArray, shell: number) => shells ? array.at(shell) : array;
  if (target.target === "particles") {
    const array = make([3, ...meta.mesh]);
    return { array, put: ({ displacement }, shell) => place(array, shell).data.set(displacement.array.data) };
  }
  const filled = (
    shape: readonly number[],
    from: (particles: Particles, shell: number) => { array: RealArray } & Disposable,
  ): Stack => {
    const array = make(shape);
    return {
      array,
      put(particles, shell) {
        using one = from(particles, shell);
        place(array, shell).data.set(one.array.data);
      },
    };
  };
  if (target.target === "density") return filled(meta.mesh, (p) => particleDensity(p.displacement));
  const drift = ({ momentum, a, momentumA }: Particles) =>
    drifting && { momentum, cosmology: drifting, scaleFactor: a, momentumScaleFactor: momentumA };
  // The shapes are asked for first, so that wrong options are found before the run.
  return target.target === "flat"
    ? filled(
      flatShape(particles.displacement, shells!, target),
      (p, i) => paintFlat(p.displacement, shellAt(shells!, i), { ...target, drift: drift(p) }),
    )
    : filled(
      sphericalShape(particles.displacement, shells!, target),
      (p, i) => paintSpherical(p.displacement, shellAt(shells!, i), { ...target, drift: drift(p) }),
    );
}
