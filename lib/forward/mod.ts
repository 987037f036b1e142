/**
 * Forward models: from white noise and a cosmology to light-cones and lensing maps, with gradients.
 *
 * @module
 */
export {};
