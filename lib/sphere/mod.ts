/**
 * Maps on the sphere: HEALPix pixels and spherical harmonic transforms.
 *
 * Angles are colatitude (from the north pole) and longitude in radians. Pixels are numbers in RING order unless `order` says
 * "nested". Results are ordinary typed arrays.
 *
 * @module
 */
export { ang2pix, nest2ring, type Numbers, pix2ang, pix2vec, ring2nest, vec2pix } from "./healpix.ts";
export { interpolateMap, interpolationWeights } from "./interpolation.ts";
export { type GradeOptions, type MapData, reorder, udGrade, UNSEEN } from "./map.ts";
export { boundaries, neighbours, queryDisc } from "./neighbours.ts";
export {
  checkNside,
  largestPixelRadius,
  nsideOf,
  pixelArea,
  pixelCount,
  type PixelOptions,
  type PixelOrder,
  pixelResolution,
  type Ring,
  ringInfo,
} from "./nside.ts";
export { type Image, project, type Projection, type ProjectOptions } from "./project.ts";
export { type Alm, almIndex, type AlmLimits, almSize } from "./alm.ts";
export {
  alm2cl,
  anafast,
  type AnafastOptions,
  gaussBeam,
  scaleAlm,
  smoothMap,
  type SmoothOptions,
} from "./angular_power.ts";
export {
  alm2map,
  alm2mapAdjoint,
  alm2mapSpin,
  alm2mapSpinAdjoint,
  type AnalysisOptions,
  map2alm,
  map2almSpin,
  type SynthesisOptions,
} from "./harmonics.ts";
export { synalm, type SynalmOptions, synfast, type SynfastOptions } from "./synfast.ts";
