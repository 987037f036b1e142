import {
  astype,
  axpy,
  dot,
  empty,
  matmul,
  multiply,
  NdArray,
  norm,
  type Real,
  type Strided,
  subtract,
  zeros,
} from "../array/mod.ts";
import { checkFinite, checkInteger, DomainError } from "../base/mod.ts";
import { failDomain, failShape } from "./_stack.ts";

/** A symmetric positive definite operator: fills `out` with its product with `x`, both `[n]`. */
export type Operator = (x: NdArray<"float64">, out: NdArray<"float64">) => void;

/** Options of `cg`. */
export interface CgOptions {
  /** [any] First guess, `[n]`. Default: zeros. */
  x0?: Strided<Real>;
  /** [1] The iteration ends when |b - a x| is at most max(rtol |b|, atol). Default: 1e-5, as in SciPy. */
  rtol?: number;
  /** [as b] See `rtol`. Default: 0. */
  atol?: number;
  /** [1] Most iterations. Default: 10 n. */
  maxiter?: number;
  /** Approximate inverse of the operator, itself positive definite: a function, a matrix, or the diagonal of one `[n]`. */
  preconditioner?: Operator | Strided<Real>;
  /** Called after each iteration with x, which must not be changed. */
  callback?: (x: NdArray<"float64">) => void;
}

/** What `cg` finds. */
export interface CgResult {
  /** `[n]`: the last x. */
  x: NdArray<"float64">;
  /** "converged", "maxiter" (too many iterations) or "breakdown" (operator or preconditioner are not positive definite). */
  status: "converged" | "maxiter" | "breakdown";
  /** Whether the tolerance was reached. */
  success: boolean;
  /** What happened, in a sentence. */
  message: string;
  /** [1] Number of iterations. */
  iterations: number;
  /** [as b] Norm of the residual b - a x, as updated by the iteration. */
  residual: number;
}

function operator(name: string, given: Operator | Strided<Real>, n: number): Operator {
  if (typeof given === "function") return given;
  const [rows, columns] = given.shape;
  if (given.shape.length === 1 && rows === n) return (x, out) => void multiply(given, x, { out });
  if (given.shape.length !== 2 || rows !== n || columns !== n) {
    failShape("iterate", `"${name}" must have shape [${n}, ${n}] to suit the right-hand side`, given.shape);
  }
  const matrix = given.dtype === "float64" ? given as Strided<"float64"> : astype(given, "float64");
  return (x, out) => void matmul(matrix, x, { out });
}

/**
 * Conjugate gradients for a symmetric positive definite system (Hestenes and Stiefel 1952; algorithm and tolerances of SciPy's
 * `sparse.linalg.cg`). A solver that gives up returns what it has and says why.
 *
 * @param a [any] Operator as a function, or a matrix `[n, n]`.
 * @param b [any] Right-hand side `[n]`.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} for a right-hand side that is not finite or a negative
 * tolerance.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { cg } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * const { x, message } = cg(fromData([4, 1, 1, 3], [2, 2], "float64"), fromData([1, 2], [2], "float64"), { rtol: 1e-12 });
 * x.data; // 1/11, 7/11
 * message; // "The residual 0 is within the tolerance 2.2e-12 after 2 iterations"
 * ```
 */
export function cg(a: Operator | Strided<Real>, b: Strided<Real>, options: CgOptions = {}): CgResult {
  if (b.shape.length !== 1) failShape("iterate", "the right-hand side must be one vector", b.shape);
  const n = b.shape[0];
  const { x0, rtol = 1e-5, atol = 0, maxiter = 10 * n, preconditioner, callback } = options;
  for (const [name, value] of [["rtol", rtol], ["atol", atol]] as const) {
    if (checkFinite(value, name) < 0) {
      throw new DomainError(
        `Cannot use "${name}": it must not be negative, got ${value}`,
        "not negative",
        String(value),
      );
    }
  }
  checkInteger(maxiter, "maxiter");
  if (x0 && (x0.shape.length !== 1 || x0.shape[0] !== n)) failShape("iterate", `"x0" must have shape [${n}]`, x0.shape);
  const apply = operator("a", a, n);
  const precondition = preconditioner && operator("preconditioner", preconditioner, n);
  const size = norm(b);
  if (!Number.isFinite(size)) {
    failDomain("iterate", "the right-hand side must be finite and its norm must not overflow", `a norm of ${size}`);
  }
  const tolerance = Math.max(rtol * size, atol);
  const x = x0 ? astype(x0, "float64") : zeros([n]);
  using r = astype(b, "float64");
  using p = empty([n]);
  using q = empty([n]);
  using z = precondition ? empty([n]) : new NdArray(r.data, [n], "float64");
  const end = (status: CgResult["status"], iterations: number, residual: number, message: string): CgResult => ({
    x,
    status,
    success: status === "converged",
    message,
    iterations,
    residual,
  });
  if (size === 0) {
    x.data.fill(0);
    return end("converged", 0, 0, "The right-hand side is 0, and so is x");
  }
  if (x0) {
    apply(x, q);
    subtract(r, q, { out: r });
  }
  let rho = 0;
  for (let iteration = 0;; iteration++) {
    const residual = norm(r);
    const short = residual.toPrecision(2);
    if (residual <= tolerance) {
      const message =
        `The residual ${residual === 0 ? 0 : short} is within the tolerance ${tolerance.toPrecision(2)} ` +
        `after ${iteration} iterations`;
      return end("converged", iteration, residual, message);
    }
    if (iteration === maxiter) {
      const message = `The residual ${short} is above the tolerance ${tolerance.toPrecision(2)} ` +
        `after ${iteration} iterations, the most allowed`;
      return end("maxiter", iteration, residual, message);
    }
    precondition?.(r, z);
    const before = rho;
    rho = dot(r, z);
    if (!(rho > 0)) {
      const message = `The product of the residual and its preconditioned form is ${rho} in iteration ${iteration}: ` +
        `the preconditioner is not positive definite`;
      return end("breakdown", iteration, residual, message);
    }
    if (iteration === 0) p.data.set(z.data);
    else axpy(rho / before, p, z, { out: p });
    apply(p, q);
    const curvature = dot(p, q);
    if (!(curvature > 0)) {
      const message = `The product of the direction and its image is ${curvature} in iteration ${iteration}: ` +
        `the operator is not positive definite`;
      return end("breakdown", iteration, residual, message);
    }
    const alpha = rho / curvature;
    axpy(alpha, p, x, { out: x });
    axpy(-alpha, q, r, { out: r });
    callback?.(x);
  }
}
