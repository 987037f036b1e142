import { constructorOf, type DType, isComplex, itemSize, NdArray, sizeOf } from "../array/mod.ts";
import { DtypeError, type InputError, ShapeError, writeFailure } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { type H5, type H5File, loadH5, reasonOf, withoutClock } from "./_h5wasm.ts";
import { checkBox, type Slab, SLAB_BYTES, slabRows, slabs } from "./_slabs.ts";
import { pathOf } from "./read.ts";

/** Values that attributes can have. A number is written as float64, a bigint as int64, a boolean as uint8 (0 or 1). */
export type WritableAttribute =
  | number
  | bigint
  | boolean
  | string
  | readonly string[]
  | TypedArray
  | BigInt64Array;

/** Options of `Hdf5Output.writeArray`. */
export interface WriteArrayOptions {
  /** Lengths of the axes; needed for a typed array of more than one. */
  shape?: readonly number[];
  /** Unit, written as attribute `unit`; "1" for numbers without one. */
  unit?: string;
  /** Further attributes. */
  attributes?: Readonly<Record<string, WritableAttribute>>;
  /** Lengths of chunks. Default: contiguous, or one chunk per slab for data beyond one slab. */
  chunks?: readonly number[];
}

/** What `Hdf5Output.createArray` is to make. */
export interface CreateArrayOptions extends Pick<WriteArrayOptions, "unit" | "attributes"> {
  /** Lengths of the axes, of which there is at least one. */
  shape: readonly number[];
  /** Element type; complex numbers are pairs named r and i, as h5py has them. */
  dtype: DType;
  /** Lengths of the chunks. */
  chunks: readonly number[];
}

/** Options of `writeHdf5`. */
export interface WriteHdf5Options {
  /** [byte] Most bytes written at once. Default: 64 MiB. */
  slabBytes?: number;
}

const COMPLEX = { complex64: "<f", complex128: "<d" } as const;

const FORMATS = new Map<unknown, string>([
  [Float32Array, "<f"],
  [Float64Array, "<d"],
  [Int32Array, "<i"],
  [Uint32Array, "<I"],
  [Uint16Array, "<H"],
  [Uint8Array, "<B"],
  [BigInt64Array, "<q"],
]);

/** An HDF5 file that is being written; see `writeHdf5`. */
export class Hdf5Output {
  readonly #h5: H5;
  readonly #file: H5File;
  readonly #slabBytes: number;

  /** Used by `writeHdf5`. */
  constructor(readonly path: string, h5: H5, file: unknown, slabBytes: number) {
    this.#h5 = h5;
    this.#file = file as H5File;
    this.#slabBytes = slabBytes;
  }

