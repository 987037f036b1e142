import { fileURLToPath } from "node:url";
import { InputError } from "../base/mod.ts";

/** Path of something in a folder; an absolute name stands for itself. */
export function pathIn(folder: string, name: string): string {
  return name.startsWith("/") || folder === "" ? name : `${folder.replace(/\/$/, "")}/${name}`;
}

/** Names in a folder. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (cause) {
    const absent = cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory;
    const reason = absent ? "there is no such folder" : (cause as Error).message;
    throw new InputError(`Cannot read "${folder}": ${reason}; check the path of the simulation`, folder, "", { cause });
  }
}

/** Whether there is a file or folder. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return false;
    throw new InputError(`Cannot read "${path}": ${(cause as Error).message}`, path, "", { cause });
  }
}

/** Path of a file or folder given as path or as `file:` URL. */
export function pathOf(path: string | URL): string {
  return typeof path === "string" ? path : fileURLToPath(path).replace(/(?<=.)\/$/, "");
}
