import type { EvolveOptions } from "../pm/mod.ts";
import type { DensityField, FlatField, ParticleField, SphericalField } from "../fields/mod.ts";
import type { FlatOptions } from "./flat.ts";
import type { ShellOptions } from "./shells.ts";
import type { SphericalOptions } from "./spherical.ts";

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
export interface FlatTarget extends Omit<FlatOptions, "drift"> {
  /** What is made. */
  target: "flat";
}
/** HEALPix maps. */
export interface SphericalTarget extends Omit<SphericalOptions, "drift"> {
  /** What is made. */
  target: "spherical";
}
/** Densities of the whole box. */
export interface DensityTarget {
  /** What is made. */
  target: "density";
}
/** Displacements of all particles. */
export interface ParticlesTarget {
  /** What is made. */
  target: "particles";
}

/** One of the fields that a run can make. */
export type NbodyTarget = FlatTarget | SphericalTarget | DensityTarget | ParticlesTarget;

/** A run that makes maps on planes. */
export interface NbodyFlatOptions extends NbodyOptions, FlatTarget {}
/** A run that makes HEALPix maps. */
export interface NbodySphericalOptions extends NbodyOptions, SphericalTarget {}
/** A run that makes densities of the whole box. */
export interface NbodyDensityOptions extends NbodyOptions, DensityTarget {}
/** A run that makes displacements of all particles. */
export interface NbodyParticlesOptions extends NbodyOptions, ParticlesTarget {}
/** A run that makes several fields. */
export interface NbodyTargetsOptions<T extends readonly NbodyTarget[]> extends NbodyOptions {
  /** What is made, each with its painting; kinds may be repeated, such as for several schemes. */
  targets: T;
}

/** The field of a target. */
export type NbodyField<T extends NbodyTarget = NbodyTarget> = T extends FlatTarget ? FlatField
  : T extends SphericalTarget ? SphericalField
  : T extends DensityTarget ? DensityField
  : ParticleField;
/** The fields of targets, in their order. */
export type NbodyFields<T extends readonly NbodyTarget[]> = { -readonly [I in keyof T]: NbodyField<T[I]> };
