import { InputError } from "../base/mod.ts";
import { exists, filesBelow, remove, writingTo } from "./disk.ts";
import { type Inodes, Store } from "./store.ts";

/** What `cleanStore` did. */
export interface CleanReport {
  /** Names of the steps that were removed. */
  readonly removed: readonly string[];
  /** [byte] Size of what was removed. */
  readonly bytes: number;
}

/**
 * Removes what the store of a folder of results no longer needs: interrupted steps, and results that others have
 * replaced. Results that the folder shows stay.
 *
 * @param folder Folder of results.
 * @param options `all`: removes the whole store and the files that it shows, but not files of other origin.
 * @throws {InputError} if a run is going on in the folder.
 */
export function cleanStore(folder: string, { all = false }: { all?: boolean } = {}): Promise<CleanReport> {
  return writingTo(folder, () => clean(folder, all));
}

async function clean(folder: string, all: boolean): Promise<CleanReport> {
  const store = new Store(folder);
  const removed: string[] = [];
  let bytes = 0;
  if (!await exists(`${store.path}/locks`)) return { removed, bytes };
  const lock = await store.tryLockAll();
  if (!lock) {
    const why = "a run is going on in it; wait for its end, or interrupt it";
    throw new InputError(`Cannot clean ${folder}: ${why}`, folder, "--out");
  }
  using _held = lock;
  const published = await store.published();
  const shown = new Set(Object.values(published).map(({ step }) => step));
  for (const { name } of [...Deno.readDirSync(`${store.path}/steps`)]) {
    if (!all && shown.has(name)) continue;
    const path = store.stepPath(name);
    for (const file of await filesBelow(path)) bytes += (await Deno.stat(`${path}/${file}`)).size;
    await remove(path);
    await remove(`${store.path}/locks/${name.replace(/\.tmp$/, "")}`);
    removed.push(name);
  }
  if (all) {
    await unpublish(folder, Object.values(published).flatMap(({ files }) => Object.entries(files)));
    await remove(store.path);
  } else {
    await store.memo.prune();
    await store.memo.save();
  }
  return { removed: removed.sort(), bytes };
}

/** Removes files shown in the folder of results unless they were replaced, and folders that become empty. */
async function unpublish(folder: string, files: readonly [string, Inodes][]): Promise<void> {
  for (const [file, [, inode]] of files) {
    const path = `${folder}/${file}`;
    if (await exists(path) && (await Deno.stat(path)).ino === inode) await Deno.remove(path);
    for (let at = file.lastIndexOf("/"); at > 0; at = file.lastIndexOf("/", at - 1)) {
      try {
        await Deno.remove(`${folder}/${file.slice(0, at)}`);
      } catch {
        break; // not empty
      }
    }
  }
}
