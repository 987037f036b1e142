import { empty } from "../array/mod.ts";
import { checkOneOf, DomainError } from "../base/mod.ts";
import { DensityField, FlatField, type Metadata, metadata, ParticleField, SphericalField } from "../fields/mod.ts";
import { evolve, type EvolveOptions, particleDensity, type Particles } from "../pm/mod.ts";
import type { RealArray } from "./_kernel_shells.ts";
import { type FlatOptions, flatShape, paintFlat, shellMetadata } from "./flat.ts";
import { lightconeShells, shellAt, type ShellOptions, type Shells } from "./shells.ts";
import { paintSpherical, type SphericalOptions, sphericalShape } from "./spherical.ts";

/** Run and shells of `nbody`, for all targets. */
export interface NbodyOptions
  extends
    Omit<ShellOptions, "reach">,
    Pick<EvolveOptions, "dt0" | "solver" | "correction" | "laplacian" | "split" | "factors"> {
  /** [1] Scale factor at which the run ends where no shells are asked for. Default 1. */
  t1?: number;
  /** [Mpc/h] Where `nbShells` end. Default `lightconeReach` of the box. */
  reach?: number;
  /**
   * Where particles of a shell are taken: "none" where they are at the time of its middle, "drift" where they cross the
   * light cone, by their momenta. Default "none".
   */
  interpolation?: "none" | "drift";
  /** Whether the given particles may be moved, which saves a copy of them. Default false. */
  inPlace?: boolean;
  /** Called after each step with the number of steps done and of all. */
  onProgress?: (done: number, all: number) => void;
}

/** Maps on planes. */
export interface NbodyFlatOptions extends NbodyOptions, Omit<FlatOptions, "drift"> {
  /** What is made. */
  target: "flat";
}
/** HEALPix maps. */
export interface NbodySphericalOptions extends NbodyOptions, Omit<SphericalOptions, "drift"> {
  /** What is made. */
  target: "spherical";
}
/** Densities of the whole box. */
export interface NbodyDensityOptions extends NbodyOptions {
  /** What is made. */
  target: "density";
}
/** Displacements of all particles. */
export interface NbodyParticlesOptions extends NbodyOptions {
  /** What is made. */
  target: "particles";
}

type AnyOptions = NbodyFlatOptions | NbodySphericalOptions | NbodyDensityOptions | NbodyParticlesOptions;

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
 * it ends at `t1`, and "density" and "particles" of that time are returned, without a stack.
 *
 * Drift (`interpolation`): a particle at x with momentum p of the time a_p moves to x + p (D(a_t) - D(a))/Gf(a_p), where a_t is
 * the time at which light of its distance was sent and Gf = a^3 E dD/da; so linear growth does not jump between shells.
 *
 * Memory besides the stack: the particles, a copy of them unless `inPlace`, the meshes of `evolve`, and maps of one shell for
 * each thread in 8 bytes a pixel.
 *
 * @param particles Where the run begins, such as `lpt` makes them.
 * @param options Universe, steps, shells, target and its painting.
 * @returns The field of the target.
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
 * ```
 */
export function nbody(particles: Particles, options: NbodyFlatOptions): FlatField;
/** As above, on HEALPix maps. */
export function nbody(particles: Particles, options: NbodySphericalOptions): SphericalField;
/** As above, densities. */
export function nbody(particles: Particles, options: NbodyDensityOptions): DensityField;
/** As above, displacements. */
export function nbody(particles: Particles, options: NbodyParticlesOptions): ParticleField;
export function nbody(
  particles: Particles,
  options: AnyOptions,
): FlatField | SphericalField | DensityField | ParticleField {
  const { target, cosmology, t1 = 1, inPlace = false, onProgress } = options;
  checkOneOf(target, "target", ["flat", "spherical", "density", "particles"]);
  const { meta } = particles;
  const shells = shellsOfRun(particles, options);
  const last = shells ? shells.centers.length - 1 : 0;
  using held = new DisposableStack();
  const stack = stackOf(particles, shells, options);
  held.use(stack.array);
  using copy = inPlace ? undefined : particles.copy();
  const { dt0, solver, correction, laplacian, split, factors } = options;
  evolve(copy ?? particles, {
    ...{ cosmology, dt0, solver, correction, laplacian, split, factors, synchronise: false },
    targets: shells ? shells.scaleFactors.slice().reverse() : [t1],
    onStep: onProgress,
    onTarget: (particles, index) => stack.put(particles, last - index),
  });
  held.move();
  const made = stack.array;
  const own = metadataOfRun(meta, shells, options);
  if (target === "flat") return new FlatField(made, own, "density");
  if (target === "spherical") return new SphericalField(made, own, "density");
  return target === "density" ? new DensityField(made, own, "counts") : new ParticleField(made, own, "gridRelative");
}

/** Metadata of what a run makes. */
export function metadataOfRun(
  meta: Metadata,
  shells: Shells | undefined,
  { target, t1 = 1 }: NbodyOptions & { target: string },
): Metadata {
  if (shells) return shellMetadata(meta, shells);
  const status = target === "density" ? "densityField" : "particles";
  return metadata({ ...meta, status, scaleFactors: Float64Array.of(t1) });
}

/** Checked shells of a run; none, where none are asked for. */
export function shellsOfRun(
  particles: { meta: Metadata; a: number },
  options: NbodyOptions & { target: string },
): Shells | undefined {
  const { target } = options;
  checkOneOf(options.interpolation ?? "none", "interpolation", ["none", "drift"]);
  const given = [options.nbShells, options.centers, options.scaleFactors].some((o) => o !== undefined);
  if (!given && (target === "flat" || target === "spherical")) {
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

/** The stack of a target, and how to fill a shell of it. */
function stackOf(particles: Particles, shells: Shells | undefined, options: AnyOptions): Stack {
  const { meta, dtype } = particles;
  const make = (shape: readonly number[]) => {
    return empty(shells ? [shells.centers.length, ...shape] : shape, dtype) as RealArray;
  };
  const place = (array: RealArray, shell: number) => shells ? array.at(shell) : array;
  const filled = (
    shape: readonly number[],
    from: (particles: Particles) => { array: RealArray } & Disposable,
  ): Stack => {
    const array = make(shape);
    return {
      array,
      put(particles, shell) {
        using one = from(particles);
        place(array, shell).data.set(one.array.data);
      },
    };
  };
  if (options.target === "density") return filled(meta.mesh, (p) => particleDensity(p.displacement));
  if (options.target === "particles") {
    const array = make([3, ...meta.mesh]);
    return { array, put: ({ displacement }, shell) => place(array, shell).data.set(displacement.array.data) };
  }
  const paint = (particles: Particles, shell: number) => {
    const one = shellAt(shells!, shell);
    const { displacement, momentum, a, momentumA } = particles;
    const drift = options.interpolation === "drift"
      ? { momentum, cosmology: options.cosmology, scaleFactor: a, momentumScaleFactor: momentumA }
      : undefined;
    return options.target === "flat"
      ? paintFlat(displacement, one, { ...options, drift })
      : paintSpherical(displacement, one, { ...options, drift });
  };
  // Wrong options are found before the run.
  const shape = options.target === "flat"
    ? flatShape(particles.displacement, shells!, options)
    : sphericalShape(particles.displacement, shells!, options);
  const array = make(shape);
  return {
    array,
    put(particles, shell) {
      using one = paint(particles, shell);
      array.at(shell).data.set(one.array.data);
    },
  };
}
