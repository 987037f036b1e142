/**
 * Radial profiles on a periodic mesh.
 *
 * @module
 */
export { checkMesh, radialKernel, type RadialOptions, radialSpectrum } from "./kernel.ts";
