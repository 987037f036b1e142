import type { Json } from "../base/mod.ts";
import { type Comm, selfComm } from "../mpi/mod.ts";
import { exists, filesBelow, sync, syncBelow } from "./disk.ts";
import type { RunEvent } from "./journal.ts";
import { inputPath } from "./key.ts";
import type { Store } from "./store.ts";
import type { PartBody, PartsOptions, Task, TaskContext } from "./task.ts";
import type { Said, Team } from "./team.ts";

/** A step as those know it that make it; a `Step` is one. */
export interface Making {
  readonly task: Task;
  readonly folder: string;
  readonly upstream: Readonly<Record<string, { readonly folder: string }>>;
}

/** What a step is made with. */
export interface Means {
  /** [1] Threads of this rank. */
  readonly threads: number;
  /** [byte] Memory of this rank, if that is known. */
  readonly memoryBytes: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly emit: (event: RunEvent) => void;
}

/** Lets signals and timers be served between pieces of synchronous work. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The context of a step under way. */
export class Context implements TaskContext {
  /** [s] Time by phase. */
  readonly phases: Record<string, number> = {};
  #done = 0;
  /** Parts announced so far, here and on the other ranks. */
  #announced = 0;
  #heard = 0;
  /** Names of the parts under way. */
  readonly #open = new Set<string>();
  #begun = 0;

  /** Notes of the step, each of which the ranks tell once. */
  readonly #notes = new Set<string>();

  /** @param team The ranks that make the step together; left out if this one makes it alone. */
  constructor(
    private readonly store: Store,
    private readonly step: Making,
    private readonly means: Means,
    private readonly team?: Team,
  ) {}

  get threads(): number {
    return this.means.threads;
  }

  get memoryBytes(): number | undefined {
    return this.means.memoryBytes;
  }

