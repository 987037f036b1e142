import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";

function fail(operation: string, rule: string, expected: string, actual: string): never {
  throw new DomainError(`Cannot ${operation}: ${rule}`, expected, actual);
}

/** A copy of knots, checked: finite, rising, at least `least`, with a finite span. */
export function checkKnots(operation: string, name: string, given: ArrayLike<number>, least: number): Float64Array {
  const x = Float64Array.from(given);
  if (x.length < least) {
    throw new ShapeError(
      `Cannot ${operation}: "${name}" needs at least ${least} knots, got ${x.length}`,
      `at least ${least}`,
      String(x.length),
    );
  }
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) {
      fail(operation, `"${name}" must be finite, got ${name}[${i}] = ${x[i]}`, "finite", String(x[i]));
    }
    if (i > 0 && x[i] <= x[i - 1]) {
      fail(
        operation,
        `"${name}" must rise, but ${name}[${i}] = ${x[i]} follows ${name}[${i - 1}] = ${x[i - 1]}; ` +
          "sort the knots with their values, and remove repeated ones",
        `above ${x[i - 1]}`,
        String(x[i]),
      );
    }
  }
  const span = x[x.length - 1] - x[0];
  if (!Number.isFinite(span)) {
    fail(operation, `"${name}" must span a finite length, got ${span}; rescale it`, "finite", String(span));
  }
  return x;
}

/** A copy of values, checked to be finite; `shape` is that of the error's indices. */
export function checkValues(
  operation: string,
  name: string,
  given: ArrayLike<number>,
  shape: readonly number[],
): Float64Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const text = `[${shape.join(", ")}]`;
  if (given.length !== size) {
    throw new ShapeError(
      `Cannot ${operation}: "${name}" must have shape ${text}, ${size} values, got ${given.length}`,
      text,
      String(given.length),
    );
  }
  const values = Float64Array.from(given);
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at >= 0) {
    const index = shape.map((_, axis) =>
      Math.floor(at / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % shape[axis]
    );
    fail(
      operation,
      `"${name}" must be finite, got ${name}[${index.join(", ")}] = ${values[at]}`,
      "finite",
      String(values[at]),
    );
  }
  return values;
}

/** Refuses an output of another length or element type than needed. */
export function checkOut(
  operation: string,
  out: Float32Array | Float64Array,
  like: Float32Array | Float64Array,
  length: number,
): void {
  if (out.constructor !== like.constructor || out.length !== length) {
    const [expected, actual] = [`${like.constructor.name} of ${length}`, `${out.constructor.name} of ${out.length}`];
    throw new ShapeError(`Cannot ${operation}: "out" must be a ${expected}, got a ${actual}`, expected, actual);
  }
}

/** Refuses points that are neither float32 nor float64. */
export function checkFloats(operation: string, name: string, points: unknown): void {
  if (points instanceof Float32Array || points instanceof Float64Array) return;
  const actual = Object(points).constructor.name;
  throw new DtypeError(
    `Cannot ${operation}: "${name}" must be a Float32Array or a Float64Array, got ${actual}`,
    "Float32Array or Float64Array",
    actual,
  );
}
