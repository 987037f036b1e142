import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import type { DType } from "../array/mod.ts";
import { checkOneOf, InputError, writeFailure } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { numbersOf } from "./_buffers.ts";
import { writeFile } from "./_files.ts";
import { checkChunkShape, product, regularEdges } from "./_grid.ts";
import { chunkBytes, GROUP_DOCUMENT, parseZarr, type ZarrCompression, zarrDocument } from "./_zarr_metadata.ts";
import { ChunkedArray } from "./chunked_array.ts";
import type { ChunkSink, ChunkSource, Destination, OutputSpec } from "./source.ts";
import { folderOf, zarrSource } from "./zarr.ts";

/** Options of `toZarr`. */
export interface ToZarrOptions {
  /** Name of the array within the folder, such as "fields/temperature". Default: the folder is the array. */
  node?: string;
  /** Compression of each chunk, at the fastest level. Default: none, which is the fastest to write and read. */
  compression?: ZarrCompression;
  /** Whether an array of this name is replaced, when the new one is complete. Default: it is an error. */
  overwrite?: boolean;
}

let count = 0;

/**
 * A Zarr folder, of format 3, as the place for an output. zarr-python and other programs read it. It is written as
 * `<path>.tmp-...` and renamed when it is complete; on an error that is removed.
 *
 * Chunks lie uncompressed in little-endian order unless asked otherwise. Complex numbers are `complex64` and
 * `complex128`, as zarr-python has them. The unit is the attribute `unit`. Unlike files of HDF5, chunks are handed to the
 * system and not waited for until they are on the disk; one that a power failure cut off is noticed on reading.
 *
 * @param path Folder, or `file:` URL; the folder it lies in must be there.
 * @param options Name within the folder, compression, and whether to replace.
 * @example
 * ```ts
 * import { toZarr } from "@cosmesh/cosmesh/chunked";
 * const out = toZarr("fields.zarr", { node: "temperature", compression: "zstd" });
 * ```
 */
export function toZarr(path: string | URL, options: ToZarrOptions = {}): Destination {
  const folder = folderOf(path, options.node);
  const compression = checkOneOf(options.compression ?? "none", "compression", ["none", "gzip", "zstd"]);
  const root = folderOf(path);
  return {
    folder: root.replace(/[^/]*$/, "") || ".",
    create: (spec) => createZarr(root, folder, spec, { ...options, compression }),
    // What is compressed lies in ordinary memory: a copy of the chunk, and its compressed form.
    needs: (spec) => ({
      bufferLength: product(spec.chunkShape) * numbersOf(spec.dtype),
      extraBytes: compression === "none" ? 0 : 2 * chunkBytes(spec),
    }),
  };
}

async function createZarr<D extends DType>(
  root: string,
  folder: string,
  spec: OutputSpec<D>,
  { compression, overwrite = false }: ToZarrOptions & { compression: ZarrCompression },
): Promise<ChunkSink<D>> {
  checkChunkShape(`write "${folder}"`, spec.shape, spec.chunkShape);
  await checkFree(root, folder, overwrite);
  const temporary = `${root}.tmp-${Deno.pid}-${count++}`;
  const document = JSON.stringify(zarrDocument(spec, compression), null, 2);
  const metadata = parseZarr(
    document,
    (what) => new InputError(`Cannot write "${folder}": ${what}`, folder, "") as never,
  );
  const made = new Map<string, Promise<void>>();
  const write = async (key: string, bytes: TypedArray) => {
    const path = `${temporary}/${key}`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(parent)) made.set(parent, Deno.mkdir(parent, { recursive: true }));
    await made.get(parent);
    await writeFile(path, bytes);
  };
  const { bufferLength, extraBytes } = toZarr(root, { compression }).needs(spec);
  await attempt(folder, () => Deno.mkdir(temporary));
  return {
    name: folder,
    edges: regularEdges(spec.shape, spec.chunkShape),
    dtype: spec.dtype,
    bufferLength,
    extraBytes,
    bufferShape: () => spec.chunkShape,
    place: () => {
      throw new TypeError("Cannot write to a file in place");
    },
    store: (chunk, buffer) => attempt(folder, () => write(metadata.key(chunk), compress(buffer, compression))),
    finish: () =>
      attempt(folder, async () => {
        await write("zarr.json", new TextEncoder().encode(document + "\n"));
        await publish(root, temporary, folder, overwrite);
        return new ChunkedArray(await zarrSource(folder, metadata, neverFails) as ChunkSource<D>, spec);
      }),
    discard: () => Deno.remove(temporary, { recursive: true }).catch(() => {}),
  };
}

const neverFails = (what: string): never => {
  throw new TypeError(what);
};

function compress(buffer: TypedArray, compression: ZarrCompression): TypedArray {
  if (compression === "none") return buffer;
  // Node takes no shared memory.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
  const packed = compression === "gzip"
    ? gzipSync(bytes, { level: 1 })
    : zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/** Whether there is an array's zarr.json in a folder. */
async function isArray(folder: string): Promise<boolean> {
  const text = await Deno.readTextFile(`${folder}/zarr.json`).catch(() => "");
  return /"node_type"\s*:\s*"array"/.test(text);
}

/** Refuses a place inside of an array, or where something is, unless it is an array that may be replaced. */
async function checkFree(root: string, folder: string, overwrite: boolean): Promise<void> {
  for (let end = root.length; end < folder.length; end = (folder + "/").indexOf("/", end + 1)) {
    const parent = folder.slice(0, end);
    if (!await isArray(parent)) continue;
    throw new InputError(
      `Cannot write "${folder}": "${parent}" is an array, not a group; name another place`,
      folder,
      "",
    );
  }
  const there = await Deno.stat(folder).then(() => true, () => false);
  if (!there) return;
  const array = await isArray(folder);
  if (overwrite && array) return;
  const way = array ? `remove it, or pass "overwrite: true"` : "it is not a Zarr array; name another place";
  throw new InputError(`Cannot write "${folder}": it exists; ${way}`, folder, "");
}

/** Renames the finished folder, and makes the groups in which it lies. */
async function publish(root: string, temporary: string, folder: string, overwrite: boolean): Promise<void> {
  const parents = folder.slice(root.length).split("/").slice(0, -1);
  let group = root;
  for (const [i, name] of parents.entries()) {
    if (i > 0) group += `/${name}`;
    await Deno.mkdir(group, { recursive: true });
    const document = `${group}/zarr.json`;
    const exists = await Deno.stat(document).then(() => true, () => false);
    if (!exists) await Deno.writeTextFile(document, JSON.stringify(GROUP_DOCUMENT, null, 2) + "\n");
  }
  await checkFree(root, folder, overwrite);
  const old = `${temporary}-old`;
  const replaced = await Deno.rename(folder, old).then(() => true, () => false);
  await Deno.rename(temporary, folder);
  if (replaced) await Deno.remove(old, { recursive: true });
}

async function attempt<T>(folder: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}