  get ranks(): number {
    return this.team?.ranks.comm.size ?? 1;
  }

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
    return this.#all([name], body, 1, upTo(this.#speaks ? 1 : 0));
  }

  parts(names: readonly string[], body: PartBody, { atOnce = 1 }: PartsOptions = {}): Promise<void> {
    const { length } = names;
    if (this.#speaks && length < this.ranks) {
      this.note(
        `${length} ${length === 1 ? "file" : "files"} for ${this.ranks} ranks, so that some have nothing to do`,
      );
    }
    return this.#all(names, body, Math.min(atOnce, length), this.team?.claims(length) ?? upTo(length));
  }

  get comm(): Comm {
    return this.team?.ranks.comm ?? selfComm();
  }

  async together(names: readonly string[], body: PartBody): Promise<void> {
    this.#checkNames(names);
    this.#announced += names.length;
    for (let index = names.length - 1; index >= 0; index--) {
      // One rank that stops, stops all, or the others would wait for it.
      const stops = await this.#meet(undefined, this.means.signal?.aborted ?? false);
      if (stops.includes(true)) {
        throw this.means.signal?.reason ?? new DOMException("Another rank was stopped", "AbortError");
      }
      const name = names[index];
      const kept = await exists(this.output(name));
      if (!kept) await this.#makeTogether(name, index, body);
      if (this.#speaks) this.#tellPart(name, kept, names.length === 1);
    }
  }

  /** Meets the other ranks, if there are any. */
  async #meet(error?: unknown, value: Json = null): Promise<readonly Json[]> {
    if (this.team) return await this.team.meet(error, value);
    if (error !== undefined) throw error;
    return [value];
  }

  /** Makes a part with the other ranks; root moves what all have written to the outputs, the part itself last. */
  async #makeTogether(name: string, index: number, body: PartBody): Promise<void> {
    const folder = `${this.#writing}/together-${index}`;
    const file = name.slice(name.lastIndexOf("/") + 1);
    const step = async (run: () => Promise<void>) => {
      const failure = await run().then(() => undefined, (error: unknown) => error ?? new Error("nothing was thrown"));
      await this.#meet(failure);
    };
    await step(() => Deno.mkdir(folder, { recursive: true }));
    this.#open.add(name);
    try {
      await step(async () => await body(`${folder}/${file}`, index));
    } finally {
      this.#open.delete(name);
    }
    await step(async () => {
      if (!this.#speaks) return;
      const written = await filesBelow(folder);
      if (!written.includes(file)) {
        throw new Error(`Cannot finish part "${name}" of "${this.step.task.name}": nothing was written to its path`);
      }
      await syncBelow(folder);
      const target = this.output(name).slice(0, -file.length);
      await Deno.mkdir(target, { recursive: true });
      for (const other of [...written.filter((other) => other !== file), file]) {
        await Deno.rename(`${folder}/${other}`, `${target}${other}`);
      }
      await sync(target.slice(0, -1));
    });
  }

  async map<T>(count: number, body: (index: number) => T | Promise<T>): Promise<T[]> {
    const { team } = this;
    const values: T[] = new Array(count);
    const own: [index: number, value: T][] = [];
    const compute = async () => {
      for await (const index of team?.claims(count) ?? upTo(count)) {
        await this.#checkpoint();
        own.push([index, values[index] = await body(index)]);
      }
    };
    if (!team) {
      await compute();
      return values;
    }
    const failure = await compute().catch((error: unknown) => ({ error }));
    await team.meet(failure?.error);
    const all = team.ranks.comm.allgatherObject(own) as typeof own[];
    all.flat().forEach(([index, value]) => values[index] ??= value);
    return values;
  }

  /** Parts in all: another rank may have come to more of them than this one. */
  get #total(): number {
    return Math.max(this.#announced, this.#heard);
  }

  /** Whether this rank tells the user what happens. */
  get #speaks(): boolean {
    return this.team?.isRoot ?? true;
  }

  #checkNames(names: readonly string[]): void {
    const task = this.step.task.name;
    for (const name of names) {
      if (name.startsWith("/") || name.split("/").some((s) => s === "" || s === "." || s === "..")) {
        throw new RangeError(`Cannot make part "${name}" of "${task}": its name must stay inside of the folder`);
      }
    }
    const [open] = this.#open;
    if (open !== undefined) {
      throw new RangeError(`Cannot make part "${names[0]}" of "${task}" while "${open}" is being made: await that`);
    }
  }

  async #all(
    names: readonly string[],
    body: PartBody,
    atOnce: number,
    indices: AsyncGenerator<number>,
  ): Promise<void> {
    this.#checkNames(names);
    this.#announced += names.length;
    const lane = async () => {
      // An error leaves the loop, which ends the indices for the other lanes.
      for await (const index of indices) await this.#onePart(names[index], index, body, names.length === 1);
    };
    // All that were begun end before the error of one goes on.
    const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
    const failed = lanes.find((outcome) => outcome.status === "rejected");
    if (this.team) await this.team.meet(failed?.reason);
    else if (failed) throw failed.reason;
  }

  async #onePart(name: string, index: number, body: PartBody, alone: boolean): Promise<void> {
    this.#open.add(name);
    try {
      const kept = await exists(this.output(name));
      if (!kept) await this.#make(name, index, body);
      if (this.#speaks) this.#tellPart(name, kept, alone);
      else this.team!.say({ part: name, kept, total: this.#announced });
    } finally {
      this.#open.delete(name);
    }
  }

  #tellPart(part: string, kept: boolean, alone: boolean, rank?: number): void {
    this.#done++;
    const where = this.team ? { rank: rank ?? 0 } : {};
    const { task: { name: task } } = this.step;
    this.means.emit({ kind: "part", task, part, kept, alone, done: this.#done, total: this.#total, ...where });
  }

  /** On root: tells what another rank said. */
  hear(said: Said, rank: number): void {
    if ("note" in said) return this.note(said.note);
    this.#heard = Math.max(this.#heard, said.total);
    this.#tellPart(said.part, said.kept, false, rank);
  }

  get #writing(): string {
    return `${this.store.workPath(this.step.folder)}/writing`;
  }

  async #make(name: string, index: number, body: PartBody): Promise<void> {
    await this.#checkpoint();
    const writing = `${this.#writing}/${this.team?.ranks.comm.rank ?? 0}-${this.#begun++}`;
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
    // What is told outside of parts, every rank finds out.
    if (!this.#speaks) return this.#open.size > 0 ? this.team!.say({ note: text }) : undefined;
    if (this.team && this.#notes.has(text)) return;
    this.#notes.add(text);
    this.means.emit({ kind: "note", task: this.step.task.name, text });
  }

  progress(fraction: number): void {
    if (!this.#speaks) return;
    const within = Math.min(Math.max(fraction, 0), 1);
    const total = Math.max(this.#total, this.#done + 1);
    this.means.emit({ kind: "progress", task: this.step.task.name, fraction: (this.#done + within) / total });
  }

  async #checkpoint(): Promise<void> {
    const { signal } = this.means;
    if (signal || this.team) await breathe();
    signal?.throwIfAborted();
  }
}

/** Numbers 0 to `count` - 1. */
async function* upTo(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) yield index;
}
