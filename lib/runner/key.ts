import { digestJson, InputError, type Json } from "../base/mod.ts";
import { type Code, codeOf } from "./code.ts";
import type { DigestMemo } from "./memo.ts";
import type { Task } from "./task.ts";

/** All that decides the result of a task, in the form that its manifest records. */
export interface Identity {
  readonly name: string;
  readonly version: number;
  readonly parameters: Json;
  /** Digest of each input file, or key of each input task. */
  readonly inputs: Readonly<Record<string, { readonly sha256: string } | { readonly key: string }>>;
  /** Digest of each source file. */
  readonly code: Code;
  /** The interpreter. */
  readonly runtime: string;
}

/** A task whose key is known, with those it reads from. */
export interface Step {
  readonly task: Task;
  readonly identity: Identity;
  /** SHA-256 over the identity, 64 hexadecimal digits. */
  readonly key: string;
  /** Name of its folder in the store. */
  readonly folder: string;
  /** Steps it reads from, by input name. */
  readonly upstream: Readonly<Record<string, Step>>;
}

/** Path of an input that is a file. */
export function inputPath(input: string | URL): string {
  if (!(input instanceof URL)) return input;
  const path = decodeURIComponent(input.pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}

const isTask = (input: Task["inputs"][string]): input is Task => typeof input === "object" && !(input instanceof URL);

async function digestInput(task: Task, name: string, path: string, memo: DigestMemo): Promise<string> {
  try {
    return await memo.digest(path);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable) throw cause;
    const what = cause instanceof Deno.errors.NotFound ? "there is no such file; correct the path" : cause.message;
    throw new InputError(`Cannot read "${path}" ("${name}" of "${task.name}"): ${what}`, path, name, { cause });
  }
}

/** Keys of tasks and of all they read from, each step after those it reads from, none twice. Names must differ. */
export async function resolve(tasks: readonly Task[], memo: DigestMemo, release: string): Promise<Step[]> {
  const steps = new Map<string, Step>();
  const found = new Map<Task, Step>();
  const open = new Set<Task>();
  const codes = new Map<string, Code>();
  const visit = async (task: Task): Promise<Step> => {
    const known = found.get(task);
    if (known) return known;
    if (!/^[a-z0-9][a-z0-9-]*$/.test(task.name)) {
      throw new RangeError(`Cannot run task "${task.name}": a name is made of lower-case letters, digits and "-"`);
    }
    if (open.has(task)) throw new RangeError(`Cannot run task "${task.name}": it reads from itself`);
    open.add(task);
    const inputs: Record<string, { sha256: string } | { key: string }> = {};
    const upstream: Record<string, Step> = {};
    for (const [name, input] of Object.entries(task.inputs)) {
      if (isTask(input)) {
        upstream[name] = await visit(input);
        inputs[name] = { key: upstream[name].key };
      } else inputs[name] = { sha256: await digestInput(task, name, inputPath(input), memo) };
    }
    const code = codes.get(task.module) ?? codeOf(task.module, release);
    codes.set(task.module, code);
    const { name, version, parameters } = task;
    const identity: Identity = { name, version, parameters, inputs, code, runtime: `deno ${Deno.version.deno}` };
    const key = digestJson(identity as unknown as Json);
    open.delete(task);
    const same = steps.get(name);
    if (same && same.key !== key) {
      throw new RangeError(`Cannot run two tasks named "${name}": names tell results apart`);
    }
    const step = same ?? { task, identity, key, folder: `${name}-${key.slice(0, 16)}`, upstream };
    steps.set(name, step);
    found.set(task, step);
    return step;
  };
  for (const task of tasks) await visit(task);
  return [...steps.values()];
}
