/**
 * Inference: optimisers and samplers of functions with gradients, for any number of parameters.
 *
 * @module
 */
export { type Objective, type OptimizerResult, type OptimizerStep, type Vector } from "./objective.ts";
export { adam, type AdamOptions } from "./adam.ts";
export { lbfgs, type LbfgsOptions } from "./lbfgs.ts";
export { hmc, type HmcOptions, type HmcResult, type HmcStep } from "./hmc.ts";
