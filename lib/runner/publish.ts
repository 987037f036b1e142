import { InputError } from "../base/mod.ts";
import { exists, remove, writeWhole } from "./disk.ts";
import type { Step } from "./key.ts";
import type { Inodes, Manifest, Published, Store } from "./store.ts";

/** A file in the folder of results. */
export interface ResultFile {
  /** Path, starting with the folder of results. */
  readonly path: string;
  /** [byte] Size. */
  readonly bytes: number;
}

/** Puts a file where it is shown, unless it is there: as a link, or as the copy that was made `before`. */
async function place(from: string, to: string, before: Inodes = [-1, -1]): Promise<Inodes> {
  const source = await Deno.stat(from);
  if (await exists(to)) {
    const target = await Deno.lstat(to);
    if (target.isDirectory) {
      throw new InputError(`Cannot write ${to}: a folder is in the way; move it or choose another --out`, to, "--out");
    }
    const linked = target.ino === source.ino && target.dev === source.dev;
    const copied = source.ino === before[0] && target.ino === before[1];
    if (source.ino !== null && target.ino !== null && (linked || copied)) return [source.ino, target.ino];
  }
  const slash = to.lastIndexOf("/");
  await Deno.mkdir(to.slice(0, slash), { recursive: true });
  const temporary = `${to.slice(0, slash)}/.${to.slice(slash + 1)}.tmp`;
  // One that a killed run left may be a link to a file of the store, into which a copy would write.
  await remove(temporary);
  try {
    await Deno.link(from, temporary);
  } catch {
    // Some file systems have no hard links.
    await Deno.copyFile(from, temporary);
  }
  await Deno.rename(temporary, to);
  return [source.ino ?? 0, (await Deno.stat(to)).ino ?? 0];
}

/**
 * Shows the outputs of steps in the folder of results, as hard links to the store's files; each file appears whole.
 * Files that an earlier run of the same tasks put there and these do not have are removed, unless they were replaced.
 */
export async function publish(
  store: Store,
  steps: readonly [Step, Manifest][],
): Promise<{ files: ResultFile[]; stale: string[] }> {
  using _lock = await store.lock("published");
  const record = await store.published();
  const next: Published = {};
  const files: ResultFile[] = [];
  for (const [step, { outputs }] of steps) {
    const before = record[step.task.name];
    const entry = next[step.task.name] = { step: step.folder, files: {} as Record<string, Inodes> };
    for (const [name, { bytes }] of Object.entries(outputs)) {
      const other = Object.keys(next).find((task) => task !== step.task.name && name in next[task].files);
      if (other) throw new RangeError(`Cannot show ${name}: tasks "${other}" and "${step.task.name}" both make it`);
      const path = `${store.folder}/${name}`;
      entry.files[name] = await place(`${store.stepPath(step.folder)}/files/${name}`, path, before?.files[name]);
      files.push({ path, bytes });
    }
  }
  const shown = new Set(Object.values(next).flatMap(({ files }) => Object.keys(files)));
  for (const name of Object.keys(next)) {
    for (const [file, [, inode]] of Object.entries(record[name]?.files ?? {})) {
      const path = `${store.folder}/${file}`;
      if (!shown.has(file) && await exists(path) && (await Deno.stat(path)).ino === inode) await Deno.remove(path);
    }
  }
  const all: Published = { ...record, ...next };
  if (JSON.stringify(all) !== JSON.stringify(record)) {
    await writeWhole(`${store.path}/published.json`, JSON.stringify(all));
  }
  return { files, stale: await staleTasks(store, all) };
}

/** Tasks that are shown with results made from other results than the ones shown. */
async function staleTasks(store: Store, record: Published): Promise<string[]> {
  const keys = new Set<string>();
  const read = new Map<string, string[]>();
  for (const [name, { step }] of Object.entries(record)) {
    const manifest = await store.manifest(step);
    if (!manifest) continue;
    keys.add(manifest.key);
    read.set(name, Object.values(manifest.inputs).flatMap((input) => "key" in input ? [input.key] : []));
  }
  return [...read].filter(([, inputs]) => inputs.some((key) => !keys.has(key))).map(([name]) => name);
}
