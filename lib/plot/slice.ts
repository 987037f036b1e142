import { checkInteger, DomainError } from "../base/mod.ts";
import { type Field, NdArray } from "../array/mod.ts";
import { lookOf } from "./_looks.ts";
import { planeFigure, type PlaneOptions } from "./plane.ts";
import type { VegaLiteSpec } from "./spec.ts";

/** What `sliceFigure` can be told. */
export interface SliceOptions extends PlaneOptions {
  /** Axis across which to cut: 0 is x, 1 is y, 2 is z. */
  axis?: 0 | 1 | 2;
  /** [1] Cell along that axis; the middle unless given. */
  index?: number;
}

/**
 * Slice of a field across one axis, with the name and colours of its quantity: 21-cm brightness centred on 0 mK,
 * temperature (plasma) and Lyman-alpha coupling (cividis) by their logarithm, ionised fraction white to black from 0 to 1.
 *
 * Across z (axis 2) x runs to the right and y upwards; across y, x and z; across x, y and z.
 *
 * @throws {DomainError} if `index` is outside of the mesh; else as `planeFigure`.
 * @example
 * ```ts
 * import { Field, NdArray } from "@cosmesh/cosmesh/array";
 * import { sliceFigure } from "@cosmesh/cosmesh/plot";
 * const array = new NdArray(new Float32Array(8).fill(25), [2, 2, 2], "float32");
 * const field = new Field({ array, boxSize: 50, quantity: "brightnessTemperature", unit: "mK" });
 * const spec = sliceFigure(field, { axis: 2, index: 0, title: "z = 8" });
 * ```
 */
export function sliceFigure(field: Field, options: SliceOptions = {}): VegaLiteSpec {
  const { axis = 2, index = field.cells >> 1, ...rest } = options;
  if (![0, 1, 2].includes(axis)) {
    throw new DomainError(`Cannot cut across axis ${axis}: it must be 0, 1 or 2`, "0, 1 or 2", String(axis));
  }
  if (checkInteger(index, "index") >= field.cells) {
    const rule = `below ${field.cells}`;
    throw new DomainError(`Cannot cut at cell ${index}: it must be ${rule}`, rule, String(index));
  }
  const array = cut(field, axis, index);
  const [right, up] = ["x", "y", "z"].filter((_, i) => i !== axis);
  return planeFigure(
    { array, size: [field.boxSize, field.boxSize], axes: [`${right} [Mpc/h]`, `${up} [Mpc/h]`] },
    lookOf(field, array.data, rest),
  );
}

function cut(field: Field, axis: 0 | 1 | 2, index: number): NdArray<"float64"> {
  const n = field.cells;
  const strides = [n * n, n, 1];
  const [right, up] = strides.filter((_, i) => i !== axis);
  const { data } = field.array;
  const values = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++) values[at++] = data[index * strides[axis] + i * right + j * up];
  }
  return new NdArray(values, [n, n], "float64");
}
