import { exists, remove, sync, syncBelow } from "./disk.ts";
import type { RunEvent } from "./journal.ts";
import { inputPath, type Step } from "./key.ts";
import type { Store } from "./store.ts";
import type { PartBody, PartsOptions, TaskContext } from "./task.ts";

/** Lets signals and timers be served between pieces of synchronous work. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The context of a step under way. */
export class Context implements TaskContext {
  /** [s] Time by phase. */
  readonly phases: Record<string, number> = {};
  #done = 0;
  #total = 0;
  /** Names of the parts under way. */
  readonly #open = new Set<string>();
  #begun = 0;

  constructor(
    private readonly store: Store,
    private readonly step: Step,
    private readonly emit: (event: RunEvent) => void,
    private readonly signal: AbortSignal | undefined,
    readonly threads: number,
    readonly memoryBytes: number | undefined,
  ) {}

  input(name: string): string {
    const { task, upstream } = this.step;
    if (upstream[name]) return `${this.store.stepPath(upstream[name].folder)}/files`;
    if (task.inputs[name]) return inputPath(task.inputs[name] as string | URL);
    throw new RangeError(
      `Cannot find input "${name}" of "${task.name}": it has ${Object.keys(task.inputs).join(", ")}`,
    );
  }

  output(name: string): string {
    return `${this.store.workPath(this.step.folder)}/files/${name}`;
  }

  part(name: string, body: PartBody): Promise<void> {
    return this.parts([name], body);
  }

  async parts(names: readonly string[], body: PartBody, { atOnce = 1 }: PartsOptions = {}): Promise<void> {
    const task = this.step.task.name;
    this.#total += names.length;
    for (const name of names) {
      if (name.startsWith("/") || name.split("/").some((s) => s === "" || s === "." || s === "..")) {
        throw new RangeError(`Cannot make part "${name}" of "${task}": its name must stay inside of the folder`);
      }
    }
    const [open] = this.#open;
    if (open !== undefined) {
      throw new RangeError(`Cannot make part "${names[0]}" of "${task}" while "${open}" is being made: await that`);
    }
    await remove(this.#writing);
    let [next, failed] = [0, false];
    const lane = async () => {
      while (next < names.length && !failed) {
        const index = next++;
        try {
          await this.#onePart(names[index], index, body, names.length === 1);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    // All that were begun end before the error of one goes on.
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, names.length) }, lane));
    for (const outcome of lanes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async #onePart(name: string, index: number, body: PartBody, alone: boolean): Promise<void> {
    this.#open.add(name);
    try {
      const kept = await exists(this.output(name));
      if (!kept) await this.#make(name, index, body);
      this.#done++;
      const { task: { name: task } } = this.step;
      this.emit({ kind: "part", task, part: name, kept, alone, done: this.#done, total: this.#total });
    } finally {
      this.#open.delete(name);
    }
  }

  get #writing(): string {
    return `${this.store.workPath(this.step.folder)}/writing`;
  }

  async #make(name: string, index: number, body: PartBody): Promise<void> {
    await this.#checkpoint();
    const writing = `${this.#writing}/${this.#begun++}`;
    await Deno.mkdir(writing, { recursive: true });
    const path = `${writing}/${name.slice(name.lastIndexOf("/") + 1)}`;
    await body(path, index);
    if (!await exists(path)) {
      throw new Error(`Cannot finish part "${name}" of "${this.step.task.name}": nothing was written to its path`);
    }
    await syncBelow(path);
    const folder = this.output(name).slice(0, this.output(name).lastIndexOf("/"));
    await Deno.mkdir(folder, { recursive: true });
    await Deno.rename(path, this.output(name));
    await sync(folder);
  }

  async phase<T>(name: string, body: () => T | Promise<T>): Promise<T> {
    await this.#checkpoint();
    const start = performance.now();
    try {
      return await body();
    } finally {
      this.phases[name] = (this.phases[name] ?? 0) + (performance.now() - start) / 1000;
    }
  }

  note(text: string): void {
    this.emit({ kind: "note", task: this.step.task.name, text });
  }

  progress(fraction: number): void {
    const within = Math.min(Math.max(fraction, 0), 1);
    const total = Math.max(this.#total, this.#done + 1);
    this.emit({ kind: "progress", task: this.step.task.name, fraction: (this.#done + within) / total });
  }

  async #checkpoint(): Promise<void> {
    if (!this.signal) return;
    await breathe();
    this.signal.throwIfAborted();
  }
}
