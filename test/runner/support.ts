/** Tasks of text files for the tests of the runner. */
import type { Json } from "../../lib/base/mod.ts";
import type { RunEvent, Task } from "../../lib/runner/mod.ts";

export { inFolder } from "../support/folder.ts";

/** A task with `texts.length` parts; `made` collects the names of parts whose body was called. */
export function textTask(options: {
  name?: string;
  texts?: Record<string, string>;
  parameters?: Json;
  inputs?: Task["inputs"];
  version?: number;
  module?: string;
  made?: string[];
  distributed?: boolean;
  before?: (name: string) => void | Promise<void>;
}): Task {
  const { texts = { "a.txt": "a", "b.txt": "b", "figures/c.txt": "c" }, made = [], before } = options;
  return {
    name: options.name ?? "texts",
    version: options.version ?? 1,
    module: options.module ?? import.meta.url,
    inputs: options.inputs ?? {},
    parameters: options.parameters ?? {},
    distributed: options.distributed,
    async run(context) {
      const names = Object.keys(texts);
      await context.parts(names, async (path, index) => {
        await before?.(names[index]);
        made.push(names[index]);
        await context.phase("write", () => Deno.writeTextFile(path, texts[names[index]]));
      });
    },
  };
}

/** Kinds of events, in order. */
export function recorder(): { events: RunEvent[]; onEvent: (event: RunEvent) => void } {
  const events: RunEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** Names and texts of the files that a folder of results shows. */
export async function shown(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const walk = async (prefix: string) => {
    for (
      const { name, isDirectory } of [...Deno.readDirSync(`${folder}/${prefix}`)].sort((a, b) =>
        a.name < b.name ? -1 : 1
      )
    ) {
      if (name === ".cosmesh") continue;
      if (isDirectory) await walk(`${prefix}${name}/`);
      else files[prefix + name] = await Deno.readTextFile(`${folder}/${prefix}${name}`);
    }
  };
  await walk("");
  return files;
}
