import { empty } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import { checkSameSimulation, type FieldBase, type RealArray, refuse } from "./field_base.ts";
import { type Metadata, PER_SHELL } from "./metadata.ts";

/**
 * A stack of single fields of one kind, in their order, with their metadata. The numbers are copied.
 *
 * @throws {DomainError} for no field, a stack among them, or fields that differ in kind, unit, mesh, box or observer, or of which
 * only some have scale factors, centres or widths; {ShapeError} for other shapes.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { DensityField, metadata, stack } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const meta = metadata({ mesh: [4, 4, 4], boxSize: [8, 8, 8], scaleFactors: Float64Array.of(0.5) });
 * using early = new DensityField(zeros([4, 4, 4]), meta, "counts");
 * using late = early.plus(1).with({ meta: { scaleFactors: Float64Array.of(1) } });
 * using both = stack([late, early]);
 * both.at(1).redshifts; // 1
 * ```
 */
export function stack<F extends FieldBase<string>>(fields: readonly F[]): F {
  const whole = fields.find((field) => field.isStack);
  if (whole) {
    const got = `[${whole.array.shape.join(", ")}]`;
    throw new DomainError(
      `Cannot stack fields: one is a stack of shape ${got}; use "concatenate"`,
      "single fields",
      got,
    );
  }
  return join("stack", fields);
}

/** The stack of all fields of stacks, and of single fields, in their order; see `stack`. */
export function concatenate<F extends FieldBase<string>>(fields: readonly F[]): F {
  return join("concatenate", fields);
}

function join<F extends FieldBase<string>>(verb: string, fields: readonly F[]): F {
  if (fields.length === 0) throw new DomainError(`Cannot ${verb} fields: there must be one at least`, "one", "none");
  const [first] = fields;
  const inner = first.array.shape.slice(-first.form.rank);
  for (const field of fields) {
    if (field.constructor !== first.constructor) refuse(verb, "one kind", first.form.name, field.form.name);
    if (field.unit !== first.unit) refuse(verb, "one unit", `"${first.unit}"`, `"${field.unit}"`);
    if (field.array.dtype !== first.array.dtype) refuse(verb, "one type", first.array.dtype, field.array.dtype);
    checkSameSimulation(verb, first.meta, field.meta);
    const observers = [first, field].map((f) => f.meta.observer.join(", "));
    if (observers[0] !== observers[1]) refuse(verb, "one observer", observers[0], observers[1]);
    const other = field.array.shape.slice(-first.form.rank);
    if (other.some((n, i) => n !== inner[i])) {
      const [needed, got] = [`[${inner.join(", ")}]`, `[${other.join(", ")}]`];
      throw new ShapeError(`Cannot ${verb} fields: the shapes must agree, got ${needed} and ${got}`, needed, got);
    }
  }
  const array = empty([fields.reduce((n, f) => n + f.shells, 0), ...inner], first.array.dtype) as RealArray;
  let start = 0;
  for (const { array: { data } } of fields) {
    array.data.set(data as Float64Array, start);
    start += data.length;
  }
  try {
    return new (first.constructor as new (...parts: [RealArray, Metadata, string]) => F)(
      array,
      joinMetadata(verb, fields),
      first.unit,
    );
  } catch (error) {
    array.dispose();
    throw error;
  }
}

/** Metadata of the first field with those of all shells. */
function joinMetadata(verb: string, fields: readonly FieldBase<string>[]): Metadata {
  const [first] = fields;
  const lists = PER_SHELL.flatMap((name) => {
    const having = fields.filter((field) => field.meta[name]);
    if (having.length === 0) return [];
    if (having.length < fields.length) refuse(verb, `"${name}" all of them`, "some with", "some without");
    return [[name, Float64Array.from(having.flatMap((field) => [...field.meta[name]!]))]];
  });
  const status = fields.every((field) => field.meta.status === first.meta.status) ? first.meta.status : "unknown";
  return Object.freeze({ ...first.meta, ...Object.fromEntries(lists), status });
}
