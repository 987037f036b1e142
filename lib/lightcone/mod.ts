/**
 * Light-cones made of coeval fields, their files and power spectra, and fields in redshift space.
 *
 * @module
 */
export { type LightconeGeometry, lightconeGeometry, LINE_FREQUENCY_MHZ } from "./geometry.ts";
export type { CoevalFields, CoevalSource, LightconeOptions } from "./source.ts";
export { Lightcone, type LightconeParts, type Lightcones, makeLightcone } from "./lightcone.ts";
export { type LightconePlane, readLightcone, readLightconePlane, streamLightcone, writeLightcone } from "./files.ts";
export { type ChunkOptions, type LightconeChunk, lightconeChunk, lightconePower } from "./chunk.ts";
export { toRedshiftSpaceDistributed } from "./distributed_redshift_space.ts";
export { type RedshiftSpaceOptions, toRedshiftSpace } from "./redshift_space.ts";
export { lightconeReach, lightconeShells, shellAt, type ShellOptions, type Shells } from "./shells.ts";
export type { DriftOptions } from "./drift.ts";
export type { ShellCotangents, ShellPaintOptions } from "./_seen.ts";
export type { RealArray } from "./_kernel_shells.ts";
export type { Tiling, TilingOptions } from "./tiling.ts";
export { type FlatOptions, paintFlat, paintFlatAdjoint } from "./flat.ts";
export { paintSpherical, paintSphericalAdjoint, type SphericalOptions, type SphericalScheme } from "./spherical.ts";
export {
  type DistributedFlatOptions,
  type DistributedShellOptions,
  type DistributedSphericalOptions,
  paintFlatDistributed,
  paintSphericalDistributed,
} from "./distributed_shells.ts";
export {
  type DistributedNbodyDensityOptions,
  type DistributedNbodyFlatOptions,
  type DistributedNbodySphericalOptions,
  nbodyDistributed,
} from "./distributed_nbody.ts";
export { nbody } from "./nbody.ts";
export type {
  DensityTarget,
  FlatTarget,
  NbodyDensityOptions,
  NbodyField,
  NbodyFields,
  NbodyFlatOptions,
  NbodyOptions,
  NbodyParticlesOptions,
  NbodySphericalOptions,
  NbodyTarget,
  NbodyTargetsOptions,
  ParticlesTarget,
  SphericalTarget,
} from "./nbody_options.ts";
export { nbodyAdjoint, type NbodyAdjointOptions } from "./nbody_adjoint.ts";
