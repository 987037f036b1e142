/**
 * A pipeline of plain text files, run as a program by the tests: toy.ts COMMAND [CONFIG] [options].
 *
 * `fault.kind` makes the paint step fail, wait, or die at the part `fault.part`.
 */
import { dirname, fromFileUrl } from "@std/path";
import { InputError } from "../../lib/base/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import type { Task } from "../../lib/runner/mod.ts";
import { main } from "../../tasks/main.ts";
import type { RankData } from "../../tasks/ranks.ts";
import type { Config, Pipeline } from "../../tasks/registry.ts";

interface Values {
  input: { snapshots: string };
  simulation: { Ncell: number; Lbox: number; fields: string[]; seed: number | null };
  fault: { kind: string; part: number; delayMs: number; kernelGiB: number };
}

async function strike({ kind, part, delayMs }: Values["fault"], index: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (index !== part) return;
  if (kind === "inside") throw new TypeError("sum is not a function");
  if (kind === "input") {
    throw new InputError("Cannot use snapshots.txt: line 3 has no mass; add it", "snapshots.txt", "3");
  }
  if (kind === "full") throw new Error("No space left on device (os error 28)");
  if (kind === "kill") Deno.kill(Deno.pid, "SIGKILL");
}

function paint(config: Config): Task {
  const { input, simulation, fault } = config.values as unknown as Values;
  return {
    name: "paint",
    version: 1,
    module: import.meta.url,
    inputs: { snapshots: input.snapshots },
    parameters: { simulation: { ...simulation } },
    distributed: true,
    estimate: () => ({ kernelBytes: fault.kernelGiB * 2 ** 30, seconds: 0.2, remedy: "lower simulation.Ncell" }),
    async run(context) {
      const lines = await context.phase("read", () => Deno.readTextFile(context.input("snapshots")));
      const names = lines.trim().split("\n");
      await context.parts(names.map((name) => `cube_${name}.txt`), async (path, index) => {
        await strike(fault, index);
        await context.phase("write", () => Deno.writeTextFile(path, `${names[index]} ${simulation.Ncell}\n`));
        // Shows to the tests how often a part was made.
        await Deno.writeTextFile("made.log", `${names[index]}\n`, { append: true });
      });
    },
  };
}

function analyse(config: Config): Task {
  return {
    name: "analyse",
    version: 1,
    module: import.meta.url,
    inputs: { paint: paint(config) },
    parameters: {},
    async run(context) {
      let text = "";
      for (const { name } of [...Deno.readDirSync(context.input("paint"))].sort((a, b) => a.name < b.name ? -1 : 1)) {
        text += await Deno.readTextFile(`${context.input("paint")}/${name}`);
      }
      await context.part("figures/all.txt", (path) => Deno.writeTextFile(path, text));
    },
  };
}

export const toy: Pipeline = {
  description: "text files for tests",
  parameters: [
    { group: "input", key: "snapshots", kind: "path", description: "One name per line" },
    {
      group: "simulation",
      key: "Ncell",
      kind: "integer",
      least: 1,
      most: 64,
      default: 4,
      unit: "1",
      description: "Cells",
    },
    {
      group: "simulation",
      key: "Lbox",
      kind: "number",
      least: 0,
      aboveLeast: true,
      default: 50,
      unit: "Mpc/h",
      description: "Side",
    },
    { group: "simulation", key: "fields", kind: "texts", default: ["xHII", "dTb"], description: "What to keep" },
    {
      group: "simulation",
      key: "seed",
      kind: ["integer", "text"],
      choices: ["auto"],
      least: 0,
      default: null,
      description: "Seed",
    },
    {
      group: "fault",
      key: "kind",
      kind: "text",
      choices: ["none", "inside", "input", "full", "kill"],
      default: "none",
      description: "How to fail",
    },
    { group: "fault", key: "part", kind: "integer", least: 0, default: 0, description: "Where to fail" },
    { group: "fault", key: "delayMs", kind: "number", least: 0, default: 0, unit: "ms", description: "Time per part" },
    {
      group: "fault",
      key: "kernelGiB",
      kind: "number",
      least: 0,
      default: 0.001,
      unit: "GiB",
      description: "Memory to ask for",
    },
  ],
  example: () => ({
    text: 'pipeline = "toy"\n[input]\nsnapshots = "snapshots.txt"\n',
    folder: dirname(fromFileUrl(import.meta.url)),
  }),
  presets: { tiny: { simulation: { Ncell: 2 } } },
  stages: { paint: (config) => [paint(config)], analyse: (config) => [analyse(config)] },
};

const run = (args: readonly string[], comm?: Comm): Promise<number> =>
  main(args, { toy: () => Promise.resolve(toy) }, { module: import.meta.url, comm });

/** One of several ranks that are threads. */
export default (comm: Comm, { args }: RankData): Promise<number> => run(args, comm);

if (import.meta.main) Deno.exit(await run(Deno.args));
