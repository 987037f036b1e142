import type { TransferModel } from "../cosmology/mod.ts";
import type { DensityField, FlatField, RealArray, SphericalField, Triple } from "../fields/mod.ts";
import type { NbodyDensityOptions, NbodyFlatOptions, NbodySphericalOptions } from "../lightcone/mod.ts";
import type { BornOptions } from "../lensing/mod.ts";
import type { LptOrder, LptParticlesOptions } from "../pm/mod.ts";

/** Options of `nbody` that a forward model leaves to its user: all but the universe, and what is told of a run. */
export type ObservableOf<T> = Omit<T, "cosmology" | "inPlace" | "onProgress" | "factors">;

/** What a forward model makes of the particles, with the options of `nbody`. */
export type Observable =
  | ObservableOf<NbodyDensityOptions>
  | ObservableOf<NbodyFlatOptions>
  | ObservableOf<NbodySphericalOptions>;

/** What a forward model gives. */
export type ObservedField = DensityField | FlatField | SphericalField;

/** Options of `ForwardModel`. */
export interface ForwardModelOptions {
  /** [1] Cells along x, y, z. */
  mesh: Triple;
  /** [Mpc/h] Sides of the periodic box; cells must be cubes. */
  boxSize: Triple;
  /** [1] Observer, as fractions of the box. Default the middle. */
  observer?: Triple;
  /** [1] Scale factor at which Lagrangian perturbation theory hands over to N-body. Default 0.1. */
  t0?: number;
  /** [1] Order of Lagrangian perturbation theory. Default 2. */
  lptOrder?: LptOrder;
  /** Derivatives of Lagrangian perturbation theory. Default "finiteDifference". */
  derivative?: LptParticlesOptions["derivative"];
  /** Transfer function of the linear power. Default "eisensteinHu". */
  transfer?: TransferModel;
  /** N-body steps, shells, and what is painted. */
  observe: Observable;
  /** Convergence of sources behind the light-cone, in place of the shells themselves: options of `born`. */
  lensing?: Omit<BornOptions, "cosmology">;
}

/**
 * A number of what a model gives, with its derivatives: fills `cotangent`, an array like the field's and 0 at first, with those
 * by the numbers of the field, and returns the number.
 */
export type Loss = (field: ObservedField, cotangent: RealArray) => number;
