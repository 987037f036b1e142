import type { NdArray, Real, Strided } from "../array/mod.ts";
import { ConvergenceError } from "../base/mod.ts";
import { qr as kernelQr, svd as kernelSvd } from "./_kernel.ts";
import { isSingle, type Result, room, round, type Stack, stackOf, which } from "./_stack.ts";

/** A reduced singular value decomposition, k = min(m, n). */
export interface Svd<D extends Real> {
  /** `[..., m, k]`: orthonormal columns. */
  u: NdArray<D>;
  /** `[..., k]`: singular values, falling. */
  s: NdArray<D>;
  /** `[..., k, n]`: orthonormal rows. */
  vh: NdArray<D>;
}

/** Decomposes a stack, which is disposed of. */
export function decompose(operation: string, { array, lead, count, m, n }: Stack): Svd<"float64"> {
  using matrices = array;
  const k = Math.min(m, n);
  const parts = { u: room(...lead, m, k), s: room(...lead, k), vh: room(...lead, k, n) };
  const out = { u: parts.u.data, s: parts.s.data, vh: parts.vh.data };
  const fault = kernelSvd(operation, count, [m, n], matrices.data, out);
  if (fault) {
    throw new ConvergenceError(
      `Cannot ${operation}: the rotations of ${which(lead, fault.matrix)} made ${fault.value} sweeps without an end`,
      fault.value,
      NaN,
      Number.EPSILON,
    );
  }
  return parts;
}

/**
 * Reduced singular value decompositions `a = u diag(s) vh` of matrices `[..., m, n]`, as NumPy's `svd` with
 * `full_matrices=False`: QR, then Jacobi's rotations from one side (Demmel and Veselic 1992), in float64.
 *
 * @throws {ShapeError} for fewer than two axes; {DomainError} for elements that are not finite.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { svd } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * svd(fromData([3, 0, 0, 4], [2, 2], "float64")).s.data; // 4, 3
 * ```
 */
export function svd<D extends Real>(a: Strided<D>): Svd<Result<D>> {
  const { u, s, vh } = decompose("find singular values", stackOf("find singular values", a));
  const single = isSingle(a);
  return { u: round(u, single), s: round(s, single), vh: round(vh, single) };
}

/** Reduced QR factors, k = min(m, n). */
export interface Qr<D extends Real> {
  /** `[..., m, k]`: orthonormal columns. */
  q: NdArray<D>;
  /** `[..., k, n]`: upper triangle. */
  r: NdArray<D>;
}

/**
 * Reduced QR factors of matrices `[..., m, n]` by Householder's reflections, as NumPy's `qr`; the signs of the diagonal of `r`
 * may be others.
 *
 * @throws {ShapeError} for fewer than two axes; {DomainError} for elements that are not finite.
 */
export function qr<D extends Real>(a: Strided<D>): Qr<Result<D>> {
  const { array, lead, count, m, n } = stackOf("factor", a);
  using matrices = array;
  const k = Math.min(m, n);
  const [q, r] = [room(...lead, m, k), room(...lead, k, n)];
  kernelQr(count, [m, n], matrices.data, q.data, r.data);
  return { q: round(q, isSingle(a)), r: round(r, isSingle(a)) };
}
