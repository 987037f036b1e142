/**
 * Initial value problems of ordinary differential equations.
 *
 * @module
 */
export {};
