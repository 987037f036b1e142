/** Element types of files, and those of arrays that hold them. */

import type { DType } from "../array/mod.ts";
import type { H5Metadata } from "./_h5wasm.ts";

/** Element types that datasets are read as. */
export type RealDType = Exclude<DType, "complex64" | "complex128">;

/** Element types that datasets have; the integers that no array holds are converted on reading. */
export type FileDType = RealDType | "int8" | "int16" | "int64" | "uint64" | "string" | "other";

/** Name of a dataset's element type. */
export function dtypeOf({ type, size, signed }: H5Metadata): FileDType {
  const integer = signed
    ? { 1: "int8", 2: "int16", 4: "int32", 8: "int64" } as const
    : { 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" } as const;
  const float = { 4: "float32", 8: "float64" } as const;
  if (type === 1) return float[size as 4] ?? "other";
  // Enumerations, as which h5py writes booleans, are read as their numbers.
  if (type === 0 || type === 8) return integer[size as 1] ?? "other";
  return type === 3 ? "string" : "other";
}

/** Complex element type of pairs (r, i), as h5py writes complex numbers. */
export function complexOf({ compound_type }: H5Metadata): DType | undefined {
  const [r, i, ...more] = compound_type?.members ?? [];
  const part = (m: typeof r | undefined, name: string, offset: number) =>
    m?.name === name && m.type === 1 && m.littleEndian && m.offset === offset;
  if (more.length > 0 || !part(r, "r", 0) || !part(i, "i", r.size) || r.size !== i.size) return undefined;
  return r.size === 4 ? "complex64" : r.size === 8 ? "complex128" : undefined;
}

/** Typed arrays that hold elements of a type of file. */
export const RAW = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Element type of the array that holds elements of a type of file. */
export function defaultDtype(raw: keyof typeof RAW): RealDType {
  return raw === "int8" || raw === "int16" || raw === "int64" || raw === "uint64" ? "int32" : raw;
}
