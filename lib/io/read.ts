import { fileURLToPath } from "node:url";
import { constructorOf, type DType, empty, itemSize, type NdArray, sizeOf } from "../array/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { FormatError, InputError } from "../base/mod.ts";
import { type H5, type H5Dataset, type H5File, type H5Metadata, loadH5, reasonOf } from "./_h5wasm.ts";
import { missingSource } from "./_sources.ts";
import { checkBox, type Slab, SLAB_BYTES, slabs } from "./_slabs.ts";
import { complexOf, defaultDtype, dtypeOf, type FileDType, RAW, type RealDType } from "./_types.ts";
import { checkShape, checkUnit, type Expectation } from "./expect.ts";

/** Value of an attribute. */
export type AttributeValue = number | string | boolean | number[] | string[] | boolean[];

/** What a dataset is, without its elements. */
export interface DatasetInfo {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Element type; "int8", "int16", "int64" and "uint64" are converted on reading. */
  readonly dtype: FileDType;
  /** Its attribute `unit`. */
  readonly unit?: string;
}

/** How a dataset lies in its file. */
export interface DatasetLayout {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Element type; complex for pairs named r and i, as h5py writes them; undefined for one that no array holds. */
  readonly dtype?: DType;
  /** Lengths of its chunks; undefined if it is contiguous. */
  readonly chunkShape?: readonly number[];
}

/** Options of `Hdf5File.readArray`. */
export interface ReadArrayOptions<D extends RealDType = RealDType> extends Expectation {
  /** Element type to convert to. Default: that of the file, int32 for other integers. */
  dtype?: D;
}

/** Options of `openHdf5`. */
export interface OpenHdf5Options {
  /** [byte] Most bytes read at once. Default: 64 MiB. */
  slabBytes?: number;
}

/** Path of a file given as path or as `file:` URL. */
export function pathOf(path: string | URL): string {
  return typeof path === "string" ? path : fileURLToPath(path);
}

/** An HDF5 file that is open for reading. Close it with `using` or `close()`. */
export class Hdf5File implements Disposable {
  readonly #h5: H5;
  readonly #file: H5File;
  readonly #slabBytes: number;
  #open = true;

  /** Used by `openHdf5`. */
  constructor(readonly path: string, h5: H5, file: unknown, slabBytes: number) {
    this.#h5 = h5;
    this.#file = file as H5File;
    this.#slabBytes = slabBytes;
  }

