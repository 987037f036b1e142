/** Numbers of FITS files: big-endian, integers perhaps shifted and scaled. */

import type { DataOf } from "../array/mod.ts";

/** Element types that FITS images are written with; unsigned integers of 16 and 32 bits lie in the file as shifted ones. */
export type FitsDType = "uint8" | "uint16" | "int32" | "uint32" | "float32" | "float64";

/** BITPIX and BZERO of an element type. */
export const FORMAT: Readonly<Record<FitsDType, { bitpix: number; zero?: number }>> = {
  uint8: { bitpix: 8 },
  uint16: { bitpix: 16, zero: 2 ** 15 },
  int32: { bitpix: 32 },
  uint32: { bitpix: 32, zero: 2 ** 31 },
  float32: { bitpix: -32 },
  float64: { bitpix: -64 },
};

/** Turns each element's bytes round. */
function swap(bytes: Uint8Array, size: number): void {
  if (size === 2) {
    const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    for (let i = 0; i < words.length; i++) words[i] = (words[i] << 8) | (words[i] >>> 8);
  } else if (size >= 4) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    for (let i = 0; i < words.length; i++) {
      const w = words[i];
      words[i] = (w << 24) | ((w & 0xff00) << 8) | ((w >>> 8) & 0xff00) | (w >>> 24);
    }
    if (size === 8) {
      for (let i = 0; i < words.length; i += 2) {
        const low = words[i];
        words[i] = words[i + 1];
        words[i + 1] = low;
      }
    }
  }
}

const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Turns numbers in memory to those of a file, in place; returns their bytes. */
export function toFile<D extends FitsDType>(values: DataOf<D>, dtype: D): Uint8Array {
  // A shift by half of the range is the highest bit turned round.
  if (dtype === "uint16") { for (let i = 0; i < values.length; i++) values[i] ^= 0x8000; }
  if (dtype === "uint32") { for (let i = 0; i < values.length; i++) values[i] = (values[i] ^ 0x80000000) >>> 0; }
  const bytes = bytesOf(values);
  swap(bytes, values.BYTES_PER_ELEMENT);
  return bytes;
}

/** How numbers lie in a file: `physical = zero + scale stored`; `blank` stands for a missing integer. */
export interface Stored {
  /** Bits of an element, negative for real numbers. */
  readonly bitpix: number;
  readonly zero: number;
  readonly scale: number;
  readonly blank?: number;
}

/** Element type that holds the numbers of a file without loss; float64 where there is none. */
export function dtypeOfStored({ bitpix, zero, scale, blank }: Stored): FitsDType {
  if (scale !== 1 || blank !== undefined) return "float64";
  if (bitpix === 16 && zero === 0) return "int32";
  const match = Object.entries(FORMAT).find(([, f]) => f.bitpix === bitpix && (f.zero ?? 0) === zero);
  return match ? match[0] as FitsDType : "float64";
}

const READ: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  8: (view, at) => view.getUint8(at),
  16: (view, at) => view.getInt16(at),
  32: (view, at) => view.getInt32(at),
  64: (view, at) => Number(view.getBigInt64(at)),
  [-32]: (view, at) => view.getFloat32(at),
  [-64]: (view, at) => view.getFloat64(at),
};

/** Bits that elements of files may have. */
export const BITPIX: readonly number[] = Object.keys(READ).map(Number);

/** Fills `target` with the numbers of `bytes`, which `read` fetches; where both have one form, straight into `target`. */
export function fromFile(
  read: (bytes: Uint8Array) => void,
  stored: Stored,
  target: DataOf<FitsDType>,
  dtype: FitsDType,
): void {
  const { bitpix, zero, scale, blank } = stored;
  if (FORMAT[dtype].bitpix === bitpix && zero === 0 && scale === 1 && blank === undefined) {
    const bytes = bytesOf(target);
    read(bytes);
    swap(bytes, target.BYTES_PER_ELEMENT);
    return;
  }
  const size = Math.abs(bitpix) / 8;
  const bytes = new Uint8Array(target.length * size);
  read(bytes);
  const view = new DataView(bytes.buffer);
  const get = READ[bitpix];
  for (let i = 0; i < target.length; i++) {
    const value = get(view, i * size);
    target[i] = value === blank ? NaN : zero + scale * value;
  }
}
