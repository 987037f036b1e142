/**
 * Morphology of periodic cubic meshes: connected components, exact distances, filling of shells, the spreading of excess
 * ionisation, and sizes of bubbles and
 * regions.
 *
 * @module
 */
export { type BubbleOptions, type BubbleSizes, bubbleSizes } from "./bubbles.ts";
export { type ComponentOptions, type Components, connectedComponents } from "./components.ts";
export { BEYOND, distanceTransformSquared, distanceTransformSquaredWithin, NOWHERE } from "./distance.ts";
export { type RegionOptions, type RegionVolumes, regionVolumes } from "./regions.ts";
export { fillShells, spreadExcess, type SpreadOptions, type SpreadReport } from "./spread.ts";
export type { RealMesh } from "./_kernel.ts";
export { spreadExcessDistributed } from "./spread_distributed.ts";
