/**
 * Integrals of functions and of samples.
 *
 * @module
 */
export {};
