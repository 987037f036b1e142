/**
 * The front door: everyday names, and each folder of `lib/` as a namespace.
 *
 * Each folder can also be imported by itself, as `@cosmesh/cosmesh/fft` or by its URL, which loads less.
 *
 * @example A transform of a wave
 * ```ts
 * import { fft, ready, zeros } from "@cosmesh/cosmesh";
 * await ready({ threads: 2 });
 * using mesh = zeros([8, 8, 8], "float32");
 * mesh.data.fill(1);
 * using spectrum = fft.rfftn(mesh);
 * console.log(spectrum.data[0]); // 512, the sum
 * ```
 *
 * @module
 */
export { isToolkitError, VERSION } from "./lib/base/mod.ts";
export { memoryUse, ready, threadCount } from "./lib/kernel/mod.ts";
export { empty, Field, fromData, NdArray, zeros } from "./lib/array/mod.ts";
export { runTasks } from "./lib/runner/mod.ts";

export * as base from "./lib/base/mod.ts";
export * as config from "./lib/config/mod.ts";
export * as kernel from "./lib/kernel/mod.ts";
export * as array from "./lib/array/mod.ts";
export * as linalg from "./lib/linalg/mod.ts";
export * as io from "./lib/io/mod.ts";
export * as chunked from "./lib/chunked/mod.ts";
export * as mpi from "./lib/mpi/mod.ts";
export * as decomposition from "./lib/decomposition/mod.ts";
export * as distributor from "./lib/distributor/mod.ts";
export * as rng from "./lib/rng/mod.ts";
export * as fft from "./lib/fft/mod.ts";
export * as paint from "./lib/paint/mod.ts";
export * as spline from "./lib/spline/mod.ts";
export * as quadrature from "./lib/quadrature/mod.ts";
export * as ode from "./lib/ode/mod.ts";
export * as sphere from "./lib/sphere/mod.ts";
export * as cosmology from "./lib/cosmology/mod.ts";
export * as power from "./lib/power/mod.ts";
export * as morphology from "./lib/morphology/mod.ts";
export * as fields from "./lib/fields/mod.ts";
export * as pm from "./lib/pm/mod.ts";
export * as radial from "./lib/radial/mod.ts";
export * as halo from "./lib/halo/mod.ts";
export * as simulation from "./lib/simulation/mod.ts";
export * as radiation from "./lib/radiation/mod.ts";
export * as lightcone from "./lib/lightcone/mod.ts";
export * as lensing from "./lib/lensing/mod.ts";
export * as inference from "./lib/inference/mod.ts";
export * as forward from "./lib/forward/mod.ts";
export * as galaxy from "./lib/galaxy/mod.ts";
export * as stellar from "./lib/stellar/mod.ts";
export * as ifu from "./lib/ifu/mod.ts";
export * as runner from "./lib/runner/mod.ts";
export * as plot from "./lib/plot/mod.ts";
export * as cli from "./lib/cli/mod.ts";
