/**
 * From the command line's CONFIG and --set to a pipeline and its checked configuration.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import type { Given } from "../lib/cli/mod.ts";
import {
  checkConfig,
  type Document,
  parseText,
  placeOf,
  readConfig,
  suggestion,
  unusedKeys,
  withMember,
  withSetting,
} from "../lib/config/mod.ts";
import { type Config, FOREIGN_PIPELINES, type Pipeline, type Verb } from "./registry.ts";

/** Pipelines by name, loaded when asked for. */
export type Pipelines = Readonly<Record<string, () => Promise<Pipeline>>>;

/** What the built-in example is called in messages. */
const BUILT_IN = "the built-in example";

/** Pipeline of a configuration file or of a name; or the first with a built-in example for the verb. */
async function choose(
  path: string | undefined,
  pipelines: Pipelines,
  verb: Verb,
): Promise<[string, Pipeline, Document]> {
  const named = path !== undefined && Object.hasOwn(pipelines, path) && !await isThere(path);
  if (path !== undefined && !named) {
    const document = await readConfig(path);
    const name = nameIn(document);
    const names = Object.keys(pipelines);
    if (typeof name !== "string" || !Object.hasOwn(pipelines, name)) {
      const why = name === undefined
        ? `is missing; write pipeline = "${names[0]}" in its first line`
        : `has no value ${JSON.stringify(name)}${suggestion(String(name), names)}`;
      throw new InputError(`Cannot use ${placeOf(document, "pipeline")}: "pipeline" ${why}`, path, "pipeline");
    }
    return [name, await pipelines[name](), document];
  }
  for (const [name, load] of Object.entries(pipelines).filter(([name]) => !named || name === path)) {
    const pipeline = await load();
    if (!pipeline.example || !pipeline.stages[verb]) continue;
    const { text, folder } = pipeline.example();
    return [name, pipeline, { root: await parseText(text, "toml", BUILT_IN), source: BUILT_IN, text, folder }];
  }
  throw new InputError(
    `Cannot run ${verb} without CONFIG: no pipeline has an example for it`,
    "command line",
    "CONFIG",
  );
}

/** What a configuration says its pipeline is: `pipeline = "ifu"`, or the table of a program whose files are understood. */
function nameIn({ root: { pipeline } }: Document): unknown {
  const name = (pipeline as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" && Object.hasOwn(FOREIGN_PIPELINES, name) ? FOREIGN_PIPELINES[name] : pipeline;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The built-in example with the values of a preset. */
function withPreset(
  document: Document,
  { presets = {} }: Pipeline,
  preset: string,
): Document {
  if (document.source !== BUILT_IN) {
    const why = "it changes the built-in example; leave CONFIG out, or use --set";
    throw new InputError(`Cannot use --preset ${preset} with ${document.source}: ${why}`, "command line", "--preset");
  }
  if (!Object.hasOwn(presets, preset)) {
    const hint = suggestion(preset, Object.keys(presets));
    throw new InputError(`Cannot use --preset ${preset}: it is not known${hint}`, "command line", "--preset");
  }
  let { root } = document;
  for (const [group, values] of Object.entries(presets[preset])) {
    for (const [key, value] of Object.entries(values)) root = withMember(root, [...group.split("."), key], value);
  }
  return { ...document, root };
}

/**
 * Reads and checks a configuration.
 *
 * @param given Options `--set` and `--preset`.
 * @param path File, name of a pipeline for its built-in example, or nothing for the first one.
 * @param verb What it is for.
 * @param pipelines The pipelines there are.
 */
export async function loadConfig(
  given: Given,
  path: string | undefined,
  verb: Verb,
  pipelines: Pipelines,
): Promise<{ pipeline: Pipeline; config: Config }> {
  const [name, pipeline, read] = await choose(path, pipelines, verb);
  const preset = given.text("preset");
  let document = preset === undefined ? read : withPreset(read, pipeline, preset);
  for (const setting of given.texts("set")) document = await withSetting(document, setting);
  document = pipeline.translate?.(document) ?? document;
  // A table of this name has keys like any other.
  const values = checkConfig(
    document,
    pipeline.parameters,
    typeof document.root.pipeline === "string" ? ["pipeline"] : [],
  );
  const notices = [...unusedKeys(document, pipeline.parameters), ...pipeline.notices?.(values) ?? []];
  return { pipeline, config: { pipeline: name, values, source: document.source, notices } };
}
