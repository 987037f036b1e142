/**
 * Forward models: from white noise and a cosmology to light-cones and lensing maps, with gradients.
 *
 * @module
 */
export { type ForwardInput, ForwardModel, type GradientOptions, ValueAndGradient } from "./forward_model.ts";
export type { ForwardModelOptions, Loss, Observable, ObservableOf, ObservedField } from "./options.ts";
