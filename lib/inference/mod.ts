/**
 * Inference: optimisers and samplers of functions with gradients.
 *
 * @module
 */
export {};
