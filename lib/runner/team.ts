import type { Json } from "../base/mod.ts";
import { exists } from "./disk.ts";
import type { Ranks } from "./ranks.ts";

/** What another rank tells root while it makes parts. */
export type Said =
  | { readonly part: string; readonly kept: boolean; readonly total: number }
  | { readonly note: string };

/**
 * The ranks that make one step together. Which rank makes a part is settled on the disk that they share: the first to
 * make a file in the folder of claims has it, so that a rank which is done takes the next, and none waits for another.
 */
export class Team {
  /** Calls of `parts` so far, the same number on all ranks. */
  #calls = 0;
  /** What ended the step for all ranks. */
  #failure?: { error: unknown };

  /**
   * @param folder Folder for work under way, of which root has made sure that it is empty.
   * @param hear On root: takes what the others say.
   */
  constructor(
    readonly ranks: Ranks,
    private readonly folder: string,
    private readonly hear: (said: Said, rank: number) => void,
  ) {
    this.#listen();
  }

  get isRoot(): boolean {
    return this.ranks.isRoot;
  }

  #listen(): void {
    if (this.isRoot) this.ranks.listen((said, rank) => this.hear(said as Said, rank));
  }

  /** Tells root something. */
  say(said: Said): void {
    this.ranks.say(said);
  }

  /** Numbers 0 to `count` - 1 that this rank is the first to take, from the last on, until a rank has failed. */
  async *claims(count: number): AsyncGenerator<number> {
    const folder = `${this.folder}/claims-${this.#calls++}`;
    await Deno.mkdir(folder, { recursive: true });
    for (let index = count - 1; index >= 0; index--) {
      if (await exists(this.#stop)) return;
      if (await createNew(`${folder}/${index}`)) yield index;
    }
  }

  get #stop(): string {
    return `${this.folder}/stop`;
  }

  /** Meets the others, and gives the values of all; after an error of any rank the step is over, and further calls throw it. */
  async meet(error?: unknown, value?: Json): Promise<readonly Json[]> {
    const values = await this.#meet(error, value);
    this.#listen();
    return values;
  }

  /** Meets the others for the last time. */
  leave(error: unknown, value: Json): Promise<readonly Json[]> {
    return this.#meet(error, value);
  }

  async #meet(error: unknown, value?: Json): Promise<readonly Json[]> {
    if (this.#failure) throw this.#failure.error;
    // No rank begins another part. The disk may be the reason of the error.
    if (error !== undefined) await createNew(this.#stop).catch(() => {});
    try {
      return await this.ranks.meet(error, value);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

/** Whether this call made the file, and not another before. */
async function createNew(path: string): Promise<boolean> {
  try {
    (await Deno.open(path, { write: true, createNew: true })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}
