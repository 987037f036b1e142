/**
 * Interpolation in one and two dimensions.
 *
 * @module
 */
export {};
