/**
 * What is made once: templates on the wavelengths of the instrument; the galaxy, where it is a download.
 *
 * @module
 */
import { type Download, downloadGalaxy, type IfuSettings, openTemplates } from "../../lib/ifu/mod.ts";
import type { Input, Task, TaskContext } from "../../lib/runner/mod.ts";
import { writeTemplates } from "../../lib/stellar/mod.ts";
import { valuesOf } from "./config.ts";

const TEMPLATES = "templates.h5";
const GALAXY = "galaxy.hdf5";

/** Path of the templates in the folder of what the step made. */
export const templatesFile = (folder: string): string => `${folder}/${TEMPLATES}`;

/** Path of a downloaded galaxy in the folder of what the step made. */
export const galaxyFile = (folder: string): string => `${folder}/${GALAXY}`;

/** A file, or all files of a folder, by their names. */
async function inputsOf(path: string | null): Promise<Record<string, Input>> {
  if (path === null) return {};
  const isFolder = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
  if (!isFolder) return { file: path };
  const files: Record<string, Input> = {};
  for await (const { name, isFile } of Deno.readDir(path)) if (isFile) files[name] = `${path}/${name}`;
  return files;
}

/** The step that puts templates on the wavelengths of the instrument. */
export async function templatesTask(settings: IfuSettings): Promise<Task> {
  const { values, redshift } = settings;

  async function run(context: TaskContext): Promise<void> {
    await context.part(TEMPLATES, async (path) => {
      using templates = await context.phase("templates", () => openTemplates(settings));
      await context.phase("write", () => writeTemplates(path, templates));
    });
  }

  return {
    name: "templates",
    version: 1,
    module: import.meta.url,
    inputs: await inputsOf(values["ssp.template"].path as string | null),
    parameters: {
      redshift,
      values: valuesOf(values, ["telescope", "telescope.lsf", "ssp.template", "output"], [
        "ssp.template.path",
        "output.unit",
      ]),
    },
    run,
  };
}

/** The step that downloads the galaxy, if the configuration asks for it. */
export function downloadTask({ galaxy, withGas }: IfuSettings): Task | undefined {
  if (galaxy.kind !== "download") return;
  const { simulation, snapshot, id } = galaxy;

  async function run(context: TaskContext): Promise<void> {
    await context.part(GALAXY, async (path) => {
      await Deno.copyFile(await downloadGalaxy(galaxy as Download, withGas), path);
    });
  }

  return {
    name: "galaxy",
    version: 1,
    module: import.meta.url,
    inputs: {},
    // The key of the service is nobody's business.
    parameters: { simulation, snapshot, id, withGas },
    run,
  };
}
