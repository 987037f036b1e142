/**
 * Particle-mesh: initial density fields and Lagrangian perturbation theory.
 *
 * @module
 */
export {};
