/** Part of a schema, as `hyparquet-writer` takes it. */
export interface SchemaElement {
  readonly name: string;
  readonly type?: "FLOAT" | "DOUBLE" | "INT32" | "BYTE_ARRAY";
  readonly repetition_type?: "OPTIONAL" | "REPEATED";
  readonly converted_type?: "LIST" | "UTF8";
  readonly logical_type?: { type: "LIST" | "STRING" };
  readonly num_children?: number;
}

/** Type of a column: what its numbers are, and in how many lists they lie. */
export interface ColumnType {
  readonly dtype: "float32" | "float64" | "int32" | "string";
  /** Lists around a number. */
  readonly depth: number;
}

const PHYSICAL = { float32: "FLOAT", float64: "DOUBLE", int32: "INT32", string: "BYTE_ARRAY" } as const;

/** The elements of a column's schema: lists of three levels, as the format's standard has them. */
export function schemaOf(name: string, { dtype, depth }: ColumnType): SchemaElement[] {
  const text = dtype === "string" ? { converted_type: "UTF8", logical_type: { type: "STRING" } } as const : {};
  const lists = Array.from({ length: depth }, (_, level): SchemaElement[] => [
    {
      name: level === 0 ? name : "element",
      repetition_type: "OPTIONAL",
      converted_type: "LIST",
      logical_type: { type: "LIST" },
      num_children: 1,
    },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
  ]);
  const leaf = { name: depth === 0 ? name : "element", repetition_type: "OPTIONAL", type: PHYSICAL[dtype], ...text };
  return [...lists.flat(), leaf as SchemaElement];
}

/** Nested lists of the elements of an array of a shape. */
export function nest(data: ArrayLike<number>, shape: readonly number[]): unknown[] {
  let start = 0;
  const part = (axis: number): unknown[] => {
    if (axis < shape.length - 1) return Array.from({ length: shape[axis] }, () => part(axis + 1));
    const row = new Array<number>(shape[axis]);
    for (let i = 0; i < row.length; i++) row[i] = data[start++];
    return row;
  };
  return part(0);
}

/** Shape of nested lists by their first members. */
export function shapeOf(lists: unknown): number[] {
  return Array.isArray(lists) ? [lists.length, ...lists.length > 0 ? shapeOf(lists[0]) : []] : [];
}

/** Puts the numbers of nested lists into `target`; false unless they have that shape. */
export function flatten(lists: unknown, shape: readonly number[], target: { [index: number]: number }): boolean {
  let start = 0;
  const part = (list: unknown, axis: number): boolean => {
    if (!Array.isArray(list) || list.length !== shape[axis]) return false;
    if (axis < shape.length - 1) return list.every((inner) => part(inner, axis + 1));
    for (const value of list) {
      if (typeof value !== "number") return false;
      target[start++] = value;
    }
    return true;
  };
  return part(lists, 0);
}

const list = (dtype: "float64" | "float32" | "int32"): ColumnType => ({ dtype, depth: 1 });
const value = (dtype: ColumnType["dtype"]): ColumnType => ({ dtype, depth: 0 });

/** Numbers of a universe, all float32. */
export const UNIVERSE = ["Omega_c", "Omega_b", "h", "n_s", "sigma8", "w0", "wa", "Omega_k", "Omega_nu"] as const;

/** Columns beside `array`. */
export const COLUMNS: Readonly<Record<string, ColumnType>> = {
  z_sources: list("float64"),
  scale_factors: list("float64"),
  comoving_centers: list("float64"),
  density_width: list("float64"),
  mesh_size: list("int32"),
  box_size: list("float32"),
  observer_position: list("float32"),
  halo_size: list("int32"),
  status: value("string"),
  unit: value("string"),
  ...Object.fromEntries(UNIVERSE.map((name) => [name, value("float32")])),
  version: value("int32"),
  field_type: value("string"),
};
/** Columns that only maps have. */
export const OPTIONAL: Readonly<Record<string, ColumnType>> = {
  nside: value("int32"),
  flatsky_npix: list("int32"),
  field_size: list("float32"),
};

/** The layout's version, that of jax-fli 0.1. */
export const VERSION = 2;
