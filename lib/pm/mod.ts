/**
 * Particle-mesh: initial density fields, Lagrangian perturbation theory to third order with exact growth in any universe
 * of `lib/cosmology`, and N-body runs.
 *
 * Lengths are comoving [Mpc/h], velocities peculiar [km/s]. Particles start at the nodes of the mesh.
 *
 * @module
 */
export { whiteNoise, type WhiteNoiseOptions } from "./noise.ts";
export { InitialField, type LptOrder } from "./field.ts";
export { initialField, type InitialFieldOptions } from "./initial_field.ts";
export { linearDensity, type LinearDensityOptions } from "./density.ts";
export {
  displaceAt,
  type DisplacementOptions,
  Displacements,
  lagrangianDisplacements,
  type LptOptions,
} from "./displacements.ts";
export { LptSnapshot, lptSnapshot, type SnapshotOptions } from "./snapshot.ts";
export {
  type DistributedFieldOptions,
  DistributedInitialField,
  initialFieldDistributed,
  linearDensityDistributed,
} from "./distributed_field.ts";
export {
  displaceInPlaceDistributed,
  DistributedDisplacements,
  DistributedLptSnapshot,
  lptSnapshotDistributed,
} from "./distributed_snapshot.ts";
export { Particles } from "./particles.ts";
export { DistributedDensity, DistributedParticles, gatherDensity, gatherParticles } from "./distributed_particles.ts";
export { type DistributedGaussianOptions, gaussianInitialConditionsDistributed } from "./distributed_gaussian.ts";
export { type DistributedLptOptions, lptDistributed } from "./distributed_lpt.ts";
export { type DistributedEvolveOptions, evolveDistributed } from "./distributed_evolve.ts";
export { type HaloOptions, particleDensityDistributed } from "./distributed_force.ts";
export { gaussianInitialConditions, type GaussianOptions, type PowerPoints } from "./gaussian.ts";
export {
  gaussianAdjoint,
  type GaussianAdjointOptions,
  GaussianGradient,
  type PowerGradient,
} from "./gaussian_adjoint.ts";
export { lpt, type LptParticlesOptions } from "./lpt.ts";
export type { LptDerivative } from "./_lpt_parts.ts";
export { lptAdjoint, type LptAdjointOptions, LptGradient, type ParticleBars } from "./lpt_adjoint.ts";
export {
  type LptFactors,
  lptFactors,
  type LptFactorsOptions,
  lptLightconeFactors,
  type LptLightconeFactorsOptions,
} from "./lpt_factors.ts";
export { type Schedule, schedule, type ScheduleOptions } from "./schedule.ts";
export {
  type FactorOptions,
  type Growth,
  growthFunctions,
  type Solver,
  type StepFactors,
  stepFactors,
} from "./factors.ts";
export { type Correction } from "./corrections.ts";
export { ForceMesh, type ForceOptions, particleDensity, particleForce } from "./force.ts";
export { evolve, type EvolveOptions, stepBack } from "./evolve.ts";
export { addDensityCotangent } from "./density_adjoint.ts";
export { Checkpoints } from "./checkpoints.ts";
export { evolveAdjoint, type EvolveAdjointOptions, type EvolveSlopes } from "./evolve_adjoint.ts";
export type { Cotangent } from "./_walk.ts";
export type { Green } from "./_kernel_steps.ts";
export type { Layout } from "./_rank_mesh.ts";
export type { LptGrowth } from "./_growth.ts";
export type { SlabModes } from "./_slab_modes.ts";
export type { Spectrum } from "./_kernel.ts";
