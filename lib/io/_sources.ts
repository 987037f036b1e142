import { dirname, resolve } from "node:path";

/**
 * What is wrong with the files that the elements of a virtual dataset lie in: HDF5 itself gives fill values where one is
 * missing.
 *
 * @param path File of the virtual dataset.
 */
export function missingSource(path: string, sources: readonly { file_name: string }[] = []): string | undefined {
  for (const { file_name } of sources) {
    // "." is the same file, and % stands for the numbers of as many files as there are.
    if (file_name === "." || file_name.includes("%")) continue;
    // HDF5 looks beside the file first.
    if (isThere(resolve(dirname(path), file_name)) || isThere(file_name)) continue;
    return `lies in the file "${file_name}", which is missing; it must be beside this one`;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    // What is there and cannot be read is HDF5's to tell.
    return !(error instanceof Deno.errors.NotFound);
  }
}
