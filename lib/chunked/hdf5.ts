import { type DType, itemSize, NdArray, type View } from "../array/mod.ts";
import { canonicalJson, FormatError, InputError, type Json, ShapeError } from "../base/mod.ts";
import { type Hdf5File, type Hdf5Output, openHdf5, type WritableAttribute, writeHdf5 } from "../io/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { numbersOf, viewOver } from "./_buffers.ts";
import { boxOf, checkChunkShape, product, regularEdges } from "./_grid.ts";
import { chunkBytes } from "./_zarr_metadata.ts";
import { ChunkedArray } from "./chunked_array.ts";
import type { Attributes, ChunkSink, ChunkSource, Destination, OutputSpec } from "./source.ts";
import { checkDtype, folderOf } from "./zarr.ts";

/** Options of `openHdf5Chunks`. */
export interface OpenHdf5ChunksOptions<D extends DType = DType> {
  /** Element type that the dataset must have. Default: any. */
  dtype?: D;
  /** Lengths of the parts that are read at once; multiples of the file's chunks are best. Default: the file's chunks. */
  chunkShape?: readonly number[];
}

/** [byte] Parts of a contiguous dataset that are read at once. */
const PART_BYTES = 1 << 22;

/** Whole rows of a contiguous dataset, of at most PART_BYTES. */
function rows(shape: readonly number[], item: number): number[] {
  let room = Math.max(1, Math.floor(PART_BYTES / item));
  return [...shape].reverse().map((n) => {
    const length = Math.max(1, Math.min(n, room));
    room = Math.floor(room / length);
    return length;
  }).reverse();
}

/**
 * Opens a dataset of an HDF5 file as a chunked array; complex numbers are pairs named r and i, as h5py writes them. A
 * contiguous dataset is read in rows of up to 4 MiB. The file stays open until the result is closed.
 *
 * @param path File, or `file:` URL.
 * @param dataset Name of the dataset.
 * @param options Parts that are read at once.
 * @throws {InputError} if there is no such file.
 * @throws {FormatError} if there is no such dataset, or its element type is one that no array has.
 * @throws {DtypeError} if its elements are not of the type asked for; {ShapeError} if `chunkShape` does not fit.
 * @example
 * ```ts
 * import { openHdf5Chunks, reduce } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using positions = await openHdf5Chunks("examples/nbody/inputs.h5", "snap_0/halo_positions");
 * using mean = await reduce(positions, "mean", { axis: 0 });
 * console.log(mean.data.length); // 3
 * ```
 */
export async function openHdf5Chunks<D extends DType = DType>(
  path: string | URL,
  dataset: string,
  { chunkShape, dtype: expected }: OpenHdf5ChunksOptions<D> = {},
): Promise<ChunkedArray<D>> {
  const file = await openHdf5(path);
  try {
    const layout = file.layout(dataset);
    const { shape, dtype } = layout;
    if (!dtype) {
      throw new FormatError(
        `Cannot read "${file.path}": dataset "${dataset}" must hold float32, float64, int32, uint32, uint16, uint8 or ` +
          "pairs (r, i) of floats; convert it",
        file.path,
        dataset,
      );
    }
    checkDtype(file.path, dtype, expected);
    const chunks = chunkShape ?? layout.chunkShape ?? rows(shape, itemSize(dtype));
    if (chunkShape) checkChunkShape(`read dataset "${dataset}"`, shape, chunkShape);
    return new ChunkedArray(source(file, dataset, shape, chunks, dtype as D), attributesOf(file, dataset));
  } catch (error) {
    file.close();
    throw error;
  }
}

function attributesOf(file: Hdf5File, dataset: string): { unit?: string; attributes: Attributes } {
  const { unit, ...attributes } = file.attributes(dataset);
  return { ...typeof unit === "string" ? { unit } : {}, attributes: attributes as Attributes };
}

function source<D extends DType>(
  file: Hdf5File,
  dataset: string,
  shape: readonly number[],
  chunkShape: readonly number[],
  dtype: D,
): ChunkSource<D> {
  const edges = regularEdges(shape, chunkShape);
  return {
    name: `dataset "${dataset}" of "${file.path}"`,
    shape,
    dtype,
    chunkShape,
    edges,
    bufferLength: product(chunkShape) * numbersOf(dtype),
    // The same bytes once more in the memory of HDF5.
    extraBytes: chunkBytes({ chunkShape, dtype }),
    load: (chunk, buffer): View<D> => {
      const { offset, count } = boxOf(edges, chunk);
      const data = buffer.subarray(0, product(count) * numbersOf(dtype)) as TypedArray;
      file.readBox(dataset, offset, count, data);
      return viewOver(data, count, dtype);
    },
    close: () => file.close(),
  };
}

