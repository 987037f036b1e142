import { exists, remove, sync, syncBelow } from "./disk.ts";
import type { RunEvent } from "./journal.ts";
import { inputPath, type Step } from "./key.ts";
import type { Store } from "./store.ts";
import type { PartBody, TaskContext } from "./task.ts";

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
  /** Name of the part under way. */
  #open: string | undefined;

  constructor(
    private readonly store: Store,
    private readonly step: Step,
    private readonly emit: (event: RunEvent) => void,
    private readonly signal: AbortSignal | undefined,
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

  async parts(names: readonly string[], body: PartBody): Promise<void> {
    const task = this.step.task.name;
    this.#total += names.length;
    for (const [index, name] of names.entries()) {
      if (name.startsWith("/") || name.split("/").some((s) => s === "" || s === "." || s === "..")) {
        throw new RangeError(`Cannot make part "${name}" of "${task}": its name must stay inside of the folder`);
      }
      if (this.#open !== undefined) {
        throw new RangeError(`Cannot make part "${name}" of "${task}" while "${this.#open}" is being made: await that`);
      }
      this.#open = name;
      const kept = await exists(this.output(name));
      if (!kept) await this.#make(name, index, body);
      this.#open = undefined;
      this.#done++;
      this.emit({
        kind: "part",
        task,
        part: name,
        kept,
        alone: names.length === 1,
        done: this.#done,
        total: this.#total,
      });
    }
  }

  async #make(name: string, index: number, body: PartBody): Promise<void> {
    await this.#checkpoint();
    const writing = `${this.store.workPath(this.step.folder)}/writing`;
    await remove(writing);
    await Deno.mkdir(writing);
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
