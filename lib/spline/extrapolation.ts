import { DomainError } from "../base/mod.ts";

/**
 * What a spline is outside of its knots:
 *
 * - "extrapolate": the polynomials of the first and last interval go on;
 * - "constant": the value at the nearest end (derivatives are 0);
 * - "nan": NaN;
 * - "error": a `DomainError` that names the point;
 * - "periodic": the knots span one period;
 * - a number: that number (derivatives are 0).
 *
 * A point that is NaN gives NaN.
 */
export type Extrapolation = "extrapolate" | "constant" | "nan" | "error" | "periodic" | number;

const POLICIES = ["extrapolate", "constant", "periodic"];

/** Number of a policy for kernels, with the value that fills; "error" is checked before and does not fill. */
export function policyOf(extrapolation: Extrapolation): { policy: number; fill: number } {
  if (typeof extrapolation === "number") return { policy: 3, fill: extrapolation };
  if (extrapolation === "nan") return { policy: 3, fill: NaN };
  if (extrapolation === "error") return { policy: 0, fill: 0 };
  return { policy: POLICIES.indexOf(extrapolation), fill: 0 };
}

/** Checks a policy given by a caller. */
export function checkExtrapolation<E extends Extrapolation>(given: E, periodic = true): E {
  const known = [...POLICIES.filter((name) => periodic || name !== "periodic"), "nan", "error"];
  if (typeof given === "number" || known.includes(given)) return given;
  const rule = `${known.map((name) => `"${name}"`).join(", ")} or a number`;
  throw new DomainError(`Cannot use "extrapolation": it must be ${rule}, got "${given}"`, rule, String(given));
}

/** The policy of a derivative of a spline. */
export function ofDerivative(extrapolation: Extrapolation): Extrapolation {
  if (extrapolation === "constant") return 0;
  return typeof extrapolation === "number" && !Number.isNaN(extrapolation) ? 0 : extrapolation;
}

/** The policy of an antiderivative: a piecewise polynomial over the same knots can go on only where the spline does. */
export function ofAntiderivative(extrapolation: Extrapolation): Extrapolation {
  return extrapolation === "extrapolate" || extrapolation === "error" ? extrapolation : "nan";
}
