/**
 * Maps on the sphere: HEALPix pixels and spherical harmonic transforms.
 *
 * @module
 */
export {};
