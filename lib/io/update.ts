import { InputError, writeFailure } from "../base/mod.ts";
import { type H5File, loadH5, reasonOf, withoutClock } from "./_h5wasm.ts";
import { SLAB_BYTES } from "./_slabs.ts";
import { Hdf5File, type OpenHdf5Options, pathOf } from "./read.ts";
import { Hdf5Output } from "./write.ts";

/** An HDF5 file that is open for reading and writing. Close it with `using` or `close()`. */
export class Hdf5Update implements Disposable {
  /** Reads what is there. */
  readonly input: Hdf5File;
  /** Adds to it. */
  readonly output: Hdf5Output;

  /** Used by `updateHdf5`. */
  constructor(readonly path: string, input: Hdf5File, output: Hdf5Output) {
    this.input = input;
    this.output = output;
  }

  /** Closes the file. */
  close(): void {
    withoutClock(() => this.input.close());
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens an HDF5 file to read and to add to it, in place; it is made if it is missing. For working files of one process:
 * one that is killed meanwhile may leave a broken file, where `writeHdf5` leaves none.
 *
 * @param path Path, or `file:` URL; its folder must be there.
 * @throws {InputError} if the file cannot be written, or is no HDF5 file.
 * @example
 * ```ts
 * import { updateHdf5 } from "@cosmesh/cosmesh/io";
 * const folder = await Deno.makeTempDir();
 * using file = await updateHdf5(`${folder}/work.h5`);
 * file.output.writeArray("a", Float64Array.of(1, 2));
 * file.input.readNumbers("a"); // 1, 2
 * ```
 */
export async function updateHdf5(
  path: string | URL,
  { slabBytes = SLAB_BYTES }: OpenHdf5Options = {},
): Promise<Hdf5Update> {
  const name = pathOf(path);
  let bytes: number;
  try {
    // Opened by Deno first, as its errors say why a file cannot be opened.
    using file = await Deno.open(name, { read: true, write: true, create: true });
    bytes = (await file.stat()).size;
  } catch (cause) {
    throw writeFailure(name, cause);
  }
  const h5 = await loadH5();
  let file: H5File;
  try {
    file = withoutClock(() => h5.open(name, bytes === 0 ? "w" : "a"));
  } catch (cause) {
    const reason = reasonOf(cause) || (cause as Error).message;
    throw new InputError(`Cannot write "${name}": ${reason}; remove the file first`, name, "", { cause });
  }
  const input = new Hdf5File(name, h5, file, slabBytes);
  return new Hdf5Update(name, input, new Hdf5Output(name, h5, file, slabBytes));
}
