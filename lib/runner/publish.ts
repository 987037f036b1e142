import { InputError } from "../base/mod.ts";
import { exists, writeWhole } from "./disk.ts";
import type { Step } from "./key.ts";
import type { Manifest, Published, Store } from "./store.ts";

/** A file in the folder of results. */
export interface ResultFile {
  /** Path, starting with the folder of results. */
  readonly path: string;
  /** [byte] Size. */
  readonly bytes: number;
}

async function place(from: string, to: string): Promise<number> {
  const source = await Deno.stat(from);
  if (await exists(to)) {
    const target = await Deno.lstat(to);
    if (target.isDirectory) {
      throw new InputError(`Cannot write ${to}: a folder is in the way; move it or choose another --out`, to, "--out");
    }
    if (source.ino !== null && target.ino === source.ino && target.dev === source.dev) return source.ino;
  }
  const slash = to.lastIndexOf("/");
  await Deno.mkdir(to.slice(0, slash), { recursive: true });
  const temporary = `${to.slice(0, slash)}/.${to.slice(slash + 1)}.${Deno.pid}.tmp`;
  try {
    await Deno.link(from, temporary);
  } catch {
    // Some file systems have no hard links.
    await Deno.copyFile(from, temporary);
  }
  await Deno.rename(temporary, to);
  return (await Deno.stat(to)).ino ?? 0;
}

/**
 * Shows the outputs of steps in the folder of results, as hard links to the store's files; each file appears whole.
 * Files that an earlier run of the same tasks put there and these do not have are removed, unless they were replaced.
 */
export async function publish(store: Store, steps: readonly [Step, Manifest][]): Promise<ResultFile[]> {
  using _lock = await store.lock("published", () => {});
  const record = await store.published();
  const next: Published = {};
  const files: ResultFile[] = [];
  for (const [step, { outputs }] of steps) {
    const entry = next[step.task.name] ??= { step: step.folder, files: {} };
    for (const [name, { bytes }] of Object.entries(outputs)) {
      const path = `${store.folder}/${name}`;
      entry.files[name] = await place(`${store.stepPath(step.folder)}/files/${name}`, path);
      files.push({ path, bytes });
    }
  }
  const shown = new Set(Object.values(next).flatMap(({ files }) => Object.keys(files)));
  for (const name of Object.keys(next)) {
    for (const [file, inode] of Object.entries(record[name]?.files ?? {})) {
      const path = `${store.folder}/${file}`;
      if (!shown.has(file) && await exists(path) && (await Deno.stat(path)).ino === inode) await Deno.remove(path);
    }
  }
  await writeWhole(`${store.path}/published.json`, JSON.stringify({ ...record, ...next }));
  return files;
}
