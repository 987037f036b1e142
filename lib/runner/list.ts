import { exists } from "./disk.ts";
import { Store } from "./store.ts";

/** A step in the store of a folder of results. */
export interface StoredStep {
  /** Name of its folder: task and start of the key. */
  readonly name: string;
  /** Whether its result is whole. */
  readonly state: "finished" | "interrupted or under way";
  /** Whether the folder of results shows its outputs. */
  readonly shown: boolean;
  /** Names of its outputs, for a finished one. */
  readonly outputs: readonly string[];
  /** [byte] Size of its outputs, for a finished one. */
  readonly bytes: number;
}

/** Steps in the store of a folder of results, by name. */
export async function listStore(folder: string): Promise<StoredStep[]> {
  const store = new Store(folder);
  if (!await exists(`${store.path}/steps`)) return [];
  const shown = new Set(Object.values(await store.published()).map(({ step }) => step));
  const steps: StoredStep[] = [];
  for (const { name } of [...Deno.readDirSync(`${store.path}/steps`)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const manifest = await store.manifest(name);
    const outputs = Object.entries(manifest?.outputs ?? {});
    steps.push({
      name: name.replace(/\.tmp$/, ""),
      state: manifest && !name.endsWith(".tmp") ? "finished" : "interrupted or under way",
      shown: shown.has(name),
      outputs: outputs.map(([file]) => file),
      bytes: outputs.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    });
  }
  return steps;
}
