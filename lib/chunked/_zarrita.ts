/** The only file that uses the package zarrita: chunks that are compressed, sharded or big-endian. */

import { type DType, isComplex, View } from "../array/mod.ts";
import { numbersOf } from "./_buffers.ts";
import type { ZarrMetadata } from "./_zarr_metadata.ts";

/** Decodes one chunk: real numbers, with the place of each index. */
export type Decoder = (chunk: readonly number[]) => Promise<View>;

/** Codecs that do not look at the shape of a chunk, so that pairs of numbers pass through them. */
const SHAPELESS = ["bytes", "blosc", "gzip", "zstd", "crc32c"];

/**
 * Loads zarrita and makes a decoder of the chunks of the array in `folder`. A missing chunk comes filled.
 *
 * zarrita has no complex numbers: it sees an array of real ones whose last axis is twice as long, which has the same
 * bytes as long as no codec changes the order of elements.
 */
export async function decoder(folder: string, metadata: ZarrMetadata): Promise<Decoder> {
  const { open, root } = await import("npm:zarrita@0.7.5");
  const { document, dtype } = metadata;
  const complex = isComplex(dtype);
  if (complex && (document.codecs as { name: string }[]).some(({ name }) => !SHAPELESS.includes(name))) {
    throw new TypeError(`complex numbers are read with the codecs ${SHAPELESS.join(", ")} alone`);
  }
  if (complex && metadata.shape.length === 0) throw new TypeError("a complex array of no axes is not decoded");
  const seen = complex ? asPairs(metadata) : { ...document, fill_value: document.fill_value ?? 0 };
  const store = {
    async get(key: string): Promise<Uint8Array | undefined> {
      if (key === "/zarr.json") return new TextEncoder().encode(JSON.stringify(seen));
      try {
        return await Deno.readFile(folder + key);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
  };
  const ranged = { ...store, getRange: (key: string, range: ByteRange) => readRange(folder + key, range) };
  const array = await open.v3(root(ranged), { kind: "array" });
  return async (chunk) => {
    const { data, shape, stride } = await array.getChunk([...chunk]);
    // Strides of pairs: the last axis of the real array is the pair.
    const parts = numbersOf(dtype);
    const lengths = complex ? shape.map((n, axis) => axis === shape.length - 1 ? n / 2 : n) : shape;
    const strides = complex ? stride.map((s, axis) => axis === stride.length - 1 ? 1 : s / parts) : stride;
    return new View(data as Float32Array<ArrayBuffer>, dtype as DType, lengths, strides, 0) as View;
  };
}

/** A part of a file: from an offset, or so many bytes at its end. */
type ByteRange = { offset: number; length: number } | { suffixLength: number };

async function readRange(path: string, range: ByteRange): Promise<Uint8Array | undefined> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const start = "offset" in range ? range.offset : Math.max(0, size - range.suffixLength);
    const bytes = new Uint8Array(Math.max(0, "offset" in range ? Math.min(range.length, size - start) : size - start));
    await file.seek(start, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += await file.read(bytes.subarray(done)) ?? bytes.length;
    return bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function asPairs({ document, shape, chunkShape, dtype }: ZarrMetadata): Record<string, unknown> {
  const last = shape.length - 1;
  const doubled = (lengths: readonly number[]) => lengths.map((n, axis) => axis === last ? 2 * n : n);
  return {
    ...document,
    shape: doubled(shape),
    data_type: dtype === "complex64" ? "float32" : "float64",
    chunk_grid: { name: "regular", configuration: { chunk_shape: doubled(chunkShape) } },
    fill_value: 0,
  };
}
