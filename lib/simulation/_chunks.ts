import { InputError } from "../base/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import { listFolder, pathIn } from "./_folder.ts";

/** Names of the HDF5 files in a folder. */
export async function hdf5Files(folder: string): Promise<string[]> {
  return (await listFolder(folder)).filter((name) => name.endsWith(".hdf5"));
}

/** The files `<name>.<k>.hdf5` of a folder in order of k, or its only one, `<name>.hdf5`; all of them must be there. */
export async function chunksOf(folder: string): Promise<string[]> {
  const names = await hdf5Files(folder);
  const [first] = names;
  if (first === undefined) {
    throw new InputError(`Cannot use "${folder}": it has no files that end in ".hdf5"; copy it again`, folder, "");
  }
  const chunks = new Map<number, string>();
  for (const name of names) chunks.set(Number(name.match(/\.(\d+)\.hdf5$/)?.[1] ?? 0), name);
  using file = await openHdf5(pathIn(folder, first));
  const { NumFilesPerSnapshot, NumFiles } = file.attributes("Header");
  const largest = Math.max(...chunks.keys());
  const count = Math.max(Number(NumFilesPerSnapshot ?? NumFiles ?? 1), largest + 1);
  return Array.from({ length: count }, (_, k) => {
    const name = chunks.get(k);
    if (name !== undefined) return pathIn(folder, name);
    const absent = pathIn(folder, first.replace(/(\.\d+)?\.hdf5$/, `.${k}.hdf5`));
    throw new InputError(
      `Cannot use "${folder}": file ${k} of ${count}, "${absent}", is missing; copy it, or leave the snapshot out of ` +
        `redshifts`,
      folder,
      absent,
    );
  });
}
