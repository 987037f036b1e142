import { add } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { RealArray } from "../fields/mod.ts";
import {
  addDensityCotangent,
  type Cotangent,
  evolveAdjoint,
  type EvolveAdjointOptions,
  type EvolveSlopes,
  type Particles,
} from "../pm/mod.ts";
import { paintFlatAdjoint } from "./flat.ts";
import type {
  NbodyDensityOptions,
  NbodyFlatOptions,
  NbodyParticlesOptions,
  NbodySphericalOptions,
} from "./nbody_options.ts";
import { lightconeShells, shellAt } from "./shells.ts";
import { paintSphericalAdjoint } from "./spherical.ts";

/** Options of `nbodyAdjoint`: those of `nbody`, and where it began. */
export type NbodyAdjointOptions =
  & (NbodyFlatOptions | NbodySphericalOptions | NbodyDensityOptions | NbodyParticlesOptions)
  & Pick<EvolveAdjointOptions, "checkpoints" | "initial" | "tolerance">
  & {
    /** [1] Scale factor at which the run began. */
    t0: number;
  };

/**
 * Adjoint of `nbody`: from the derivatives of a number by what it returned, those by the particles with which it began. The run
 * is walked back by arithmetic, see `evolveAdjoint`.
 *
 * @param particles As `nbody` left them with `inPlace`: at the end of the run. Changed in place, back to the beginning.
 * @param bar Derivatives by the field that `nbody` returned, an array of its shape and type.
 * @param cotangent Derivatives by the particles at the end, mostly 0; changed in place to those by the particles at the
 * beginning.
 * @param options Those of the run, and where it began.
 * @returns Derivatives by the factors of the steps.
 * @throws {ShapeError} for derivatives of another shape; {DomainError} for "ngp", and as `evolveAdjoint`.
 */
export function nbodyAdjoint(
  particles: Particles,
  bar: RealArray,
  cotangent: Cotangent,
  options: NbodyAdjointOptions,
): EvolveSlopes {
  const { target, cosmology, t1 = 1, t0, interpolation = "none", onProgress: onStep } = options;
  const { meta, meta: { mesh } } = particles;
  const given = [options.nbShells, options.centers, options.scaleFactors].some((o) => o !== undefined);
  const shells = given ? lightconeShells(meta, options) : undefined;
  const last = shells ? shells.centers.length - 1 : 0;
  const single = {
    flat: () => target === "flat" ? [...options.pixels] : [],
    spherical: () => target === "spherical" ? [12 * options.nside ** 2] : [],
    density: () => [...mesh],
    particles: () => [3, ...mesh],
  }[target]();
  const shape = shells ? [last + 1, ...single] : single;
  if (bar.shape.join() !== shape.join()) {
    const [expected, actual] = [shape, bar.shape].map((s) => `[${s.join(", ")}]`);
    const text = `Cannot walk back: derivatives must have the shape of the field, ${expected}, got ${actual}`;
    throw new ShapeError(text, expected, actual);
  }
  const size = bar.size / (last + 1);
  /** Adds to the derivatives what those by a shell give. */
  const addShell = (particles: Particles, shell: number, to: Cotangent) => {
    const { displacement, momentum, a, momentumA } = particles;
    const own = bar.reshape([last + 1, size]).at(shell);
    if (target === "particles") {
      add(to.displacement, own.reshape(to.displacement.shape), { out: to.displacement });
      return;
    }
    if (target === "density") return addDensityCotangent(particles, own.reshape(single), to.displacement);
    const one = shellAt(shells!, shell);
    const drift = interpolation === "drift"
      ? { momentum, cosmology, scaleFactor: a, momentumScaleFactor: momentumA }
      : undefined;
    const map = own.reshape([1, ...single]);
    const cotangents = { displacement: to.displacement, momentum: drift && to.momentum };
    if (options.target === "flat") paintFlatAdjoint(displacement, one, { ...options, drift }, map, cotangents);
    if (options.target === "spherical") {
      paintSphericalAdjoint(displacement, one, { ...options, drift }, map, cotangents);
    }
  };
  const { dt0, solver, correction, laplacian, split, factors, checkpoints, initial, tolerance } = options;
  return evolveAdjoint(particles, cotangent, {
    ...{ cosmology, dt0, solver, correction, laplacian, split, factors, checkpoints, initial, tolerance },
    ...{ t0, synchronise: false, onStep },
    targets: shells ? shells.scaleFactors.slice().reverse() : [t1],
    onTarget: (particles, index, to) => addShell(particles, last - index, to),
  });
}
