/**
 * Light-cones and redshift space.
 *
 * @module
 */
export {};
