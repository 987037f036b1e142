import { fileURLToPath } from "node:url";
import { type DType, View } from "../array/mod.ts";
import { DtypeError, FormatError, InputError } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { numbersOf, viewOver } from "./_buffers.ts";
import { boxOf, product, regularEdges } from "./_grid.ts";
import { readFile } from "./_files.ts";
import { attributesOf, chunkBytes, parseZarr, type ZarrMetadata } from "./_zarr_metadata.ts";
import { type Decoder, decoder } from "./_zarrita.ts";
import { ChunkedArray } from "./chunked_array.ts";
import type { ChunkSource } from "./source.ts";

/** Options of `openZarr`. */
export interface OpenZarrOptions<D extends DType = DType> {
  /** Element type that the array must have. Default: any. */
  dtype?: D;
  /** Name of the array within the folder, such as "fields/temperature". Default: the folder is the array. */
  node?: string;
}

/** Path of a folder given as path or as `file:` URL, without a slash at its end, with a node inside of it. */
export function folderOf(path: string | URL, node = ""): string {
  const name = (typeof path === "string" ? path : fileURLToPath(path)).replace(/(?<=.)\/+$/, "");
  const inner = node.split("/").filter((part) => part !== "");
  if (inner.some((part) => part === "." || part === "..")) {
    throw new InputError(`Cannot use node "${node}" of "${name}": "." and ".." are not names`, name, node);
  }
  return [name, ...inner].join("/");
}

/**
 * Opens an array of a Zarr folder, of format 3. Only its zarr.json is read; chunks follow when they are needed. Chunks
 * that are bytes in little-endian order are read straight into the kernels' memory; compressed and sharded ones are
 * decoded by the package zarrita (gzip, zstd, blosc, crc32c, transpose, sharding), which is loaded then. A chunk without
 * a file is full of the array's `fill_value`.
 *
 * @param path Folder, or `file:` URL.
 * @param options Name of the array within the folder.
 * @throws {InputError} if there is no such folder or array.
 * @throws {DtypeError} if its elements are not of the type asked for.
 * @throws {FormatError} if it is of another format, a group, or of an element type that no array has; and later, if a
 * chunk is cut off or cannot be decoded.
 * @example
 * ```ts
 * import { inMemory, openZarr, rechunk, toZarr } from "@cosmesh/cosmesh/chunked";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = `${await Deno.makeTempDir()}/cube.zarr`;
 * await rechunk(inMemory(zeros([8, 8, 8], "float32"), { unit: "K" }), [4, 4, 4], { out: toZarr(path) });
 * using cube = await openZarr(path);
 * console.log(cube.shape, cube.chunkShape, cube.unit); // [ 8, 8, 8 ] [ 4, 4, 4 ] K
 * ```
 */
export async function openZarr<D extends DType = DType>(
  path: string | URL,
  { node, dtype }: OpenZarrOptions<D> = {},
): Promise<ChunkedArray<D>> {
  const folder = folderOf(path, node);
  const fail = (what: string, cause?: unknown) =>
    new FormatError(`Cannot read "${folder}": ${what}`, folder, "zarr.json", { cause });
  const metadata = parseZarr(await readMetadata(folder), fail);
  checkDtype(folder, metadata.dtype, dtype);
  const source = await zarrSource(folder, metadata, fail) as ChunkSource<D>;
  return new ChunkedArray(source, attributesOf(metadata));
}

/** Checks that an array has the element type that is asked for. */
export function checkDtype(name: string, dtype: DType, expected: DType | undefined): void {
  if (expected === undefined || dtype === expected) return;
  throw new DtypeError(`Cannot read "${name}": its elements must be ${expected}, got ${dtype}`, expected, dtype);
}

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

async function readMetadata(folder: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/zarr.json`);
  } catch (cause) {
    if (await exists(`${folder}/.zarray`) || await exists(`${folder}/.zgroup`)) {
      throw new FormatError(
        `Cannot read "${folder}": it has Zarr format 2, and only 3 is read; convert it, as with "zarr migrate v3"`,
        folder,
        ".zarray",
      );
    }
    const missing = cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory;
    const reason = missing ? "there is no Zarr array, as it has no zarr.json" : (cause as Error).message;
    throw new InputError(`Cannot read "${folder}": ${reason}`, folder, "", { cause });
  }
}

/** The chunks of an array whose zarr.json was read. */
export async function zarrSource(
  folder: string,
  metadata: ZarrMetadata,
  fail: (what: string, cause?: unknown) => FormatError,
): Promise<ChunkSource> {
  const { shape, chunkShape, dtype, raw } = metadata;
  const edges = regularEdges(shape, chunkShape);
  const decode = raw ? undefined : await decoder(folder, metadata).catch((cause) => {
    throw fail(`its chunks cannot be decoded (${(cause as Error).message}); convert it`, cause);
  });
  return {
    name: folder,
    shape,
    dtype,
    chunkShape,
    edges,
    bufferLength: product(chunkShape) * numbersOf(dtype),
    // The compressed and the decoded form, in ordinary memory.
    extraBytes: raw ? 0 : 2 * chunkBytes(metadata),
    load: async (chunk, buffer) => {
      const full = decode
        ? await decoded(folder, metadata, decode, chunk, buffer)
        : await plain(folder, metadata, chunk, buffer);
      return new View(full.data, dtype, boxOf(edges, chunk).count, full.strides, full.offset);
    },
    close: () => {},
  };
}

async function plain(folder: string, metadata: ZarrMetadata, chunk: readonly number[], buffer: TypedArray) {
  const { key, chunkShape, dtype, fill } = metadata;
  const path = `${folder}/${key(chunk)}`;
  const read = await readFile(path, buffer).catch((cause) => {
    throw new FormatError(`Cannot read "${path}": ${(cause as Error).message}`, path, "", { cause });
  });
  if (read === undefined) fillWith(buffer, fill);
  else if (read !== buffer.byteLength) {
    const size = read > buffer.byteLength ? "more than the" : `${read} of`;
    throw new FormatError(
      `Cannot read "${path}": the chunk has ${size} ${buffer.byteLength} bytes; write or copy it again`,
      path,
      key(chunk),
    );
  }
  return viewOver(buffer, chunkShape, dtype);
}

function fillWith(buffer: TypedArray, fill: readonly number[]): void {
  if (fill.length === 1 || Object.is(fill[0], fill[1])) buffer.fill(fill[0]);
  else for (let i = 0; i < buffer.length; i++) buffer[i] = fill[i & 1];
}

async function decoded(
  folder: string,
  { key, chunkShape, dtype, fill, sharded }: ZarrMetadata,
  decode: Decoder,
  chunk: readonly number[],
  buffer: TypedArray,
): Promise<View<DType>> {
  const path = sharded ? folder : `${folder}/${key(chunk)}`;
  if (!sharded && !await exists(path)) {
    fillWith(buffer, fill);
    return viewOver(buffer, chunkShape, dtype);
  }
  const fail = (reason: string, cause?: unknown) =>
    new FormatError(
      `Cannot read "${path}": chunk [${chunk.join(", ")}] cannot be decoded (${reason}); write or copy it again`,
      path,
      key(chunk),
      { cause },
    );
  const view = await decode(chunk).catch((cause) => {
    throw fail((cause as Error).message, cause);
  });
  if (view.data.length !== buffer.length) throw fail(`${view.data.byteLength} of ${buffer.byteLength} bytes`);
  (buffer as Float64Array).set(view.data as Float64Array);
  return new View<DType>(buffer as Float64Array, dtype, chunkShape, view.strides, 0);
}
