import { canonicalJson, type Json } from "../base/mod.ts";
import { exists, filesBelow } from "./disk.ts";
import { type Identity, inputPath, resolve, type Step } from "./key.ts";
import { checkFits } from "./resources.ts";
import { type Manifest, Store } from "./store.ts";
import type { Estimate, Task } from "./task.ts";

/** Why a task would run, or not. */
export interface Explanation {
  /** Its name. */
  readonly task: string;
  /** Its key, 64 hexadecimal digits. */
  readonly key: string;
  /** Whether its result is there, a part of it, the result of other inputs, or nothing. */
  readonly state: "finished" | "interrupted" | "outdated" | "new";
  /** What is to be said about it, a sentence each. */
  readonly reasons: readonly string[];
  /** What it would need; left out if it would not run or cannot tell. */
  readonly estimate?: Estimate;
  /** Why it would be refused. */
  readonly refusal?: string;
}

/** Options of `explainTasks`. */
export interface ExplainOptions {
  /** Folder of results. */
  folder: string;
  /** [1] Threads that a run would use. Default: all cores. */
  threads?: number;
  /** [byte] Memory that a run may use. */
  memoryBytes?: number;
  /** As in `RunOptions`. */
  release?: string;
}

/** Says for each task, and each that it reads from, why it would run or not, without running anything. */
export async function explainTasks(tasks: readonly Task[], options: ExplainOptions): Promise<Explanation[]> {
  const store = new Store(options.folder);
  const steps = await resolve(tasks, store.memo, options.release ?? "");
  const explanations: Explanation[] = [];
  const running = new Set<Step>();
  for (const step of steps) {
    const head = { task: step.task.name, key: step.key };
    const manifest = await store.manifest(step.folder);
    const bad = manifest ? await store.damaged(manifest, step.folder, false) : [];
    if (manifest && bad.length === 0) {
      const { mtime } = await Deno.stat(`${store.stepPath(step.folder)}/manifest.json`);
      const when = mtime ? ` on ${mtime.toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
      explanations.push({ ...head, state: "finished", reasons: [`finished${when}`] });
      continue;
    }
    running.add(step);
    const { state, reasons } = await stateOf(store, step, bad, running);
    const estimate = await step.task.estimate?.(options.threads ?? navigator.hardwareConcurrency);
    explanations.push({ ...head, state, reasons, estimate, refusal: refusalOf(step, estimate, options.memoryBytes) });
  }
  return explanations;
}

function refusalOf(step: Step, estimate: Estimate | undefined, memoryBytes?: number): string | undefined {
  try {
    if (estimate) checkFits(step.task.name, estimate, memoryBytes);
  } catch (error) {
    return (error as Error).message;
  }
}

async function stateOf(
  store: Store,
  step: Step,
  bad: readonly string[],
  running: ReadonlySet<Step>,
): Promise<Pick<Explanation, "state" | "reasons">> {
  if (bad.length > 0) return { state: "outdated", reasons: [`changed or removed since: ${listed(bad)}`] };
  const work = `${store.workPath(step.folder)}/files`;
  if (await exists(work)) {
    const parts = (await filesBelow(work)).length;
    return {
      state: "interrupted",
      reasons: [`interrupted or under way; ${parts} finished ${parts === 1 ? "file is" : "files are"} kept`],
    };
  }
  const last = await lastManifest(store, step.task.name);
  if (!last) return { state: "new", reasons: [`no result in ${store.folder} yet`] };
  return { state: "outdated", reasons: differences(last, step, running) };
}

/** Manifest of the result that is shown, or else of the latest one. */
async function lastManifest(store: Store, task: string): Promise<Manifest | undefined> {
  const shown = (await store.published())[task]?.step;
  const manifest = shown === undefined ? undefined : await store.manifest(shown);
  if (manifest || !await exists(`${store.path}/steps`)) return manifest;
  let latest: { manifest: Manifest; time: number } | undefined;
  for await (const { name } of Deno.readDir(`${store.path}/steps`)) {
    const found = await store.manifest(name);
    if (found?.name !== task) continue;
    const time = (await Deno.stat(`${store.stepPath(name)}/manifest.json`)).mtime?.getTime() ?? 0;
    if (!latest || time > latest.time) latest = { manifest: found, time };
  }
  return latest?.manifest;
}

/** What makes the key of a step differ from that of an earlier result. */
function differences(last: Identity, { identity, task, upstream }: Step, running: ReadonlySet<Step>): string[] {
  const reasons: string[] = [];
  if (last.version !== identity.version) reasons.push(`version changed: ${last.version} -> ${identity.version}`);
  const changed = changes(last.parameters, identity.parameters);
  if (changed.length > 0) reasons.push(`parameters changed: ${listed(changed)}`);
  for (const name of new Set([...Object.keys(last.inputs), ...Object.keys(identity.inputs)])) {
    const [before, now] = [last.inputs[name], identity.inputs[name]];
    if (before && now && canonicalJson(before) === canonicalJson(now)) continue;
    if (!before) reasons.push(`input ${name} is new`);
    else if (!now) reasons.push(`input ${name} is no longer read`);
    else if (upstream[name]) {
      const does = running.has(upstream[name]) ? "runs" : "has another result";
      reasons.push(`it reads from "${upstream[name].task.name}", which ${does}`);
    } else {
      const path = inputPath(task.inputs[name] as string | URL);
      reasons.push(`input ${name} changed (${path.slice(path.lastIndexOf("/") + 1)})`);
    }
  }
  const files = changes(last.code, identity.code).map((text) => text.split(" ")[0]);
  const kernels = files.indexOf("lib/kernel/wasm.ts");
  if (kernels >= 0) {
    files.splice(kernels, 1);
    reasons.push("kernels changed");
  }
  if (files.length > 0) reasons.push(`code changed: ${listed(files)}`);
  if (last.runtime !== identity.runtime) reasons.push(`${last.runtime} -> ${identity.runtime}`);
  return reasons;
}

/** Leaves that differ: "simulation.Ncell 128 -> 64". */
function changes(before: Json | undefined, now: Json | undefined, path = ""): string[] {
  const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return keys.flatMap((key) => changes(before[key], now[key], path === "" ? key : `${path}.${key}`));
  }
  const text = (value: Json | undefined) => value === undefined ? "(not there)" : canonicalJson(value);
  return text(before) === text(now) ? [] : [`${path} ${text(before)} -> ${text(now)}`];
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, 4).join(", ");
  return items.length > 4 ? `${shown} and ${items.length - 4} more` : shown;
}
