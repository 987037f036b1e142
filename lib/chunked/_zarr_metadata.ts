import { type DType, isComplex, itemSize, sizeOf } from "../array/mod.ts";
import type { FormatError } from "../base/mod.ts";
import { numbersOf } from "./_buffers.ts";
import type { Attributes, OutputSpec } from "./source.ts";

/** The document zarr.json of an array, as far as it is used here. */
export interface ZarrMetadata {
  shape: number[];
  chunkShape: number[];
  dtype: DType;
  /** Numbers of the element that chunks without a file are filled with: one, or two if it is complex. */
  fill: number[];
  /** Name of a chunk's file within the folder of the array. */
  key(chunk: readonly number[]): string;
  /** Whether a chunk's file is the bytes of its elements, and nothing else. */
  raw: boolean;
  /** Whether a file holds several chunks. */
  sharded: boolean;
  attributes: Attributes;
  /** The document itself. */
  document: Record<string, unknown>;
}

/** Compression of chunks that are written. */
export type ZarrCompression = "none" | "gzip" | "zstd";

const DTYPES: readonly DType[] = [
  "float32",
  "float64",
  "complex64",
  "complex128",
  "int32",
  "uint32",
  "uint16",
  "uint8",
];

interface Named {
  name?: string;
  configuration?: Record<string, unknown>;
}

/** zarr.json of an array that is to be written. */
export function zarrDocument(spec: OutputSpec, compression: ZarrCompression): Record<string, unknown> {
  const little = itemSize(spec.dtype) === 1
    ? { name: "bytes" }
    : { name: "bytes", configuration: { endian: "little" } };
  const packed = {
    none: [],
    gzip: [{ name: "gzip", configuration: { level: 1 } }],
    zstd: [{ name: "zstd", configuration: { level: 1, checksum: false } }],
  }[compression];
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [...spec.shape],
    data_type: spec.dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: [...spec.chunkShape] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: isComplex(spec.dtype) ? [0, 0] : 0,
    codecs: [little, ...packed],
    attributes: { ...spec.attributes, ...spec.unit === undefined ? {} : { unit: spec.unit } },
  };
}

/** zarr.json of a group. */
export const GROUP_DOCUMENT = { zarr_format: 3, node_type: "group", attributes: {} };

/** Attributes of a document, with the unit apart. */
export function attributesOf({ attributes }: ZarrMetadata): { unit?: string; attributes: Attributes } {
  const { unit, ...rest } = attributes;
  return typeof unit === "string" ? { unit, attributes: rest } : { attributes };
}

/** Understands zarr.json of an array; `fail` makes the error. */
export function parseZarr(text: string, fail: (what: string, cause?: unknown) => FormatError): ZarrMetadata {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw fail(`zarr.json is not JSON (${(cause as Error).message}); write the array again`, cause);
  }
  if (document === null || typeof document !== "object") throw fail("zarr.json must hold an object");
  if (document.zarr_format !== 3) {
    throw fail(`it has Zarr format ${JSON.stringify(document.zarr_format)}, and only 3 is read; convert it`);
  }
  if (document.node_type !== "array") {
    throw fail(`it is a ${String(document.node_type)}, not an array; name one with the option "node"`);
  }
  const shape = lengths(document.shape, 0);
  if (!shape) throw fail(`"shape" must be whole numbers, got ${JSON.stringify(document.shape)}`);
  const grid = document.chunk_grid as Named | undefined;
  const chunkShape = lengths(grid?.configuration?.chunk_shape, 1);
  if (grid?.name !== "regular" || chunkShape?.length !== shape.length) {
    throw fail(`"chunk_grid" must be regular with one length for each axis, got ${JSON.stringify(grid)}`);
  }
  const dtype = DTYPES.find((d) => d === document.data_type);
  if (!dtype) {
    throw fail(
      `"data_type" is ${JSON.stringify(document.data_type)}, and only ${DTYPES.join(", ")} are read; convert it`,
    );
  }
  const codecs = document.codecs as Named[] | undefined;
  if (!Array.isArray(codecs) || codecs.length === 0) throw fail(`"codecs" must be a list`);
  if (Array.isArray(document.storage_transformers) && document.storage_transformers.length > 0) {
    throw fail(`"storage_transformers" are not supported; convert it`);
  }
  const sharding = codecs.find((codec) => codec.name === "sharding_indexed");
  const inner = sharding && lengths(sharding.configuration?.chunk_shape, 1);
  const little = codecs[0].configuration?.endian === "little" || itemSize(dtype) === 1;
  return {
    shape,
    chunkShape: inner?.length === shape.length ? inner : chunkShape,
    dtype,
    fill: fillNumbers(document.fill_value, dtype, fail),
    key: chunkKeys(document.chunk_key_encoding as Named | undefined, fail),
    raw: codecs.length === 1 && codecs[0].name === "bytes" && little,
    sharded: sharding !== undefined,
    attributes: (document.attributes ?? {}) as Attributes,
    document,
  };
}

function lengths(value: unknown, least: number): number[] | undefined {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= least) ? value : undefined;
}

function chunkKeys(encoding: Named | undefined, fail: (what: string) => FormatError): ZarrMetadata["key"] {
  const name = encoding?.name;
  if (name !== "default" && name !== "v2") throw fail(`"chunk_key_encoding" must be default or v2, got ${name}`);
  const separator = String(encoding?.configuration?.separator ?? (name === "v2" ? "." : "/"));
  if (separator !== "/" && separator !== ".") throw fail(`the separator of "chunk_key_encoding" must be / or .`);
  if (name === "default") return (chunk) => ["c", ...chunk].join(separator);
  return (chunk) => chunk.length === 0 ? "0" : chunk.join(separator);
}

/** Numbers of a fill value: JSON numbers, the names of those JSON lacks, or their bits in hexadecimal. */
function fillNumbers(value: unknown, dtype: DType, fail: (what: string) => FormatError): number[] {
  const parts = numbersOf(dtype);
  const list = value === null || value === undefined ? new Array(parts).fill(0) : parts === 2 ? value : [value];
  const names: Record<string, number> = { NaN, Infinity, "-Infinity": -Infinity };
  const bytes = itemSize(dtype) / parts;
  const numbers = Array.isArray(list) && list.length === parts
    ? list.map((v) => {
      if (typeof v === "number") return v;
      if (typeof v !== "string") return undefined;
      if (v in names) return names[v];
      if (!/^0x[0-9a-f]+$/i.test(v) || v.length !== 2 + 2 * bytes || !/float|complex/.test(dtype)) return undefined;
      const bits = new DataView(new ArrayBuffer(8));
      bits.setBigUint64(0, BigInt(v));
      return bytes === 8 ? bits.getFloat64(0) : bits.getFloat32(4);
    })
    : [undefined];
  if (numbers.some((n) => n === undefined)) throw fail(`"fill_value" ${JSON.stringify(value)} does not suit ${dtype}`);
  return numbers as number[];
}

/** [byte] Size of a chunk as it lies in memory. */
export const chunkBytes = ({ chunkShape, dtype }: { chunkShape: readonly number[]; dtype: DType }): number =>
  sizeOf(chunkShape) * itemSize(dtype);