  /** Names in a group, sorted as in the file. */
  names(group = "/"): string[] {
    if (this.#type(group) !== 0) throw this.#error(group, `there is no group "${group}"`);
    return this.#try(group, () => (this.#file.get(group) as H5File).keys());
  }

  /** Whether there is a group or dataset of this name. */
  has(name: string): boolean {
    return this.#type(name) >= 0;
  }

  /** Whether there is a dataset of this name. */
  hasDataset(name: string): boolean {
    return this.#type(name) === 1;
  }

  /**
   * Shape, element type and unit of a dataset.
   *
   * @throws {FormatError} if there is none.
   */
  info(dataset: string): DatasetInfo {
    const metadata = this.#metadata(dataset);
    const unit = this.attribute(dataset, "unit");
    return {
      shape: metadata.shape ?? [],
      dtype: dtypeOf(metadata),
      ...(typeof unit === "string" ? { unit } : {}),
    };
  }

  /**
   * Reads a dataset of numbers into the kernels' memory, slab by slab.
   *
   * @throws {FormatError} if it is missing or broken, or has another shape, unit or kind than expected.
   * @throws {MemoryError} if there is no room for it.
   */
  readArray<D extends RealDType = RealDType>(dataset: string, options: ReadArrayOptions<D> = {}): NdArray<D> {
    const raw = this.#rawType(dataset);
    const { shape } = this.#expect(dataset, options);
    const array = empty(shape, options.dtype ?? defaultDtype(raw) as D);
    try {
      this.#readInto(dataset, array.data);
    } catch (error) {
      array.dispose();
      throw error;
    }
    return array;
  }

  /**
   * Shape, element type and chunks of a dataset.
   *
   * @throws {FormatError} if there is none.
   */
  layout(dataset: string): DatasetLayout {
    const metadata = this.#metadata(dataset);
    const { shape, chunks } = metadata;
    const real = dtypeOf(metadata);
    const dtype = complexOf(metadata) ??
      (real in RAW && defaultDtype(real as keyof typeof RAW) === real ? real : undefined);
    return {
      shape: shape ?? [],
      ...dtype ? { dtype: dtype as DType } : {},
      ...chunks ? { chunkShape: chunks } : {},
    };
  }

  /**
   * Reads a box of a dataset into `target`, without conversion; complex numbers as pairs.
   *
   * @param dataset Name.
   * @param offset [1] First index of the box on each axis.
   * @param count [1] Lengths of the box.
   * @param target Typed array of the dataset's element type; the box fills it in C order.
   * @throws {ShapeError} if the box leaves the dataset, or does not fill `target`.
   * @throws {FormatError} if the dataset is missing or broken, or has another element type.
   */
  readBox(dataset: string, offset: readonly number[], count: readonly number[], target: TypedArray): void {
    const { shape, dtype } = this.layout(dataset);
    if (!dtype || !(target instanceof (constructorOf(dtype) as unknown as typeof Float32Array))) {
      throw this.#error(dataset, `dataset "${dataset}" must be read as ${dtype ?? "something else"}`);
    }
    const item = itemSize(dtype);
    checkBox(`read from dataset "${dataset}"`, shape, offset, count, target.byteLength / item);
    this.#boxes(dataset, offset, slabs(count, item, this.#slabBytes), item, (address, start, bytes) => {
      const part = new Uint8Array(target.buffer, target.byteOffset + start * item, bytes);
      part.set(this.#h5.module.HEAPU8.subarray(address, address + bytes));
    });
  }

