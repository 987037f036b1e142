/**
 * From the command line's CONFIG and --set to a pipeline and its checked configuration.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { checkConfig, type Document, parseText, placeOf, readConfig, suggestion, withSetting } from "../lib/cli/mod.ts";
import type { Config, Pipeline, Verb } from "./registry.ts";

/** Pipelines by name, loaded when asked for. */
export type Pipelines = Readonly<Record<string, () => Promise<Pipeline>>>;

/** Pipeline of a configuration file, or the first with a built-in example for the verb. */
async function choose(
  path: string | undefined,
  pipelines: Pipelines,
  verb: Verb,
): Promise<[string, Pipeline, Document]> {
  if (path !== undefined) {
    const document = await readConfig(path);
    const name = document.root.pipeline;
    const names = Object.keys(pipelines);
    if (typeof name !== "string" || !Object.hasOwn(pipelines, name)) {
      const why = name === undefined
        ? `is missing; write pipeline = "${names[0]}" in its first line`
        : `has no value ${JSON.stringify(name)}${suggestion(String(name), names)}`;
      throw new InputError(`Cannot use ${placeOf(document, "pipeline")}: "pipeline" ${why}`, path, "pipeline");
    }
    return [name, await pipelines[name](), document];
  }
  for (const [name, load] of Object.entries(pipelines)) {
    const pipeline = await load();
    if (!pipeline.example || !pipeline.stages[verb]) continue;
    const { text, folder } = pipeline.example();
    const source = "the built-in example";
    return [name, pipeline, { root: await parseText(text, "toml", source), source, text, folder }];
  }
  throw new InputError(
    `Cannot run ${verb} without CONFIG: no pipeline has an example for it`,
    "command line",
    "CONFIG",
  );
}

/**
 * Reads and checks a configuration.
 *
 * @param path File, or nothing for the built-in example.
 * @param settings Texts of `--set`.
 * @param verb What it is for.
 * @param pipelines The pipelines there are.
 */
export async function loadConfig(
  path: string | undefined,
  settings: readonly string[],
  verb: Verb,
  pipelines: Pipelines,
): Promise<{ pipeline: Pipeline; config: Config }> {
  const [name, pipeline, read] = await choose(path, pipelines, verb);
  let document = read;
  for (const setting of settings) document = await withSetting(document, setting);
  const values = checkConfig(document, pipeline.parameters, ["pipeline"]);
  return { pipeline, config: { pipeline: name, values, source: document.source } };
}