  /** Makes a group, and those it lies in, unless they are there. */
  group(path: string, attributes: Readonly<Record<string, WritableAttribute>> = {}): void {
    this.#run(() => {
      path.split("/").filter((part) => part !== "").reduce((parent, name) => {
        const inner = `${parent}/${name}`;
        if (this.#h5.module.get_type(this.#file.file_id, inner) < 0) this.#group(parent).create_group(name);
        return inner;
      }, "");
    });
    this.setAttributes(path, attributes);
  }

  /** Sets attributes of a group or dataset. */
  setAttributes(object: string, attributes: Readonly<Record<string, WritableAttribute>>): void {
    const target = this.#group(object);
    for (const [name, value] of Object.entries(attributes)) {
      this.#run(() => {
        if (typeof value === "number") target.create_attribute(name, Float64Array.of(value), [], "<d");
        else if (typeof value === "bigint") target.create_attribute(name, BigInt64Array.of(value), [], "<q");
        else if (typeof value === "boolean") target.create_attribute(name, Uint8Array.of(Number(value)), [], "<B");
        else if (typeof value === "string") target.create_attribute(name, value, [], "S");
        else if (ArrayBuffer.isView(value)) {
          target.create_attribute(name, value as Float64Array, [value.length], FORMATS.get(value.constructor));
        } else target.create_attribute(name, [...value], [value.length], "S");
      });
    }
  }

  /**
   * Writes an array as a dataset, slab by slab; groups it lies in are made. Data of one slab are contiguous in the file,
   * larger ones are cut into chunks along the first axis that allows it.
   *
   * @throws {ShapeError} if the shape does not fit the data.
   */
  writeArray(path: string, data: NdArray | TypedArray | BigInt64Array, options: WriteArrayOptions = {}): void {
    const values = data instanceof NdArray ? data.data : data;
    const shape = options.shape ?? (data instanceof NdArray ? data.shape : [values.length]);
    if (sizeOf(shape) !== values.length) {
      throw new ShapeError(
        `Cannot write dataset "${path}": shape [${shape.join(", ")}] does not fit ${values.length} numbers`,
        `[${shape.join(", ")}]`,
        String(values.length),
      );
    }
    const { parent, name } = this.#place(path);
    const dtype = FORMATS.get(values.constructor);
    const itemBytes = values.BYTES_PER_ELEMENT;
    const whole = values.byteLength <= this.#slabBytes;
    if (whole && !options.chunks) {
      this.#run(() => parent.create_dataset({ name, data: values as Float64Array, shape: [...shape], dtype }));
    } else {
      const { axis, rows } = slabRows(shape, itemBytes, this.#slabBytes);
      const chunks = options.chunks ?? shape.map((n, i) => i < axis ? 1 : i === axis ? rows : n);
      this.#run(() => {
        this.#createEmpty(path, values.subarray(0, 0) as Float64Array, shape, dtype!, chunks);
        this.#writeSlabs(path, values, shape.map(() => 0), slabs(shape, itemBytes, this.#slabBytes, chunks), itemBytes);
      });
    }
    this.setAttributes(path, { ...options.unit === undefined ? {} : { unit: options.unit }, ...options.attributes });
  }

  /**
   * Makes a chunked dataset whose elements are written by `writeBox`; what is not written is 0.
   *
   * @param path Name; groups it lies in are made.
   * @param options Shape, element type, chunks, unit and attributes.
   */
  createArray(path: string, { shape, dtype, chunks, unit, attributes }: CreateArrayOptions): void {
    const none = new (constructorOf(dtype))(new ArrayBuffer(0), 0, 0);
    const format = isComplex(dtype) ? ["r", "i"].map((name) => [name, COMPLEX[dtype]]) : FORMATS.get(none.constructor)!;
    this.#run(() => this.#createEmpty(path, none as Float64Array, shape, format, chunks));
    this.setAttributes(path, { ...unit === undefined ? {} : { unit }, ...attributes });
  }

  /**
   * Writes a box of a dataset that `createArray` made.
   *
   * @param path Name of the dataset.
   * @param offset [1] First index of the box on each axis.
   * @param box Elements, of the dataset's element type.
   */
  writeBox(path: string, offset: readonly number[], box: NdArray): void {
    const item = itemSize(box.dtype);
    const metadata = this.#h5.module.get_dataset_metadata(this.#file.file_id, path);
    checkBox(`write to dataset "${path}"`, metadata.shape ?? [], offset, box.shape, box.size);
    if (metadata.size !== item) {
      const [needed, got] = [`elements of ${metadata.size} bytes`, box.dtype];
      throw new DtypeError(`Cannot write to dataset "${path}": it holds ${needed}, got ${got}`, needed, got);
    }
    this.#run(() => this.#writeSlabs(path, box.data, offset, slabs(box.shape, item, this.#slabBytes), item));
  }

  /** Writes a list of texts as a dataset. */
  writeStrings(
    path: string,
    texts: readonly string[],
    attributes: Readonly<Record<string, WritableAttribute>> = {},
  ): void {
    const { parent, name } = this.#place(path);
    this.#run(() => parent.create_dataset({ name, data: [...texts], shape: [texts.length], dtype: "S" }));
    this.setAttributes(path, attributes);
  }

  /** Runs `body`, which calls HDF5; its errors, such as a full disk, become an InputError. */
  #run(body: () => void): void {
    try {
      withoutClock(body);
    } catch (cause) {
      throw writeError(this.path, cause);
    }
  }

  /** A group or dataset of the file. */
  #group(path: string): H5File {
    return this.#file.get(path === "" ? "/" : path) as H5File;
  }

  #place(path: string): { parent: H5File; name: string } {
    const cut = path.lastIndexOf("/");
    const folder = path.slice(0, Math.max(cut, 0));
    this.group(folder);
    return { parent: this.#group(folder), name: path.slice(cut + 1) };
  }

  /** Makes a dataset without elements and then extends it, as making it whole would write all of it at once. */
  #createEmpty(
    path: string,
    none: Float64Array,
    shape: readonly number[],
    dtype: string | string[][],
    chunks: readonly number[],
  ): void {
    const { parent, name } = this.#place(path);
    parent.create_dataset({
      name,
      // Members of pairs come by name.
      data: typeof dtype === "string" ? none : new Map(dtype.map(([member]) => [member, none])) as never,
      shape: shape.map((n, i) => i === 0 ? 0 : n),
      maxshape: [...shape],
      chunks: [...chunks],
      dtype: dtype as string,
    });
    this.#h5.module.resize_dataset(this.#file.file_id, path, shape.map(BigInt));
  }

  /** Writes slabs of the box that starts at `first`; `item` is the size of an element. */
  #writeSlabs(
    path: string,
    values: TypedArray | BigInt64Array,
    first: readonly number[],
    parts: Iterable<Slab>,
    item: number,
  ): void {
    const { module } = this.#h5;
    const address = module._malloc(Math.max(Math.min(this.#slabBytes, values.byteLength), item));
    try {
      for (const { start, size, count, offset } of parts) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset + start * item, size * item);
        module.HEAPU8.set(bytes, address);
        const [counts, offsets] = [count, offset.map((o, axis) => o + first[axis])].map((n) => n.map(BigInt));
        const strides = count.map(() => 1n);
        module.set_dataset_data(this.#file.file_id, path, counts, offsets, strides, BigInt(address));
      }
    } finally {
      module._free(address);
    }
  }
}

/**
 * Writes an HDF5 file: `body` fills it, and it appears under its name only when it is complete and on the disk. Until
 * then it is `<path>.tmp-<process>`; on an error that is removed, and an older file stays. Equal contents give equal
 * bytes.
 *
 * @param path Path, or `file:` URL; its folder must be there.
 * @param body Writes groups, arrays and attributes.
 * @throws {InputError} if the file cannot be written, or the disk is full; errors of `body` itself are passed on.
 * @example
 * ```ts
 * import { openHdf5, writeHdf5 } from "@cosmesh/cosmesh/io";
 * const path = await Deno.makeTempFile({ suffix: ".h5" });
 * await writeHdf5(path, (file) => {
 *   file.setAttributes("/", { z: 8, code: "cosmesh" });
 *   file.writeArray("grid/delta_b", Float32Array.of(0.5, -0.5, 0, 0), { shape: [2, 2], unit: "1" });
 * });
 * using file = await openHdf5(path);
 * console.log(file.numberAttribute("/", "z"), file.info("grid/delta_b").shape); // 8 [ 2, 2 ]
 * ```
 */
export async function writeHdf5(
  path: string | URL,
  body: (file: Hdf5Output) => void | Promise<void>,
  { slabBytes = SLAB_BYTES }: WriteHdf5Options = {},
): Promise<void> {
  const name = pathOf(path);
  const temporary = `${name}.tmp-${Deno.pid}`;
  const h5 = await loadH5();
  // Made by Deno first, as its errors say why a file cannot be made.
  await attempt(name, () => Deno.writeFile(temporary, new Uint8Array()));
  let file: H5File | undefined;
  try {
    file = await attempt(name, () => withoutClock(() => h5.open(temporary, "w")));
    const output = new Hdf5Output(name, h5, file, slabBytes);
    await body(output);
    const open = file;
    file = undefined;
    await attempt(name, () => withoutClock(() => open.close()));
    await attempt(name, async () => {
      using written = await Deno.open(temporary, { read: true, write: true });
      await written.sync();
    });
    await attempt(name, () => Deno.rename(temporary, name));
  } catch (cause) {
    try {
      file?.close();
    } catch {
      // The error that is passed on came first.
    }
    // Emptied first: HDF5 may keep a file open that it failed to write, and with it the room on the disk.
    await Deno.truncate(temporary).catch(() => {});
    await Deno.remove(temporary).catch(() => {});
    throw cause;
  }
}

async function attempt<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw writeError(name, cause);
  }
}

function writeError(name: string, cause: unknown): InputError {
  const text = reasonOf(cause) || (cause as Error).message;
  // HDF5 hands its reasons over in a temporary file.
  const hidden = /tmpfile_/.test(text);
  return writeFailure(
    name,
    cause,
    hidden ? "HDF5 failed (allow writing to the folder for temporary files to see why)" : text,
  );
}