  /**
   * Reads a dataset of numbers as float64 into ordinary memory: for small tables.
   *
   * @throws {FormatError} as `readArray`.
   */
  readNumbers(dataset: string, options: Expectation = {}): Float64Array {
    this.#rawType(dataset);
    const numbers = new Float64Array(sizeOf(this.#expect(dataset, options).shape));
    this.#readInto(dataset, numbers);
    return numbers;
  }

  /**
   * Reads consecutive rows of a dataset of numbers, as many as fill `target`, which are converted to its type.
   *
   * @param dataset Name.
   * @param first [1] First row: index along the first axis.
   * @param target Is filled; the numbers of a row are those of all further axes.
   * @throws {ShapeError} if there are fewer rows; {FormatError} as `readArray`.
   */
  readRows(dataset: string, first: number, target: Float32Array | Float64Array, options: Expectation = {}): void {
    const type = RAW[this.#rawType(dataset)];
    const { shape } = this.#expect(dataset, options);
    const width = sizeOf(shape.slice(1));
    const count = [width > 0 ? target.length / width : 0, ...shape.slice(1)];
    const offset = [first, ...count.slice(1).map(() => 0)];
    checkBox(`read from dataset "${dataset}"`, shape, offset, count, target.length);
    if (target.length === 0) return;
    const item = type.BYTES_PER_ELEMENT;
    this.#boxes(dataset, offset, slabs(count, item, this.#slabBytes), item, (address, start, bytes) => {
      const values = new type(this.#h5.module.HEAPU8.buffer as ArrayBuffer, address, bytes / item);
      if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
        for (let i = 0; i < values.length; i++) target[start + i] = Number(values[i]);
      } else target.set(values, start);
    });
  }

  /**
   * Reads a dataset of numbers slab by slab, for arrays that are not to be held whole. The numbers that `each` gets are
   * overwritten by the next slab.
   *
   * @param each Called with a slab's numbers, and the place of its first element in the flat array.
   * @throws {FormatError} as `readArray`.
   */
  readSlabs(
    dataset: string,
    options: Expectation,
    each: (numbers: Float32Array | Float64Array, start: number) => void,
  ) {
    const raw = this.#rawType(dataset);
    this.#expect(dataset, options);
    this.#slabs(dataset, (values, start) => {
      each(raw === "float32" || raw === "float64" ? values as Float64Array : Float64Array.from(values, Number), start);
    });
  }

  /**
   * Reads a dataset of texts.
   *
   * @throws {FormatError} if it is missing, broken or holds no texts.
   */
  readStrings(dataset: string): string[] {
    if (dtypeOf(this.#metadata(dataset)) !== "string") {
      throw this.#error(dataset, `dataset "${dataset}" must hold texts`);
    }
    const value = this.#try(dataset, () => (this.#file.get(dataset) as H5Dataset).json_value);
    return Array.isArray(value) ? value as string[] : [value as string];
  }

  /** Value of an attribute of a group or dataset; undefined if there is none. */
  attribute(object: string, name: string): AttributeValue | undefined {
    return this.attributes(object)[name];
  }

  /** All attributes of a group or dataset. */
  attributes(object: string): Record<string, AttributeValue> {
    if (!this.has(object)) throw this.#error(object, `there is no "${object}"`);
    return this.#try(object, () => {
      const { attrs } = this.#file.get(object) as H5Dataset;
      return Object.fromEntries(Object.entries(attrs).map(([key, a]) => [key, a.json_value as AttributeValue]));
    });
  }

  /**
   * Value of an attribute that must be a finite number.
   *
   * @throws {FormatError} if it is missing or something else.
   */
  numberAttribute(object: string, name: string): number {
    const value = this.attribute(object, name);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const got = value === undefined ? "there is none" : `got ${JSON.stringify(value)}`;
    throw this.#error(`${object}@${name}`, `attribute "${name}" of "${object}" must be a finite number, ${got}`);
  }

  /** Closes the file. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#try("/", () => this.#file.close());
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #error(location: string, what: string, cause?: unknown): FormatError {
    return new FormatError(`Cannot read "${this.path}": ${what}`, this.path, location, { cause });
  }

  /** Runs `body`, which calls HDF5; its errors become a FormatError. */
  #try<T>(location: string, body: () => T): T {
    try {
      return body();
    } catch (cause) {
      const reason = reasonOf(cause);
      throw this.#error(
        location,
        `"${location}" is broken${reason && ` (${reason})`}; write or copy the file again`,
        cause,
      );
    }
  }

  /** 0 for a group, 1 for a dataset, -1 if there is nothing, else something unknown. */
  #type(name: string): number {
    return this.#try(name, () => this.#h5.module.get_type(this.#file.file_id, name));
  }

  /** What lies where a dataset is missing. */
  #present(dataset: string): string {
    const group = dataset.slice(0, Math.max(dataset.lastIndexOf("/"), 0)) || "/";
    const names = this.#type(group) === 0 ? this.names(group) : [];
    if (names.length === 0) return "";
    return `; "${group}" has ${names.slice(0, 8).join(", ")}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`;
  }

  #metadata(dataset: string): H5Metadata {
    const type = this.#type(dataset);
    if (type < 0) throw this.#error(dataset, `there is no dataset "${dataset}"${this.#present(dataset)}`);
    if (type !== 1) throw this.#error(dataset, `"${dataset}" must be a dataset`);
    return this.#try(dataset, () => this.#h5.module.get_dataset_metadata(this.#file.file_id, dataset));
  }

  #rawType(dataset: string): keyof typeof RAW {
    const dtype = dtypeOf(this.#metadata(dataset));
    if (dtype in RAW) return dtype as keyof typeof RAW;
    throw this.#error(dataset, `dataset "${dataset}" must hold integers, float32 or float64`);
  }

  #expect(dataset: string, expectation: Expectation): DatasetInfo {
    const info = this.info(dataset);
    checkShape(info.shape, expectation.shape, this.path, dataset);
    checkUnit(info.unit, expectation, this.path, dataset);
    return info;
  }

  #readInto(dataset: string, target: TypedArray): void {
    const whole = !(target instanceof Float64Array || target instanceof Float32Array);
    this.#slabs(dataset, (values, start) => {
      if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
        for (let i = 0; i < values.length; i++) target[start + i] = Number(values[i]);
      } else target.set(values, start);
      if (!whole) return;
      const lost = values.findIndex((value, i) => Number(value) !== target[start + i]);
      if (lost < 0) return;
      const type = target.constructor.name.replace("Array", "").toLowerCase();
      throw this.#error(
        dataset,
        `dataset "${dataset}" has ${values[lost]}, which ${type} cannot hold; ask for float64`,
      );
    });
  }

  #slabs(
    dataset: string,
    each: (values: InstanceType<(typeof RAW)[keyof typeof RAW]>, start: number) => void,
  ): void {
    const type = RAW[this.#rawType(dataset)];
    const { shape, chunks } = this.#metadata(dataset);
    const item = type.BYTES_PER_ELEMENT;
    const parts = slabs(shape ?? [0], item, this.#slabBytes, chunks);
    this.#boxes(dataset, (shape ?? [0]).map(() => 0), parts, item, (address, start, bytes) => {
      each(new type(this.#h5.module.HEAPU8.buffer as ArrayBuffer, address, bytes / item), start);
    });
  }

  /** Reads slabs of the box that starts at `first`; `each` gets the place and the bytes of each in the heap of HDF5. */
  #boxes(
    dataset: string,
    first: readonly number[],
    parts: Iterable<Slab>,
    item: number,
    each: (address: number, start: number, bytes: number) => void,
  ): void {
    const missing = missingSource(this.path, this.#metadata(dataset).virtual_sources);
    if (missing) throw this.#error(dataset, `dataset "${dataset}" ${missing}`);
    const { module } = this.#h5;
    let address = 0;
    let room = 0;
    try {
      for (const slab of parts) {
        const bytes = slab.size * item;
        if (bytes > room) {
          if (address) module._free(address);
          address = module._malloc(bytes);
          room = bytes;
          if (!address) throw this.#error(dataset, `there is no room for a slab of ${bytes} bytes`);
        }
        // A single number has no axes to select from.
        const select = (lengths: number[]) => slab.count.length === 0 ? null : lengths.map(BigInt);
        const start = slab.offset.map((o, axis) => o + first[axis]);
        const [count, offset, strides] = [slab.count, start, slab.count.map(() => 1)].map(select);
        this.#try(
          dataset,
          () => module.get_dataset_data(this.#file.file_id, dataset, count, offset, strides, BigInt(address)),
        );
        each(address, slab.start, bytes);
      }
    } finally {
      if (address) module._free(address);
    }
  }
}

/**
 * Opens an HDF5 file for reading.
 *
 * @param path Path, or `file:` URL.
 * @param options Size of the slabs.
 * @throws {InputError} if there is no such file, or it may not be read.
 * @throws {FormatError} if it is no HDF5 file, or is cut off.
 * @example An array with its unit
 * ```ts
 * import { openHdf5 } from "@cosmesh/cosmesh/io";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using file = await openHdf5("examples/nbody/inputs.h5");
 * using positions = file.readArray("snap_0/halo_positions", { unit: ["Mpc/h", "cMpc/h"], shape: ["halo", 3] });
 * console.log(file.numberAttribute("/", "Lbox_Mpc_per_h"), positions.shape); // 100 [ 66390, 3 ]
 * ```
 */
export async function openHdf5(
  path: string | URL,
  { slabBytes = SLAB_BYTES }: OpenHdf5Options = {},
): Promise<Hdf5File> {
  const name = pathOf(path);
  try {
    using file = await Deno.open(name);
    const { isFile } = await file.stat();
    if (!isFile) throw new TypeError("it is not a file");
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${name}": ${reason}`, name, "", { cause });
  }
  const h5 = await loadH5();
  try {
    return new Hdf5File(name, h5, h5.open(name, "r"), slabBytes);
  } catch (cause) {
    throw new FormatError(`Cannot read "${name}": ${openReason(reasonOf(cause))}`, name, "/", { cause });
  }
}

function openReason(reason: string): string {
  if (/signature not found/.test(reason)) return "it is not an HDF5 file";
  const [, has, needs] = reason.match(/truncated file: eof = (\d+), .* stored_eof = (\d+)/) ?? [];
  if (has) return `the file is cut off: it has ${has} of ${needs} bytes; write or copy it again`;
  return `HDF5 cannot open it${reason && ` (${reason})`}; write or copy it again`;
}
