/**
 * The pieces of an HDF5 file that holds groups, attributes and virtual datasets, as bytes: h5wasm reads virtual datasets,
 * but has no call that makes them. From the "HDF5 File Format Specification Version 3.0": superblock version 2 (II.B),
 * object headers version 2 (IV.A.1.b), global heap (III.E) with the mappings of a virtual dataset.
 */

import type { DType } from "../array/mod.ts";

/** Address of what is not there. */
export const UNDEFINED: bigint = 2n ** 64n - 1n;

/** Bytes that are put together, little-endian. */
export class Bytes {
  #data = new Uint8Array(256);
  #length = 0;

  /** [byte] Bytes so far. */
  get length(): number {
    return this.#length;
  }
  /** The bytes so far. */
  get all(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }
  /** Appends bytes. */
  raw(bytes: ArrayLike<number>): this {
    const end = this.#length + bytes.length;
    if (end > this.#data.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#data.length));
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(bytes, this.#length);
    this.#length = end;
    return this;
  }
  /** Appends whole numbers of one byte. */
  u8(...values: number[]): this {
    return this.raw(values);
  }
  /** Appends a whole number of two bytes. */
  u16(value: number): this {
    return this.u8(value & 255, value >>> 8 & 255);
  }
  /** Appends a whole number of four bytes. */
  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }
  /** Appends a whole number of eight bytes. */
  u64(value: number | bigint): this {
    const big = BigInt(value);
    return this.u32(Number(big & 0xffffffffn)).u32(Number(big >> 32n));
  }
  /** Appends a float64. */
  f64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.raw(bytes);
  }
  /** Appends text and a zero. */
  text(value: string): this {
    return this.raw(new TextEncoder().encode(value)).u8(0);
  }
  /** Appends the checksum of the bytes so far. */
  checksum(): this {
    return this.u32(lookup3(this.all));
  }
  /** Appends zeros up to a length. */
  fill(length: number): this {
    return this.raw(new Uint8Array(Math.max(0, length - this.#length)));
  }
}

/** Jenkins' hash "lookup3" (hashlittle of lookup3.c, 2006) with initial value 0, which is HDF5's checksum. */
export function lookup3(key: Uint8Array): number {
  const rotate = (x: number, by: number) => x << by | x >>> 32 - by;
  let a = 0xdeadbeef + key.length | 0;
  let [b, c] = [a, a];
  const view = new DataView(new ArrayBuffer(Math.ceil(key.length / 12) * 12));
  new Uint8Array(view.buffer).set(key);
  const last = view.byteLength - 12;
  for (let at = 0; at <= last; at += 12) {
    a = a + view.getInt32(at, true) | 0;
    b = b + view.getInt32(at + 4, true) | 0;
    c = c + view.getInt32(at + 8, true) | 0;
    if (at === last) break;
    a = (a - c | 0) ^ rotate(c, 4), c = c + b | 0;
    b = (b - a | 0) ^ rotate(a, 6), a = a + c | 0;
    c = (c - b | 0) ^ rotate(b, 8), b = b + a | 0;
    a = (a - c | 0) ^ rotate(c, 16), c = c + b | 0;
    b = (b - a | 0) ^ rotate(a, 19), a = a + c | 0;
    c = (c - b | 0) ^ rotate(b, 4), b = b + a | 0;
  }
  if (key.length === 0) return c >>> 0;
  c = (c ^ b) - rotate(b, 14) | 0;
  a = (a ^ c) - rotate(c, 11) | 0;
  b = (b ^ a) - rotate(a, 25) | 0;
  c = (c ^ b) - rotate(b, 16) | 0;
  a = (a ^ c) - rotate(c, 4) | 0;
  b = (b ^ a) - rotate(a, 14) | 0;
  c = (c ^ b) - rotate(b, 24) | 0;
  return c >>> 0;
}

/** Types of messages in object headers. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValue: 0x05,
  link: 0x06,
  layout: 0x08,
  groupInfo: 0x0a,
  attribute: 0x0c,
} as const;

/** An object header of these messages. */
export function objectHeader(messages: readonly (readonly [type: number, body: Bytes])[]): Bytes {
  const body = new Bytes();
  for (const [type, { length, all }] of messages) body.u8(type).u16(length).u8(0).raw(all);
  // Flags: the size of the messages has four bytes, no times are kept.
  return new Bytes().raw(new TextEncoder().encode("OHDR")).u8(2, 2).u32(body.length).raw(body.all).checksum();
}

/** Superblock of a file that ends at `end`. */
export function superblock(root: number, end: number): Bytes {
  const start = new Bytes().u8(0x89).raw(new TextEncoder().encode("HDF\r\n\x1a\n")).u8(2, 8, 8, 0);
  return start.u64(0).u64(UNDEFINED).u64(end).u64(root).checksum();
}

/** [byte] Size of a superblock. */
export const SUPERBLOCK_BYTES = 48;

/** A dataspace; a single number has no lengths. */
export function dataspace(shape: readonly number[]): Bytes {
  const space = new Bytes().u8(2, shape.length, 0, shape.length > 0 ? 1 : 0);
  shape.forEach((length) => space.u64(length));
  return space;
}

/** Element types: little-endian IEEE numbers, and pairs of them named r and i. */
export function datatype(dtype: DType): Bytes {
  const [single, double] = [new Bytes(), new Bytes()];
  // Class 1; sign bit and size; then offset and precision in bits, exponent's place and size, mantissa's, and the bias.
  single.u8(0x11, 0x20, 0x1f, 0).u32(4).u16(0).u16(32).u8(23, 8, 0, 23).u32(127);
  double.u8(0x11, 0x20, 0x3f, 0).u32(8).u16(0).u16(64).u8(52, 11, 0, 52).u32(1023);
  if (dtype === "float32") return single;
  if (dtype === "float64") return double;
  const [part, size] = dtype === "complex64" ? [single, 4] : [double, 8];
  // Class 6, version 3: names end with a zero, offsets take one byte.
  const pair = new Bytes().u8(0x36, 2, 0, 0).u32(2 * size);
  return pair.text("r").u8(0).raw(part.all).text("i").u8(size).raw(part.all);
}

/** Place of an object in a collection of the global heap. */
export interface HeapPlace {
  /** [byte] Address of the collection. */
  address: number;
  /** Number of the object. */
  index: number;
}

/** A number or a text as an attribute; texts of any length lie in the global heap. */
export function attribute(name: string, value: number | string, place: HeapPlace): Bytes {
  const isText = typeof value === "string";
  const bytes = isText
    ? new Bytes().u32(new TextEncoder().encode(value).length).u64(place.address).u32(place.index)
    : new Bytes().f64(value);
  // Class 9, a string in UTF-8 that ends with a zero, of characters of one byte.
  const text = () => new Bytes().u8(0x19, 1, 1, 0).u32(16).u8(0x10, 0, 0, 0).u32(1).u16(0).u16(8);
  const type = isText ? text() : datatype("float64");
  const space = dataspace([]);
  const start = new Bytes().u8(3, 0).u16(new TextEncoder().encode(name).length + 1).u16(type.length).u16(space.length);
  return start.u8(1).text(name).raw(type.all).raw(space.all).raw(bytes.all);
}

/** Least size of a collection of the global heap. */
const HEAP_BYTES = 4096;

/** A collection of the global heap; its objects have the numbers 1, 2, ... */
export function globalHeap(objects: readonly Uint8Array[]): Bytes {
  const body = new Bytes();
  for (const [i, object] of objects.entries()) {
    body.u16(i + 1).u16(1).u32(0).u64(object.length).raw(object);
    body.fill(Math.ceil(body.length / 8) * 8);
  }
  const size = Math.max(HEAP_BYTES, 32 + body.length);
  const heap = new Bytes().raw(new TextEncoder().encode("GCOL")).u8(1, 0, 0, 0).u64(size).raw(body.all);
  // Object 0 is the room that is left, with its own header.
  return heap.u16(0).u16(0).u32(0).u64(size - 16 - body.length).fill(size);
}

/** A link by name to the object at an address. */
export function link(name: string, address: number): Bytes {
  const bytes = new TextEncoder().encode(name);
  // Flags: the name's length has two bytes, the character set is given (UTF-8).
  return new Bytes().u8(1, 0x11, 1).u16(bytes.length).raw(bytes).u64(address);
}
