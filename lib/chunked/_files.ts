import type { TypedArray } from "../kernel/mod.ts";

const bytesOf = (array: TypedArray) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/**
 * Reads a file into an array. Deno reads into shared memory without a copy, on a thread of its own; opening and closing
 * are quicker here than the way to that thread and back.
 *
 * @returns Bytes read, one more than the array has if the file is longer, or undefined if there is no such file.
 */
export async function readFile(path: string, array: TypedArray): Promise<number | undefined> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    const bytes = bytesOf(array);
    let done = 0;
    while (done < bytes.length) {
      const n = await file.read(bytes.subarray(done));
      if (n === null) return done;
      done += n;
    }
    return done + (file.readSync(new Uint8Array(1)) ?? 0);
  } finally {
    file.close();
  }
}

/** Writes a file; its folder must be there. */
export async function writeFile(path: string, bytes: Uint8Array | TypedArray): Promise<void> {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  try {
    const all = bytesOf(bytes);
    for (let done = 0; done < all.length;) done += await file.write(all.subarray(done));
  } finally {
    file.close();
  }
}