/** Options of `toHdf5`. */
export interface ToHdf5Options {
  /** Whether a file of this name is replaced, when the new one is complete. Default: it is an error. */
  overwrite?: boolean;
}

/**
 * A dataset of a new HDF5 file as the place for an output, uncompressed and chunked; h5py and other programs read it.
 * The file appears under its name when it is complete and on the disk.
 *
 * @param path File, or `file:` URL; its folder must be there.
 * @param dataset Name of the dataset; groups it lies in are made.
 * @param options Whether to replace a file.
 * @example
 * ```ts
 * import { toHdf5 } from "@cosmesh/cosmesh/chunked";
 * const out = toHdf5("fields.h5", "grid/temperature");
 * ```
 */
export function toHdf5(path: string | URL, dataset: string, { overwrite = false }: ToHdf5Options = {}): Destination {
  const name = folderOf(path);
  return {
    folder: name.replace(/[^/]*$/, "") || ".",
    create: (spec) => createHdf5(name, dataset, spec, overwrite),
    needs: (spec) => ({ bufferLength: product(spec.chunkShape) * numbersOf(spec.dtype), extraBytes: chunkBytes(spec) }),
  };
}

async function createHdf5<D extends DType>(
  path: string,
  dataset: string,
  spec: OutputSpec<D>,
  overwrite: boolean,
): Promise<ChunkSink<D>> {
  const { shape, chunkShape, dtype, unit, attributes } = spec;
  checkChunkShape(`write "${path}"`, shape, chunkShape);
  if (shape.length === 0) {
    throw new ShapeError(
      `Cannot write dataset "${dataset}": a chunked dataset needs an axis, got shape []`,
      "an axis",
      "[]",
    );
  }
  const there = await Deno.stat(path).then(() => true, () => false);
  if (there && !overwrite) {
    throw new InputError(`Cannot write "${path}": it exists; remove it, or pass "overwrite: true"`, path, "");
  }
  // The file is written by `writeHdf5`, which runs until `finished` is settled.
  const started = Promise.withResolvers<Hdf5Output>();
  const finished = Promise.withResolvers<void>();
  const written = writeHdf5(path, (file) => {
    file.createArray(dataset, { shape, dtype, chunks: chunkShape, unit, attributes: plain(attributes) });
    started.resolve(file);
    return finished.promise;
  });
  written.catch(started.reject);
  const file = await started.promise;
  const edges = regularEdges(shape, chunkShape);
  return {
    name: `dataset "${dataset}" of "${path}"`,
    edges,
    dtype,
    bufferLength: product(chunkShape) * numbersOf(dtype),
    extraBytes: chunkBytes(spec),
    bufferShape: (chunk) => boxOf(edges, chunk).count,
    place: () => {
      throw new TypeError("Cannot write to a file in place");
    },
    store: (chunk, buffer) => {
      const { offset, count } = boxOf(edges, chunk);
      const data = buffer.subarray(0, product(count) * numbersOf(dtype));
      file.writeBox(dataset, offset, new NdArray(data as never, count, dtype) as NdArray);
    },
    finish: async () => {
      finished.resolve();
      await written;
      return await openHdf5Chunks(path, dataset, { dtype });
    },
    discard: async () => {
      finished.reject(new Error("the output was discarded"));
      await written.catch(() => {});
    },
  };
}

/** Attributes as HDF5 takes them: lists of numbers as typed arrays, what it has no form for as JSON. */
function plain(attributes: Attributes = {}): Record<string, WritableAttribute> {
  const all = (list: readonly Json[], type: string) => list.length > 0 && list.every((item) => typeof item === type);
  const form = (value: Json): WritableAttribute => {
    if (Array.isArray(value)) {
      if (all(value, "number")) return Float64Array.from(value);
      if (all(value, "string")) return value;
    }
    return typeof value === "object" ? canonicalJson(value) : value;
  };
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, form(value)]));
}
