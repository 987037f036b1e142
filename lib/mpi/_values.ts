import { type DType, NdArray } from "../array/mod.ts";
import type { Numbers } from "./transport.ts";

/** Key that marks what JSON cannot say; keys of objects that begin with it get one more in front. */
const MARK = "$";
/** Typed arrays by the names of their classes. */
export const NUMBER_TYPES = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
};
/** Name of a typed array's class. */
export type NumbersName = keyof typeof NUMBER_TYPES;

/** What stands in the text for what JSON cannot say. */
interface Marked {
  [MARK]: string;
  text: string;
  length: number;
  shape?: number[];
  dtype: DType;
}

const CONSTRUCTORS: ReadonlySet<unknown> = new Set(Object.values(NUMBER_TYPES));

/** Whether a value is one of the typed arrays that messages carry. */
export function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value) && CONSTRUCTORS.has(value.constructor);
}

/** [byte] Places of segments: multiples of the largest element. */
const align = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** A value as a text and the arrays in it. */
export interface PackedValue {
  /** JSON, with marks for what JSON lacks. */
  text: Uint8Array<ArrayBuffer>;
  /** Numbers of the arrays, in the order of their marks; not copied. */
  segments: Numbers[];
}

/**
 * Takes a value apart. Nothing in the text is ever run.
 *
 * @throws {TypeError} for functions, symbols and instances of classes.
 */
export function packValue(value: unknown): PackedValue {
  const segments: Numbers[] = [];
  const pack = (value: unknown, path: string): unknown => {
    if (value === undefined) return { [MARK]: "undefined" };
    if (typeof value === "bigint") return { [MARK]: "bigint", text: String(value) };
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
      return { [MARK]: "number", text: Object.is(value, -0) ? "-0" : String(value) };
    }
    if (value === null || ["number", "string", "boolean"].includes(typeof value)) return value;
    if (Array.isArray(value)) return value.map((item, i) => pack(item, `${path}[${i}]`));
    if (isNumbers(value)) {
      segments.push(value);
      return { [MARK]: value.constructor.name, length: value.length };
    }
    if (value instanceof NdArray) {
      segments.push(value.data);
      const { length, constructor: { name } } = value.data;
      return { [MARK]: name, length, shape: value.shape, dtype: value.dtype };
    }
    const parent = typeof value === "object" ? Object.getPrototypeOf(value) : value;
    if (parent !== Object.prototype && parent !== null) {
      const what = typeof value === "object" ? `an instance of ${parent.constructor?.name}` : `a ${typeof value}`;
      throw new TypeError(`Cannot send "${path}": it must be plain data or an array, got ${what}`);
    }
    const entries = Object.entries(value as object);
    return Object.fromEntries(entries.map(([key, item]) => [
      key.startsWith(MARK) ? MARK + key : key,
      pack(item, `${path}.${key}`),
    ]));
  };
  return { text: new TextEncoder().encode(JSON.stringify(pack(value, "value"))), segments };
}

/** A value as bytes: the length of its text, the text, then the numbers of its arrays as they are. */
export function encodeValue(value: unknown): Uint8Array<ArrayBuffer> {
  const { text, segments } = packValue(value);
  const start = align(4 + text.length);
  const bytes = new Uint8Array(segments.reduce((at, { byteLength }) => at + align(byteLength), start));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of segments) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += align(byteLength);
  }
  return bytes;
}

/** The value of `encodeValue`'s bytes; arrays are copies. */
export function decodeValue(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  let at = align(4 + length);
  return unpackValue(bytes.slice(4, 4 + length), (name, count, shape, dtype) => {
    const type = NUMBER_TYPES[name];
    const size = count * type.BYTES_PER_ELEMENT;
    const copy = bytes.slice(at, at + size);
    at += align(size);
    const data = new type(copy.buffer, 0, count);
    return shape ? new NdArray(data as Float64Array, shape, dtype as "float64") : data;
  });
}

/** Makes room for an array, or takes it from where it is. */
export type TakeArray = (
  name: NumbersName,
  count: number,
  shape: number[] | undefined,
  dtype: DType,
) => Numbers | NdArray;

/** The value of a text of `packValue`; `take` gives its arrays, one after another. */
export function unpackValue(text: Uint8Array, take: TakeArray): unknown {
  const unpack = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(unpack);
    if (!(MARK in value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key.startsWith(MARK) ? key.slice(1) : key, unpack(item)]),
      );
    }
    const { [MARK]: kind, text, length, shape, dtype } = value as unknown as Marked;
    if (kind === "undefined") return undefined;
    if (kind === "bigint") return BigInt(text);
    if (kind === "number") return Number(text);
    return take(kind as NumbersName, length, shape, dtype);
  };
  return unpack(JSON.parse(new TextDecoder().decode(text)));
}
