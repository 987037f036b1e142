import { type DType, sizeOf } from "../array/mod.ts";
import { DomainError, ShapeError, writeFailure } from "../base/mod.ts";
import {
  attribute,
  Bytes,
  dataspace,
  datatype,
  globalHeap,
  link,
  MESSAGE,
  objectHeader,
  superblock,
  SUPERBLOCK_BYTES,
  UNDEFINED,
} from "./_hdf5_bytes.ts";
import { checkBox } from "./_slabs.ts";
import { pathOf } from "./read.ts";

/** A box of a virtual dataset, and the whole dataset of another file that fills it. */
export interface VirtualSource {
  /** File; a relative name is looked for beside the file of the virtual dataset. */
  file: string;
  /** Name of the dataset in it. */
  dataset: string;
  /** [1] First index of the box along each axis. */
  start: readonly number[];
  /** Lengths of the box, and of the dataset. */
  shape: readonly number[];
}

/** A dataset whose elements lie in other files. */
export interface VirtualDataset {
  /** Lengths of the axes. */
  shape: readonly number[];
  /** Element type, that of the sources. */
  dtype: "float32" | "float64" | "complex64" | "complex128";
  /** What fills it; elsewhere it is NaN. */
  sources: readonly VirtualSource[];
  /** Unit, written as attribute `unit`. */
  unit?: string;
  /** Further attributes. */
  attributes?: Readonly<Record<string, number | string>>;
}

/**
 * Writes an HDF5 file of virtual datasets: each opens as one, in any program with HDF5 1.10 or later, while its elements
 * lie in datasets of other files. It appears under its name only when it is complete; an older file stays until then.
 *
 * @param path Path, or `file:` URL; its folder must be there.
 * @param datasets Datasets by name; a name with slashes makes groups.
 * @throws {ShapeError} if a box leaves its dataset; {DomainError} for names that collide; {InputError} if the file cannot
 * be written.
 * @example Two files, one dataset
 * ```ts
 * import { openHdf5, writeHdf5, writeVirtualHdf5 } from "@cosmesh/cosmesh/io";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const folder = await Deno.makeTempDir();
 * await writeHdf5(`${folder}/low.h5`, (file) => file.writeArray("x", Float32Array.of(1, 2)));
 * await writeHdf5(`${folder}/high.h5`, (file) => file.writeArray("x", Float32Array.of(3)));
 * await writeVirtualHdf5(`${folder}/all.h5`, {
 *   x: {
 *     shape: [3],
 *     dtype: "float32",
 *     sources: [
 *       { file: "low.h5", dataset: "x", start: [0], shape: [2] },
 *       { file: "high.h5", dataset: "x", start: [2], shape: [1] },
 *     ],
 *   },
 * });
 * using all = await openHdf5(`${folder}/all.h5`);
 * console.log(all.readNumbers("x")); // 1, 2, 3
 * ```
 */
export async function writeVirtualHdf5(
  path: string | URL,
  datasets: Readonly<Record<string, VirtualDataset>>,
): Promise<void> {
  const name = pathOf(path);
  const bytes = virtualFile(datasets);
  const temporary = `${name}.tmp-${Deno.pid}`;
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    await Deno.rename(temporary, name);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw writeFailure(name, cause);
  }
}

/** A group: its members by name. */
type Group = Map<string, Group | VirtualDataset>;

