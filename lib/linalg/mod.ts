/**
 * Small dense and banded linear algebra, with the names and defaults of NumPy and SciPy.
 *
 * @module
 */
export { type Eigen, eigh, eigvalsh } from "./eigh.ts";
export { cholesky, choLogdet, choSolve } from "./cholesky.ts";
export { det, inv, type LogDeterminant, luFactor, type LuFactors, luSolve, slogdet, solve } from "./lu.ts";
export { type Qr, qr, type Svd, svd } from "./svd.ts";
export { type LeastSquares, lstsq } from "./lstsq.ts";
export { solveBanded, solvehBanded } from "./banded.ts";
export { cg, type CgOptions, type CgResult, type Operator } from "./cg.ts";
export type { Result } from "./_stack.ts";
