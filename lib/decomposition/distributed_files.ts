import { fileURLToPath } from "node:url";
import { empty, type Field, type Quantity } from "../array/mod.ts";
import { DomainError, FormatError, writeFailure } from "../base/mod.ts";
import { type Hdf5File, openHdf5, type VirtualDataset, writeHdf5, writeVirtualHdf5 } from "../io/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Decomposition } from "./decomposition.ts";
import { DistributedField, slabsOf } from "./distributed_field.ts";
import { agreeOn } from "../mpi/mod.ts";
import { togetherAsync } from "../mpi/mod.ts";

/**
 * Writes fields in parts: each rank one file, and an index that opens as one HDF5 file with whole datasets. Collective.
 *
 * Beside the index `density.h5` lie `density.0000.h5`, `density.0001.h5` and so on; names in the index are relative, so
 * that all of them can be moved together. Each dataset has attributes `unit`, `boxSize` [Mpc/h] and `quantity`, in the
 * files of the ranks also `start`, its first index. If a rank cannot write, all throw, and what was there before is left
 * as it was; the index is written last.
 *
 * @param path Path of the index, or `file:` URL; all ranks see its folder, which must be there.
 * @param fields Fields by name, all on the same ranks.
 * @throws {InputError} on a rank that cannot write; {CommError} on the others.
 * @example
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { readDistributed, scatterField, writeDistributed } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const array = zeros([4, 4, 4], "float32");
 * const density = scatterField(selfComm(), new Field({ array, boxSize: 10, quantity: "overdensity", unit: "1" }));
 * const path = `${await Deno.makeTempDir()}/density.h5`;
 * await writeDistributed(path, { "grid/delta": density });
 * const fields = await readDistributed(path, selfComm());
 * console.log(fields["grid/delta"].quantity); // overdensity
 * ```
 */
export async function writeDistributed(
  path: string | URL,
  fields: Readonly<Record<string, DistributedField>>,
): Promise<void> {
  const entries = Object.entries(fields);
  if (entries.length === 0) {
    throw new DomainError('Cannot write fields: there must be one in "fields"', "a field", "none");
  }
  const [[, { comm }]] = entries;
  const index = typeof path === "string" ? path : fileURLToPath(path);
  const partOf = (rank: number) => `${index.replace(/\.(h5|hdf5)$/, "")}.${String(rank).padStart(4, "0")}.h5`;
  const part = partOf(comm.rank);
  const same = () => entries.map(([name, { decomposition }]) => `${name}: ${decomposition}`).join(", ");
  agreeOn(comm, "write fields", same, () => {
    if (entries.every(([, field]) => field.comm === comm)) return;
    const rule = "on the same ranks";
    throw new DomainError(`Cannot write fields: they must all be ${rule}`, rule, "others");
  });
  const fresh = `${part}.new`;
  try {
    await togetherAsync(comm, () =>
      writeHdf5(fresh, (file) => {
        for (const [name, { array, box: { start }, boxSize, quantity, unit }] of entries) {
          if (array.size === 0) continue;
          file.writeArray(name, array, { unit, attributes: { boxSize, quantity, start: Int32Array.from(start) } });
        }
      }));
    await togetherAsync(comm, () => renameTo(fresh, part));
  } catch (error) {
    await Deno.remove(fresh).catch(() => {});
    throw error;
  }
  const datasets = Object.fromEntries(
    entries.map(([name, field]) => [name, virtualOf(name, field, (rank) => partOf(rank).replace(/^.*[/\\]/, ""))]),
  );
  await togetherAsync(comm, async () => {
    if (comm.isRoot) await writeVirtualHdf5(index, datasets);
  });
}

async function renameTo(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (cause) {
    throw writeFailure(to, cause);
  }
}

/** A field as a virtual dataset of the files of all ranks. */
function virtualOf(name: string, field: DistributedField, file: (rank: number) => string): VirtualDataset {
  const { comm, decomposition, array: { dtype }, boxSize, quantity, unit } = field;
  const sources = Array.from({ length: comm.size }, (_, rank) => {
    const { start, shape } = decomposition.box(rank);
    return { file: file(rank), dataset: name, start, shape };
  });
  return {
    shape: decomposition.shape,
    dtype,
    sources: sources.filter(({ shape }) => shape.every((n) => n > 0)),
    unit,
    attributes: { boxSize, quantity },
  };
}

/** Options of `readDistributed`; all ranks give the same. */
export interface ReadDistributedOptions {
  /** Names of the datasets. Default: all of the file. */
  datasets?: readonly string[];
  /** How meshes are to be divided. Default: slabs along x. */
  decomposition?: Decomposition;
}

/**
 * Reads fields, each rank its own part: from what `writeDistributed` wrote on any number of ranks, or any HDF5 file with
 * cubic datasets of float32 or float64 that have an attribute `boxSize`. Collective.
 *
 * @param path Path, or `file:` URL.
 * @param comm Ranks.
 * @param options Which datasets, and how they are to be divided.
 * @returns Fields by name.
 * @throws {InputError} if there is no such file; {FormatError} if a dataset is no field, or a file of a rank is missing;
 * {CommError} where another rank failed.
 */
export async function readDistributed(
  path: string | URL,
  comm: Comm,
  { datasets, decomposition }: ReadDistributedOptions = {},
): Promise<Record<string, DistributedField>> {
  return await togetherAsync(comm, async () => {
    using file = await openHdf5(path);
    const fields: Record<string, DistributedField> = {};
    try {
      for (const name of datasets ?? namesIn(file)) fields[name] = readPart(file, name, comm, decomposition);
    } catch (error) {
      Object.values(fields).forEach(({ array }) => array.dispose());
      throw error;
    }
    return fields;
  }, (fields) => Object.values(fields).forEach(({ array }) => array.dispose()));
}

/** Names of all datasets of a group. */
function namesIn(file: Hdf5File, group = ""): string[] {
  return file.names(group || "/").flatMap((member) => {
    const name = group ? `${group}/${member}` : member;
    return file.hasDataset(name) ? [name] : namesIn(file, name);
  });
}

function readPart(file: Hdf5File, name: string, comm: Comm, decomposition?: Decomposition): DistributedField {
  const { shape, dtype, unit = "1" } = file.info(name);
  const divided = decomposition ?? slabsOf(comm, shape);
  const cubic = shape.length === 3 && shape.every((n, axis) => n === divided.shape[axis]);
  if (!cubic || (dtype !== "float32" && dtype !== "float64")) {
    const what = `must be of float32 or float64 [${divided.shape.join(", ")}], got ${dtype} [${shape.join(", ")}]`;
    throw new FormatError(`Cannot read "${file.path}": dataset "${name}" ${what}`, file.path, name);
  }
  const boxSize = file.numberAttribute(name, "boxSize");
  const quantity = file.attribute(name, "quantity") ?? "other";
  const box = divided.box(comm.rank);
  const array = empty(box.shape, dtype) as Field["array"];
  try {
    file.readBox(name, box.start, box.shape, array.data);
    return new DistributedField({
      ...{ comm, decomposition: divided, array, boxSize, unit },
      quantity: quantity as Quantity,
    });
  } catch (error) {
    array.dispose();
    throw error;
  }
}
