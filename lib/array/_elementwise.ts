import { DtypeError } from "../base/mod.ts";
import { elementwise, OP, WORK } from "./_kernel.ts";
import { isFloat, isReal, type Operand, promote, promoteNumber, type Real } from "./_types.ts";
import { mayOverlap } from "./copy.ts";
import { empty } from "./create.ts";
import type { NdArray } from "./nd_array.ts";
import { broadcastShapes, broadcastTo, type Strided, View, viewOf } from "./view.ts";

/** Element type to which operands promote. */
export function typeOf(operation: string, operands: readonly Operand[]): Real {
  const arrays = operands.filter((o) => typeof o !== "number");
  for (const { dtype } of arrays) {
    if (!isReal(dtype)) {
      throw new DtypeError(
        `Cannot apply ${operation}: the elements must be real numbers, got ${dtype}; take a float view of the pairs`,
        "real numbers",
        dtype,
      );
    }
  }
  if (arrays.length === 0) return "float64";
  const common = arrays.map((a) => a.dtype).reduce(promote);
  return operands.reduce<Real>((type, o) => typeof o === "number" ? promoteNumber(type, o) : type, common);
}

/** A number as an operand: of the working type if that is float32, so that arithmetic needs no conversion. */
function numberOf(value: number, work: Real): View<Real> {
  return work === "float32"
    ? new View(Float32Array.of(value), "float32", [], [], 0)
    : new View(Float64Array.of(value), "float64", [], [], 0);
}

function same(a: View, b: View): boolean {
  return a.dtype === b.dtype && a.data.byteOffset === b.data.byteOffset && a.offset === b.offset &&
    a.strides.every((s, i) => s === b.strides[i]);
}

/**
 * Runs an elementwise function. The work is done in the type to which the operands promote (float32 for float32 alone,
 * 64 bits else) and rounded once to the type of the result.
 */
export function run(
  name: keyof typeof OP,
  operands: readonly Operand[],
  { out, mask = false }: { out?: Strided<Real>; mask?: boolean } = {},
): Strided<Real> {
  const operation = `apply ${name}`;
  const shape = out?.shape ??
    broadcastShapes(operation, ...operands.map((o) => typeof o === "number" ? [] : o.shape));
  // The condition of a choice has no part in the type.
  const common = typeOf(name, name === "where" ? operands.slice(1) : operands);
  const work = OP[name] >= 32 && !isFloat(common) ? "float64" : common;
  const result = mask ? "uint8" : work;
  if (out && isFloat(result) && !isFloat(out.dtype)) {
    throw new DtypeError(
      `Cannot apply ${name}: "out" must hold fractions as the result is ${result}, got ${out.dtype}`,
      "float32 or float64",
      out.dtype,
    );
  }
  const target = out ?? empty<Real>(shape, result);
  const to = viewOf(target);
  const copies: NdArray[] = [];
  const views = operands.map((o) => {
    const view = broadcastTo<Real>(typeof o === "number" ? numberOf(o, work) : o, shape);
    if (!out || !mayOverlap(to, view) || same(to, view)) return view;
    const copy = empty(view.shape, view.dtype);
    copies.push(copy);
    elementwise("copy", workOf(view.dtype), viewOf(copy), [view]);
    return viewOf(copy);
  });
  try {
    elementwise(name, workOf(work), to, views);
  } finally {
    copies.forEach((c) => c.dispose());
  }
  return target;
}

/** The working type for elements of a type. */
export function workOf(type: Real): number {
  return isFloat(type) ? WORK[type] : WORK.integer;
}
