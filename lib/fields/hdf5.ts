import { FormatError } from "../base/mod.ts";
import { type Hdf5File, type Hdf5Output, openHdf5, type WritableAttribute, writeHdf5 } from "../io/mod.ts";
import type { FieldBase, RealArray } from "./field_base.ts";
import { DensityField, FlatField, ParticleField, SphericalField } from "./kinds.ts";
import { metadata, type MetadataParts, type Status, STATUSES, type Triple } from "./metadata.ts";

/** A field of any kind. */
export type AnyField = DensityField | ParticleField | FlatField | SphericalField;

const KINDS = { DensityField, ParticleField, FlatField, SphericalField } as const;

/** Units as files have them, by what they are a unit of. */
const FILE_UNITS: Readonly<Record<string, string>> = {
  overdensity: "1",
  density: "(Mpc/h)^-3",
  counts: "1",
  massDensity: "M_sun/h (Mpc/h)^-3",
  gridRelative: "cell",
  gridAbsolute: "cell",
  mpch: "Mpc/h",
  "1": "1",
};

/** Attributes of members of the metadata that have one number for each field, or a pair. */
const LISTS = {
  scaleFactors: "scale_factors",
  centers: "centers_Mpc_per_h",
  widths: "widths_Mpc_per_h",
  sourceRedshifts: "source_redshifts",
  fieldSize: "field_size_deg",
} as const;

/** Name of a field's class, as files have it. */
export function kindOf(field: FieldBase<string>): keyof typeof KINDS {
  return Object.keys(KINDS).find((name) => field instanceof KINDS[name as keyof typeof KINDS]) as keyof typeof KINDS;
}

/** A field of the class of that name. */
export function fieldOf(kind: string, array: RealArray, parts: MetadataParts, unit: string): AnyField {
  const Kind = KINDS[kind as keyof typeof KINDS] as unknown as new (...of: unknown[]) => AnyField;
  return new Kind(array, metadata(parts), unit);
}

/**
 * Writes a field into an open HDF5 file: group `name` with a dataset "array" (attribute `unit`), and attributes kind,
 * quantity (the unit's name here), status, mesh, box_Mpc_per_h, observer, and, where the field has them, scale_factors,
 * centers_Mpc_per_h, widths_Mpc_per_h, source_redshifts, field_size_deg.
 */
export function putField(file: Hdf5Output, name: string, field: AnyField): void {
  const { meta, unit, array } = field;
  const lists = Object.entries(LISTS).flatMap(([key, attribute]): [string, WritableAttribute][] => {
    const values = meta[key as keyof typeof LISTS];
    return values ? [[attribute, Float64Array.from(values)]] : [];
  });
  file.group(name, {
    kind: kindOf(field),
    quantity: unit,
    status: meta.status,
    mesh: Int32Array.from(meta.mesh),
    box_Mpc_per_h: Float64Array.from(meta.boxSize),
    observer: Float64Array.from(meta.observer),
    ...Object.fromEntries(lists),
  });
  file.writeArray(`${name}/array`, array, { unit: FILE_UNITS[unit] });
}

/**
 * Reads a field that `putField` wrote from an open HDF5 file.
 *
 * @throws {FormatError} if there is none of that name, or it is not what its attributes say.
 */
export function takeField(file: Hdf5File, name: string): AnyField {
  const fail = (what: string, cause?: unknown): never => {
    throw new FormatError(`Cannot read "${file.path}": field "${name}" ${what}`, file.path, name, { cause });
  };
  if (!file.has(name)) {
    const there = fieldNames(file);
    fail(`is not there; ${there.length === 0 ? "there are none" : `there are ${there.join(", ")}`}`);
  }
  const attributes = file.attributes(name);
  const oneOf = (key: string, choices: readonly string[]): string => {
    const value = attributes[key];
    if (typeof value === "string" && choices.includes(value)) return value;
    return fail(`must have an attribute "${key}" of ${choices.join(", ")}, got ${value}`);
  };
  const numbers = (key: string, length?: number): number[] => {
    const value = attributes[key];
    // A list of one number may come as that number.
    const list = typeof value === "number" ? [value] : Array.isArray(value) ? value.map(Number) : [];
    if (list.length > 0 && list.every(Number.isFinite) && list.length === (length ?? list.length)) return list;
    return fail(`must have an attribute "${key}" of ${length ?? ""} finite numbers, got ${JSON.stringify(value)}`);
  };
  const kind = oneOf("kind", Object.keys(KINDS));
  const quantity = oneOf("quantity", Object.keys(FILE_UNITS));
  const lists = Object.entries(LISTS).filter(([, attribute]) => attribute in attributes).map(([key, attribute]) => [
    key,
    key === "fieldSize" ? numbers(attribute, 2) : Float64Array.from(numbers(attribute)),
  ]);
  const parts: MetadataParts = {
    mesh: numbers("mesh", 3) as unknown as Triple,
    boxSize: numbers("box_Mpc_per_h", 3) as unknown as Triple,
    observer: numbers("observer", 3) as unknown as Triple,
    status: oneOf("status", STATUSES) as Status,
    ...Object.fromEntries(lists),
  };
  const dataset = `${name}/array`;
  const { dtype } = file.info(dataset);
  if (dtype !== "float32" && dtype !== "float64") fail(`must hold float32 or float64, got ${dtype}`);
  const array = file.readArray(dataset, { unit: FILE_UNITS[quantity] }) as RealArray;
  try {
    return fieldOf(kind, array, parts, quantity);
  } catch (cause) {
    array.dispose();
    return fail(`is not what it says: ${(cause as Error).message}`, cause);
  }
}

/** Names of the fields at the top of a file. */
export function fieldNames(file: Hdf5File): string[] {
  return file.names().filter((name) => file.attribute(name, "quantity") !== undefined);
}

/**
 * Writes a field, or several by name, to an HDF5 file; see `putField`.
 *
 * @param path File; it appears when it is complete.
 * @param fields A field, written under the name "field", or fields by name.
 * @throws {InputError} if the file cannot be written.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { DensityField, metadata, readField, writeField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".h5" });
 * const meta = metadata({ mesh: [4, 4, 4], boxSize: [8, 8, 8], status: "initialField" });
 * using field = new DensityField(zeros([4, 4, 4], "float32"), meta, "overdensity");
 * await writeField(path, field);
 * using again = await readField(path);
 * again.meta.status; // "initialField"
 * ```
 */
export async function writeField(path: string | URL, fields: AnyField | Record<string, AnyField>): Promise<void> {
  const named = Symbol.dispose in fields ? { field: fields as AnyField } : fields;
  await writeHdf5(path, (file) => {
    for (const [name, field] of Object.entries(named)) putField(file, name, field);
  });
}

/**
 * Reads a field that `writeField` wrote.
 *
 * @param path File.
 * @param name Name of the field. Default: that of the only one.
 * @throws {InputError} if there is no such file; {FormatError} if it has no such field, several and no name is given, or
 * one that is not what it says.
 */
export async function readField(path: string | URL, name?: string): Promise<AnyField> {
  using file = await openHdf5(path);
  if (name !== undefined) return takeField(file, name);
  const names = fieldNames(file);
  if (names.length === 1) return takeField(file, names[0]);
  const what = names.length === 0 ? "there is no field in it" : `name one of its fields: ${names.join(", ")}`;
  throw new FormatError(`Cannot read "${file.path}": ${what}`, file.path, "/");
}
