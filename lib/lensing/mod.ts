/**
 * Weak lensing: convergence and shear from light-cones, and their theory.
 *
 * @module
 */
export {};
