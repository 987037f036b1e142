import { exists, filesBelow, remove } from "./disk.ts";
import { Store } from "./store.ts";

/** What `cleanStore` did. */
export interface CleanReport {
  /** Names of the steps that were removed. */
  readonly removed: readonly string[];
  /** Names of the steps that another program is working on; they were left. */
  readonly busy: readonly string[];
  /** [byte] Size of what was removed. */
  readonly bytes: number;
}

/**
 * Removes what the store of a folder of results no longer needs: interrupted steps, and results that others have
 * replaced. Results that the folder shows stay.
 *
 * @param folder Folder of results.
 * @param options `all`: removes the whole store and the files that it shows, but not files of other origin.
 */
export async function cleanStore(folder: string, { all = false }: { all?: boolean } = {}): Promise<CleanReport> {
  const store = new Store(folder);
  const removed: string[] = [];
  const busy: string[] = [];
  let bytes = 0;
  if (!await exists(`${store.path}/steps`)) return { removed, busy, bytes };
  using _lock = await store.lock("published", () => {});
  const published = await store.published();
  const shown = new Set(Object.values(published).map(({ step }) => step));
  for (const { name } of [...Deno.readDirSync(`${store.path}/steps`)]) {
    if (!all && shown.has(name)) continue;
    const lock = await store.tryLock(name.replace(/\.tmp$/, ""));
    if (!lock) {
      busy.push(name);
      continue;
    }
    using _held = lock;
    const path = store.stepPath(name);
    for (const file of await filesBelow(path)) bytes += (await Deno.stat(`${path}/${file}`)).size;
    await remove(path);
    store.memo.forget(`${path}/`);
    await remove(`${store.path}/locks/${name.replace(/\.tmp$/, "")}`);
    removed.push(name);
  }
  if (!all) await store.memo.save();
  else {
    await unpublish(store, Object.values(published).flatMap(({ files }) => Object.entries(files)));
    if (busy.length === 0) await remove(store.path);
    else await remove(`${store.path}/published.json`);
  }
  return { removed: removed.sort(), busy, bytes };
}

/** Removes files shown in the folder of results unless they were replaced, and folders that become empty. */
async function unpublish(store: Store, files: readonly [string, number][]): Promise<void> {
  for (const [file, inode] of files) {
    const path = `${store.folder}/${file}`;
    if (await exists(path) && (await Deno.stat(path)).ino === inode) await Deno.remove(path);
    for (let at = file.lastIndexOf("/"); at > 0; at = file.lastIndexOf("/", at - 1)) {
      try {
        await Deno.remove(`${store.folder}/${file.slice(0, at)}`);
      } catch {
        break; // not empty
      }
    }
  }
}
