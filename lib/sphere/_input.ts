import { DomainError, ShapeError } from "../base/mod.ts";

/** Numbers for a kernel; a Float64Array is taken as it is. */
export function numbers(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/** Colatitudes and longitudes for a kernel, as many of each. */
export function angles(
  operation: string,
  theta: ArrayLike<number>,
  phi: ArrayLike<number>,
): [Float64Array, Float64Array] {
  if (theta.length !== phi.length) {
    throw new ShapeError(
      `Cannot ${operation}: "theta" and "phi" must have the same length, got ${theta.length} and ${phi.length}`,
      `[${theta.length}]`,
      `[${phi.length}]`,
    );
  }
  return [numbers(theta), numbers(phi)];
}

/** Throws for the angles that a kernel found wrong, if it did. */
export function refuseAngles(operation: string, wrong: number, theta: Float64Array, phi: Float64Array): void {
  if (wrong < 0) return;
  const rule = "colatitudes from 0 to pi and finite longitudes";
  const value = `(${theta[wrong]}, ${phi[wrong]})`;
  throw new DomainError(
    `Cannot ${operation}: angles must be ${rule} in radians, point ${wrong} is ${value}`,
    rule,
    value,
  );
}

/** Throws for the pixel that a kernel found wrong, if it did. */
export function refusePixel(operation: string, wrong: number, pixels: Float64Array, nside: number): void {
  if (wrong < 0) return;
  const rule = `whole numbers from 0 to ${12 * nside * nside - 1}`;
  const value = String(pixels[wrong]);
  throw new DomainError(
    `Cannot ${operation}: pixels of nside ${nside} must be ${rule}, number ${wrong} is ${value}`,
    rule,
    value,
  );
}