/** The bytes of a file of virtual datasets: superblock, then what lies lowest in the tree first. */
function virtualFile(datasets: Readonly<Record<string, VirtualDataset>>): Uint8Array<ArrayBuffer> {
  const root: Group = new Map();
  for (const [name, dataset] of Object.entries(datasets)) {
    const parts = name.split("/").filter((part) => part !== "");
    const last = parts.pop();
    let group: Group | VirtualDataset | undefined = root;
    for (const part of parts) {
      if (!(group instanceof Map)) break;
      if (!group.has(part)) group.set(part, new Map());
      group = group.get(part);
    }
    if (last === undefined || !(group instanceof Map) || group.has(last)) {
      const rule = "a name that is no other dataset's or group's";
      const message = `Cannot write virtual dataset "${name}": it must have ${rule}`;
      throw new DomainError(message, rule, name);
    }
    group.set(last, check(name, dataset));
  }
  const file = new Bytes().fill(SUPERBLOCK_BYTES);
  /** Appends an object, and gives its address: a multiple of 8. */
  const put = (object: Bytes): number => {
    file.fill(Math.ceil(file.length / 8) * 8);
    const address = file.length;
    file.raw(object.all);
    return address;
  };
  const putDataset = (dataset: VirtualDataset): number => put(datasetHeader(dataset, put(heapOf(dataset))));
  const putGroup = (group: Group): number => {
    const links = [...group].map(([name, member]) =>
      [MESSAGE.link, link(name, member instanceof Map ? putGroup(member) : putDataset(member))] as const
    );
    // No heap and no tree of links: they are all in the header.
    const info = new Bytes().u8(0, 0).u64(UNDEFINED).u64(UNDEFINED);
    return put(objectHeader([[MESSAGE.linkInfo, info], [MESSAGE.groupInfo, new Bytes().u8(0, 0)], ...links]));
  };
  const address = putGroup(root);
  const bytes = file.all;
  bytes.set(superblock(address, bytes.length).all);
  return bytes;
}

function check(name: string, dataset: VirtualDataset): VirtualDataset {
  const operation = `write virtual dataset "${name}"`;
  for (const { start, shape } of dataset.sources) {
    checkBox(operation, dataset.shape, start, shape, sizeOf(shape));
    if (shape.every((n) => n > 0) && dataset.shape.every((n) => n < 2 ** 32)) continue;
    const [rule, got] = ["boxes that are not empty, and axes below 2^32", `[${shape.join(", ")}]`];
    throw new ShapeError(`Cannot ${operation}: it takes ${rule}, got ${got}`, rule, got);
  }
  return dataset;
}

/** Attributes, the unit first. */
const attributesOf = ({ unit, attributes }: VirtualDataset): [string, number | string][] =>
  Object.entries({ ...unit === undefined ? {} : { unit }, ...attributes });

/** The mapping of a virtual dataset, then its texts. */
function heapOf(dataset: VirtualDataset): Bytes {
  const mapping = new Bytes().u8(0).u64(dataset.sources.length);
  for (const { file, dataset: name, start, shape } of dataset.sources) {
    mapping.text(file).text(`/${name.replace(/^\/+/, "")}`);
    // All of the source: selection of type 3, version 1.
    mapping.u32(3).u32(1).u32(0).u32(0);
    // One block: type 2, version 1, its own size, rank, number of blocks, first and last indices.
    mapping.u32(2).u32(1).u32(0).u32(8 + 8 * shape.length).u32(shape.length).u32(1);
    start.forEach((first) => mapping.u32(first));
    start.forEach((first, axis) => mapping.u32(first + shape[axis] - 1));
  }
  const texts = attributesOf(dataset).flatMap(([, value]) => typeof value === "string" ? [value] : []);
  return globalHeap([mapping.checksum().all, ...texts.map((text) => new TextEncoder().encode(text))]);
}

function datasetHeader(dataset: VirtualDataset, address: number): Bytes {
  const { shape, dtype } = dataset;
  let index = 1;
  return objectHeader([
    [MESSAGE.dataspace, dataspace(shape)],
    [MESSAGE.datatype, datatype(dtype)],
    [MESSAGE.fillValue, fillValue(dtype)],
    // Version 4, class 3: virtual; address of the collection and number of the object.
    [MESSAGE.layout, new Bytes().u8(4, 3).u64(address).u32(index)],
    ...attributesOf(dataset).map(([name, value]) => {
      if (typeof value === "string") index++;
      return [MESSAGE.attribute, attribute(name, value, { address, index })] as const;
    }),
  ]);
}

/** NaN, where no source is found. Version 3; room is made as needed, and the value is defined. */
function fillValue(dtype: DType): Bytes {
  const single = dtype === "float32" || dtype === "complex64";
  const numbers = dtype === "float32" || dtype === "float64" ? [NaN] : [NaN, NaN];
  const value = new Uint8Array((single ? Float32Array : Float64Array).from(numbers).buffer);
  return new Bytes().u8(3, 0x2b).u32(value.length).raw(value);
}
