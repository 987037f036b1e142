/**
 * Meshes that are divided among ranks: a `Decomposition` says who has which box, and a `DistributedField` is a mesh with box,
 * meaning and unit in such parts. It can be scattered and gathered, has moments, ghost cells and files, and particles are
 * brought to its parts (`routeParticles`). `lib/paint` paints and reads it, `lib/fft` transforms it, `lib/power` measures it.
 *
 * @module
 */
export { boxWithin, Decomposition, intersectBoxes, redistribute, shareOf } from "./decomposition.ts";
export {
  DistributedField,
  type DistributedFieldParts,
  gatherField,
  redistributeField,
  scatterField,
} from "./distributed_field.ts";
export { distributedMoments } from "./moments.ts";
export { addGhosts, exchangeGhosts, ghostBox, type GhostOptions, type GhostWidth } from "./ghosts.ts";
export { Route } from "./route.ts";
export { type Routed, routeParticles } from "./route_particles.ts";
export { readDistributed, type ReadDistributedOptions, writeDistributed } from "./distributed_files.ts";
