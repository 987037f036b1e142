/**
 * Maps on the sphere: HEALPix pixels and spherical harmonic transforms.
 *
 * @module
 */
export { type Alm, almIndex, type AlmLimits, almSize } from "./alm.ts";
export {
  alm2map,
  alm2mapSpin,
  type AnalysisOptions,
  map2alm,
  map2almSpin,
  type SynthesisOptions,
} from "./harmonics.ts";
