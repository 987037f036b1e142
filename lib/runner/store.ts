import { CacheError, canonicalJson, type Json } from "../base/mod.ts";
import { exists, remove, sync, writeWhole } from "./disk.ts";
import type { Identity, Step } from "./key.ts";
import { lock, type LockOptions, tryLock } from "./lock.ts";
import { DigestMemo } from "./memo.ts";

/** What a finished step records. It says nothing of threads, times or places, so equal results have equal manifests. */
export interface Manifest extends Identity {
  readonly format: 1;
  readonly key: string;
  /** Files, relative to the folder of results, with their digests. */
  readonly outputs: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** Name of the lock that every run shares. */
export const ALL = "all";

/** Inodes of a file in the store, and of the one that shows it: the same if it could be linked. */
export type Inodes = readonly [stored: number, shown: number];

/** What the folder of results shows of each task: the folder of its step, and the files. */
export type Published = Record<string, { step: string; files: Record<string, Inodes> }>;

/**
 * Where results are kept: `FOLDER/.cosmesh`. A finished step is a folder `steps/NAME-KEY` with `manifest.json` and
 * `files/`; the same with `.tmp` is one under way or interrupted. Files of finished steps appear in FOLDER as hard links.
 */
export class Store {
  /** Folder of the store. */
  readonly path: string;
  /** Remembered digests of input files and outputs. */
  readonly memo: DigestMemo;

  /** @param folder The folder of results; it need not exist. */
  constructor(readonly folder: string) {
    this.path = `${folder}/.cosmesh`;
    this.memo = new DigestMemo(`${this.path}/digests.json`);
  }

  /** Makes the folders. */
  async create(): Promise<void> {
    for (const name of ["steps", "locks"]) await Deno.mkdir(`${this.path}/${name}`, { recursive: true });
  }

  /** Folder of a finished step. */
  stepPath(folder: string): string {
    return `${this.path}/steps/${folder}`;
  }

  /** Folder of a step under way. */
  workPath(folder: string): string {
    return `${this.path}/steps/${folder}.tmp`;
  }

  /** The manifest of a finished step, or nothing. */
  async manifest(folder: string): Promise<Manifest | undefined> {
    const path = `${this.stepPath(folder)}/manifest.json`;
    try {
      const manifest = JSON.parse(await Deno.readTextFile(path)) as Manifest;
      return manifest.format === 1 ? manifest : undefined;
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound || cause instanceof SyntaxError) return undefined;
      throw cause;
    }
  }

  /**
   * Outputs of a finished step that are missing or are not what the manifest says.
   *
   * @param verify Reads every file, instead of trusting files whose size, time and inode are as they were.
   */
  async damaged(manifest: Manifest, folder: string, verify: boolean): Promise<string[]> {
    const bad: string[] = [];
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.outputs)) {
      const path = `${this.stepPath(folder)}/files/${name}`;
      const ok = await exists(path) && (await Deno.stat(path)).size === bytes &&
        await this.memo.digest(path, { fresh: verify }) === sha256;
      if (!ok) bad.push(name);
    }
    return bad;
  }

  /** Turns a finished step with damaged outputs into one that was interrupted before it made these. */
  async reopen(step: Step, bad: readonly string[]): Promise<void> {
    await remove(this.workPath(step.folder));
    await remove(`${this.stepPath(step.folder)}/manifest.json`);
    for (const name of bad) await remove(`${this.stepPath(step.folder)}/files/${name}`);
    await Deno.rename(this.stepPath(step.folder), this.workPath(step.folder));
  }

  /** Makes a step finished: writes its manifest, and renames its folder. */
  async finish(step: Step, outputs: Manifest["outputs"]): Promise<void> {
    const work = this.workPath(step.folder);
    const target = this.stepPath(step.folder);
    const manifest: Manifest = { format: 1, key: step.key, ...step.identity, outputs };
    await sync(`${work}/files`);
    await writeWhole(`${work}/manifest.json`, canonicalJson(manifest as unknown as Json));
    await sync(work);
    await remove(target); // what is left of a step without a readable manifest
    await Deno.rename(work, target);
    await sync(`${this.path}/steps`);
    for (const [name, { sha256 }] of Object.entries(outputs)) {
      await this.memo.remember(`${target}/files/${name}`, sha256);
    }
    await this.memo.save();
  }

  /** Takes the lock of a step, or another by its name. */
  lock(name: string, options?: LockOptions): Promise<Disposable> {
    return lock(`${this.path}/locks/${name}`, options);
  }

  /** Takes the lock that every run shares, for work that no run may see; nothing if there is a run. */
  tryLockAll(): Promise<Disposable | undefined> {
    return tryLock(`${this.path}/locks/${ALL}`);
  }

  /** What the folder of results shows now. */
  async published(): Promise<Published> {
    try {
      return JSON.parse(await Deno.readTextFile(`${this.path}/published.json`));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return {};
      throw error;
    }
  }

  /** Manifest of a finished step, which must be there. */
  async require(step: Step): Promise<Manifest> {
    const manifest = await this.manifest(step.folder);
    if (manifest) return manifest;
    const path = this.stepPath(step.folder);
    throw new CacheError(`Cannot use the result of "${step.task.name}": ${path} was removed`, step.key, path);
  }
}
