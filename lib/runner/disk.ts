import { InputError } from "../base/mod.ts";

/** Whether there is something at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Removes a file or a folder with all in it; nothing happens when there is none. */
export async function remove(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path, { recursive: true });
}

/** Files below a folder, relative to it, in order of their names. */
export async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const name = prefix + entry.name;
    if (entry.isDirectory) files.push(...await filesBelow(`${folder}/${entry.name}`, `${name}/`));
    else files.push(name);
  }
  return files.sort();
}

/** Asks the system to bring a file, or the entries of a folder, to the disk. */
export async function sync(path: string): Promise<void> {
  if (Deno.build.os === "windows" && (await Deno.stat(path)).isDirectory) return; // cannot be opened there
  using file = await Deno.open(path, { read: true });
  await file.sync();
}

/** As `sync`, for a file, or a folder and all below it. */
export async function syncBelow(path: string): Promise<void> {
  if ((await Deno.stat(path)).isDirectory) {
    for await (const entry of Deno.readDir(path)) await syncBelow(`${path}/${entry.name}`);
  }
  await sync(path);
}

/** Writes a text file so that readers see the old or the new text, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeTextFile(temporary, text);
  await sync(temporary);
  await Deno.rename(temporary, path);
}

// What the system says, whether the message must name the folder (as reading a file of somebody else's also fails with
// these), what it means, and what to do.
const CAUSES: readonly (readonly [RegExp, boolean, string])[] = [
  [
    /os error 28\b|ENOSPC|No space left|disk is full/i,
    false,
    "the disk is full; free some space, for example by the clean command",
  ],
  [/os error 122\b|EDQUOT/i, false, "the disk quota is used up; free some space, for example by the clean command"],
  [/os error 30\b|EROFS/i, true, "the file system is read-only; choose another folder with --out"],
  [/os error (13|1)\b|EACCES|EPERM/i, true, "writing there is not allowed; choose another folder with --out"],
  [/os error (20|17)\b|ENOTDIR|EEXIST/i, true, "a file is in the way; choose another folder with --out"],
];

/**
 * Runs `body`, which writes below `folder`; a failure of the disk (full, read-only, not ours) becomes an InputError that
 * says what to do. Other errors pass.
 */
export async function writingTo<T>(folder: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    // One about a file of the store names a path that means nothing to the user.
    if (error instanceof InputError && !error.source.startsWith(`${folder}/.cosmesh/`)) throw error;
    const text = `${error.message} ${"code" in error ? error.code : ""}`;
    const found = CAUSES.find(([pattern, named]) => pattern.test(text) && (!named || text.includes(folder)));
    if (!found) throw error;
    throw new InputError(`Cannot write to ${folder}: ${found[2]}`, folder, "--out", { cause: error });
  }
}
