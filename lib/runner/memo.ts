import { digestFile } from "../base/mod.ts";
import { exists, writeWhole } from "./disk.ts";

/** What tells that a file was not touched: bytes, time of its last change [ms], inode. */
type Mark = readonly [bytes: number, modifiedMs: number, inode: number];

// A file changed a moment ago could be changed again within the resolution of its time.
const SETTLED_MS = 2000;

function markOf(info: Deno.FileInfo): Mark {
  return [info.size, info.mtime?.getTime() ?? 0, info.ino ?? 0];
}

/** Digests of files, remembered as long as size, time and inode stay. Kept as a small JSON file. */
export class DigestMemo {
  #entries: Record<string, [...Mark, string]> = {};
  #changed = false;

  /** @param path The JSON file; it need not exist, and an unreadable one counts as empty. */
  constructor(readonly path: string) {
    try {
      this.#entries = JSON.parse(Deno.readTextFileSync(path));
    } catch {
      // Only time is lost: files are read again.
    }
  }

  /** SHA-256 of a file; `fresh` reads it in any case. */
  async digest(file: string, { fresh = false }: { fresh?: boolean } = {}): Promise<string> {
    const path = await Deno.realPath(file);
    const mark = markOf(await Deno.stat(path));
    const known = this.#entries[path];
    if (!fresh && known && mark.every((value, i) => value === known[i])) return known[3];
    const digest = await digestFile(path);
    if (Date.now() - mark[1] > SETTLED_MS) this.#set(path, mark, digest);
    else delete this.#entries[path];
    return digest;
  }

  /** Remembers the digest of a file that this program wrote and nobody else writes. */
  async remember(file: string, digest: string): Promise<void> {
    const path = await Deno.realPath(file);
    this.#set(path, markOf(await Deno.stat(path)), digest);
  }

  /** Drops what is remembered of files that are gone. */
  async prune(): Promise<void> {
    for (const path of Object.keys(this.#entries)) {
      if (await exists(path)) continue;
      delete this.#entries[path];
      this.#changed = true;
    }
  }

  #set(path: string, mark: Mark, digest: string): void {
    this.#entries[path] = [...mark, digest];
    this.#changed = true;
  }

  /** Writes the file if something changed. When two programs do it at once the later one wins. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    await writeWhole(this.path, JSON.stringify(this.#entries));
    this.#changed = false;
  }
}
